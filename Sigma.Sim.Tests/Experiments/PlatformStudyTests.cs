// The platform before and now: what differs is changed one mechanism after the other and nothing else is, both ends are
// the campaigns themselves, and whoever reads the tables finds the same numbers.
using System.Globalization;
using Sigma.Sim.Campaign;
using Sigma.Sim.Cluster;
using Sigma.Sim.Experiments;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Recovery;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.Campaign;
using Sigma.Sim.Tests.Cli;
using Sigma.Sim.Tests.House;
using Sigma.Sim.Tests.Reporting;

namespace Sigma.Sim.Tests.Experiments;

[TestClass]
public sealed class PlatformStudyTests
{
    private static readonly CampaignSpec Now = Campaigns.Plain with
    {
        Faults = [Campaigns.Fault("fault", FaultScope.Node, new Exponential(Duration.FromHours(100)))],
    };

    private static readonly CampaignSpec Before = Now with
    {
        StepTime = Now.StepTime * 2,
        Cluster = Now.Cluster with { Spares = new SpareSpec(0, 2) },
        Tiers = [Now.Tiers[0] with { Every = Duration.FromHours(2) }],
        Lifecycle = Now.Lifecycle with
        {
            Triage = new Constant(Duration.FromHours(4)),
            Library = new LibrarySpec(0, false),
            RepairCrews = 1,
        },
        Recovery = new RecoverySpec(
            PolicyKind.Restart,
            Now.Recovery.Times with { Decide = new Constant(Duration.FromHours(2)), Schedule = Duration.FromHours(1) })
        {
            Proactive = new ProactiveSpec(true, null, null),
        },
    };

    private static readonly Lazy<RunOutcome> Once = new(() => Run(threads: 2));

    private static PlatformStudy Study => Once.Value.Platform!;

    [TestMethod]
    public void Mechanisms_lead_from_one_campaign_to_the_other_and_only_those_that_differ()
    {
        var changes = PlatformChanges.Between(Before, Now);
        CollectionAssert.AreEqual(
            new[]
            {
                "decisions, library of signatures, triage", "2 repair crews",
                "2 warm spares, only the failed node exchanged", "checkpoints", "leaving before the stop",
                "a step of 7 s in place of 14 s",
            },
            changes.Select(change => change.Title).ToArray());
        Assert.AreEqual(Now, changes.Aggregate(Before, (state, change) => change.Change(state)));
        // A copy of the remedies says the same as they.
        var copied = Now with
        {
            Lifecycle = Now.Lifecycle with { Remedies = new Dictionary<Remedy, RemedySpec>(Now.Lifecycle.Remedies) },
        };
        Assert.IsEmpty(PlatformChanges.Between(copied, Now));
    }

    [TestMethod]
    public void Before_is_the_earlier_scenario_at_its_own_step()
    {
        var (outcome, step) = (Once.Value, Once.Value.Played!.Ladder[0]);
        Assert.AreEqual("small-early", Study.Earlier);
        var mfu = Study.Figures.Single(figure => figure.Metric.Name == "step_mfu");
        Assert.AreEqual(step.Mfu, mfu.Before.Mean, 1e-12);
        var earlier = outcome.Scenario.Earlier!;
        var model = earlier.Modelled;
        var spec = CampaignPlan.Of(earlier, new StatedStep(
            step.StepTime, (long)model.Parallelism.GlobalBatch * model.Model.Sequence, new Fraction(step.Mfu),
            outcome.Played!.Plan.CheckpointSize, model.Fabric.ScaleOut));
        var runs = ReplicationSet.Run(spec, outcome.Scenario.Seed, outcome.Set.Runs.Count, 2, CancellationToken.None);
        foreach (var figure in Study.Figures.Where(figure => runs.Metrics.ContainsKey(figure.Metric.Name)))
            Assert.AreEqual(runs.Metrics[figure.Metric.Name], figure.Before, figure.Metric.Name);
        foreach (var figure in Study.Figures)
            Assert.AreEqual(figure.Now.Mean - figure.Before.Mean, figure.Difference.Mean, 1e-9 * figure.Now.Mean);
        Assert.AreEqual(10, Study.Figures.Count);
    }

