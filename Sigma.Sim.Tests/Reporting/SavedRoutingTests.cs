// A report tells the truth about routing that it did not train: whose it is, on which text, and what of it was dropped;
// and a routing that sends no token anywhere still makes a step.
using Sigma.Sim.Experiments;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.House;
using Sigma.Sim.Training;

namespace Sigma.Sim.Tests.Reporting;

[TestClass]
public sealed class SavedRoutingTests
{
    [TestMethod]
    public void A_report_says_that_its_routing_was_read_and_from_which_training()
    {
        var (trained, real) = (SmallRun.Outcome, SmallRun.Step.RealStep);
        var story = real with { Origin = real.Origin with { Text = "corpus-v9", Seed = 77 } };
        var saved = new SavedRouting("old.trace", new string('a', 64), story);
        var outcome = trained with
        {
            Played = SmallRun.Step with { RealStep = story },
            Scenario = Reading(trained.Scenario, saved),
        };
        var page = SmallRun.FilesOf(outcome)["report.html"];
        SmallRun.Holds(page, "That was an earlier training, not a part of this run");
        SmallRun.Holds(page, "read from old.trace (SHA-256 aaaaaaaaaaaaaaaa..., the last 4 of 8 steps");
        SmallRun.Holds(page, "fp32, seed 77, on corpus-v9, which this version of the program does not have");
        SmallRun.Lacks(SmallRun.Files["report.html"], "earlier training", "a run that trains says that it does not");
        SmallRun.Lacks(page, "dropped by full experts", "nothing was dropped, but the page says so");
    }

    [TestMethod]
    public void Routing_that_dropped_every_choice_makes_a_shorter_step_and_a_whole_report()
    {
        var kept = SmallRun.Step.RealStep;
        var choices = new ushort[kept.Trace.Choices.Length];
        Array.Fill(choices, RoutingTrace.Dropped);
        var trace = new RoutingTrace(
            kept.Trace.Layers, kept.Trace.Tokens, kept.Trace.Experts, kept.Trace.TopK, choices);
        var saved = new SavedRouting("empty.trace", new string('b', 64), new LearnedRouting(kept.Origin, trace));
        var scenario = Scenario.Load(SourceTree.PathOf("scenarios/small.yaml"), []) with { Replications = 2 };
        scenario = Reading(scenario, saved);
        var outcome = new MainJob(scenario, 2, _ => { }, CancellationToken.None).Run();
        Assert.IsLessThan(SmallRun.Step.Profile.StepTime, outcome.Played!.Profile.StepTime);
        Assert.AreEqual(1, outcome.Played!.Profile.Samples[0].HottestOverMean);
        SmallRun.Holds(SmallRun.FilesOf(outcome)["report.html"], "100.0 % of its choices were dropped by full experts");
    }

    private static Scenario Reading(Scenario scenario, SavedRouting saved) =>
        scenario with { Step = scenario.Modelled with { RealStep = saved } };
}
