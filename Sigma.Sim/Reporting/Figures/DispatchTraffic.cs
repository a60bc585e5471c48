// Who sends whom how much: the mean dispatch of the first expert-parallel group, a row per sender and a column per
// receiver, with what each sends beside its row and what each receives below its column. The busiest receiver is the
// one that all others wait for.
using System.Globalization;
using Sigma.Sim.Quantities;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>The all-to-all as a heat map.</summary>
internal static class DispatchTraffic
{
    /// <summary>Larger groups would be finer than a screen.</summary>
    public const int MostMembers = 64;

    private const double From = 110, To = 700, SentFrom = 720, SentTo = 800, Head = 32, Received = 56, Swatch = 52;
    private const int MostNumbered = 16, MostPointed = 32;

    public static Figure Draw(MeanDispatch dispatch, string source)
    {
        var (members, sums) = (dispatch.Members, DispatchSums.Of(dispatch));
        var row = Math.Clamp(400.0 / members, 6.5, 30);
        var frame = new FigureFrame(
            "all-to-all",
            Finding(sums),
            $"Heat map of the bytes that each of {members} members of the first expert-parallel group sends to each "
                + "other in one dispatch, mean over the micro-batches and layers of sampled step 0, with sums by "
                + "sender and by receiver.",
            Head + members * row + 12 + Received + 24 + 52,
            source);
        var travelling = Enumerable.Range(0, members * members)
            .Where(pair => pair / members != pair % members)
            .Select(pair => dispatch.Bytes[pair] / 1e6)
            .ToList();
        var (low, high) = (travelling.Min(), travelling.Max());
        if (high - low < 0.01 * high || high <= 0) (low, high) = (0, Math.Max(high, 1e-6));
        var colours = Scale.Around(low, high, Palette.HeatShades, 0, Palette.HeatShades);
        var top = frame.Top + Head;
        Axes(frame.Canvas, members, top, row);
        Cells(frame.Canvas, dispatch, colours, top, row);
        var bottom = top + members * row;
        Borders(frame.Canvas, dispatch, top, bottom, row);
        Sent(frame.Canvas, sums, top, row);
        ReceivedBars(frame.Canvas, sums, bottom + 12);
        Legend(frame.Canvas, colours, dispatch, bottom + 12 + Received + 24);
        return frame.Done(new TextTable(
            [Column.Number("member"), Column.Number("sends [MB]"), Column.Number("receives [MB]"),
                Column.Number("of it from other nodes [MB]")],
            [
                .. Enumerable.Range(0, members).Select(member => TableRow.Of(
                    UnitText.Count(member), TextTable.Digits(sums.Sent[member] / 1e6),
                    TextTable.Digits(sums.Received[member] / 1e6),
                    TextTable.Digits(sums.ReceivedFromAfar[member] / 1e6))),
            ]));
    }

    private static string Finding(DispatchSums sums)
    {
        var ratio = sums.Received[sums.Busiest] / sums.Mean;
        var amount = new Bytes((long)sums.Received[sums.Busiest]);
        if (sums.Mean <= 0) return "Nothing travels between the members of an expert-parallel group";
        return !sums.IsUneven
            ? $"Every member receives the same in a dispatch: {amount}"
            : $"Member {sums.Busiest} of the first expert-parallel group receives {amount} in a dispatch, "
                + $"{UnitText.ThreeDigits(ratio)} times the mean";
    }

    private static void Axes(SvgCanvas canvas, int members, double top, double row)
    {
        canvas.Text(FigureFrame.Left, top - 22, FigureFrame.NoteSize, Anchor.Start, "soft", "sender");
        canvas.Text(From, top - 22, FigureFrame.NoteSize, Anchor.Start, "soft", "receiver [member of the group]");
        canvas.Text(SentFrom, top - 22, FigureFrame.NoteSize, Anchor.Start, "soft", "sends [MB]");
        var column = (To - From) / members;
        var every = members <= 32 ? 1 : 8;
        for (var member = 0; member < members; member++)
        {
            var name = member.ToString(CultureInfo.InvariantCulture);
            if (member % every == 0)
                canvas.Text(
                    From + (member + 0.5) * column, top - 6, FigureFrame.NoteSize, Anchor.Middle, "soft", name);
            if (member % every == 0)
                canvas.Text(
                    From - 8, top + (member + 0.5) * row + 4, FigureFrame.NoteSize, Anchor.End, "soft", name);
        }
    }

