// Closed forms that must be met to the nanosecond or to the formula's own digits: collectives, schedules, intervals.
using Sigma.Sim.Cluster;
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Validation;

/// <summary>C1, C2, N1 to N7, P1 to P5.</summary>
internal static class FormulaCases
{
    public static IEnumerable<CaseResult> All() =>
        [.. Intervals(), .. Rings(), .. AllToAlls(), .. Shares(), .. Bubbles(), .. Counts()];

    private static IEnumerable<CaseResult> Intervals()
    {
        var delta = Duration.FromMinutes(5);
        yield return CaseResult.Exact("C1", "Young's interval, delta 5 min, M 24 h [min]",
            CheckpointInterval.Young(delta, Duration.FromHours(24)).Minutes, 120);
        foreach (var (hours, minutes) in new[] { (24.0, 116.7), (6.0, 56.7), (0.25, 9.14) })
        {
            yield return new CaseResult("C2", $"Daly's interval, delta 5 min, M {UnitText.ThreeDigits(hours)} h [min]",
                CheckpointInterval.Daly(delta, Duration.FromHours(hours)).Minutes, minutes, 0.1, "");
        }
    }

    private static IEnumerable<CaseResult> Rings()
    {
        var (a, b) = (Duration.FromMicroseconds(2), Bandwidth.FromGigabytesPerSecond(50));
        var n = new Bytes(1 << 30);
        yield return Of("N1", "ring all-reduce, 16 members, 1 GiB [s]",
            Collectives.RingAllReduce(16, n, a, b), Closed(30, 30.0 / 16));
        yield return Of("N2", "ring all-gather, 16 members, 1 GiB [s]",
            Collectives.RingHalf(16, n, a, b), Closed(15, 15.0 / 16));
        yield return Of("N3", "halving-doubling all-reduce, 16 members, 1 GiB [s]",
            Collectives.HalvingDoublingAllReduce(16, n, a, b), Closed(8, 30.0 / 16));

        double Closed(double alphas, double shares) => alphas * 2e-6 + shares * n.Count / 50e9;

        CaseResult Of(string id, string quantity, Duration ours, double seconds) =>
            new(id, quantity, ours.Seconds, seconds, 1e-9, "");
    }

    /// <summary>Uniform traffic of n bytes a member; N5 is pipelined, so the slower of its two phases counts.</summary>
    private static IEnumerable<CaseResult> AllToAlls()
    {
        const long perPair = 1 << 20;
        var up = new ScaleUpSpec(
            ScaleUpKind.Switch, Bandwidth.FromGigabytesPerSecond(400), Duration.FromMicroseconds(1));
        var outside = new ScaleOutSpec(
            ScaleOutKind.RailFatTree, 8, Bandwidth.FromGigabytesPerSecond(50), Duration.FromMicroseconds(4), 64, 1);
        var fabric = new FabricSpec(up, outside, 8);
        var one = Uniform(8, 8, perPair);
        yield return new CaseResult("N4", "direct all-to-all, 8 members of one node, messages in parallel [s]",
            AllToAll.Time(AllToAllAlgorithm.Direct, one, fabric).Seconds, 7 * perPair / 400e9 + 1e-6, 1e-9, "");
        var four = Uniform(32, 8, perPair);
        var crossing = 24.0 * perPair / 50e9 + 4e-6;
        var inside = (7.0 * perPair + 24.0 * perPair * 7 / 8) / 400e9;
        yield return new CaseResult("N5", "hierarchical all-to-all, 4 nodes of 8 [s]",
            AllToAll.Time(AllToAllAlgorithm.Hierarchical, four, fabric).Seconds, Math.Max(crossing, inside) + 1e-6,
            2e-9, "");
    }

    /// <summary>Rates on shared links, and ASTRA-sim's own ring (its test of 16 NPUs).</summary>
    private static IEnumerable<CaseResult> Shares()
    {
        var capacity = Bandwidth.FromGigabytesPerSecond(50);
        var one = FairShare.Rates([new LinkFlow([0], 5)], _ => capacity);
        yield return CaseResult.Exact("N6", "fair share of 5 flows on a link of 50 GB/s [GB/s]", one[0] / 1e9, 10);
        LinkFlow[] lot = [new([0, 1, 2], 1), new([0], 1), new([1], 1), new([2], 1)];
        yield return CaseResult.Exact("N6", "parking lot, long flow over 3 links of 50 GB/s [GB/s]",
            FairShare.Rates(lot, _ => capacity)[0] / 1e9, 25);
        yield return CaseResult.Exact("N7", "ring all-gather of ASTRA-sim, 16 members, 1 MiB in 4 chunks [ns]",
            ChunkedRing.AllGather(
                16, new Bytes(1 << 20), 4, new Duration(500), new Bandwidth(50L << 30), new Duration(10)).Nanoseconds,
            323_560);
    }

