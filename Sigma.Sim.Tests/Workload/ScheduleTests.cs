// Pipeline schedules: complete, causal, and with the bubbles that their authors claim (P1, P2), on a grid of sizes.
using Sigma.Sim.Workload;

namespace Sigma.Sim.Tests.Workload;

[TestClass]
public sealed class ScheduleTests
{
    [TestMethod]
    public void Every_pass_is_made_once_and_forward_before_backward() => ForAll((p, m, v) =>
    {
        for (var stage = 0; stage < p; stage++)
        {
            var passes = PipelineSchedule.Of(p, stage, m, v);
            Assert.HasCount(2 * m * v, passes);
            var seen = new HashSet<Pass>();
            foreach (var pass in passes)
            {
                Assert.IsTrue(pass.MicroBatch >= 0 && pass.MicroBatch < m && pass.Chunk >= 0 && pass.Chunk < v);
                Assert.IsTrue(seen.Add(pass), $"{pass} twice on stage {stage} of {p}, m {m}, v {v}");
                if (!pass.IsForward) Assert.Contains(pass with { IsForward = true }, seen);
            }
        }
    });

    [TestMethod]
    public void P1_P2_the_bubble_is_the_published_share() => ForAll((p, m, v) =>
    {
        // Forward 1, backward 2 per chunk; the ideal is 3 v m.
        var step = Played(p, m, v);
        Assert.AreEqual(3L * v * m + 3 * (p - 1), step, $"p {p}, m {m}, v {v}");
        Assert.AreEqual(PipelineSchedule.IdealBubbleShare(p, m, v), (step - 3.0 * v * m) / (3.0 * v * m), 1e-12);
        if (v == 1) Assert.AreEqual((p - 1.0) / (m + p - 1), (step - 3.0 * m) / step, 1e-12);
    });

    [TestMethod]
    public void A_stage_of_1F1B_holds_no_more_than_the_stages_behind_it()
    {
        foreach (var p in new[] { 1, 2, 3, 4, 8, 16 })
            foreach (var m in new[] { 1, 2, 3, 5, 8, 16, 33 })
            {
                for (var stage = 0; stage < p; stage++)
                    Assert.AreEqual(Math.Min(p - stage, m),
                        PipelineSchedule.MostInFlight(PipelineSchedule.Of(p, stage, m, 1)));
            }
    }

    [TestMethod]
    public void Interleaving_holds_at_most_the_warm_up_and_one() => ForAll((p, m, v) =>
    {
        if (v == 1) return;
        for (var stage = 0; stage < p; stage++)
        {
            var ahead = Math.Min((p - stage - 1) * 2 + (v - 1) * p, m * v);
            Assert.AreEqual(Math.Min(ahead + 1, m * v),
                PipelineSchedule.MostInFlight(PipelineSchedule.Of(p, stage, m, v)));
        }
    });

    [TestMethod]
    public void Interleaving_needs_micro_batches_in_multiples_of_the_stages()
    {
        Assert.ThrowsExactly<ArgumentException>(() => PipelineSchedule.Of(4, 0, 6, 2));
        Assert.HasCount(12, PipelineSchedule.Of(4, 0, 6, 1));
    }

    private static void ForAll(Action<int, int, int> holds)
    {
        foreach (var p in new[] { 1, 2, 3, 4, 5, 8, 16 })
        {
            foreach (var v in new[] { 1, 2, 3, 5 })
            {
                if (p == 1 && v > 1) continue;
                foreach (var rounds in new[] { 1, 2, 3, 7 }) holds(p, rounds * p, v);
            }
        }
    }

    /// <summary>The end of the step by repeated relaxation: no engine, only what each pass waits for.</summary>
    private static long Played(int p, int m, int v)
    {
        var passes = Enumerable.Range(0, p).Select(stage => PipelineSchedule.Of(p, stage, m, v)).ToArray();
        var ends = new Dictionary<(bool Forward, int MicroBatch, int VirtualStage), long>();
        var (at, free) = (new int[p], new long[p]);
        var left = passes.Sum(stage => stage.Length);
        while (left > 0)
        {
            var before = left;
            for (var stage = 0; stage < p; stage++)
            {
                while (at[stage] < passes[stage].Length)
                {
                    var pass = passes[stage][at[stage]];
                    var place = pass.Chunk * p + stage;
                    var from = place + (pass.IsForward ? -1 : 1);
                    long ready = 0;
                    if (from >= 0 && from < p * v
                        && !ends.TryGetValue((pass.IsForward, pass.MicroBatch, from), out ready)) break;
                    free[stage] = Math.Max(free[stage], ready) + (pass.IsForward ? 1 : 2);
                    ends[(pass.IsForward, pass.MicroBatch, place)] = free[stage];
                    at[stage]++;
                    left--;
                }
            }

            Assert.IsLessThan(before, left, $"deadlock: p {p}, m {m}, v {v}");
        }

        return free.Max();
    }
}
