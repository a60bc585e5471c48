// Dispatch and combine of DeepSeek's expert-parallel library on H800 (DeepEP, first version's tables): 4,096 tokens of
// width 7,168 to 8 of 256 experts on at most 4 nodes, or 128 tokens by its kernels for low latency.
using Sigma.Sim.Network;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Validation.Published;

/// <summary>Predicted on the links of deepseek-v3.yaml, whose shares were fitted to these rows.</summary>
internal sealed record DeepEpCase() : PublishedCase(
    "DEEPEP", ["deepep.csv"], ["kind", "ep_size", "op", "latency_us", "bandwidth_GBps"])
{
    private const int Width = 7168, Experts = 256, TopK = 8, MostNodes = 4, Tokens = 4096, FewTokens = 128;
    private const double BandwidthBar = 0.15, LatencyBar = 0.20;

    protected override CaseResult Row(string folder, PublishedRow row)
    {
        var scenario = ScenarioOf(folder, "deepseek-v3.yaml", row, []);
        var (members, perNode) = (row.Count("ep_size"), scenario.Cluster.AcceleratorsPerNode);
        if (members < 2 || (members > perNode && members % perNode != 0) || Experts % members != 0)
        {
            throw row.Wrong(
                $"`ep_size`: expected a size that divides {Experts} experts and fills nodes, found {members}");
        }

        var isDispatch = row.Text("op") switch
        {
            "dispatch" => true,
            "combine" => false,
            var other => throw row.Wrong($"`op`: expected `dispatch` or `combine`, found `{other}`"),
        };
        // Out in fp8 with a scale of 4 bytes for every 128 elements, back in bf16.
        var tokenBytes = Width * (isDispatch ? 1 + 4.0 / 128 : 2);
        var name = $"{row.Text("op")} over {members} ranks";
        var found = row.Text("kind") switch
        {
            "normal" => Normal(scenario, row, name, tokenBytes),
            "low_latency" => LowLatency(scenario, row, name, tokenBytes),
            var other => throw row.Wrong($"`kind`: expected `normal` or `low_latency`, found `{other}`"),
        };
        return found.RestingOn(scenario);
    }

    /// <summary>A token goes once to each node that it visits; bandwidth counts what stays at home too.</summary>
    private CaseResult Normal(Scenario scenario, PublishedRow row, string name, double tokenBytes)
    {
        var members = row.Count("ep_size");
        var perNode = Math.Min(members, scenario.Cluster.AcceleratorsPerNode);
        var nodes = members / perNode;
        var experts = new ExpertSpec(Experts, TopK, 1, 0)
        {
            Groups = nodes,
            GroupsPerToken = Math.Min(MostNodes, nodes),
        };
        var toRank = Tokens * tokenBytes * experts.ChanceOfVisit(Experts / members);
        var toNode = Tokens * tokenBytes * experts.ChanceOfVisit(Experts / nodes);
        var traffic = new TrafficMatrix(
            members, perNode, Filled(members * members, toRank), Filled(members * nodes, toNode));
        var time = AllToAll.Time(
            nodes == 1 ? AllToAllAlgorithm.Direct : AllToAllAlgorithm.Hierarchical, traffic, scenario.Modelled.Fabric);
        var logical = nodes == 1 ? toRank * members : toNode * nodes;
        var measured = row.Number("bandwidth_GBps");
        return new CaseResult(
            Id, $"{name} [GB/s]", logical / time.Seconds / 1e9, measured, BandwidthBar * measured, "");
    }

    /// <summary>A token goes to each of its experts by itself, straight.</summary>
    private CaseResult LowLatency(Scenario scenario, PublishedRow row, string name, double tokenBytes)
    {
        var members = row.Count("ep_size");
        var perNode = Math.Min(members, scenario.Cluster.AcceleratorsPerNode);
        var bytes = FewTokens * TopK * tokenBytes;
        var traffic = new TrafficMatrix(
            members, perNode, Filled(members * members, bytes / members), new long[members * (members / perNode)]);
        var time = scenario.Cluster.Host.Collective
            + AllToAll.Time(AllToAllAlgorithm.Direct, traffic, scenario.Modelled.Fabric);
        var measured = row.Number("latency_us");
        var rate = new CaseResult(
            Id, $"low-latency {name} [GB/s]", bytes / time.Seconds / 1e9, row.Number("bandwidth_GBps"),
            BandwidthBar * row.Number("bandwidth_GBps"), "");
        return new CaseResult(
            Id, $"low-latency {name} [us]", time.Seconds * 1e6, measured, LatencyBar * measured, "")
        {
            Beside = rate,
        };
    }

    private static long[] Filled(int count, double bytes) => [.. Enumerable.Repeat((long)bytes, count)];
}
