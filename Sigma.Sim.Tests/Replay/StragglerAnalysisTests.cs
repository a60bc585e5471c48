// A measured job replayed: what was worked out on paper for a small one, what must hold for every one, and what the
// authors of the method found for theirs.
using Sigma.Sim.Quantities;
using Sigma.Sim.Replay;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Replay;

[TestClass]
public sealed class StragglerAnalysisTests
{
    // Of stage s with passes f and b on stage 0, F and B on stage 1: 4 + f + 2 + 2F + 2B + 2 + b + 4 + 6.
    [TestMethod]
    public void A_small_job_takes_what_paper_says()
    {
        var found = SmallJobs.Replayed(SmallJobs.Uneven());
        Assert.AreEqual(Duration.FromMicroseconds(144), found.Replayed);
        Assert.AreEqual(Duration.FromMicroseconds(144), found.Measured);
        // Forward passes take 11.5 on average, backward passes 23.
        Assert.AreEqual(Duration.FromMicroseconds(121.5), found.Ideal);
        Near([117 / 121.5, 148.5 / 121.5], found.ByStage);
        Near([1, 144 / 121.5], found.ByReplica);
        var parts = found.ByPart.ToDictionary(p => p.Part, p => p.Slowdown, StringComparer.Ordinal);
        Near(
            [129 / 121.5, 136.5 / 121.5, 1, 1],
            [parts["forward-compute"], parts["backward-compute"], parts["optimizer"], parts["forward-pp-comm"]]);
        Assert.AreEqual(new Mitigation(1, null, Duration.FromMicroseconds(117), 1.2), found.BalanceStage);
        Assert.AreEqual(new Mitigation(null, 1, Duration.FromMicroseconds(121.5), 1), found.EvictReplica);
        Assert.AreEqual(new Mitigation(1, 1, Duration.FromMicroseconds(117), 1.2), found.EvictRank);
    }

    [TestMethod]
    public void A_job_without_differences_has_no_slowdown()
    {
        var found = SmallJobs.Replayed(SmallJobs.Even());
        Assert.AreEqual(Duration.FromMicroseconds(108), found.Replayed);
        Assert.AreEqual(1, found.Slowdown);
        foreach (var slowdown in found.ByStage.Concat(found.ByReplica).Concat(found.ByPart.Select(p => p.Slowdown)))
            Assert.AreEqual(1, slowdown);
        Assert.AreEqual(0, found.BalanceStage.Explains);
    }

    [TestMethod]
    public void A_slower_clock_scales_every_time_and_no_slowdown()
    {
        var found = SmallJobs.Replayed(SmallJobs.Uneven());
        var scaled = SmallJobs.Replayed(SmallJobs.Uneven().Select(
            o => o with { Began = Instant.Start + o.Began.SinceStart * 6, Lasted = o.Lasted * 6 }));
        Assert.AreEqual(found.Replayed * 6, scaled.Replayed);
        Assert.AreEqual(found.Ideal * 6, scaled.Ideal);
        Near(found.ByStage, scaled.ByStage);
        Near(found.ByReplica, scaled.ByReplica);
        Near([.. found.ByPart.Select(p => p.Slowdown)], [.. scaled.ByPart.Select(p => p.Slowdown)]);
    }

    [TestMethod]
    public void Other_numbers_for_the_replicas_change_nothing_but_the_numbers()
    {
        var found = SmallJobs.Replayed(SmallJobs.Uneven());
        var swapped = SmallJobs.Replayed(SmallJobs.Uneven().Select(o => o with { Replica = 1 - o.Replica }));
        Near([found.ByReplica[1], found.ByReplica[0]], swapped.ByReplica);
        Assert.AreEqual(found.EvictRank with { Replica = 0 }, swapped.EvictRank);
        Assert.AreEqual(Words(found with { ByReplica = [] }), Words(swapped with { ByReplica = [] }));
    }

    [TestMethod]
    public void The_order_of_the_lines_means_nothing()
    {
        var lines = SmallJobs.Uneven();
        lines.Reverse();
        Assert.AreEqual(Words(SmallJobs.Replayed(SmallJobs.Uneven())), Words(SmallJobs.Replayed(lines)));
    }

    [TestMethod]
    public void A_slower_operation_never_shortens_the_step()
    {
        var lines = SmallJobs.Uneven();
        for (var i = 0; i < lines.Count; i++)
        {
            var slower = SmallJobs.Uneven();
            slower[i] = lines[i] with { Lasted = lines[i].Lasted + Duration.FromMicroseconds(1) };
            var step = SmallJobs.Replayed(slower).Replayed;
            Assert.IsGreaterThanOrEqualTo(Duration.FromMicroseconds(144), step, OperationTrace.Describe(lines[i]));
        }
    }

    [TestMethod]
    public void Waiting_for_the_other_end_is_no_part_of_a_transfer()
    {
        var wait = Duration.FromMicroseconds(9);
        var early = SmallJobs.Uneven().Select(o => o.Kind == TracedKind.BackwardReceive
            ? o with { Began = o.Began - wait, Lasted = o.Lasted + wait }
            : o);
        Assert.AreEqual(Words(SmallJobs.Replayed(SmallJobs.Uneven())), Words(SmallJobs.Replayed(early)));
    }

