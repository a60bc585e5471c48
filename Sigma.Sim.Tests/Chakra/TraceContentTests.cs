// What single nodes say: sizes against closed forms, the order of a step's end, and that nothing is left of traces that
// were not finished.
using Sigma.Sim.Replay;
using Sigma.Sim.Reporting.Chakra;
using Sigma.Sim.Tests.Cli;
using Sigma.Sim.Tests.Replay;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Tests.Chakra;

[TestClass]
public sealed class TraceContentTests
{
    // Of the published schema.
    private const long AllReduce = 0, AllGather = 2, AllToAll = 6, ReduceScatter = 7;

    [TestMethod]
    public void A_balanced_dispatch_brings_every_token_to_each_rank_with_one_of_its_experts_once()
    {
        var set = TraceSet.Of(
            With(SmallStep.Plain, parallelism => parallelism with { Routing = RoutingMode.Balanced }));
        var (model, ep) = (SmallStep.Plain.Model, SmallStep.Plain.Parallelism.Expert);
        // 2 of 16 experts, 4 on a rank: a token meets a rank unless both choices lie elsewhere.
        var chance = 1 - 12.0 / 16 * 11 / 15;
        var expected = model.Sequence * ep * chance * model.Hidden * 2;
        foreach (var node in Collectives(set, AllToAll))
            Assert.AreEqual(expected, node.Int64("comm_size"), 1, node.Name);
        var perMicroBatch = 2 * 2 * model.Layers / set.Plan.Layout.Pipeline;
        Assert.AreEqual(
            set.Plan.MicroBatches * perMicroBatch * set.Ranks.Count, Collectives(set, AllToAll).Count());
    }

    [TestMethod]
    public void A_message_carries_the_activations_of_a_micro_batch()
    {
        var (set, model) = (TraceSet.Of(SmallStep.Plain), SmallStep.Plain.Model);
        var messages = set.Nodes.Select(pair => pair.Node).Where(node => node.Type == TraceNode.Send).ToList();
        Assert.HasCount(2 * set.Plan.MicroBatches * set.Plan.Layout.Data, messages);
        foreach (var node in messages)
            Assert.AreEqual((long)model.Sequence * model.Hidden * 2, node.Int64("comm_size"));
    }

    [TestMethod]
    public void Gradients_of_all_parameters_are_reduced_and_every_replica_gathers_what_the_others_updated()
    {
        foreach (var zero in Enum.GetValues<ZeroStage>())
        {
            var set = TraceSet.Of(With(SmallStep.Plain, parallelism => parallelism with { Zero = zero }));
            var plan = set.Plan;
            var rounds = zero == ZeroStage.Gradients ? plan.MicroBatches : 1;
            var type = zero == ZeroStage.None ? AllReduce : ReduceScatter;
            // Per stage and expert rank; what is no expert is there once for each of these.
            var (dense, experts, gathered) = (0L, 0L, 0.0);
            foreach (var rank in Enumerable.Range(0, set.Ranks.Count))
            {
                var at = plan.Layout.Of(rank);
                if (at.Data >= plan.Layout.Expert) continue;
                foreach (var node in set.Ranks[rank].Nodes.Where(node => node.Type == TraceNode.Collective))
                {
                    var (size, members) = (node.Int64("comm_size"), set.Groups[node.Text("pg_name")].Length);
                    if (node.Int64("comm_type") == AllGather) gathered += (double)size * members;
                    if (node.Int64("comm_type") != type) continue;
                    if (node.Name == "step end: expert gradients") experts += size;
                    if (node.Name == "step end: gradients" && at.Data == 0) dense += size;
                }
            }

            var parameters = plan.Model.Parameters - plan.Model.Hidden;
            var all = plan.Model.ExpertParameters();
            Assert.AreEqual(4 * all * rounds, experts, 1e-6 * all, $"{zero}");
            Assert.AreEqual(4 * (parameters - all) * rounds, dense, 1e-6 * parameters * rounds, $"{zero}");
            var owed = zero == ZeroStage.None ? 0 : 2 * (all + plan.Layout.Expert * (parameters - all));
            Assert.AreEqual(owed, gathered, 1e-5 * parameters, $"{zero}");
        }
    }

    [TestMethod]
    public void A_step_ends_with_gradients_then_the_optimizer_then_parameters()
    {
        foreach (var trace in TraceSet.Of(SmallStep.Plain).Ranks)
        {
            var end = trace.Nodes.Where(node => node.Name.StartsWith("step end", StringComparison.Ordinal)).ToList();
            CollectionAssert.AreEqual(
                new[]
                {
                    "step end: gradients", "step end: expert gradients", "step end: optimizer", "step end: parameters",
                    "step end: expert parameters",
                },
                end.ConvertAll(node => node.Name));
            for (var i = 1; i < end.Count; i++) CollectionAssert.Contains(end[i].Waits, end[i - 1].Id);
        }
    }

