// Runs what is compared: each distinct step once, then every alternative on the replications of one seed.
using Sigma.Sim.Accounting;

namespace Sigma.Sim.Experiments;

/// <summary>How alternatives are run.</summary>
/// <param name="Metric">What they are compared by; null for goodput, or ETTR where tokens are not known.</param>
/// <param name="IsPaired">
/// Whether replication i of all alternatives draws the same dice; otherwise each has replications of its own numbers.
/// </param>
/// <param name="Threads">At a time.</param>
public sealed record CompareSpec(string? Metric, bool IsPaired, int Threads);

/// <summary>A comparison that cannot be made, in one sentence.</summary>
public sealed class ComparisonException(string message) : Exception(message);

/// <summary>Compares alternatives.</summary>
public sealed class CompareJob(CompareSpec spec, Action<JobProgress> progress, CancellationToken cancellation)
{
    /// <summary>
    /// All alternatives on the seed and replications of the first. Throws <see cref="ComparisonException"/> where fewer
    /// than two of them can be compared, or the metric is not one of theirs.
    /// </summary>
    public Comparison Run(IReadOnlyList<Alternative> alternatives)
    {
        var (contenders, leftOut) = (new List<Contender>(), new List<Alternative>());
        var shelf = new StepShelf(spec.Threads, progress, cancellation);
        var first = alternatives[0].Scenario;
        foreach (var (alternative, number) in alternatives.Select((alternative, i) => (alternative, i)))
        {
            var campaign = shelf.CampaignOf(alternative.Scenario);
            var from = spec.IsPaired ? 0 : number * first.Replications;
            progress(new JobProgress("campaigns", number, alternatives.Count));
            var runs = Endless.OrNull(() => ReplicationSet.Stretch(
                campaign, first.Seed, from, first.Replications, spec.Threads, cancellation));
            if (runs is null) leftOut.Add(alternative);
            else contenders.Add(new Contender(alternative, campaign, new ReplicationSet(runs)));
        }

        if (contenders.Count < 2)
        {
            throw new ComparisonException(
                $"the runs of {string.Join(" and of ", leftOut.Select(alternative => alternative.Label))} would never "
                + "end; fewer than two alternatives are left");
        }

        return Comparison.Of(MetricOf(contenders), contenders, leftOut, spec.IsPaired);
    }

    private MetricName MetricOf(IReadOnlyList<Contender> contenders)
    {
        var common = contenders.Select(contender => contender.Set.Names)
            .Aggregate((names, others) => [.. names.Intersect(others)]);
        return MetricChoice.Of(spec.Metric, common);
    }
}
