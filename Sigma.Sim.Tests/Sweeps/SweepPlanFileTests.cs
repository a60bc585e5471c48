// A plan says what is swept, point by point, and a plan that says it wrong is told where.
using Sigma.Sim.Scenarios;
using Sigma.Sim.Scenarios.Sweeps;
using Sigma.Sim.Tests.Cli;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Sweeps;

[TestClass]
public sealed class SweepPlanFileTests
{
    [TestMethod]
    public void Axes_make_a_grid_whose_last_axis_changes_fastest()
    {
        var plan = Load("axes: [{ path: seed, values: [1, 2] }, { path: cluster.spares.warm, values: 2..4:3 }]");
        Assert.AreEqual(
            "seed=1, cluster.spares.warm=2|seed=1, cluster.spares.warm=3|seed=1, cluster.spares.warm=4|"
            + "seed=2, cluster.spares.warm=2|seed=2, cluster.spares.warm=3|seed=2, cluster.spares.warm=4",
            string.Join('|', plan.Points()));
    }

    [TestMethod]
    public void Zipped_axes_change_together()
    {
        var plan = Load("""
            axes:
              - zip: [{ path: cluster.nodes, values: [16, 32] }, { path: cluster.spares.warm, values: [1, 2] }]
            """);
        Assert.AreEqual(
            "cluster.nodes=16, cluster.spares.warm=1|cluster.nodes=32, cluster.spares.warm=2",
            string.Join('|', plan.Points()));
    }

    [TestMethod]
    public void A_sample_fills_every_stratum_and_is_the_same_for_the_same_seed()
    {
        const string text = """
            axes:
              - latin:
                  points: 10
                  seed: 4
                  axes: [{ path: a.b, range: 10 min..20 min }, { path: c, range: 1..1000.0, log: true }]
            """;
        var plan = Load(text);
        Assert.HasCount(10, plan.Points());
        CollectionAssert.AreEqual(plan.Points().Select(p => p.ToString()).ToList(),
            Load(text).Points().Select(p => p.ToString()).ToList());
        var minutes = plan.Points().Select(p => (int)double.Parse(
            p.Changes[0].Value.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)).Order().ToList();
        CollectionAssert.AreEqual(Enumerable.Range(10, 10).ToList(), minutes);
    }

    [TestMethod]
    public void Conditions_skip_points_by_values_of_axes_and_of_the_base()
    {
        var plan = Load("""
            axes: [{ path: cluster.spares.warm, values: [1, 8, 100, 200] }]
            skip:
              - cluster.spares.warm > 0.2 * cluster.nodes
              - cluster.spares.warm == 8
            """);
        Assert.AreEqual("cluster.spares.warm=1|cluster.spares.warm=100", string.Join('|', plan.Points()));
    }

    [TestMethod]
    [DataRow("axes: []", "the list of axes is empty")]
    [DataRow("", "the plan gives no `axes`")]
    [DataRow("axes: [{ path: seed }]", "`axes.0.values` is missing")]
    [DataRow("axes: [{ values: [1, 2] }]", "`axes.0.path` is missing")]
    [DataRow("axes: [{ path: seed, values: [] }]", "the list `axes.0.values` is empty")]
    [DataRow("axes: [{ path: seed, values: 5..1:3 }]", "the lower end comes first")]
    [DataRow("axes: [{ path: seed, values: [2, 2] }]", "the value `2` is given twice")]
    [DataRow("axes: [{ path: seed, valus: [1] }]", "did you mean `values`?")]
    [DataRow("axes: [{ path: replications, values: [5, 9] }]", "given once for the whole sweep")]
    [DataRow("axes: [{ path: seed, values: [1, 2] }, { path: seed, values: [3] }]", "two axes of a grid change `seed`")]
    [DataRow("axes: [{ zip: [{ path: a, values: [1] }, { path: b, values: [1, 2] }] }]", "`a` has 1, `b` has 2")]
    [DataRow("axes: [{ zip: [] }]", "`zip` joins axes")]
    [DataRow("axes: [{ latin: { points: 5 } }]", "`latin` samples axes, and gives none")]
    [DataRow("axes: [{ latin: { points: 0, axes: [{ path: a, range: 1..2 }] } }]", "expected a whole number from 1")]
    [DataRow("axes: [{ path: seed, values: [1, 2] }]\nskip: [seed]", "expected comparisons")]
    [DataRow("axes: [{ path: seed, values: [1, 2] }]\nreplications: 1", "expected a whole number from 2")]
    [DataRow("axes: [{ path: seed, values: [1, 2] }]\nairesim: x.yaml", "both `base` and `airesim` are given")]
    [DataRow(
        "axes: [{ path: seed, values: [1, 2] }]\ngrids: [{ axes: [{ path: seed, values: [1] }] }]",
        "cannot stand beside")]
    [DataRow("axes: [{ path: seed, values: [1, 2] }]\nset: { seed: [1] }", "takes a single value here")]
    public void What_is_wrong_with_a_plan_is_said(string text, string words)
    {
        var error = Assert.ThrowsExactly<ScenarioException>(() => Load(text));
        StringAssert.Contains(error.Diagnostics.Render(), words, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("axes: [{ path: seed, values: 1..1000:1000 }, { path: cluster.spares.warm, values: 1..1001:1001 }]",
        "the axes make 1,001,000 points (at most 1,000,000)")]
    [DataRow("axes: [{ path: seed, values: [1, 2] }]\nskip: [seed > 0]", "the plan has no points: all 2 are skipped")]
    public void Too_many_points_and_none_are_refused(string text, string words)
    {
        var error = Assert.ThrowsExactly<SweepException>(() => Load(text).Points());
        StringAssert.Contains(error.Message, words, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("checkpoint.tiers.0.evry", "15 min", "did you mean `every`?")]
    [DataRow("checkpiont.every", "15 min", "did you mean `checkpoint`?")]
    [DataRow("faults.nobody.scope", "node", "there is no item `nobody` in this list")]
    [DataRow("cluster.spares.warm", "-3", "expected a whole number")]
    public void A_point_that_is_no_scenario_is_named_with_its_values(string path, string value, string words)
    {
        var plan = Load($"axes: [{{ path: seed, values: [1, 2] }}, {{ path: {path}, values: ['{value}'] }}]");
        var error = Assert.ThrowsExactly<VariantException>(() => plan.Load(plan.Points()[0]));
        StringAssert.Contains(error.Message, $"point 1 (seed=1, {path}={value})", StringComparison.Ordinal);
        StringAssert.Contains(error.Findings.Render(), words, StringComparison.Ordinal);
    }

    [TestMethod]
    public void Every_sample_plan_is_sound()
    {
        foreach (var file in Directory.EnumerateFiles(SourceTree.PathOf("scenarios/sweeps"), "*.yaml"))
        {
            Assert.IsTrue(SweepPlanFile.IsPlan(file));
            var plan = SweepPlanFile.Load(file);
            foreach (var point in plan.Points()) Assert.IsNotEmpty(plan.Load(point).Inputs);
        }
    }

    private static SweepPlan Load(string text)
    {
        using var scratch = new ScratchFolder();
        return SweepPlanFile.Load(scratch.Holding(
            "plan.yaml", $"sweep: tried\nbase: {SourceTree.PathOf("scenarios/stated-step.yaml")}\n{text}\n"));
    }
}
