// From the peak on the data sheet to the MFU of a step: what uneven experts cost first, then what the step would lose
// with balanced ones too. What waits takes its share of time; what computes takes the rest at less than peak.
using Sigma.Sim.Accounting;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>A waterfall of the step's peak FLOPs.</summary>
internal static class PeakToMfu
{
    public static Figure Draw(PlayedStep played, string source)
    {
        var shares = PeakShares.Of(played);
        var isRouted = played.Plan.Model.Experts.Count > 1;
        (string Name, string Class, double Share, bool IsShown)[] parts =
        [
            (
                shares.Imbalance < 0 ? "gain of real routing" : "uneven experts", Palette.ClassOf(TimeBucket.LostWork),
                shares.Imbalance, isRouted
            ),
            ("pipeline bubble", Palette.ClassOf(TimeBucket.PipelineBubble), shares.Bubble, true),
            ("straggler wait", Palette.ClassOf(TimeBucket.StragglerWait), shares.Stragglers, true),
            (
                "exposed communication", Palette.ClassOf(TimeBucket.ExposedCommunication), shares.Communication, true
            ),
            ("kernels below peak", "c-idle", shares.Kernels, true),
            (
                "recomputed activations", Palette.ClassOf(TimeBucket.Restore), shares.Recomputation,
                shares.Recomputation > 0
            ),
        ];
        var shown = parts.Where(part => part.IsShown).ToList();
        var largest = shown.OrderByDescending(part => part.Share).Take(2).ToList();
        var frame = new FigureFrame(
            "peak-to-mfu",
            $"{UnitText.Percent(shares.Mfu, 2)} of peak reaches the model; the largest losses are "
                + string.Join(" and ", largest.Select(part => $"{part.Name} ({Wording.Share(part.Share)})")),
            "Waterfall from the dense peak of the model's precision to model FLOPs utilization of the mean step, "
                + "causal attention counted half. Uneven experts: what the step takes longer than with balanced "
                + "experts; all other losses are those of the balanced step.",
            Waterfall.HeightOf(shown.Count + 2),
            source);
        Waterfall.Draw(
            frame,
            frame.Top,
            [.. shown.Select(part => Loss(part.Name, part.Class, part.Share))],
            new("dense peak", "100.00 %", "", true, [new(Palette.Neutral, "dense peak", 1)]),
            new("step MFU", Wording.AlignedShare(shares.Mfu), "", true, [new(Palette.Mfu, "step MFU", shares.Mfu)]),
            "share of dense peak [%]");
        return frame.Done(new TextTable(
            [Column.Words("part"), Column.Number("share of dense peak [%]")],
            [
                .. shown.Select(part => TableRow.Of(part.Name, TextTable.Digits(-100 * part.Share))),
                TableRow.Total("step MFU", TextTable.Digits(100 * shares.Mfu)),
            ]));
    }

    /// <summary>A gain is a loss below zero: its bar goes back to the right, and its number has a plus.</summary>
    private static WaterfallRow Loss(string name, string colour, double share) => new(
        name, share < 0 ? "+" + Wording.AlignedShare(-share) : Wording.AlignedShare(share), "", false,
        [new(share < 0 ? Palette.ClassOf(TimeBucket.CheckpointSave) : colour, name, share)]);
}
