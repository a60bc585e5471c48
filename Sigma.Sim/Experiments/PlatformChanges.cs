// What differs between an earlier platform and today's, as changes of the earlier campaign: one mechanism after the
// other, and none for what is the same.
using Sigma.Sim.Campaign;
using Sigma.Sim.Cluster;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Experiments;

/// <summary>One mechanism.</summary>
/// <param name="Title">What is changed, as people would say it.</param>
/// <param name="Change">Puts today's in place of the earlier one.</param>
internal sealed record PlatformChange(string Title, Func<CampaignSpec, CampaignSpec> Change);

/// <summary>Lists them.</summary>
internal static class PlatformChanges
{
    /// <summary>In the order in which they are made; together they lead from one campaign to the other.</summary>
    public static IReadOnlyList<PlatformChange> Between(CampaignSpec earlier, CampaignSpec now)
    {
        PlatformChange?[] all =
        [
            Faults(earlier, now), Decisions(earlier, now), Repair(earlier.Lifecycle, now.Lifecycle),
            Exchange(earlier, now), Checkpoints(earlier, now), Leaving(earlier, now), Step(earlier, now),
        ];
        return [.. all.OfType<PlatformChange>()];
    }

    private static PlatformChange? Faults(CampaignSpec earlier, CampaignSpec now)
    {
        var (a, b) = (earlier.Lifecycle, now.Lifecycle);
        return ReferenceEquals(earlier.Faults, now.Faults) && a.Lemons == b.Lemons && Equals(a.Relapse, b.Relapse)
            ? null
            : new("the faults themselves", s => s with
            {
                Faults = now.Faults,
                Lifecycle = s.Lifecycle with { Lemons = b.Lemons, Relapse = b.Relapse },
            });
    }

    /// <summary>Who finds out what is wrong, and how soon.</summary>
    private static PlatformChange? Decisions(CampaignSpec earlier, CampaignSpec now)
    {
        var (a, b) = (earlier.Lifecycle, now.Lifecycle);
        var (before, after) = (earlier.Recovery.Times, now.Recovery.Times);
        return Named([
            (Decided(before, after) != before, "decisions"),
            (a.Library != b.Library, "library of signatures"),
            (!Equals(a.Triage, b.Triage) || !Equals(a.ManualTriage, b.ManualTriage), "triage"),
        ], s => s with
        {
            Lifecycle = Triaged(s.Lifecycle, b),
            Recovery = s.Recovery with { Times = Decided(s.Recovery.Times, after) },
        });
    }

    private static PlatformChange? Repair(LifecycleSpec before, LifecycleSpec after)
    {
        var changed = Triaged(before, after) with
        {
            Lemons = after.Lemons,
            Relapse = after.Relapse,
            RepairCrews = after.RepairCrews,
        };
        var isSame = HasSame(before.Remedies, after.Remedies) && changed with { Remedies = after.Remedies } == after;
        return Named([
            (before.RepairCrews != after.RepairCrews, $"{after.RepairCrews} repair crews"),
            (!isSame, "repair and validation"),
        ], s => s with { Lifecycle = after });
    }

    /// <summary>Which spares there are, and what happens to the rest of the job when a node fails.</summary>
    private static PlatformChange? Exchange(CampaignSpec earlier, CampaignSpec now)
    {
        var (before, after) = (earlier.Recovery, now.Recovery);
        var (spares, policy) = (now.Cluster.Spares, before.Policy != after.Policy);
        var times = Decided(before.Times, after.Times) != after.Times || before.PromotesSpares != after.PromotesSpares;
        return Named([
            (earlier.Cluster.Spares != spares, InWords(spares)),
            (policy, InWords(after.Policy)),
            (!policy && times, "times of a recovery"),
        ], s => s with
        {
            Cluster = s.Cluster with { Spares = spares },
            Recovery = after with { Proactive = s.Recovery.Proactive },
        });
    }

    private static PlatformChange? Checkpoints(CampaignSpec earlier, CampaignSpec now) =>
        earlier.Tiers.SequenceEqual(now.Tiers) ? null : new("checkpoints", s => s with { Tiers = now.Tiers });

    private static PlatformChange? Leaving(CampaignSpec earlier, CampaignSpec now)
    {
        var proactive = now.Recovery.Proactive;
        return earlier.Recovery.Proactive == proactive
            ? null
            : new("leaving before the stop", s => s with { Recovery = s.Recovery with { Proactive = proactive } });
    }

    /// <summary>All that is left: the step, and with it the nodes that it runs on.</summary>
    private static PlatformChange? Step(CampaignSpec earlier, CampaignSpec now) => Named([
        (earlier.StepTime != now.StepTime,
            $"a step of {UnitText.Of(now.StepTime)} in place of {UnitText.Of(earlier.StepTime)}"),
        (earlier.Cluster.Nodes != now.Cluster.Nodes
            || earlier.Cluster.AcceleratorsPerNode != now.Cluster.AcceleratorsPerNode
            || earlier.Cluster.Domains != now.Cluster.Domains, "the cluster"),
    ], _ => now);

    /// <summary>One change for all that differs of its parts, or null where nothing does.</summary>
    private static PlatformChange? Named(
        (bool Differs, string Name)[] parts, Func<CampaignSpec, CampaignSpec> change)
    {
        var names = parts.Where(part => part.Differs).Select(part => part.Name).ToList();
        return names.Count == 0 ? null : new(string.Join(", ", names), change);
    }

    private static RestartTimes Decided(RestartTimes of, RestartTimes by) =>
        of with { Decide = by.Decide, ManualDecide = by.ManualDecide };

    private static LifecycleSpec Triaged(LifecycleSpec of, LifecycleSpec by) =>
        of with { Triage = by.Triage, ManualTriage = by.ManualTriage, Library = by.Library };

    private static bool HasSame<TKey, TValue>(
        IReadOnlyDictionary<TKey, TValue> a, IReadOnlyDictionary<TKey, TValue> b)
        where TKey : notnull =>
        a.Count == b.Count && a.All(pair => b.TryGetValue(pair.Key, out var value) && Equals(pair.Value, value));

    private static string InWords(SpareSpec spares)
    {
        var kinds = new[]
        {
            (spares.Hot, "hot"), (spares.Warm, "warm"), (spares.Cold, "cold"), (spares.Borrowed, "borrowed"),
        };
        var held = kinds.Where(kind => kind.Item1 > 0).Select(kind => $"{kind.Item1} {kind.Item2}").ToList();
        if (held.Count == 0) return "no spares";
        return $"{string.Join(" and ", held)} {(spares.Total == 1 ? "spare" : "spares")}";
    }

    private static string InWords(PolicyKind policy) => policy switch
    {
        PolicyKind.Restart => "the whole job placed again",
        PolicyKind.WarmSpare => "only the failed node exchanged",
        PolicyKind.HotSpare => "a spare in the job takes over",
        PolicyKind.Elastic => "the job goes on without lost replicas",
        PolicyKind.Reroute => "peers take over a lost node's part",
        _ => throw new ArgumentOutOfRangeException(nameof(policy), policy, null),
    };
}
