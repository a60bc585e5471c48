// What would move the answer most: each input halved or doubled alone, on the same faults. Pale bars are those whose
// interval holds zero, where the effect may be chance.
using Sigma.Sim.Experiments;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>Relative change of goodput or kept steps by lever, largest first.</summary>
internal static class LeverTornado
{
    private const double Row = 32, From = 280, To = 690;

    public static Figure Draw(RunOutcome outcome, string source)
    {
        var levers = outcome.Levers;
        var (moved, inFull) = Wording.ProgressOf(outcome);
        var frame = new FigureFrame(
            "levers",
            Finding(levers, moved),
            $"Change of {inFull} when one input is changed and everything else, the faults "
                + "included, stays the same; with 95 % intervals of the paired difference.",
            levers.Count * Row + 40,
            source);
        if (levers.Count == 0) return frame.Done(TextTable.None);
        var canvas = frame.Canvas;
        var bottom = frame.Top + levers.Count * Row;
        var ends = levers.SelectMany(l => new[] { l.Difference.Mean, l.Difference.Low, l.Difference.High })
            .Where(double.IsFinite).Append(0).Select(end => end * 100).ToList();
        var scale = Scale.Around(ends.Min(), Math.Max(ends.Max(), ends.Min() + 1e-3), 6, From, To);
        scale.DrawBelow(canvas, frame.Top, bottom, 6, $"change of {moved} [%]");
        for (var i = 0; i < levers.Count; i++) Lever(canvas, scale, frame.Top + i * Row, levers[i]);
        canvas.Line(scale.At(0), frame.Top, scale.At(0), bottom, "zero");
        return frame.Done(new TextTable(
            [Column.Words("lever"), .. TextTable.Interval($"change of {moved} [%]")],
            [.. levers.Select(lever => TableRow.Of([lever.Title, .. TextTable.Cells(lever.Difference, 100)]))]));
    }

    private static string Finding(IReadOnlyList<Lever> levers, string moved)
    {
        if (levers.Count == 0) return "No lever was tried";
        var sure = levers.FirstOrDefault(IsSure);
        return sure is null
            ? $"No lever moves {moved} significantly"
            : $"“{sure.Title}” moves {moved} most: {Wording.SignedPercent(sure.Difference.Mean)} (95 %: "
                + $"{Wording.Signed(sure.Difference.Low * 100)} to {Wording.SignedPercent(sure.Difference.High)})";
    }

    private static bool IsSure(Lever lever) => lever.Difference.Low > 0 || lever.Difference.High < 0;

    private static void Lever(SvgCanvas canvas, Scale scale, double y, Lever lever)
    {
        var (difference, middle) = (lever.Difference, y + Row / 2);
        var title = TextFit.Shortened(lever.Title, FigureFrame.LabelSize, From - FigureFrame.Left - 14);
        canvas.Text(FigureFrame.Left, middle + 4, FigureFrame.LabelSize, Anchor.Start, "", title);
        canvas.Text(
            FigureFrame.Right, middle + 4, FigureFrame.LabelSize, Anchor.End, IsSure(lever) ? "strong" : "soft",
            Wording.SignedPercent(difference.Mean));

        // Where nothing was kept, a relative change has no value.
        if (!double.IsFinite(difference.Mean)) return;
        var (zero, end) = (scale.At(0), scale.At(difference.Mean * 100));
        var colour = difference.Mean >= 0 ? "c-compute" : "c-restart";
        var width = Math.Max(Math.Abs(end - zero), 1);
        canvas.Rect(
            Math.Min(zero, end), y + 7, width, Row - 14, IsSure(lever) ? colour : colour + " faint",
            $"{lever.Title}, change in per cent: "
                + Wording.WithInterval(difference.Mean * 100, difference.Low * 100, difference.High * 100));
        if (double.IsFinite(difference.Low) && double.IsFinite(difference.High))
            canvas.Line(scale.At(difference.Low * 100), middle, scale.At(difference.High * 100), middle, "whisker");
    }
}
