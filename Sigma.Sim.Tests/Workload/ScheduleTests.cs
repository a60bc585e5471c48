// Pipeline schedules: complete, causal, and with the bubbles that their authors claim (P1 to P3), on a grid of sizes.
using Sigma.Sim.Workload;

namespace Sigma.Sim.Tests.Workload;

[TestClass]
public sealed class ScheduleTests
{
    [TestMethod]
    public void Every_pass_is_made_once_and_forward_before_backward() => ForAll((shape, m) =>
    {
        for (var stage = 0; stage < shape.Stages; stage++)
        {
            var passes = PipelineSchedule.Of(shape, stage, m);
            var seen = new HashSet<Pass>();
            var (forward, input, weight) = (0, 0, 0);
            foreach (var pass in passes.Select(p => p with { BesideNext = false }))
            {
                Assert.IsTrue(pass.MicroBatch >= 0 && pass.MicroBatch < m);
                Assert.IsTrue(pass.Chunk >= 0 && pass.Chunk < shape.Chunks);
                Assert.IsTrue(seen.Add(pass), $"{pass} twice on stage {stage} of {shape}, m {m}");
                if (pass.IsForward) forward++;
                else Assert.Contains(pass with { Kind = PassKind.Forward }, seen);
                if (pass.Kind is PassKind.Backward or PassKind.InputGradient) input++;
                if (pass.GivesWeightGradient) weight++;
                if (pass.Kind == PassKind.WeightGradient)
                    Assert.Contains(pass with { Kind = PassKind.InputGradient }, seen);
            }

            // Every micro-batch passes every part of one copy of the model: DualPipe has a copy for each half of them.
            var each = shape.Kind == ScheduleKind.DualPipe ? m : m * shape.Chunks;
            Assert.AreEqual((each, each, each), (forward, input, weight), $"stage {stage} of {shape}, m {m}");
        }
    });

    [TestMethod]
    public void A_pair_is_a_forward_and_a_backward_pass_of_opposite_directions() => ForAll((shape, m) =>
    {
        for (var stage = 0; stage < shape.Stages; stage++)
        {
            var passes = PipelineSchedule.Of(shape, stage, m);
            for (var i = 0; i < passes.Length; i++)
            {
                if (!passes[i].BesideNext) continue;
                Assert.AreEqual(ScheduleKind.DualPipe, shape.Kind);
                Assert.AreEqual((PassKind.Forward, PassKind.Backward), (passes[i].Kind, passes[i + 1].Kind));
                Assert.AreEqual(1, passes[i].Chunk + passes[i + 1].Chunk);
            }
        }
    });

    [TestMethod]
    public void P1_P2_the_bubble_is_the_published_share() => ForAll((shape, m) =>
    {
        if (shape.Kind is ScheduleKind.ZeroBubbleH1 or ScheduleKind.DualPipe) return;
        // Forward 1, backward 2 per chunk; the ideal is 3 v m.
        var (p, v) = (shape.Stages, shape.Chunks);
        var (step, _) = Played(shape, m, new Lengths(1, 1, 1, 3));
        Assert.AreEqual(3L * v * m + 3 * (p - 1), step, $"{shape}, m {m}");
        Assert.AreEqual(step - 3 * v * m, PipelineSchedule.Bubble(shape, 1, 2, 1, 3), 1e-12);
        if (v == 1) Assert.AreEqual((p - 1.0) / (m + p - 1), (step - 3.0 * m) / step, 1e-12);
        else Assert.AreEqual((p - 1.0) / (v * m), (step - 3.0 * v * m) / (3.0 * v * m), 1e-12);
    });

    [TestMethod]
    public void P3_bubbles_in_time_are_the_published_ones() => ForAll((shape, m) =>
    {
        if (shape.Kind is ScheduleKind.Interleaved || m < shape.Stages) return;
        // ZB-H1 holds for any lengths with W no longer than F and than the other half of B; DualPipe's formula counts
        // the middle stages, and F, W and the other half of B of one length, whatever a pair takes.
        var lengths = shape.Kind == ScheduleKind.DualPipe
            ? new[] { new Lengths(1, 1, 1, 3), new Lengths(2, 2, 2, 5), new Lengths(4, 4, 4, 9) }
            : [new Lengths(1, 1, 1, 3), new Lengths(10, 12, 8, 26), new Lengths(7, 7, 3, 17)];
        foreach (var length in lengths)
        {
            var (_, bubbles) = Played(shape, m, length);
            var expected = PipelineSchedule.Bubble(
                shape, length.Forward, length.Input + length.Weight, length.Weight, length.Pair);
            Assert.AreEqual(expected, bubbles.Max(), 1e-9, $"{shape}, m {m}, {length}");
        }
    });

