// The policies that a report lays side by side. They share nodes and faults: where a policy needs its spares in the job
// or outside it, the same spares stand there. What a cluster or a layout cannot do is left out, and why is said.
using Sigma.Sim.Campaign;
using Sigma.Sim.Cluster;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Experiments;

/// <summary>A policy on the scenario's own nodes.</summary>
/// <param name="Policy">Which.</param>
/// <param name="Campaign">The campaign with it, or null where it is left out.</param>
/// <param name="Remark">What stands otherwise than in the scenario, or why it is left out; empty for neither.</param>
internal sealed record ComparedPolicy(PolicyKind Policy, CampaignSpec? Campaign, string Remark);

/// <summary>Lists them.</summary>
internal static class PolicyList
{
    /// <param name="campaign">The scenario's own.</param>
    public static IReadOnlyList<ComparedPolicy> Of(CampaignSpec campaign) =>
        [.. Enum.GetValues<PolicyKind>().Select(policy => Of(policy, campaign))];

    private static ComparedPolicy Of(PolicyKind policy, CampaignSpec campaign)
    {
        if (policy == campaign.Recovery.Policy) return new ComparedPolicy(policy, campaign, "");
        var needsPeers = policy is PolicyKind.HotSpare or PolicyKind.Elastic or PolicyKind.Reroute;
        if (needsPeers && campaign.Conditions.Groups < 2)
            return new ComparedPolicy(policy, null, "no second group of replicas holds the model");
        if (!needsPeers && campaign is { Steps: not null, Tiers.Count: 0, Faults.Count: > 0 })
            return new ComparedPolicy(policy, null, "without a checkpoint every fault takes it back to the start");
        var spares = campaign.Cluster.Spares;
        if (policy == PolicyKind.WarmSpare && spares.Total == 0)
            return new ComparedPolicy(policy, null, "the cluster has no spare");
        if (policy == PolicyKind.HotSpare && spares.Hot + spares.Warm == 0)
            return new ComparedPolicy(policy, null, "no spare could stand inside the job");
        var (moved, remark) = Placed(policy, spares);
        return new ComparedPolicy(
            policy,
            campaign with
            {
                Recovery = campaign.Recovery with { Policy = policy },
                Cluster = campaign.Cluster with { Spares = moved },
            },
            remark);
    }

    /// <summary>The same spares where the policy can use them.</summary>
    private static (SpareSpec Spares, string Remark) Placed(PolicyKind policy, SpareSpec spares)
    {
        if (policy == PolicyKind.HotSpare)
        {
            return spares.Hot > 0
                ? (spares, "")
                : (spares with { Hot = spares.Warm, Warm = 0 }, $"its {Nodes(spares.Warm, "warm")} inside the job");
        }

        return spares.Hot == 0
            ? (spares, "")
            : (spares with { Hot = 0, Warm = spares.Warm + spares.Hot },
                $"its {Nodes(spares.Hot, "hot")} outside the job");
    }

    private static string Nodes(int count, string kind) =>
        $"{UnitText.Count(count)} {kind} {(count == 1 ? "spare stands" : "spares stand")}";
}
