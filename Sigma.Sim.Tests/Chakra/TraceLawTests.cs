// What holds for the traces of every step, whatever its schedule, layout, routing and noise: 70 random steps are
// written, read back by the published numbers, and counted.
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;
using Sigma.Sim.Reporting.Chakra;
using Sigma.Sim.Tests.Replay;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Tests.Chakra;

[TestClass]
public sealed class TraceLawTests
{
    private const int Steady = 50, Noisy = 20;

    // Written once: every law looks at the same traces.
    private static readonly Lazy<IReadOnlyList<(string Which, TraceSet Set)>> LazyAll = new(() =>
    [
        .. SteadySteps.All(Steady).Select(step => ($"steady step {step.Number}", TraceSet.Of(step.Step))),
        .. Enumerable.Range(0, Noisy).Select(i => ($"random step {i}", TraceSet.Of(SmallStep.Random(i)))),
    ]);

    [TestMethod]
    public void Every_rank_has_a_file_with_the_version_of_the_schema_and_its_place()
    {
        foreach (var (which, set) in LazyAll.Value)
        {
            Assert.HasCount(set.Plan.Layout.Ranks, set.Ranks, which);
            for (var rank = 0; rank < set.Ranks.Count; rank++)
            {
                var (metadata, at) = (set.Ranks[rank].Metadata, set.Plan.Layout.Of(rank));
                Assert.AreEqual("1.0.0", set.Ranks[rank].Version);
                Assert.AreEqual(new TraceValue(29, "test"), metadata["scenario"]);
                Assert.AreEqual(new TraceValue(29, "1.2.3"), metadata["sigma_version"]);
                Assert.AreEqual(new TraceValue(9, (long)rank), metadata["rank"]);
                Assert.AreEqual(new TraceValue(9, (long)set.Ranks.Count), metadata["ranks"]);
                Assert.AreEqual(new TraceValue(9, (long)at.Stage), metadata["pp_rank"]);
                Assert.AreEqual(new TraceValue(9, (long)at.Data), metadata["dp_rank"]);
            }
        }
    }

    [TestMethod]
    public void A_node_waits_for_earlier_ones_only_and_its_number_is_its_own()
    {
        foreach (var (which, set) in LazyAll.Value)
        {
            foreach (var trace in set.Ranks)
            {
                var known = new HashSet<ulong>();
                foreach (var node in trace.Nodes)
                {
                    Assert.IsTrue(node.Waits.TrueForAll(known.Contains), $"{which}: {node.Name}");
                    Assert.AreEqual(node.Waits.Count, node.Waits.Distinct().Count(), $"{which}: {node.Name}");
                    Assert.IsTrue(known.Add(node.Id), $"{which}: {node.Name}");
                    Assert.IsFalse(node.Bool("is_cpu_op"), $"{which}: {node.Name}");
                }
            }
        }
    }

    [TestMethod]
    public void The_kernels_of_a_rank_take_as_long_as_the_replay_says()
    {
        foreach (var (which, set) in LazyAll.Value)
        {
            for (var rank = 0; rank < set.Ranks.Count; rank++)
            {
                var written = set.Ranks[rank].Nodes.Where(node => node.Type == TraceNode.Compute)
                    .Sum(node => node.Microseconds);
                Assert.AreEqual(set.Step.Ranks[rank].Compute.Nanoseconds / 1e3, written, 0.5, $"{which}, rank {rank}");
            }
        }
    }

    [TestMethod]
    public void Every_send_has_one_receive_with_its_ends_its_tag_and_its_size()
    {
        foreach (var (which, set) in LazyAll.Value)
        {
            var sends = Messages(set, TraceNode.Send, "comm_src", which);
            var receives = Messages(set, TraceNode.Receive, "comm_dst", which);
            Assert.AreEqual(sends.Count, receives.Count, which);
            foreach (var (key, size) in sends) Assert.AreEqual(size, receives[key], $"{which}: {key}");
            Assert.AreEqual(set.Plan.Layout.Pipeline > 1, sends.Count > 0, which);
        }
    }

    [TestMethod]
    public void All_members_of_a_group_take_part_in_the_same_collectives_in_the_same_order()
    {
        foreach (var (which, set) in LazyAll.Value)
        {
            Assert.AreEqual(set.Summary.Groups, set.Groups.Count, which);
            foreach (var (group, members) in set.Groups)
            {
                Assert.IsGreaterThan(1, members.Length, $"{which}: group {group}");
                Assert.AreEqual(members.Length, members.Distinct().Count(), $"{which}: group {group}");
                var expected = Meetings(set.Ranks[members[0]], group);
                foreach (var member in members)
                    CollectionAssert.AreEqual(expected, Meetings(set.Ranks[member], group), $"{which}: group {group}");
            }

            foreach (var (rank, node) in set.Nodes.Where(pair => pair.Node.Type == TraceNode.Collective))
            {
                CollectionAssert.Contains(set.Groups[node.Text("pg_name")], rank, $"{which}: {node.Name}");
                Assert.IsGreaterThan(0, node.Int64("comm_size"), $"{which}: {node.Name}");
            }
        }
    }