    [TestMethod]
    public void A_stage_of_1F1B_holds_no_more_than_the_stages_behind_it_and_ZB_H1_no_more_than_that()
    {
        foreach (var p in new[] { 1, 2, 3, 4, 8, 16 })
        {
            foreach (var m in new[] { 1, 2, 3, 5, 8, 16, 33 })
            {
                var zero = Enumerable.Range(0, p).Max(stage => PipelineSchedule.MostInFlight(
                    PipelineSchedule.Of(new(ScheduleKind.ZeroBubbleH1, p, 1), stage, m)));
                Assert.IsLessThanOrEqualTo(Math.Min(p, m), zero);
                for (var stage = 0; stage < p; stage++)
                {
                    var shape = new PipelineShape(ScheduleKind.OneForwardOneBackward, p, 1);
                    var most = PipelineSchedule.MostInFlight(PipelineSchedule.Of(shape, stage, m));
                    Assert.AreEqual(Math.Min(p - stage, m), most);
                    var all = shape with { Kind = ScheduleKind.GPipe };
                    Assert.AreEqual(m, PipelineSchedule.MostInFlight(PipelineSchedule.Of(all, stage, m)));
                }
            }
        }
    }

    [TestMethod]
    public void DualPipe_holds_activations_of_p_plus_one_micro_batches()
    {
        // DeepSeek-V3's table 2: PP + 1 parts' activations, of which every stage holds two parameters' worth.
        foreach (var p in new[] { 2, 4, 8, 16 })
        {
            for (var stage = 0; stage < p; stage++)
            {
                var passes = PipelineSchedule.Of(new(ScheduleKind.DualPipe, p, 2), stage, 4 * p);
                Assert.IsLessThanOrEqualTo(p + 1, PipelineSchedule.MostInFlight(passes));
            }
        }
    }

    [TestMethod]
    public void Interleaving_holds_at_most_the_warm_up_and_one() => ForAll((shape, m) =>
    {
        if (shape.Kind != ScheduleKind.Interleaved) return;
        var (p, v) = (shape.Stages, shape.Chunks);
        for (var stage = 0; stage < p; stage++)
        {
            var ahead = Math.Min((p - stage - 1) * 2 + (v - 1) * p, m * v);
            Assert.AreEqual(Math.Min(ahead + 1, m * v),
                PipelineSchedule.MostInFlight(PipelineSchedule.Of(shape, stage, m)));
        }
    });

    [TestMethod]
    public void Micro_batches_that_a_schedule_cannot_order_are_refused()
    {
        Refused(new(ScheduleKind.Interleaved, 4, 2), 6, "multiples of pp 4");
        Refused(new(ScheduleKind.DualPipe, 4, 2), 6, "at least 2 x pp = 8");
        Refused(new(ScheduleKind.DualPipe, 4, 2), 9, "even number of micro-batches");
        Refused(new(ScheduleKind.DualPipe, 3, 2), 12, "even number of stages");
        Assert.HasCount(12, PipelineSchedule.Of(new(ScheduleKind.OneForwardOneBackward, 4, 1), 0, 6));

        static void Refused(PipelineShape shape, int microBatches, string why)
        {
            var error = Assert.ThrowsExactly<ArgumentException>(() => PipelineSchedule.Of(shape, 0, microBatches));
            StringAssert.Contains(error.Message, why, StringComparison.Ordinal);
        }
    }

