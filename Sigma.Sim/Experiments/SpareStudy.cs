// How many spares are enough: the same campaign on the same faults with none, a few, and up to twice as many. Each
// spare costs a node all the time and saves waiting some of the time, so there is a knee, and a rule that names it.
using Sigma.Sim.Campaign;
using Sigma.Sim.Cluster;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Experiments;

/// <summary>The campaign with a number of spares.</summary>
/// <param name="Spares">Of the kind that is varied; the others stay.</param>
/// <param name="Set">Its replications.</param>
/// <param name="Difference">Of its ETTR to that of the best number, paired.</param>
public sealed record SparePoint(int Spares, ReplicationSet Set, Estimate Difference);

/// <summary>Campaigns that differ in their spares alone.</summary>
/// <param name="Kind">`hot`, `warm`, `cold` or `borrowed`: which spares are varied.</param>
/// <param name="Own">The scenario's number of these.</param>
/// <param name="Points">By number, ascending; the scenario's own is one of them.</param>
/// <param name="LeftOut">Numbers with which the run would never end.</param>
public sealed record SpareStudy(
    string Kind, int Own, IReadOnlyList<SparePoint> Points, IReadOnlyList<int> LeftOut)
{
    /// <summary>How far below the best ETTR the knee may lie, as a share of wall time: 0.2 points.</summary>
    public const double Tolerance = 0.002;

    /// <summary>Replications of each number, at most: the pairing makes up for their being few.</summary>
    public const int MostReplications = 10;

    private const string Ettr = "ettr";

    private const int Intervals = 8, LeastRange = 4;

    /// <summary>Metrics that the study is about.</summary>
    public static IReadOnlyList<string> Metrics { get; } = [Ettr, "utilization_non_idle", "utilization_productive"];

    /// <summary>The number with the highest mean ETTR, the least of several.</summary>
    public int Best { get; } = BestOf(Points, Ettr).Spares;

    /// <summary>The least number whose mean ETTR is within <see cref="Tolerance"/> of the best.</summary>
    public int Knee { get; } = Points.First(point => point.Difference.Mean >= -Tolerance).Spares;

    /// <summary>The number with which most of the cluster's time, spares included, goes into kept steps.</summary>
    public int MostProductive { get; } = BestOf(Points, "utilization_productive").Spares;

    /// <summary>The study of a campaign, or null where nothing fails.</summary>
    /// <param name="campaign">The scenario's own.</param>
    /// <param name="own">Its replications.</param>
    /// <param name="run">Runs so many replications of a campaign, or gives null where it would never end.</param>
    public static SpareStudy? Of(
        CampaignSpec campaign, ReplicationSet own, Func<CampaignSpec, int, ReplicationSet?> run)
    {
        if (campaign.Faults.Count == 0) return null;
        var kind = KindOf(campaign);
        var (now, count) = (kind.Count(campaign.Cluster.Spares), Math.Min(MostReplications, own.Runs.Count));
        var sets = new SortedDictionary<int, ReplicationSet?> { [now] = own.First(count) };
        foreach (var spares in CountsAround(now)) Try(spares);
        var study = Gathered();
        // Between the knee and the number tried before it there may be fewer that do.
        for (var below = Below(study.Knee); study.Knee - below > 1; below = Below(study.Knee))
        {
            Try(below + (study.Knee - below) / 2);
            study = Gathered();
        }

        return study;

        int Below(int knee) => sets.Keys.Where(spares => spares < knee).DefaultIfEmpty(knee).Max();

        void Try(int spares)
        {
            if (sets.ContainsKey(spares)) return;
            var cluster = campaign.Cluster with { Spares = kind.With(campaign.Cluster.Spares, spares) };
            sets.Add(spares, run(campaign with { Cluster = cluster }, count));
        }

        SpareStudy Gathered()
        {
            var ended = sets.Where(pair => pair.Value is not null).ToList();
            var best = ended.MaxBy(pair => pair.Value!.Metrics[Ettr].Mean).Value!;
            return new SpareStudy(
                kind.Word, now,
                [.. ended.Select(pair => new SparePoint(
                    pair.Key, pair.Value!, best.DifferenceTo(pair.Value!, Ettr)))],
                [.. sets.Where(pair => pair.Value is null).Select(pair => pair.Key)]);
        }
    }

    /// <summary>None, up to twice as many, and steps as even as whole numbers allow; few where there are few.</summary>
    public static IReadOnlyList<int> CountsAround(int own)
    {
        var most = Math.Max(2 * own, LeastRange);
        return [.. Enumerable.Range(0, Intervals + 1)
            .Select(i => (int)Math.Round(most * i / (double)Intervals, MidpointRounding.AwayFromZero))
            .Append(own).Distinct().Order()];
    }

    private static SparePoint BestOf(IReadOnlyList<SparePoint> points, string metric) =>
        points.MaxBy(point => point.Set.Metrics[metric].Mean)!;

    private sealed record SpareKind(string Word, Func<SpareSpec, int> Count, Func<SpareSpec, int, SpareSpec> With);

    private static readonly SpareKind Hot = new("hot", s => s.Hot, (s, n) => s with { Hot = n });
    private static readonly SpareKind Warm = new("warm", s => s.Warm, (s, n) => s with { Warm = n });
    private static readonly SpareKind Cold = new("cold", s => s.Cold, (s, n) => s with { Cold = n });
    private static readonly SpareKind Borrowed = new("borrowed", s => s.Borrowed, (s, n) => s with { Borrowed = n });

    /// <summary>What the policy takes first, of what the cluster has; warm ones where it has none.</summary>
    private static SpareKind KindOf(CampaignSpec campaign)
    {
        var spares = campaign.Cluster.Spares;
        if (campaign.Recovery.Policy == PolicyKind.HotSpare) return Hot;
        return new[] { Warm, Cold, Borrowed }.FirstOrDefault(kind => kind.Count(spares) > 0) ?? Warm;
    }
}
