// A mean with the luck of the draw taken out: where a replication's dice hold something whose mean is known, such as
// how many units were to fail, a regression on it tells how much of the deviation that explains (Lavenberg and Welch,
// A perspective on the use of control variables, Management Science 1981).
using MathNet.Numerics.Distributions;
using Sigma.Sim.Accounting;
using Sigma.Sim.Campaign;

namespace Sigma.Sim.Experiments;

/// <summary>An estimate that a control made narrower.</summary>
/// <param name="Estimate">The mean at the control's known mean, with its 95 % interval.</param>
/// <param name="Gain">How many times as many replications would give the same interval without it; under 1 where the
/// control explains nothing and only costs a degree of freedom.</param>
public sealed record ControlledEstimate(Estimate Estimate, double Gain)
{
    /// <summary>
    /// The estimate of a metric of a campaign, controlled by its first failures; null where they say nothing, or where
    /// replications are too few for a regression.
    /// </summary>
    public static ControlledEstimate? Of(CampaignSpec campaign, ReplicationSet set, MetricName metric) => Of(
        [.. set.Runs.Select(run => run.Metrics[metric.Name])], [.. set.Runs.Select(run => run.FirstFailures)],
        campaign.FirstFailures.Expected());

    /// <summary>The same of any values.</summary>
    /// <param name="values">One a replication.</param>
    /// <param name="controls">What is known in the mean, one a replication.</param>
    /// <param name="knownMean">Of the controls.</param>
    public static ControlledEstimate? Of(
        IReadOnlyList<double> values, IReadOnlyList<double> controls, double knownMean)
    {
        const int least = 4;
        var count = values.Count;
        if (count < least || values.Concat(controls).Any(value => !double.IsFinite(value))) return null;
        var (mean, known) = (values.Average(), controls.Average());
        var spread = controls.Sum(control => (control - known) * (control - known));
        var total = values.Sum(value => (value - mean) * (value - mean));
        if (spread == 0 || total == 0) return null;
        var slope = values.Zip(controls, (value, control) => (value - mean) * (control - known)).Sum() / spread;
        var unexplained = Math.Max(0, total - slope * slope * spread);
        var deviation = Math.Sqrt(unexplained / (count - 2));
        var off = known - knownMean;
        var error = deviation * Math.Sqrt(1.0 / count + off * off / spread);
        var half = StudentT.InvCDF(0, 1, count - 2, 0.5 + Estimate.Confidence / 2) * error;
        var controlled = mean - slope * off;
        var plain = Estimate.Of(values);
        var ratio = (plain.High - plain.Mean) / half;
        return new ControlledEstimate(
            new Estimate(controlled, deviation, controlled - half, controlled + half, count), ratio * ratio);
    }
}
