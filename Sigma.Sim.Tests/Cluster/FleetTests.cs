// Every accelerator is somewhere: a rank has one place, a node one state, and only the lifecycle's ways lead between
// states.
using Sigma.Sim.Cluster;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Tests.Cluster;

[TestClass]
public sealed class FleetTests
{
    // The lifecycle as model.md tells it, written again here by hand: from, and where one can go from there.
    private static readonly HashSet<(NodeState, NodeState)> Ways =
    [
        .. From(NodeState.Active, NodeState.Benched, NodeState.Triage, NodeState.Repair),
        .. From(NodeState.Benched, NodeState.Active, NodeState.Triage, NodeState.Repair),
        .. From(NodeState.Hot, NodeState.Active, NodeState.Benched, NodeState.Triage, NodeState.Repair),
        .. From(NodeState.Standby, NodeState.Active, NodeState.Benched, NodeState.Hot),
        .. From(NodeState.Standby, NodeState.Triage, NodeState.Repair),
        .. From(NodeState.Borrowed, NodeState.Standby, NodeState.Triage, NodeState.Repair),
        .. From(NodeState.Cold, NodeState.Validating),
        .. From(NodeState.Triage, NodeState.Repair, NodeState.Validating, NodeState.Retired),
        .. From(NodeState.Repair, NodeState.Validating, NodeState.Retired),
        .. From(NodeState.Validating, NodeState.Standby, NodeState.Repair),
        .. From(NodeState.Retired, NodeState.Validating),
    ];

    private static IEnumerable<(NodeState, NodeState)> From(NodeState from, params NodeState[] to) =>
        to.Select(state => (from, state));

    [TestMethod]
    public void Every_rank_has_one_place_and_every_place_one_rank()
    {
        foreach (var tensor in new[] { 1, 2, 4, 8 })
            foreach (var pipeline in new[] { 1, 3, 8 })
                foreach (var expert in new[] { 1, 2, 8 })
                    foreach (var groups in new[] { 1, 5 })
                    {
                        var layout = new ParallelLayout(tensor, pipeline, expert, expert * groups, 8);
                        Assert.AreEqual(tensor * pipeline * expert * groups, layout.Ranks);
                        Assert.AreEqual(groups, layout.ExpertGroups);
                        var places = new HashSet<RankCoordinates>();
                        for (var rank = 0; rank < layout.Ranks; rank++)
                        {
                            var at = layout.Of(rank);
                            Assert.IsTrue(at.Tensor < tensor && at.Stage < pipeline && at.Data < layout.Data
                                && places.Add(at));
                            Assert.AreEqual(rank, layout.RankOf(at));
                        }
                    }
    }

    [TestMethod]
    public void A_tensor_parallel_group_shares_a_node()
    {
        var layout = new ParallelLayout(4, 2, 8, 16, 8);
        for (var rank = 0; rank < layout.Ranks; rank++)
            Assert.AreEqual(layout.NodeOf(layout.RankOf(layout.Of(rank) with { Tensor = 0 })), layout.NodeOf(rank));
    }

    [TestMethod]
    public void Sizes_that_do_not_divide_are_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new ParallelLayout(1, 1, 3, 8, 8));
        Assert.ThrowsExactly<ArgumentException>(() => new ParallelLayout(0, 1, 1, 8, 8));
    }

    [TestMethod]
    public void A_node_only_goes_the_ways_of_the_lifecycle()
    {
        foreach (var from in Enum.GetValues<NodeState>())
        {
            foreach (var to in Enum.GetValues<NodeState>())
            {
                var fleet = In(from);
                if (Ways.Contains((from, to)))
                {
                    fleet.Move(0, to);
                    Assert.AreEqual(to, fleet.StateOf(0));
                    continue;
                }

                Assert.ThrowsExactly<InvalidOperationException>(() => fleet.Move(0, to), $"{from} to {to}");
                Assert.AreEqual(from, fleet.StateOf(0), "a refused move changes nothing");
            }
        }
    }

    [TestMethod]
    public void The_counts_of_all_states_sum_to_the_nodes_and_match_them()
    {
        var spares = new SpareSpec(3, 2) { Hot = 2, Borrowed = 1 };
        var (fleet, dice) = (new Fleet(9, spares), new StreamKey(4, 0, "test/fleet", 0).Open());
        var queues = Enum.GetValues<NodeState>().ToDictionary(
            state => state, state => Enumerable.Range(0, 17).Where(node => fleet.StateOf(node) == state).ToList());
        var moves = 0;
        while (moves < 500)
        {
            var (node, to) = (dice.NextIndex(17), (NodeState)dice.NextIndex(10));
            if (!Ways.Contains((fleet.StateOf(node), to))) continue;
            queues[fleet.StateOf(node)].Remove(node);
            fleet.Move(node, to);
            queues[to].Add(node);
            moves++;
            foreach (var state in Enum.GetValues<NodeState>())
            {
                CollectionAssert.AreEqual(queues[state], fleet.AllIn(state).ToList(), "the longest there comes first");
                Assert.AreEqual(queues[state].Count, fleet.CountOf(state));
                Assert.AreEqual(queues[state].Count == 0 ? null : queues[state][0], fleet.FirstIn(state));
            }
        }
    }

    [TestMethod]
    public void Efficiency_is_read_between_the_rows_of_its_table_and_held_beyond_them()
    {
        var curve = new EfficiencyCurve(
            [new(new Flops(1e9), new Fraction(0.2)), new(new Flops(1e11), new Fraction(0.6))], factor: 0.5);
        Assert.AreEqual(0.1, curve.At(1), 1e-12);
        Assert.AreEqual(0.1, curve.At(1e9), 1e-12);
        Assert.AreEqual(0.2, curve.At(1e10), 1e-12);
        Assert.AreEqual(0.3, curve.At(1e11), 1e-12);
        Assert.AreEqual(0.3, curve.At(1e15), 1e-12);
    }

    private static Fleet In(NodeState state)
    {
        var fleet = state switch
        {
            NodeState.Cold => new Fleet(0, new SpareSpec(0, 1)),
            NodeState.Hot => new Fleet(0, new SpareSpec(0, 0) { Hot = 1 }),
            NodeState.Standby => new Fleet(0, new SpareSpec(1, 0)),
            NodeState.Borrowed => new Fleet(0, new SpareSpec(0, 0) { Borrowed = 1 }),
            _ => new Fleet(1, new SpareSpec(0, 0)),
        };
        NodeState[] way = state switch
        {
            NodeState.Benched or NodeState.Triage => [state],
            NodeState.Repair => [NodeState.Triage, NodeState.Repair],
            NodeState.Validating => [NodeState.Triage, NodeState.Repair, NodeState.Validating],
            NodeState.Retired => [NodeState.Triage, NodeState.Repair, NodeState.Retired],
            _ => [],
        };
        foreach (var next in way) fleet.Move(0, next);
        return fleet;
    }
}