    [TestMethod]
    public void The_ladder_begins_before_and_ends_now()
    {
        CollectionAssert.AreEqual(
            new[] { "as it was", "decisions", "1 warm spare, only the failed node exchanged" },
            Study.Ladder.Select(rung => rung.Title).Take(3).ToArray());
        Assert.AreSame(Once.Value.Set, Study.Ladder[^1].Set);
        Assert.AreEqual(
            Study.Figures.Single(figure => figure.Metric.Name == "ettr").Before, Study.Ladder[0].Set.Metrics["ettr"]);
        Assert.IsLessThan(
            Study.Ladder[0].Set.Metrics["mttr_min"].Mean, Study.Ladder[1].Set.Metrics["mttr_min"].Mean);
    }

    [TestMethod]
    public void Its_tables_read_back_to_the_same_numbers_and_show_what_is_published()
    {
        var files = SmallRun.FilesOf(Once.Value);
        var platform = Rows(files["platform.csv"]);
        Assert.HasCount(1 + 3 * Study.Figures.Count, platform);
        foreach (var figure in Study.Figures)
        {
            var rows = platform.Where(row => row[1] == figure.Metric.Name).ToDictionary(row => row[0]);
            foreach (var (state, estimate) in new[]
                { ("before", figure.Before), ("now", figure.Now), ("difference", figure.Difference) })
            {
                Assert.AreEqual(estimate.Mean, Number(rows[state][4]));
                Assert.AreEqual(estimate.High, Number(rows[state][7]));
            }
        }

        Assert.AreEqual("2 h", platform.Single(row => row[0] == "before" && row[1] == "mttr_min")[^1]);
        var ladder = files["platform-ladder.csv"].TrimEnd('\n').Split('\n');
        Assert.HasCount(1 + 3 * (2 * Study.Ladder.Count - 1), ladder);
        foreach (var words in new[] { "id=\"platform\"", "href=\"#platform\"", "data-v=\"7200\">2 h</td>" })
            SmallRun.Holds(files["report.html"], words);
        SmallRun.Holds(files["manifest.json"], "\"scenario\": \"small-early\"");
    }

    [TestMethod]
    public void One_thread_finds_what_two_find()
    {
        var (one, two) = (SmallRun.FilesOf(Run(threads: 1)), SmallRun.FilesOf(Once.Value));
        foreach (var name in new[] { "platform.csv", "platform-ladder.csv", "spares.csv", "report.html" })
            Assert.AreEqual(two[name], one[name], name);
    }

    [TestMethod]
    public void Without_an_earlier_state_there_is_nothing_to_compare()
    {
        Assert.IsNull(SmallRun.Outcome.Platform);
        foreach (var name in SmallRun.Files.Keys) Assert.DoesNotContain("platform", name, StringComparison.Ordinal);
        SmallRun.Lacks(SmallRun.Files["report.html"], "#platform", "the page leads to a section that it does not have");
    }

    private static RunOutcome Run(int threads)
    {
        using var folder = new ScratchFolder();
        var small = SourceTree.PathOf("scenarios/small.yaml").Replace('\\', '/');
        folder.Holding("early.yaml", $$"""
            from: {{small}}
            scenario: small-early
            parallelism: { schedule: 1f1b, virtual_stages: 1 }
            cluster: { spares: { warm: 0, cold: 1 } }
            recovery: { policy: restart, restart: { decide: 2 h } }
            published: [ { metric: mttr_min, value: 2 h } ]
            """);
        var path = folder.Holding("now.yaml", $$"""
            from: {{small}}
            earlier: early.yaml
            replications: 4
            real_step: { steps: 3, trace_steps: 2 }
            """);
        return new MainJob(Scenario.Load(path, []), threads, _ => { }, CancellationToken.None).Run();
    }

    private static List<string[]> Rows(string text) =>
        [.. text.TrimEnd('\n').Split('\n').Select(line => line.Split(','))];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
