// Replications until the answer is as sure as was asked. A pilot says how many it takes, since the half-width of an
// interval shrinks with the square root of their number; what was run counts, and the rest follows. (To look after
// every replication and stop at the first narrow interval would stop at those that chance made too narrow.)
using Sigma.Sim.Campaign;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Experiments;

/// <summary>How sure the mean of a metric is to be.</summary>
/// <param name="Metric">Which metric's.</param>
/// <param name="HalfWidth">Of its 95 % interval at most, as a share of the mean, above zero.</param>
public sealed record PrecisionGoal(string Metric, double HalfWidth)
{
    /// <summary>Beyond this the interval shrinks by less than anyone waits for.</summary>
    public const int MostReplications = 100_000;

    private const double Margin = 1.1;
    private const int LeastPilot = 30;

    /// <summary>
    /// Runs as many replications as the goal takes; throws <see cref="PrecisionException"/> where that is too many.
    /// </summary>
    /// <param name="pilot">What is run first, raised to 30: fewer say too little of the deviation.</param>
    /// <param name="run">Runs replications from a number on, so many.</param>
    public ReplicationSet Reach(int pilot, Func<int, int, IReadOnlyList<CampaignRun>> run)
    {
        var set = new ReplicationSet([.. run(0, Math.Max(LeastPilot, pilot))]);
        if (!set.Metrics.ContainsKey(Metric)) throw new PrecisionException($"this run has no metric `{Metric}`");
        while (!IsReached(set))
        {
            var needed = Needed(set);
            if (needed > MostReplications)
            {
                var found = UnitText.Percent(RelativeHalfWidth(set), 2);
                throw new PrecisionException(
                    $"a half-width of {UnitText.ThreeDigits(HalfWidth * 100)} % takes about {needed:#,0} replications "
                    + $"(at most {UnitText.Count(MostReplications)}): {UnitText.Count(set.Runs.Count)} give {found}");
            }

            set = new ReplicationSet([.. set.Runs, .. run(set.Runs.Count, (int)needed - set.Runs.Count)]);
        }

        return set;
    }

    /// <summary>Whether the interval is narrow enough.</summary>
    public bool IsReached(ReplicationSet set) => RelativeHalfWidth(set) <= HalfWidth;

    /// <summary>Half of the interval as a share of the mean.</summary>
    public double RelativeHalfWidth(ReplicationSet set)
    {
        var estimate = set.Metrics[Metric];
        return estimate.High == estimate.Low ? 0 : (estimate.High - estimate.Mean) / Math.Abs(estimate.Mean);
    }

    private double Needed(ReplicationSet set)
    {
        var ratio = RelativeHalfWidth(set) / HalfWidth;
        return Math.Max(set.Runs.Count + 1, Math.Ceiling(set.Runs.Count * ratio * ratio * Margin));
    }
}

/// <summary>A precision that no number of replications that anyone waits for gives.</summary>
public sealed class PrecisionException(string message) : Exception(message);
