// From the peak on the data sheet to the MFU of a step: what waits takes its share of time, what computes takes the
// rest at less than peak.
using Sigma.Sim.Accounting;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>A waterfall of the step's peak FLOPs.</summary>
internal static class PeakToMfu
{
    public static Figure Draw(RunOutcome outcome, string source)
    {
        var (shares, figures) = (outcome.Profile.Shares, outcome.Profile.Figures);
        var again = figures.Hfu - figures.Mfu;
        var slow = shares.Compute - figures.Hfu;
        var losses = new List<WaterfallRow>
        {
            Loss(TimeBucket.PipelineBubble, "pipeline bubble", shares.PipelineBubble),
            Loss(TimeBucket.StragglerWait, "straggler wait", shares.StragglerWait),
            Loss(TimeBucket.ExposedCommunication, "exposed communication", shares.ExposedCommunication),
            new("kernels below peak", Wording.AlignedShare(slow), "", false, [new("c-idle", "kernels", slow)]),
        };
        if (again > 0)
        {
            const string name = "recomputed activations";
            losses.Add(new(name, Wording.AlignedShare(again), "", false, [new("c-restore", name, again)]));
        }

        var frame = new FigureFrame(
            "peak-to-mfu",
            $"{UnitText.Percent(figures.Mfu, 2)} of peak reaches the model: accelerators compute "
                + $"{UnitText.Percent(shares.Compute, 1)} of the step, at "
                + $"{UnitText.Percent(figures.Hfu / shares.Compute, 1)} of peak",
            "Waterfall from the dense peak of the model's precision to model FLOPs utilization of the mean step, "
                + "causal attention counted half.",
            Waterfall.HeightOf(losses.Count + 2),
            source);
        Waterfall.Draw(
            frame,
            frame.Top,
            losses,
            new("dense peak", "100.00 %", "", true, [new(Palette.Neutral, "dense peak", 1)]),
            new("step MFU", Wording.AlignedShare(figures.Mfu), "", true, [new(Palette.Mfu, "step MFU", figures.Mfu)]),
            "share of dense peak [%]");
        return frame.Done();
    }

    private static WaterfallRow Loss(TimeBucket bucket, string name, double share) =>
        new(name, Wording.AlignedShare(share), "", false, [new(Palette.ClassOf(bucket), name, share)]);
}
