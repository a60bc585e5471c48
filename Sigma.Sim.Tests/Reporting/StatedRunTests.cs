// A run whose step is stated leaves what it found out and nothing else: no figure of a step that nobody played, no
// metric of tokens that nobody counted, and no file of an earlier run that would be taken for its own.
using System.Text.Json;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;
using Sigma.Sim.Reporting;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.Cli;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Reporting;

[TestClass]
public sealed class StatedRunTests
{
    private static readonly Lazy<RunOutcome> Bare = new(() => Run(new StatedStep(
        Duration.FromSeconds(10), null, null, new Bytes(3_000_000_000_000), null)));

    private static readonly Lazy<IReadOnlyDictionary<string, string>> Left = new(() => SmallRun.FilesOf(Bare.Value));

    [TestMethod]
    public void It_leaves_the_files_of_a_campaign()
    {
        string[] files =
        [
            "report.html", "summary.csv", "replications.csv", "ledger.csv", "events.csv", "spares.csv",
            "manifest.json",
            "figures/where-the-time-went.svg", "figures/campaign-timeline.svg", "figures/ettr-over-time.svg",
            "figures/failures-by-kind.svg",
            "figures/policies.svg", "figures/spares.svg", "figures/levers.svg", "figures/convergence.svg",
        ];
        CollectionAssert.AreEquivalent(files, Left.Value.Keys.ToArray());
    }

    [TestMethod]
    public void It_takes_away_what_an_earlier_run_left_of_its_step()
    {
        using var folder = new TemporaryFolder();
        var final = Path.Combine(folder.Root, "run");
        RunReport.Write(SmallRun.Outcome, final, SmallRun.Version, SmallRun.Command);
        RunReport.Write(Bare.Value, final, SmallRun.Version, SmallRun.Command);
        var there = Directory.GetFiles(final, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(final, file).Replace('\\', '/'));
        CollectionAssert.AreEquivalent(Left.Value.Keys.ToArray(), there.ToArray());
        RunReport.Write(SmallRun.Outcome, final, SmallRun.Version, SmallRun.Command);
        Assert.HasCount(
            SmallRun.Files.Count, Directory.GetFiles(final, "*", SearchOption.AllDirectories));
    }

    [TestMethod]
    public void Nothing_in_it_speaks_of_tokens_or_of_a_share_of_peak()
    {
        foreach (var (name, text) in Left.Value)
        {
            foreach (var word in new[] { "MFU", "_mfu", "token", "NaN", "trillion", "goodput_", "balanced" })
                SmallRun.Lacks(text, word, $"{name} speaks of {word}");
        }

        using var manifest = JsonDocument.Parse(Left.Value["manifest.json"]);
        CollectionAssert.AreEqual(
            Bare.Value.Set.Names.Select(metric => metric.Name).ToArray(),
            manifest.RootElement.GetProperty("metrics").EnumerateObject().Select(member => member.Name).ToArray());
        var head = Left.Value["replications.csv"].Split('\n')[0];
        Assert.AreEqual(
            "replication," + string.Join(',', Bare.Value.Set.Names.Select(metric => metric.Name)), head);
    }

    [TestMethod]
    public void Its_page_says_that_the_step_is_stated_and_when_the_run_ends()
    {
        var page = Left.Value["report.html"];
        SmallRun.Holds(page, "a step of 10 s");
        SmallRun.Holds(page, "until 10 d of steps are kept");
        SmallRun.Holds(page, "4,096 accelerators");
        SmallRun.Holds(page, "The step is stated, not worked out");
        SmallRun.Holds(page, "Change of kept steps by lever");
        SmallRun.Lacks(page, "#platform", "the page leads to a platform that it does not have");
        SmallRun.Lacks(page, "#step", "the page leads to a section that it does not have");
        SmallRun.Lacks(page, "reduced model", "no reduced model was trained");
    }

    [TestMethod]
    public void What_is_stated_of_a_step_is_reported()
    {
        var step = new StatedStep(
            Duration.FromSeconds(10), 16_000_000, new Fraction(0.4), new Bytes(3_000_000_000_000), null);
        var page = SmallRun.FilesOf(Run(step))["report.html"];
        SmallRun.Holds(page, "Step MFU");
        SmallRun.Holds(page, "million tokens/s");
        SmallRun.Holds(page, "Change of goodput by lever");
    }

    [TestMethod]
    public void What_the_scenario_did_not_ask_for_may_never_end_and_the_answer_stands()
    {
        // A spare inside the job holds its state; a restart goes back to a checkpoint that faults hardly let it reach.
        using var scratch = new ScratchFolder();
        var file = scratch.Holding("kept.yaml", """
            scenario: kept
            about: state that only a hot spare keeps
            seed: 1
            work: 10 d
            replications: 3
            step: { time: 10 s }
            cluster: { nodes: 16, accelerators_per_node: 8, spares: { hot: 2 } }
            faults: [{ name: machine lost, scope: node, time_to_failure: exponential 30 h }]
            checkpoint: { tiers: [{ to: storage, every: 1 d, blocking: 0 s, write: 5 min, read: 5 min }] }
            recovery: { policy: hot-spare }
            """);
        var outcome = new MainJob(Scenario.Load(file, []), 2, _ => { }, CancellationToken.None).Run();
        Assert.IsTrue(outcome.LeftOut.Any(left => left.Policy == PolicyKind.Restart));
        var page = SmallRun.FilesOf(outcome)["report.html"];
        SmallRun.Holds(page, "Restart is left out: its run would never end.");
        SmallRun.Holds(
            page, "The scenario has no hangs, slow units, silent corruptions, flapping links or false alarms");
    }

    private static RunOutcome Run(StatedStep step)
    {
        var scenario = Scenario.Load(SourceTree.PathOf("scenarios/stated-step.yaml"), []) with
        {
            Step = step,
            End = new AfterWork(Duration.FromDays(10)),
            Replications = 3,
        };
        // The inputs of the sample state more than the step does.
        scenario = scenario with
        {
            About = "a step with a time",
            Inputs = [.. scenario.Inputs.Where(i => !i.Path.StartsWith("step.", StringComparison.Ordinal))],
        };
        return new MainJob(scenario, 2, _ => { }, CancellationToken.None).Run();
    }
}
