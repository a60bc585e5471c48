// The course of ETTR ends where the metric does, and every moment of it follows from the phases and rollbacks before.
using Sigma.Sim.Campaign;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Reporting;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Reporting;

[TestClass]
public sealed class KeptTimeTests
{
    [TestMethod]
    [DataRow("small.yaml")]
    [DataRow("stated-step.yaml")]
    public void Its_end_is_the_metric_of_the_run(string name)
    {
        var outcome = name == "small.yaml" ? SmallRun.Outcome : Stated.Value;
        var run = outcome.Set.Runs[0];
        var wall = Duration.FromHours(run.Metrics["wall_h"]);
        // The step that the end of the run cuts off counts as lost.
        var step = outcome.Campaign.StepTime.Over(wall);
        Assert.AreEqual(run.Metrics["ettr"], KeptTime.Of(run).Share(Duration.Zero, wall), 2 * step);
    }

    [TestMethod]
    public void It_grows_while_the_job_computes_and_falls_by_what_is_rolled_back()
    {
        static Instant At(int minutes) => default(Instant) + Duration.FromMinutes(minutes);
        var run = SmallRun.Outcome.Set.Runs[0] with
        {
            Phases =
            [
                new PhaseSpan(At(0), At(10), JobPhase.Computing), new PhaseSpan(At(10), At(12), JobPhase.Restarting),
                new PhaseSpan(At(12), At(20), JobPhase.Computing),
            ],
            Events = [new CampaignEvent(At(10), "rollback", -1, "", Duration.FromMinutes(4))],
        };
        var kept = KeptTime.Of(run);
        (int At, int Kept)[] expected = [(0, 0), (3, 3), (9, 9), (10, 6), (11, 6), (12, 6), (15, 9), (20, 14)];
        foreach (var (at, minutes) in expected)
            Assert.AreEqual(Duration.FromMinutes(minutes), kept.At(Duration.FromMinutes(at)), $"after {at} minutes");
        Assert.AreEqual(14, kept.At(Duration.FromMinutes(40)).Seconds / 60);
        Assert.AreEqual(0.3, kept.Share(Duration.FromMinutes(5), Duration.FromMinutes(15)) - 0.1, 1e-12);
    }

    private static readonly Lazy<RunOutcome> Stated = new(() =>
    {
        var file = SourceTree.PathOf("scenarios/stated-step.yaml");
        var scenario = Scenario.Load(file, [new Override("replications", "2")]);
        return new MainJob(scenario, 2, _ => { }, CancellationToken.None).Run();
    });
}
