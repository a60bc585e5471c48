// Laws of steps that nothing disturbs (L2), in every schedule: better machines and more overlap never lengthen them,
// slower nodes never shorten them, and where a slow node stands matters only by what it does.
using Sigma.Sim.Quantities;
using Sigma.Sim.Replay;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Tests.Replay;

[TestClass]
public sealed class SteadyLawTests
{
    private const int Layouts = 150;

    [TestMethod]
    public void Every_rank_accounts_for_the_whole_step_in_every_schedule() => ForAll((step, about) =>
    {
        var played = SteadySteps.Play(step, ReplayDetail.Full, (0, 1.7));
        foreach (var rank in played.Ranks)
        {
            Assert.AreEqual(played.StepTime, rank.Total, about);
            var parts = new[] { rank.Compute, rank.ExposedCommunication, rank.PipelineBubble, rank.StragglerWait };
            Assert.IsTrue(parts.All(part => part >= Duration.Zero), about);
        }
    });

    [TestMethod]
    public void Doubling_any_bandwidth_never_lengthens_a_step() => ForAll((step, about) =>
    {
        var (time, up, scaleOut) = (TimeOf(step), step.Fabric.ScaleUp, step.Fabric.ScaleOut);
        var nearer = step.Fabric with
        {
            ScaleUp = up with { BandwidthPerAccelerator = up.BandwidthPerAccelerator * 2 },
        };
        var farther = step.Fabric with
        {
            ScaleOut = scaleOut with { BandwidthPerNic = scaleOut.BandwidthPerNic * 2 },
        };
        var machine = step.Cluster.Accelerator;
        var memory = step.Cluster with
        {
            Accelerator = machine with { HbmBandwidth = machine.HbmBandwidth * 2 },
        };
        time = Allowed(step, time);
        AssertNoLonger(time, TimeOf(step with { Fabric = nearer }), $"scale-up {about}");
        AssertNoLonger(time, TimeOf(step with { Fabric = farther }), $"scale-out {about}");
        AssertNoLonger(time, TimeOf(step with { Cluster = memory }), $"memory {about}");
    });

    [TestMethod]
    public void A_slower_node_never_shortens_a_step() => ForAll((step, about) =>
    {
        for (var node = 0; node < Math.Min(4, step.Cluster.Nodes); node++)
        {
            var time = TimeOf(step);
            foreach (var factor in new[] { 1.01, 1.3, 2.5 })
            {
                var slower = SteadySteps.Play(step, ReplayDetail.Automatic, (node, factor)).StepTime;
                AssertNoLonger(slower, time, $"node {node} x {factor}, {about}");
                time = slower;
            }
        }
    });

    [TestMethod]
    public void A_slow_node_costs_the_same_in_every_replica() => ForAll((step, about) =>
    {
        var (layout, perNode) = (step.Plan().Layout, step.Cluster.AcceleratorsPerNode);
        var first = SteadySteps.Play(step, ReplayDetail.Automatic, (0, 1.6));
        for (var node = 1; node < step.Cluster.Nodes; node++)
        {
            var moved = Enumerable.Range(0, perNode).Select(i => (layout.Of(i), layout.Of((node * perNode) + i)));
            var isAlike = moved.All(pair => pair.Item1.Tensor == pair.Item2.Tensor
                && pair.Item1.Stage == pair.Item2.Stage && (pair.Item2.Data - pair.Item1.Data) % layout.Expert == 0);
            if (!isAlike) continue;
            var other = SteadySteps.Play(step, ReplayDetail.Automatic, (node, 1.6));
            Assert.AreEqual(first.StepTime, other.StepTime, $"node {node}, {about}");
            CollectionAssert.AreEquivalent(first.Ranks.ToArray(), other.Ranks.ToArray(), $"node {node}, {about}");
        }
    });

    [TestMethod]
    public void More_overlap_of_any_communication_never_lengthens_a_step() => ForAll((step, about) =>
    {
        var overlap = step.Parallelism.Overlap with { SimulatesData = false };
        var time = TimeOf(With(step, overlap));
        var (data, expert) = (overlap.DataParallel, overlap.ExpertParallel);
        AssertNoLonger(time, TimeOf(With(step, overlap with { DataParallel = More(data) })), $"dp {about}");
        AssertNoLonger(time, TimeOf(With(step, overlap with { ExpertParallel = More(expert) })), $"ep {about}");
        var tensor = overlap with { TensorParallel = More(overlap.TensorParallel) };
        AssertNoLonger(time, TimeOf(With(step, tensor)), $"tp {about}");

        static Fraction More(Fraction share) => new((share.Value + 1) / 2);
    });

    [TestMethod]
    public void Gradients_beside_the_backward_pass_are_done_no_later_than_after_it() => ForAll((step, about) =>
    {
        // Without latency an exchange in pieces costs what one in whole costs, but for nanoseconds of rounding.
        var fabric = step.Fabric with
        {
            ScaleUp = step.Fabric.ScaleUp with { Latency = Duration.Zero },
            ScaleOut = step.Fabric.ScaleOut with { Latency = Duration.Zero },
        };
        var silent = step with { Fabric = fabric };
        var after = TimeOf(With(silent, new OverlapSpec(Fraction.Zero, Fraction.Zero)));
        var beside = TimeOf(With(silent, new OverlapSpec(Fraction.Zero, Fraction.Zero) { SimulatesData = true }));
        AssertNoLonger(after + new Duration(1_000), beside, about);
    });

    [TestMethod]
    public void Recomputing_never_shortens_a_step_and_sending_without_waiting_never_lengthens_it() =>
        ForAll((step, about) =>
        {
            var none = TimeOf(With(step, Recompute.None));
            var selective = TimeOf(With(step, Recompute.Selective));
            AssertNoLonger(Allowed(step, selective), none, about);
            AssertNoLonger(Allowed(step, TimeOf(With(step, Recompute.Full))), selective, about);
            var waiting = TimeOf(step with { Parallelism = step.Parallelism with { BlockingSends = true } });
            var free = TimeOf(step with { Parallelism = step.Parallelism with { BlockingSends = false } });
            AssertNoLonger(waiting, free, about);
        });

    /// <summary>
    /// The passes of a DualPipe pair take turns at the compute units as they come, and a shorter operation can make the
    /// turns fall badly (Graham's anomaly, 1969).
    /// </summary>
    private static Duration Allowed(SmallStep step, Duration time) =>
        step.Parallelism.Schedule == ScheduleKind.DualPipe ? time.Scaled(1.03) : time;

    private static SmallStep With(SmallStep step, OverlapSpec overlap) =>
        step with { Parallelism = step.Parallelism with { Overlap = overlap } };

    private static SmallStep With(SmallStep step, Recompute recompute) =>
        step with { Parallelism = step.Parallelism with { Recompute = recompute } };

    private static Duration TimeOf(SmallStep step) => SteadySteps.Play(step, ReplayDetail.Automatic).StepTime;

    private static void AssertNoLonger(Duration than, Duration time, string about) =>
        Assert.IsTrue(time <= than, $"{time.Nanoseconds} ns against {than.Nanoseconds} ns: {about}");

    private static void ForAll(Action<SmallStep, string> holds)
    {
        foreach (var (step, number) in SteadySteps.All(Layouts)) holds(step, $"step {number}: {step.Parallelism}");
    }
}