    [TestMethod]
    public void Steps_are_replayed_each_by_itself()
    {
        var later = SmallJobs.Uneven().Select(
            o => o with { Step = 8, Began = o.Began + Duration.FromSeconds(1) });
        var found = SmallJobs.Replayed(SmallJobs.Uneven().Concat(later));
        var step = Duration.FromMicroseconds(144);
        CollectionAssert.AreEqual(
            new[] { new StragglerStep(7, step, step), new StragglerStep(8, step, step) }, found.Steps.ToArray());
        Assert.AreEqual(SmallJobs.Replayed(SmallJobs.Uneven()).Slowdown, found.Slowdown);
    }

    /// <summary>The authors' own figures: step times in seconds, slowdowns by stage and replica, and with one rank
    /// made typical.</summary>
    [TestMethod]
    [DataRow(
        "ST", 2.172696813310722, 1.843295824372035, 2.2144477888941765,
        new[] { 0.9980450635272368, 0.9830562530894704, 0.9824931309511952, 1.2322559543157936 },
        new[] { 1.1730828198099532, 1.1778704237064905 }, 2.162352216004365)]
    [DataRow(
        "AR", 46.33637259691022, 23.484700209738318, 46.64917642419989,
        new[] { 1.9791886375936654, 0.9971124940932459, 0.9956041132082933, 1.0023690791892135 },
        new[] { 1.9730444100764113, 1.0108912860378452, 1.0111514645495234, 1.0111429488597723 }, 23.44582316843448)]
    public void A_published_job_is_replayed_as_its_authors_did(
        string job, double step, double ideal, double measured, double[] stages, double[] replicas, double evicted)
    {
        var found = StragglerAnalysis.Of(Published(job));
        Assert.AreEqual(step, found.Replayed.Seconds, 1e-4 * step);
        Assert.AreEqual(ideal, found.Ideal.Seconds, 1e-4 * ideal);
        Assert.AreEqual(measured, found.Measured.Seconds, 1e-3 * measured);
        Assert.IsLessThan(0.02, Math.Abs(found.ReplayError));
        Near(stages, found.ByStage, 1e-4);
        Near(replicas, found.ByReplica, 1e-4);
        Assert.AreEqual(Array.IndexOf(stages, stages.Max()), found.BalanceStage.Stage);
        Assert.AreEqual(evicted, found.EvictRank.Step.Seconds, 1e-4 * evicted);
    }

    [TestMethod]
    [DataRow("ST", 1.7710396162385678)]
    [DataRow("AR", 46.36406800223961)]
    public void A_published_job_with_a_typical_last_stage_takes_what_its_authors_found(string job, double step)
    {
        var found = StragglerAnalysis.WithoutStragglers(Published(job), o => o.Stage == 3);
        Assert.AreEqual(step, found.Seconds, 1e-4 * step);
    }

    [TestMethod]
    public void Every_part_of_a_published_job_costs_what_its_authors_found()
    {
        var parts = StragglerAnalysis.Of(Published("ST")).ByPart;
        var theirs = new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["forward-compute"] = 1.0874989663025318,
            ["backward-compute"] = 1.074156472437866,
            ["embedding-grads-all-reduce"] = 1.0095504024370303,
            ["grads-reduce-scatter"] = 1.00266695254219,
            ["optimizer-clip-main-grad"] = 1.0023506224771044,
            ["optimizer"] = 1.0014767395023902,
            ["params-all-gather"] = 1.0011307740825817,
            ["layernorm-grads-all-reduce"] = 1.0000026919173086,
            ["gc"] = 1.0,
            ["backward-pp-comm"] = 0.999992994223364,
            ["forward-pp-comm"] = 0.9998586213458615,
        };
        Assert.HasCount(theirs.Count, parts);
        foreach (var (part, slowdown) in parts) Assert.AreEqual(theirs[part], slowdown, 1e-4, part);
    }

    private static OperationTrace Published(string job) => OperationTraceFile.Load(
        SourceTree.PathOf($"scenarios/stragglers/{job}.csv.gz"),
        TraceLayoutReader.Load(SourceTree.PathOf($"scenarios/stragglers/{job}.yaml")));

    private static void Near(IReadOnlyList<double> expected, IReadOnlyList<double> actual) =>
        Near(expected, actual, 1e-9);

    private static void Near(IReadOnlyList<double> expected, IReadOnlyList<double> actual, double tolerance)
    {
        Assert.HasCount(expected.Count, actual);
        for (var i = 0; i < expected.Count; i++) Assert.AreEqual(expected[i], actual[i], tolerance, $"at {i}");
    }

    private static string Words(StragglerReport found) => string.Join(
        '|',
        [
            found.Replayed, found.Ideal, found.Slowdown, .. found.ByStage, .. found.ByReplica,
            .. found.ByPart, found.BalanceStage.Step, found.EvictReplica.Step, found.EvictRank.Step,
        ]);
}