    private static void Cells(SvgCanvas canvas, MeanDispatch dispatch, Scale colours, double top, double row)
    {
        var (members, column) = (dispatch.Members, (To - From) / dispatch.Members);
        var gap = members <= MostNumbered ? 1.5 : 0.4;
        var cells = Enumerable.Range(0, members * members).Select(pair => (
            Level: pair / members == pair % members ? -1 : LevelOf(dispatch.Bytes[pair] / 1e6, colours),
            Box: (From + pair % members * column, top + pair / members * row, column - gap, row - gap)));
        if (members <= MostPointed)
        {
            foreach (var (pair, (level, box)) in cells.Index())
            {
                var text = UnitText.ThreeDigits(dispatch.Bytes[pair] / 1e6);
                var tip = $"{pair / members} to {pair % members}: {text} MB";
                canvas.Box(box, level < 0 ? "track" : Palette.ClassOfHeat(level), tip);
            }
        }
        else
        {
            foreach (var level in cells.GroupBy(cell => cell.Level).OrderBy(level => level.Key))
                canvas.Boxes(level.Select(cell => cell.Box), level.Key < 0 ? "track" : Palette.ClassOfHeat(level.Key));
        }

        if (members > MostNumbered) return;
        for (var pair = 0; pair < members * members; pair++)
        {
            if (pair / members == pair % members) continue;
            var megabytes = dispatch.Bytes[pair] / 1e6;
            canvas.Text(
                From + (pair % members + 0.5) * column, top + (pair / members + 0.5) * row + 4, FigureFrame.NoteSize,
                Anchor.Middle, Palette.IsStrongHeat(LevelOf(megabytes, colours)) ? "on-heat" : "",
                UnitText.ThreeDigits(megabytes));
        }
    }

    private static void Borders(SvgCanvas canvas, MeanDispatch dispatch, double top, double bottom, double row)
    {
        var column = (To - From) / dispatch.Members;
        for (var member = dispatch.MembersPerNode; member < dispatch.Members; member += dispatch.MembersPerNode)
        {
            canvas.Line(From + member * column - 0.5, top, From + member * column - 0.5, bottom, "whisker");
            canvas.Line(From, top + member * row - 0.5, To, top + member * row - 0.5, "whisker");
        }
    }

    private static void Sent(SvgCanvas canvas, DispatchSums sums, double top, double row)
    {
        var members = sums.Sent.Count;
        var scale = new Scale(0, Math.Max(1, sums.Sent.Max()), SentFrom, SentTo);
        var inset = row > 12 ? 4 : 0.4;
        canvas.Boxes(
            sums.Sent.Select((bytes, member) => (
                SentFrom, top + member * row + inset, scale.At(bytes) - SentFrom, row - 2 * inset)),
            Palette.Neutral);
        if (members > MostNumbered) return;
        for (var member = 0; member < members; member++)
        {
            canvas.Text(
                FigureFrame.Right, top + (member + 0.5) * row + 4, FigureFrame.NoteSize, Anchor.End, "",
                UnitText.ThreeDigits(sums.Sent[member] / 1e6));
        }
    }

    /// <summary>Sums by column; the line is their mean.</summary>
    private static void ReceivedBars(SvgCanvas canvas, DispatchSums sums, double top)
    {
        var column = (To - From) / sums.Received.Count;
        var scale = new Scale(0, Math.Max(1, sums.Received.Max()), top + Received, top);
        var gap = Math.Min(3, column * 0.15);
        canvas.Rect(From, top, To - From, Received, "track");
        canvas.Boxes(
            sums.Received.Select((bytes, member) => (
                From + member * column, scale.At(bytes), column - gap, scale.At(0) - scale.At(bytes))),
            Palette.Accent);
        canvas.Line(From, scale.At(sums.Mean), To, scale.At(sums.Mean), "whisker");
        canvas.Text(From - 8, top + 22, FigureFrame.NoteSize, Anchor.End, "soft", "receives");
        canvas.Text(From - 8, top + 38, FigureFrame.NoteSize, Anchor.End, "soft", "[MB]");
        canvas.Text(
            SentFrom, scale.At(sums.Mean) + 4, FigureFrame.NoteSize, Anchor.Start, "soft",
            $"mean {UnitText.ThreeDigits(sums.Mean / 1e6)}");
        if (sums.Received.Count > MostNumbered) return;
        for (var member = 0; member < sums.Received.Count; member++)
        {
            canvas.Text(
                From + (member + 0.5) * column, top + Received + 14, FigureFrame.NoteSize, Anchor.Middle,
                member == sums.Busiest && sums.IsUneven ? "strong" : "",
                UnitText.ThreeDigits(sums.Received[member] / 1e6));
        }
    }

    private static void Legend(SvgCanvas canvas, Scale colours, MeanDispatch dispatch, double y)
    {
        var ticks = colours.Ticks(Palette.HeatShades);
        for (var i = 0; i < ticks.Count; i++)
        {
            var x = From + i * Swatch;
            canvas.Text(x, y + 26, FigureFrame.NoteSize, Anchor.Middle, "soft", Scale.Text(ticks[i]));
            if (i + 1 < ticks.Count)
                canvas.Rect(x, y, Swatch, 12, Palette.ClassOfHeat(LevelOf((ticks[i] + ticks[i + 1]) / 2, colours)));
        }

        canvas.Text(
            From, y + 44, FigureFrame.NoteSize, Anchor.Start, "soft",
            "bytes from member to member in one dispatch [MB]; grey stays on its member"
            + (dispatch.MembersPerNode < dispatch.Members ? "; lines are borders of nodes" : ""));
    }

    /// <summary>The shade of a value: shades spread over the intervals between ticks.</summary>
    private static int LevelOf(double megabytes, Scale colours)
    {
        var intervals = colours.Ticks(Palette.HeatShades).Count - 1;
        var interval = (megabytes - colours.Low) / (colours.High - colours.Low) * intervals;
        var at = Math.Clamp((int)interval, 0, intervals - 1);
        return intervals == 1 ? Palette.HeatShades - 1 : at * (Palette.HeatShades - 1) / (intervals - 1);
    }
}
