// Scenarios against each other on the same faults: paired differences replication by replication, corrected for their
// number, and what each bucket of time has to do with them.
using Sigma.Sim.Accounting;
using Sigma.Sim.Campaign;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Experiments;

/// <summary>One of the things compared.</summary>
/// <param name="Label">What people call it: a file's name, or the values that set it apart.</param>
/// <param name="Scenario">What was asked.</param>
public sealed record Alternative(string Label, Scenario Scenario);

/// <summary>An alternative with its replications.</summary>
public sealed record Contender(Alternative Alternative, CampaignSpec Campaign, ReplicationSet Set);

/// <summary>Two contenders, by their number: how much higher the metric of the second is.</summary>
/// <param name="First">The lower number.</param>
/// <param name="Second">The higher number.</param>
/// <param name="Difference">Second less first, corrected for the number of pairs.</param>
/// <param name="Gain">
/// How many times larger the variance of the difference would be without the common faults, as far as one can tell from
/// the two variances; infinite where the difference does not vary.
/// </param>
public sealed record ContenderPair(int First, int Second, PairedDifference Difference, double Gain);

/// <summary>Contenders and how they differ.</summary>
/// <param name="Metric">What they are compared by.</param>
/// <param name="Contenders">In the order of the command, at least two.</param>
/// <param name="Pairs">Every two of them; one family of tests.</param>
/// <param name="LeftOut">Alternatives whose run would never end.</param>
/// <param name="IsPaired">Whether they met the same faults.</param>
public sealed record Comparison(
    MetricName Metric, IReadOnlyList<Contender> Contenders, IReadOnlyList<ContenderPair> Pairs,
    IReadOnlyList<Alternative> LeftOut, bool IsPaired)
{
    /// <summary>Most alternatives at once: beyond this a sweep says more.</summary>
    public const int MostAlternatives = 50;

    /// <summary>Numbers of the contenders, best mean first.</summary>
    public IReadOnlyList<int> Ranking { get; } =
    [
        .. Enumerable.Range(0, Contenders.Count)
            .OrderBy(i => Metric.Rank(Contenders[i].Set.Metrics[Metric.Name].Mean)),
    ];

    /// <summary>How much higher the metric of one contender is than another's.</summary>
    public PairedDifference Between(int from, int to)
    {
        var pair = Pairs.Single(p => (p.First, p.Second) == (Math.Min(from, to), Math.Max(from, to)));
        return from < to ? pair.Difference : pair.Difference with { Difference = Negative(pair.Difference.Difference) };
    }

    /// <summary>
    /// Accelerator time of a bucket, as a share of all accelerator time with spares: how much higher it is in one
    /// contender than in another. Over all buckets these sum to zero.
    /// </summary>
    public Estimate ShareDifference(int from, int to, TimeBucket bucket) => Contenders[from].Set.DifferenceTo(
        Contenders[to].Set, run => run.Ledger.Hours(bucket) / Accounting.Ledger.ToHours(run.Ledger.Total));

    /// <summary>All pairs of contenders.</summary>
    public static Comparison Of(
        MetricName metric, IReadOnlyList<Contender> contenders, IReadOnlyList<Alternative> leftOut, bool isPaired)
    {
        var values = contenders
            .Select(contender => contender.Set.Runs.Select(run => run.Metrics[metric.Name]).ToList()).ToList();
        var numbers = (from first in Enumerable.Range(0, contenders.Count)
                       from second in Enumerable.Range(first + 1, contenders.Count - first - 1)
                       select (first, second)).ToList();
        var differences = numbers
            .Select(pair => (IReadOnlyList<double>)[.. values[pair.first].Zip(values[pair.second], (a, b) => b - a)])
            .ToList();
        var tests = HolmCorrection.Of(differences);
        var pairs = numbers.Select((pair, i) => new ContenderPair(
            pair.first, pair.second, tests[i], GainOf(values[pair.first], values[pair.second], differences[i])));
        return new Comparison(metric, contenders, [.. pairs], leftOut, isPaired);
    }

    private static double GainOf(
        IReadOnlyList<double> first, IReadOnlyList<double> second, IReadOnlyList<double> difference)
    {
        return (Variance(first) + Variance(second)) / Variance(difference);

        static double Variance(IReadOnlyList<double> values) => Math.Pow(Estimate.Of(values).Deviation, 2);
    }

    private static Estimate Negative(Estimate estimate) =>
        estimate with { Mean = -estimate.Mean, Low = -estimate.High, High = -estimate.Low };
}