    [TestMethod]
    public void Every_part_has_one_place_and_neighbours_lead_from_the_first_to_the_last() => ForAll((shape, _) =>
    {
        var copies = shape.Kind == ScheduleKind.DualPipe ? 2 : 1;
        var places = new List<int>();
        for (var stage = 0; stage < shape.Stages; stage++)
        {
            for (var chunk = 0; chunk < shape.Chunks; chunk++)
            {
                var part = shape.PartOf(stage, chunk);
                places.Add(part);
                Assert.AreEqual((stage, chunk), shape.PlaceOf(part, chunk));
                Assert.AreEqual(part < shape.Parts - 1, shape.After(stage, chunk, forward: true) is not null);
                if (shape.After(stage, chunk, forward: true) is { } next)
                {
                    Assert.AreEqual(part + 1, shape.PartOf(next.Stage, next.Chunk));
                    Assert.AreEqual((stage, chunk), shape.After(next.Stage, next.Chunk, forward: false));
                    Assert.IsTrue(shape.HasInput(next.Stage, next.Chunk, forward: true));
                }
            }
        }

        foreach (var group in places.GroupBy(part => part)) Assert.AreEqual(copies, group.Count());
        Assert.HasCount(shape.Parts * copies, places);
    });

    private sealed record Lengths(long Forward, long Input, long Weight, long Pair);

    private static void ForAll(Action<PipelineShape, int> holds)
    {
        foreach (var p in new[] { 1, 2, 3, 4, 5, 8, 16 })
        {
            foreach (var rounds in new[] { 1, 2, 3, 7 })
            {
                holds(new(ScheduleKind.OneForwardOneBackward, p, 1), rounds * p);
                holds(new(ScheduleKind.GPipe, p, 1), rounds * p);
                holds(new(ScheduleKind.ZeroBubbleH1, p, 1), rounds * p);
                if (p % 2 == 0 && rounds > 1) holds(new(ScheduleKind.DualPipe, p, 2), rounds * p);
                if (p == 1) continue;
                foreach (var v in new[] { 2, 3, 5 }) holds(new(ScheduleKind.Interleaved, p, v), rounds * p);
            }
        }
    }

    /// <summary>The end of the step by repeated relaxation: no engine, only what each pass waits for.</summary>
    private static (long Step, long[] Bubbles) Played(PipelineShape shape, int m, Lengths lengths)
    {
        var p = shape.Stages;
        var passes = Enumerable.Range(0, p).Select(stage => PipelineSchedule.Of(shape, stage, m)).ToArray();
        var ends = new Dictionary<(bool Forward, int MicroBatch, int Part), long>();
        var (at, free, busy) = (new int[p], new long[p], new long[p]);
        var left = passes.Sum(stage => stage.Length);
        while (left > 0)
        {
            var before = left;
            for (var stage = 0; stage < p; stage++)
            {
                while (at[stage] < passes[stage].Length)
                {
                    var first = passes[stage][at[stage]];
                    Pass[] both = first.BesideNext ? [first, passes[stage][at[stage] + 1]] : [first];
                    var ready = both.Select(pass => Ready(stage, pass)).ToArray();
                    if (ready.Any(time => time is null)) break;
                    var length = both.Length == 2 ? lengths.Pair : Of(first.Kind);
                    free[stage] = Math.Max(free[stage], ready.Max()!.Value) + length;
                    busy[stage] += length;
                    foreach (var pass in both.Where(pass => pass.Kind != PassKind.WeightGradient))
                        ends[(pass.IsForward, pass.MicroBatch, shape.PartOf(stage, pass.Chunk))] = free[stage];
                    at[stage] += both.Length;
                    left -= both.Length;
                }
            }

            Assert.IsLessThan(before, left, $"deadlock: {shape}, m {m}");
        }

        return (free.Max(), [.. busy.Select(time => free.Max() - time)]);

        long Of(PassKind kind) => kind switch
        {
            PassKind.Forward => lengths.Forward,
            PassKind.InputGradient => lengths.Input,
            PassKind.WeightGradient => lengths.Weight,
            _ => lengths.Input + lengths.Weight,
        };

        long? Ready(int stage, Pass pass)
        {
            var from = shape.PartOf(stage, pass.Chunk) + (pass.IsForward ? -1 : 1);
            if (pass.Kind == PassKind.WeightGradient || from < 0 || from >= shape.Parts) return 0;
            return ends.TryGetValue((pass.IsForward, pass.MicroBatch, from), out var end) ? end : null;
        }
    }
}
