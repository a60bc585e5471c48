// N1 to N5: collectives without contention cost what the alpha-beta model writes, rounded up once and never more.
using System.Numerics;
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Tests.Network;

[TestClass]
public sealed class CollectiveTests
{
    private static readonly Duration Latency = new(1_700);
    private static readonly long[] Sizes = [0, 1, 7, 1_000, 1 << 20, 999_999_937, 4L << 34];
    private static readonly long[] Rates = [1, 1_000_003, 50_000_000_000, 448_000_000_000];

    [TestMethod]
    public void N1_a_ring_all_reduce_moves_twice_all_but_its_own_share() =>
        ForAll((p, n, b) => Near(
            2 * (p - 1), 2 * (p - 1), p, n, b, Collectives.RingAllReduce(p, new(n), Latency, new(b))));

    [TestMethod]
    public void N2_a_ring_half_moves_all_but_its_own_share() =>
        ForAll((p, n, b) => Near(p - 1, p - 1, p, n, b, Collectives.RingHalf(p, new(n), Latency, new(b))));

    [TestMethod]
    public void N3_halving_doubling_has_logarithmic_latency() => ForAll((p, n, b) =>
    {
        if (BitOperations.IsPow2(p))
        {
            var messages = 2 * BitOperations.Log2((uint)p);
            Near(messages, 2 * (p - 1), p, n, b, Collectives.HalvingDoublingAllReduce(p, new(n), Latency, new(b)));
            return;
        }

        Assert.ThrowsExactly<ArgumentException>(
            () => Collectives.HalvingDoublingAllReduce(p, new(n), Latency, new(b)));
    });

    [TestMethod]
    public void An_all_reduce_is_a_reduce_scatter_and_an_all_gather() => ForAll((p, n, b) =>
    {
        var half = Collectives.RingHalf(p, new(n), Latency, new(b)).Nanoseconds;
        var whole = Collectives.RingAllReduce(p, new(n), Latency, new(b)).Nanoseconds;
        Assert.IsTrue(whole <= 2 * half && whole >= 2 * half - 2 * (1 + 2_000_000_000 / b), $"{p} {n} {b}");
    });

    [TestMethod]
    public void N4_a_direct_all_to_all_sends_its_messages_in_parallel()
    {
        // One member a node: the whole exchange crosses, (p - 1) / p n over the NIC and one latency.
        foreach (var p in new[] { 2, 4, 16 })
        {
            var fabric = Fabric.Of(perNode: 1);
            var each = 3_000_017L;
            var traffic = new TrafficMatrix(p, 1, Uniform(p, each), Uniform(p, each));
            Assert.AreEqual(
                fabric.ScaleOut.Latency + new Bytes(each * (p - 1)) / fabric.ScaleOut.BandwidthPerNic,
                AllToAll.Time(AllToAllAlgorithm.Direct, traffic, fabric));
        }
    }

    [TestMethod]
    [DataRow(2, 4)]
    [DataRow(4, 8)]
    [DataRow(8, 8)]
    public void N5_a_hierarchical_all_to_all_takes_the_slower_of_crossing_and_spreading(int nodes, int perNode)
    {
        var p = nodes * perNode;
        foreach (var each in new[] { 8L, 1_000_000, 40_000_000 })
        {
            foreach (var (up, nic) in new[] { (900L, 50L), (20, 400) })
            {
                var fabric = Fabric.Of(perNode, up * 1_000_000_000, nic * 1_000_000_000);
                var toNode = new long[p * nodes];
                Array.Fill(toNode, each * perNode);
                var traffic = new TrafficMatrix(p, perNode, Uniform(p, each), toNode);
                var crossing = fabric.ScaleOut.Latency
                    + new Bytes(each * perNode * (nodes - 1)) / fabric.ScaleOut.BandwidthPerNic;
                // From neighbours, and from the rails of the node: all that comes but what lands on the own rail.
                var inside = new Bytes(each * (perNode - 1) * nodes) / fabric.ScaleUp.BandwidthPerAccelerator;
                Assert.AreEqual(
                    Duration.Max(crossing, inside) + fabric.ScaleUp.Latency,
                    AllToAll.Time(AllToAllAlgorithm.Hierarchical, traffic, fabric), $"{each} {up} {nic}");
            }
        }
    }

    [TestMethod]
    public void Alone_there_is_nothing_to_exchange()
    {
        Assert.AreEqual(Duration.Zero, Collectives.RingAllReduce(1, new(9), Latency, new(1)));
        Assert.AreEqual(Duration.Zero, Collectives.RingHalf(1, new(9), Latency, new(1)));
        Assert.AreEqual(Duration.Zero, Collectives.HalvingDoublingAllReduce(1, new(9), Latency, new(1)));
    }

    private static long[] Uniform(int members, long each)
    {
        var matrix = new long[members * members];
        Array.Fill(matrix, each);
        return matrix;
    }

    private static void ForAll(Action<int, long, long> holds)
    {
        foreach (var p in new[] { 2, 3, 4, 7, 8, 64, 1_000, 2_048 })
            foreach (var n in Sizes)
                foreach (var b in Rates)
                {
                    if ((double)n / b < 1e9) holds(p, n, b);
                }
    }

    /// <summary>messages a + times / parts n / b, rounded up to the byte and then to the nanosecond.</summary>
    private static void Near(int messages, int times, int parts, long n, long b, Duration found)
    {
        var bytes = (new BigInteger(n) * times + parts - 1) / parts;
        var nanoseconds = (bytes * 1_000_000_000 + b - 1) / b;
        Assert.AreEqual((long)(nanoseconds + messages * (BigInteger)Latency.Nanoseconds), found.Nanoseconds);
    }
}
