// What a flipped bit does, by where it is: a column per bit, a row per kind of state.
using System.Globalization;
using Sigma.Sim.Quantities;
using Sigma.Sim.Training.Numerics;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>Shares noticed, unnoticed and harmless of every bit position, as small columns.</summary>
internal static class FlippedBits
{
    private const double Row = 78, Heading = 34, From = 150, Bits = 32;

    private static readonly (InjectionOutcome Outcome, string Colour, string Name)[] Outcomes =
    [
        (InjectionOutcome.Noticed, Palette.Accent, "noticed by a monitor"),
        (InjectionOutcome.Unnoticed, "c-lost-work", "unnoticed, and the damage lasts"),
        (InjectionOutcome.Harmless, Palette.Neutral, "harmless"),
    ];

    public static Figure Draw(InjectionReport report, string source)
    {
        var sites = Enum.GetValues<CorruptionSite>();
        var frame = new FigureFrame(
            "flipped-bits",
            Finding(report),
            "For each kind of state a column per bit of a 32-bit number: the share of flips that a monitor noticed, of "
                + "those that did lasting damage unnoticed, and of harmless ones.",
            Heading + sites.Length * Row + 40,
            source);
        frame.Legend(frame.Top, Outcomes.Select(entry => (entry.Colour, entry.Name)));
        var top = frame.Top + Heading;
        for (var i = 0; i < sites.Length; i++) Site(frame.Canvas, report, sites[i], top + i * Row);
        Axis(frame.Canvas, top + sites.Length * Row);
        return frame.Done(new TextTable(
            [Column.Words("state"), .. Outcomes.Select(outcome => Column.Number(outcome.Name))],
            [
                .. sites.Select(site => TableRow.Of(
                [
                    Wording.Of(site),
                    .. Outcomes.Select(outcome => UnitText.Count(report.Trials.Count(trial =>
                        trial.Corruption.Site == site && trial.Outcome == outcome.Outcome))),
                ])),
            ]));
    }

    private static string Finding(InjectionReport report)
    {
        string Share(InjectionOutcome outcome) =>
            UnitText.Percent((double)report.Count(outcome) / report.Trials.Count, 1);
        var noticed = report.Trials.Where(trial => trial.FirstNotice is not null).ToList();
        var atOnce = noticed.Count(trial => trial.FirstNotice == 0);
        var soon = noticed.Count == 0 ? ""
            : $" ({UnitText.Percent((double)atOnce / noticed.Count, 0)} of these in the same step)";
        return $"Of {UnitText.Count(report.Trials.Count)} flipped bits {Share(InjectionOutcome.Harmless)} are "
            + $"harmless, {Share(InjectionOutcome.Noticed)} are noticed{soon}, and "
            + $"{Share(InjectionOutcome.Unnoticed)} do lasting damage unnoticed";
    }

    private static void Site(SvgCanvas canvas, InjectionReport report, CorruptionSite site, double top)
    {
        var trials = report.Trials.Where(trial => trial.Corruption.Site == site).ToList();
        var height = Row - 14;
        canvas.Text(From - 14, top + height / 2 - 3, FigureFrame.LabelSize, Anchor.End, "strong", Wording.Of(site));
        canvas.Text(
            From - 14, top + height / 2 + 14, FigureFrame.NoteSize, Anchor.End, "soft",
            $"{UnitText.Count(trials.Count)} flips");
        for (var bit = 0; bit < Bits; bit++)
        {
            var hits = trials.Where(trial => trial.Corruption.Bit == bit).ToList();
            var (x, y) = (Place(bit), top + height);
            if (hits.Count == 0)
            {
                canvas.Rect(x, top, Width, height, "track");
                continue;
            }

            foreach (var (outcome, colour, name) in Outcomes)
            {
                var count = hits.Count(trial => trial.Outcome == outcome);
                if (count == 0) continue;
                var part = height * count / hits.Count;
                y -= part;
                var tip = $"{Wording.Of(site)}, bit {bit.ToString(CultureInfo.InvariantCulture)}: "
                    + $"{UnitText.Count(count)} of {UnitText.Count(hits.Count)} {name}";
                canvas.Rect(x, y, Width, part, colour, tip);
            }
        }
    }

    private static void Axis(SvgCanvas canvas, double top)
    {
        for (var bit = 0; bit < Bits; bit += bit == 28 ? 3 : 4)
            canvas.Text(
                Place(bit) + Width / 2, top + 8, FigureFrame.NoteSize, Anchor.Middle, "soft",
                bit.ToString(CultureInfo.InvariantCulture));
        canvas.Text(Place(0), top + 26, FigureFrame.NoteSize, Anchor.Start, "soft", "mantissa, lowest bit first");
        canvas.Text(Place(23), top + 26, FigureFrame.NoteSize, Anchor.Start, "soft", "exponent (23 to 30)");
        canvas.Text(
            Place(31) + Width, top + 26, FigureFrame.NoteSize, Anchor.End, "soft", "sign");
    }

    private static double Width => (FigureFrame.Right - From) / Bits - 2;

    private static double Place(int bit) => From + bit * (FigureFrame.Right - From) / Bits;
}