    private static TrafficMatrix Uniform(int members, int perNode, long bytes)
    {
        var toMember = Enumerable.Repeat(bytes, members * members).ToArray();
        var toNode = Enumerable.Repeat(bytes * perNode, members * (members / perNode)).ToArray();
        return new TrafficMatrix(members, perNode, toMember, toNode);
    }

    private static IEnumerable<CaseResult> Bubbles()
    {
        foreach (var (kind, p, m, v) in new[]
        {
            (ScheduleKind.OneForwardOneBackward, 4, 8, 1), (ScheduleKind.OneForwardOneBackward, 8, 32, 1),
            (ScheduleKind.GPipe, 8, 32, 1), (ScheduleKind.Interleaved, 4, 8, 3), (ScheduleKind.Interleaved, 8, 16, 2),
        })
        {
            var (step, bubbles) = ScheduleTime.Of(new PipelineShape(kind, p, v), m, UnitPasses);
            var shape = $"{p} stages, {m} micro-batches";
            var (id, quantity, expected) = v == 1
                ? ("P1", $"{Wording(kind)} bubble of the step, {shape}", (p - 1.0) / (m + p - 1))
                : ("P2", $"interleaved bubble of the ideal time, {shape}, {v} chunks", (p - 1.0) / (v * m));
            var bubble = bubbles[0].Over(v == 1 ? step : step - bubbles[0]);
            yield return CaseResult.Exact(id, quantity, bubble, expected);
        }

        // Forward, input and weight gradients of one length, as in the figures of the schedules' authors.
        foreach (var (kind, p, m) in new[]
        {
            (ScheduleKind.OneForwardOneBackward, 8, 20), (ScheduleKind.ZeroBubbleH1, 8, 20),
            (ScheduleKind.DualPipe, 8, 20), (ScheduleKind.DualPipe, 16, 120),
        })
        {
            var shape = new PipelineShape(kind, p, kind == ScheduleKind.DualPipe ? 2 : 1);
            var (_, bubbles) = ScheduleTime.Of(shape, m, UnitPasses);
            var expected = PipelineSchedule.Bubble(shape, forward: 1, backward: 2, weight: 1, pair: 3);
            yield return CaseResult.Exact(
                "P3", $"{Wording(kind)} bubble of the slowest stage, {p} stages, {m} micro-batches [us]",
                bubbles.Max(b => b.Seconds * 1e6), expected);
        }
    }

    /// <summary>Megatron-LM's formulas for a GPT; the formula of parameters leaves out the final norm of 2 h.</summary>
    private static IEnumerable<CaseResult> Counts()
    {
        double h = 12288, l = 96, s = 2048, v = 51200, batch = 64;
        var gpt = new ModelSpec(
            "GPT", 96, 12288, 96, 96, 128, 51200, 2048, new ExpertSpec(1, 1, 4 * 12288, 0), Precision.Bf16)
        {
            Activation = Activation.Gelu,
            Biases = true,
            LearnedPositions = true,
            TiedEmbedding = true,
        };
        var again = batch * s * gpt.HardwareFlopsPerToken(Recompute.Full, causal: false);
        yield return CaseResult.Exact(
            "P4", "FLOP of a GPT step of 175B, full recomputation", again,
            96 * batch * s * l * h * h * (1 + s / (6 * h) + v / (16 * l * h)));
        yield return CaseResult.Exact(
            "P4", "FLOP of a GPT step of 175B, no recomputation", batch * s * gpt.FlopsPerToken(causal: false),
            72 * batch * s * l * h * h * (1 + s / (6 * h) + v / (12 * l * h)));
        yield return CaseResult.Exact(
            "P5", "parameters of a GPT of 175B", gpt.Parameters,
            12 * l * h * h * (1 + 13 / (12 * h) + (v + s) / (12 * l * h)) + 2 * h);
    }

    private static PassLengths UnitPasses { get; } = new(
        Duration.FromMicroseconds(1), Duration.FromMicroseconds(1), Duration.FromMicroseconds(1),
        Duration.FromMicroseconds(3));

    private static string Wording(ScheduleKind kind) => kind switch
    {
        ScheduleKind.GPipe => "GPipe",
        ScheduleKind.OneForwardOneBackward => "1F1B",
        ScheduleKind.Interleaved => "interleaved",
        ScheduleKind.ZeroBubbleH1 => "ZB-H1",
        ScheduleKind.DualPipe => "DualPipe",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