    [TestMethod]
    public void Sums_of_tensor_parallel_ranks_are_all_reduced_or_cut_in_two_halves()
    {
        var step = With(SmallStep.Plain, parallelism => parallelism with { Tensor = 2, Expert = 2, GlobalBatch = 16 });
        var whole = TraceSet.Of(step);
        var size = (long)step.Model.Sequence * step.Model.Hidden * 2;
        var sums = Collectives(whole, AllReduce).ToList();
        Assert.IsTrue(sums.TrueForAll(node => node.Int64("comm_size") == size));
        var halves = TraceSet.Of(With(step, parallelism => parallelism with { SequenceParallel = true }));
        Assert.AreEqual(0, Collectives(halves, AllReduce).Count());
        var scattered = Collectives(halves, ReduceScatter)
            .Where(node => node.Name.Contains("tensor-parallel", StringComparison.Ordinal)).ToList();
        Assert.HasCount(sums.Count, scattered);
        Assert.IsTrue(scattered.TrueForAll(node => node.Int64("comm_size") == size));
        // What tensor-parallel ranks receive in parts they gather, unless each keeps its part.
        Assert.AreEqual(
            whole.Nodes.Count(pair => pair.Node.Type == TraceNode.Receive),
            whole.Nodes.Count(pair => pair.Node.Name.EndsWith("gather received", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void A_folded_step_is_written_like_the_full_one()
    {
        var step = SteadySteps.Of(2);
        var (folded, full) = (TraceSet.Of(step, ReplayDetail.Folded), TraceSet.Of(step, ReplayDetail.Full));
        Assert.IsLessThan(full.Step.PlayedRanks, folded.Step.PlayedRanks);
        foreach (var (one, other) in folded.Nodes.Zip(full.Nodes, (one, other) => (one.Node, other.Node)))
        {
            Assert.AreEqual(other.Name, one.Name);
            Assert.AreEqual(other.Microseconds, one.Microseconds, one.Name);
            CollectionAssert.AreEqual(other.Waits, one.Waits, one.Name);
            CollectionAssert.AreEqual(other.Attributes.ToList(), one.Attributes.ToList(), one.Name);
        }
    }

    [TestMethod]
    public void A_slow_node_has_longer_kernels_and_does_the_same_work()
    {
        var step = SteadySteps.Of(0);
        var plan = step.Plan();
        var replay = new StepReplay(plan, NoiseSpec.Silent, 17) { KeepsTranscript = true };
        var sound = TraceSet.Of(plan, replay.Play(0));
        var slow = TraceSet.Of(plan, replay.Play(0, NodeHealth.Slow(0, 2)));
        var (before, after) = (sound.Ranks[0].Nodes, slow.Ranks[0].Nodes);
        Assert.AreEqual(2.0, Total(after) / Total(before), 0.01);
        for (var i = 0; i < before.Count; i++)
            CollectionAssert.AreEqual(before[i].Attributes.ToList(), after[i].Attributes.ToList());

        static double Total(List<TraceNode> nodes) => nodes.Sum(node => node.Microseconds);
    }

    [TestMethod]
    public void Traces_that_were_not_finished_leave_nothing()
    {
        using var scratch = new ScratchFolder();
        var plan = SmallStep.Plain.Plan();
        var played = new StepReplay(plan, NoiseSpec.Silent, 17) { KeepsTranscript = true }.Play(0);
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() => ChakraFiles.Write(
            plan, played.Transcript!, "test", scratch.At("traces"), "1.2.3", stopped.Token));
        Assert.IsEmpty(scratch.Entries);
        Assert.IsNull(SmallStep.Plain.Play(0).Transcript);
    }

    [TestMethod]
    public void Every_rank_is_in_one_group_of_each_kind()
    {
        foreach (var (step, number) in SteadySteps.All(20))
        {
            var layout = step.Plan().Layout;
            var groups = new StepGroups(layout, step.Parallelism);
            foreach (var kind in Enum.GetValues<GroupKind>())
            {
                for (var rank = 0; rank < layout.Ranks; rank++)
                {
                    var members = groups.RanksOf(kind, rank);
                    CollectionAssert.Contains(members.ToList(), rank, $"step {number}, {kind}");
                    foreach (var member in members)
                        CollectionAssert.AreEqual(members.ToList(), groups.RanksOf(kind, member).ToList(), $"{kind}");
                }
            }

            var at = layout.Of(0);
            Assert.HasCount(layout.Tensor, groups.RanksOf(GroupKind.Tensor, 0));
            Assert.HasCount(layout.Context, groups.RanksOf(GroupKind.Context, 0));
            Assert.HasCount(layout.Expert, groups.RanksOf(GroupKind.Experts, 0));
            var copies = step.Parallelism.CopiesPerPipeline;
            Assert.HasCount(layout.Data * layout.Context * copies, groups.RanksOf(GroupKind.Replicas, 0));
            Assert.HasCount(layout.ExpertGroups * layout.Context * copies, groups.RanksOf(GroupKind.ExpertReplicas, 0));
            Assert.IsTrue(groups.RanksOf(GroupKind.Experts, 0).All(rank => layout.Of(rank).Stage == at.Stage));
        }
    }

    private static SmallStep With(SmallStep step, Func<ParallelismSpec, ParallelismSpec> change) =>
        step with { Parallelism = change(step.Parallelism) };

    private static IEnumerable<TraceNode> Collectives(TraceSet set, long type) =>
        set.Nodes.Select(pair => pair.Node)
            .Where(node => node.Type == TraceNode.Collective && node.Int64("comm_type") == type);
}

/// <summary>Counts that the model does not name.</summary>
internal static class ModelCounts
{
    /// <summary>Parameters of all routed experts.</summary>
    public static double ExpertParameters(this ModelSpec model) =>
        (double)(model.Layers - model.DenseLayers) * model.Experts.Count * model.ParametersPerExpert;
}
