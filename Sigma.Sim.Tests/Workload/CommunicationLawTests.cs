// Exchanges of tensor and context parallelism: what leaves a node costs more, what is left open is the fastest, and
// shorter parts of a sequence take less to send.
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;
using Sigma.Sim.Tests.Replay;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Tests.Workload;

[TestClass]
public sealed class CommunicationLawTests
{
    [TestMethod]
    public void Tensor_parallelism_over_two_nodes_costs_more_than_inside_one()
    {
        var (inside, across) = (Exchange(8, null), Exchange(16, null));
        Assert.IsTrue(Exchange(2, null) <= Exchange(4, null) && Exchange(4, null) <= inside);
        Assert.IsTrue(across > inside, $"{across} against {inside}");
        // Not even links of one speed make it cheaper: twice the ranks have more steps and as many bytes.
        Assert.IsTrue(Exchange(16, null, 8 * 12_500_000_000) > Exchange(8, null, 8 * 12_500_000_000));
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(4)]
    [DataRow(8)]
    [DataRow(16)]
    [DataRow(32)]
    public void What_the_layout_leaves_open_is_never_slower_than_what_it_could_name(int tensor)
    {
        var (auto, named) = (Exchange(tensor, null), 0);
        foreach (var algorithm in Enum.GetValues<AllReduceAlgorithm>())
        {
            try
            {
                Assert.IsTrue(auto <= Exchange(tensor, algorithm), $"{algorithm} over {tensor}");
                named++;
            }
            catch (ArgumentException error)
            {
                StringAssert.Contains(error.Message, "is not defined", StringComparison.Ordinal);
            }
        }

        Assert.IsGreaterThanOrEqualTo(3, named);
    }

    [TestMethod]
    public void Context_parallel_ranks_pass_all_keys_and_values_but_their_own()
    {
        // A ring inside the node: (c - 1) / c of the whole, and c - 1 latencies.
        foreach (var context in new[] { 2, 4, 8 })
        {
            var communication = Plan(1, context, null, 12_500_000_000).Communication;
            var bytes = Bytes.Of(2.0 * 4_096 * 2 * (2 * 2 * 64));
            var expected = Collectives.RingHalf(context, bytes, Fabric(12_500_000_000).ScaleUp.Channel);
            Assert.AreEqual(expected, communication.ContextExchange);
            Assert.AreEqual(Duration.Zero, communication.TensorExchange);
        }

        Assert.AreEqual(Duration.Zero, Plan(8, 1, null, 12_500_000_000).Communication.ContextExchange);
    }

    [TestMethod]
    public void Shorter_parts_of_a_sequence_take_less_to_send_and_to_sum_up()
    {
        var (whole, half) = (Plan(4, 1, null, 12_500_000_000), Plan(4, 2, null, 12_500_000_000));
        Assert.IsTrue(half.Communication.TensorExchange < whole.Communication.TensorExchange);
        Assert.IsTrue(half.Communication.Send(0, 1) < whole.Communication.Send(0, 1));
        Assert.IsTrue(half.Operations.Attention.Forward < whole.Operations.Attention.Forward);
    }

    [TestMethod]
    public void More_replicas_never_make_the_exchange_of_their_gradients_cheaper()
    {
        var communication = Plan(1, 1, null, 12_500_000_000).Communication;
        var before = Duration.Zero;
        foreach (var replicas in new[] { 1, 2, 4, 8, 16, 32 })
        {
            var time = communication.GradientReduction(1e6, replicas, 1, 1);
            Assert.IsTrue(time >= before, $"{replicas}: {time} against {before}");
            before = time;
        }
    }

    private static Duration Exchange(int tensor, AllReduceAlgorithm? algorithm, long nic = 12_500_000_000) =>
        Plan(tensor, 1, algorithm, nic).Communication.TensorExchange;

    private static StepPlan Plan(int tensor, int context, AllReduceAlgorithm? algorithm, long nic) => new(
        SmallStep.Plain.Model with
        {
            Heads = 32,
            KvHeads = 2,
            HeadDim = 64,
            Sequence = 4_096,
            Hidden = 2_048,
            Experts = new ExpertSpec(1, 1, 4_096, 0),
        },
        SmallStep.Plain.Parallelism with
        {
            Tensor = tensor,
            Context = context,
            Expert = 1,
            AllReduce = algorithm,
            Routing = RoutingMode.Balanced,
            MicroBatch = 2,
            GlobalBatch = 256,
        },
        SmallStep.ClusterOf(8, 8, 1), Fabric(nic), null, 17);

    private static FabricSpec Fabric(long nic)
    {
        var fabric = SmallStep.FabricOf(8, ScaleUpKind.Switch);
        return fabric with { ScaleOut = fabric.ScaleOut with { BandwidthPerNic = new(nic) } };
    }
}
