// Where the peak FLOPs of a step go, in parts that sum to one. Uneven experts cost what the step takes longer than the
// same step with balanced experts; everything else is what the balanced step loses too, measured in the time of the
// real one (docs/METRICS.md, "From peak to MFU").
using Sigma.Sim.Experiments;

namespace Sigma.Sim.Reporting;

/// <summary>Shares of accelerators x step time x dense peak.</summary>
/// <param name="Imbalance">Negative where the real routing makes the step shorter than balanced experts would.</param>
/// <param name="Bubble">Waiting for another pipeline stage.</param>
/// <param name="Stragglers">Waiting for slower ranks: jitter, pauses, slow nodes.</param>
/// <param name="Communication">Communication that nothing hides.</param>
/// <param name="Kernels">Computing at less than peak.</param>
/// <param name="Recomputation">FLOPs that only repeat others.</param>
/// <param name="Mfu">What is left: FLOPs of the model.</param>
internal sealed record PeakShares(
    double Imbalance, double Bubble, double Stragglers, double Communication, double Kernels, double Recomputation,
    double Mfu)
{
    public static PeakShares Of(PlayedStep step)
    {
        var (figures, even) = (step.Profile.Figures, step.Balanced.Shares);
        // The balanced step in times of the real one.
        var length = step.Balanced.StepTime.Over(step.Profile.StepTime);
        return new PeakShares(
            1 - length,
            even.PipelineBubble * length,
            even.StragglerWait * length,
            even.ExposedCommunication * length,
            even.Compute * length - figures.Hfu,
            figures.Hfu - figures.Mfu,
            figures.Mfu);
    }
}