    [TestMethod]
    public void The_nodes_are_as_many_as_was_counted_before_the_step_was_played()
    {
        foreach (var (which, set) in LazyAll.Value)
        {
            Assert.AreEqual(set.Nodes.Count(), set.Summary.Nodes, which);
            Assert.AreEqual(set.Nodes.Count(), TraceSize.Of(set.Plan), which);
            Assert.IsNull(TraceSize.Obstacle(set.Plan));
        }
    }

    [TestMethod]
    public void Traces_come_to_an_end_wherever_collectives_are_taken_one_by_one()
    {
        foreach (var (which, set) in LazyAll.Value)
        {
            var busiest = set.Step.Ranks.Max(rank => rank.Compute.Nanoseconds) / 1000;
            var (all, one) = (TracePlayback.Play(set, false), TracePlayback.Play(set, true));
            Assert.IsGreaterThanOrEqualTo(busiest, all + 1, which);
            Assert.IsGreaterThanOrEqualTo(busiest, one + 1, which);
        }
    }

    [TestMethod]
    public void Played_without_a_network_they_take_as_long_as_the_replay_on_one_that_costs_nothing()
    {
        var free = new FabricSpec(
            new ScaleUpSpec(ScaleUpKind.Switch, new Bandwidth(long.MaxValue / 100), new Duration(0)),
            new ScaleOutSpec(
                ScaleOutKind.RailFatTree, 1, new Bandwidth(long.MaxValue / 100), new Duration(0), 2, 1), 1);
        var compared = 0;
        foreach (var (step, which) in SteadySteps.All(Steady).Select(step => (step.Step, $"steady step {step.Number}"))
            .Concat(Enumerable.Range(0, Noisy).Select(i => (SmallStep.Random(i), $"random step {i}"))))
        {
            // Passes side by side take turns at the compute units in an order that no trace says.
            if (step.Parallelism.Schedule == ScheduleKind.DualPipe) continue;
            var perNode = step.Cluster.AcceleratorsPerNode;
            var set = TraceSet.Of(step with
            {
                Fabric = free with
                {
                    ScaleOut = free.ScaleOut with { NicsPerNode = perNode },
                    AcceleratorsPerNode = perNode,
                },
                Noise = step.Noise with { Pauses = [] },
            });
            // Each time the path goes from one rank to another, both have rounded to the microsecond.
            var handed = 2.0 * set.Ranks[0].Nodes.Count;
            var rounded = set.Step.StepTime.Nanoseconds / 1e3;
            Assert.AreEqual(rounded, TracePlayback.Play(set, false), Math.Min(handed, 0.02 * rounded), which);
            compared++;
        }

        Assert.IsGreaterThan(Noisy + Steady / 2, compared);
    }

    [TestMethod]
    public void The_operations_of_all_kernels_are_those_of_the_model()
    {
        var compared = 0;
        foreach (var (random, number) in SteadySteps.All(Steady))
        {
            // Each tensor-parallel rank repeats the router; one fused kernel of attention counts its own backward pass.
            if (random.Parallelism.Tensor > 1 && random.Model.Experts.Count > 1) continue;
            var parallelism = random.Parallelism with { AttentionKernel = AttentionKernel.Materialized };
            var set = TraceSet.Of(random with { Parallelism = parallelism });
            var expected = set.Plan.TokensPerStep
                * random.Model.HardwareFlopsPerToken(parallelism.Recompute, causal: false);
            var written = set.Nodes.Where(pair => pair.Node.Type == TraceNode.Compute)
                .Sum(pair => (double)pair.Node.Int64("num_ops"));
            Assert.AreEqual(expected, written, 1e-6 * expected, $"step {number}");
            compared++;
        }

        Assert.IsGreaterThan(Steady / 3, compared);
    }

    private static Dictionary<(int From, int To, int Tag), long> Messages(
        TraceSet set, int type, string own, string which)
    {
        var found = new Dictionary<(int From, int To, int Tag), long>();
        foreach (var (rank, node) in set.Nodes.Where(pair => pair.Node.Type == type))
        {
            Assert.AreEqual(rank, node.Int32(own), $"{which}: {node.Name}");
            Assert.IsTrue(found.TryAdd(TraceSet.KeyOf(node), node.Int64("comm_size")), $"{which}: {node.Name}");
        }

        return found;
    }

    private static List<(long Type, long Size)> Meetings(TraceReader trace, string group) =>
        [.. trace.Nodes.Where(node => node.Type == TraceNode.Collective && node.Text("pg_name") == group)
            .Select(node => (node.Int64("comm_type"), node.Int64("comm_size")))];
}
