// Where tokens go: windows of a trace keep its counts, and balance is what one gets by enumerating every choice.
using Sigma.Sim.Randomness;
using Sigma.Sim.Training;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Tests.Workload;

[TestClass]
public sealed class TrafficTests
{
    [TestMethod]
    public void A_window_holds_its_tokens_times_top_k_wherever_it_begins()
    {
        var trace = Trace(layers: 3, tokens: 1_000, experts: 16, topK: 3);
        foreach (var window in new[] { 32, 64, 300, 640, 960, 4_096 })
        {
            var traffic = new RoutedTraffic(trace, 4, 2, window);
            for (var layer = 0; layer < 3; layer++)
                for (var start = 0; start < traffic.WindowStarts; start++)
                    Assert.AreEqual(window * 3.0, Experts(traffic, layer, start).Sum(), 1e-6, $"{window} at {start}");
        }
    }

    [TestMethod]
    public void A_window_counts_the_tokens_of_the_trace_around_its_end()
    {
        var trace = Trace(2, 64 * 6, 8, 2);
        var traffic = new RoutedTraffic(trace, 4, 2, 128);
        Assert.AreEqual(6, traffic.WindowStarts);
        for (var layer = 0; layer < 2; layer++)
        {
            for (var start = 0; start < 6; start++)
            {
                var (experts, ranks, nodes) = (new double[8], new double[4], new double[2]);
                for (var i = 0; i < 128; i++)
                {
                    var chosen = trace.Of(layer, (start * 64 + i) % (64 * 6)).ToArray();
                    foreach (var expert in chosen) experts[expert]++;
                    foreach (var rank in chosen.Select(expert => expert / 2).Distinct()) ranks[rank]++;
                    foreach (var node in chosen.Select(expert => expert / 4).Distinct()) nodes[node]++;
                }

                CollectionAssert.AreEqual(experts, Experts(traffic, layer, start));
                var found = new double[4];
                traffic.AddRankTokens(layer, start, found);
                CollectionAssert.AreEqual(ranks, found);
                var foundNodes = new double[2];
                traffic.AddNodeTokens(layer, start, foundNodes);
                CollectionAssert.AreEqual(nodes, foundNodes);
            }
        }
    }

    [TestMethod]
    public void A_token_visits_a_rank_once_however_many_of_its_experts_are_there()
    {
        var trace = Trace(1, 640, 16, 4);
        var (traffic, ranks) = (new RoutedTraffic(trace, 1, 1, 640), new double[1]);
        traffic.AddRankTokens(0, 0, ranks);
        Assert.AreEqual(640, ranks[0]);
        var each = new RoutedTraffic(trace, 16, 8, 640);
        var (byRank, byExpert) = (new double[16], Experts(each, 0, 0));
        each.AddRankTokens(0, 0, byRank);
        CollectionAssert.AreEqual(byExpert, byRank);
    }

    [TestMethod]
    [DataRow(4, 1, 2, 1, 1)]
    [DataRow(6, 2, 3, 1, 1)]
    [DataRow(8, 3, 4, 1, 1)]
    [DataRow(8, 4, 2, 1, 1)]
    [DataRow(8, 8, 8, 1, 1)]
    [DataRow(9, 4, 3, 1, 1)]
    [DataRow(12, 3, 4, 4, 2)]
    [DataRow(12, 3, 6, 4, 2)]
    [DataRow(12, 3, 2, 4, 2)]
    [DataRow(12, 4, 4, 4, 3)]
    [DataRow(12, 2, 12, 3, 1)]
    public void Balance_visits_as_many_ranks_and_nodes_as_all_choices_do_on_average(
        int experts, int topK, int ranks, int groups, int groupsPerToken)
    {
        // Groups are chosen first, all alike, then experts in them: every pair of choices is counted once.
        var perGroup = experts / groups;
        var nodes = ranks % 2 == 0 ? ranks / 2 : 1;
        var (choices, visits, nodeVisits) = (0.0, 0.0, 0.0);
        for (var groupSet = 0; groupSet < 1 << groups; groupSet++)
        {
            if (int.PopCount(groupSet) != groupsPerToken) continue;
            for (var set = 0; set < 1 << experts; set++)
            {
                if (int.PopCount(set) != topK) continue;
                var chosen = Enumerable.Range(0, experts).Where(e => (set >> e & 1) == 1).ToArray();
                if (chosen.Any(e => (groupSet >> e / perGroup & 1) == 0)) continue;
                choices++;
                visits += chosen.Select(e => e / (experts / ranks)).Distinct().Count();
                nodeVisits += chosen.Select(e => e / (experts / nodes)).Distinct().Count();
            }
        }

        var spec = new ExpertSpec(experts, topK, 1, 0) { Groups = groups, GroupsPerToken = groupsPerToken };
        var traffic = new BalancedTraffic(spec, ranks, nodes, 1_000);
        var found = new double[ranks];
        traffic.AddRankTokens(0, 0, found);
        Assert.AreEqual(1_000.0 * visits / choices, found.Sum(), 1e-9);
        var foundNodes = new double[nodes];
        traffic.AddNodeTokens(0, 0, foundNodes);
        Assert.AreEqual(1_000.0 * nodeVisits / choices, foundNodes.Sum(), 1e-9);
        Assert.AreEqual(found.Max(), found.Min());
        var load = new double[experts];
        traffic.AddExpertTokens(0, 0, load);
        foreach (var tokens in load) Assert.AreEqual(1_000.0 * topK / experts, tokens, 1e-9);
    }

    [TestMethod]
    public void A_trace_that_cannot_be_used_is_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new RoutedTraffic(Trace(1, 640, 16, 2), 3, 1, 64));
        Assert.ThrowsExactly<ArgumentException>(() => new RoutedTraffic(Trace(1, 63, 16, 2), 4, 2, 64));
    }

    internal static RoutingTrace Trace(int layers, int tokens, int experts, int topK)
    {
        var dice = new StreamKey(31, 0, "test/trace", experts).Open();
        var choices = new ushort[layers * tokens * topK];
        for (var token = 0; token < layers * tokens; token++)
        {
            var chosen = choices.AsSpan(token * topK, topK);
            for (var i = 0; i < topK;)
            {
                // Skewed: small numbers are liked more.
                var u = dice.NextUniform();
                var expert = (ushort)(u * u * experts);
                if (chosen[..i].Contains(expert)) continue;
                chosen[i++] = expert;
            }
        }

        return new RoutingTrace(layers, tokens, experts, topK, choices);
    }

    private static double[] Experts(RoutedTraffic traffic, int layer, int start)
    {
        var tokens = new double[traffic.Experts];
        traffic.AddExpertTokens(layer, start, tokens);
        return tokens;
    }
}
