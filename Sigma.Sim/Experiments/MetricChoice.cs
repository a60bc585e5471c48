// The one number by which alternatives are ranked: the one that was asked for, or what a planner pays for.
using Sigma.Sim.Accounting;

namespace Sigma.Sim.Experiments;

/// <summary>Picks a metric among those that runs have.</summary>
public static class MetricChoice
{
    private const string Goodput = "goodput_tokens_per_s", Ettr = "ettr";

    /// <summary>
    /// The metric of that name, or goodput where tokens are known and ETTR where they are not. Throws
    /// <see cref="ComparisonException"/> for one that the runs have not, or of which neither more nor less is better.
    /// </summary>
    public static MetricName Of(string? wanted, IReadOnlyList<MetricName> known)
    {
        var name = wanted ?? (known.Any(metric => Is(metric, Goodput)) ? Goodput : Ettr);
        var found = known.FirstOrDefault(metric => Is(metric, name));
        if (found is null)
        {
            var why = RunMetrics.Names.Any(metric => Is(metric, name)) ? "these runs have no" : "there is no";
            throw new ComparisonException(
                $"{why} metric `{name}`; they have {string.Join(", ", known.Select(metric => metric.Name))}");
        }

        return found.HigherIsBetter is null
            ? throw new ComparisonException($"neither more nor less of `{name}` is better")
            : found;
    }

    /// <summary>
    /// Throws <see cref="ComparisonException"/> for a name that no run can have, before any is run.
    /// </summary>
    public static void Check(string? wanted)
    {
        if (wanted is not null) Of(wanted, RunMetrics.Names);
    }

    private static bool Is(MetricName metric, string name) =>
        string.Equals(metric.Name, name, StringComparison.Ordinal);
}
