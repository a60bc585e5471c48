// What-ifs of a step: a ladder begins and ends at the two states, measures are worth what they take away, and what is
// broken costs time.
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Replay;
using Sigma.Sim.Tests.Replay;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Tests.Experiments;

[TestClass]
public sealed class StepStudyTests
{
    private static readonly PauseSpec Collection = new(
        "collection", PauseScope.Rank, null, 1, new Constant(Duration.FromMilliseconds(2)), false);

    private static readonly StepInputs Earlier = Inputs(SmallStep.Plain with
    {
        Parallelism = SmallStep.Plain.Parallelism with { Routing = RoutingMode.Balanced },
        Noise = new NoiseSpec(0, [Collection]),
        Cluster = SmallStep.ClusterOf(4, 4, 0.5),
    });

    private static readonly StepInputs Later = Earlier with
    {
        Parallelism = Earlier.Parallelism with { Schedule = ScheduleKind.Interleaved, VirtualStages = 2 },
        Noise = Earlier.Noise with { Pauses = [Collection with { Synchronized = true }] },
        Cluster = SmallStep.ClusterOf(4, 4, 1),
    };

    private static readonly StepStudy Study = new(null, 17, 2, 1, CancellationToken.None);

    [TestMethod]
    public void A_ladder_leads_from_one_state_to_the_other_a_mechanism_at_a_time()
    {
        var ladder = Study.Ladder(Earlier, Later, Profile(Later), 3);
        CollectionAssert.AreEqual(
            new[]
            {
                "as it was", "schedule: interleaved-1f1b", "collection at the same step on all ranks", "kernels",
            },
            ladder.Select(rung => rung.Title).ToArray());
        Assert.AreEqual(Profile(Earlier, 3).StepTime, ladder[0].StepTime);
        Assert.AreEqual(Profile(Later).StepTime, ladder[^1].StepTime);
        for (var i = 1; i < ladder.Count; i++) Assert.IsTrue(ladder[i].StepTime < ladder[i - 1].StepTime, $"{i}");
        // The rung before the last has everything but the kernels.
        var almost = Profile(Later with { Cluster = Earlier.Cluster }).StepTime;
        Assert.AreEqual(almost, ladder[^2].StepTime);
    }

    [TestMethod]
    public void Each_measure_is_switched_over_by_itself()
    {
        var noise = Earlier.Noise with
        {
            SlowNodes = new SlowNodeSpec(new Fraction(0.3), 2),
            Pauses = [Collection, Collection with { Name = "reclaim", EverySteps = 2, IsOfCaches = true }],
        };
        var inputs = Earlier with { Noise = noise };
        var found = Study.Mitigations(inputs, Profile(inputs));
        CollectionAssert.AreEqual(
            new[]
            {
                "as it is", "caches dropped before the job", "collection at the same step on all ranks",
                "reclaim at the same step on all ranks", "slow nodes evicted",
                "micro-batches moved from slow replicas to fast ones",
            },
            found.Select(outcome => outcome.Title).ToArray());
        Assert.AreEqual(
            Profile(inputs with { Noise = noise with { SlowNodes = null } }).StepTime, found[4].StepTime);
        foreach (var outcome in found.Skip(1).Take(4))
            Assert.IsTrue(outcome.StepTime < found[0].StepTime, outcome.Title);
    }

    [TestMethod]
    public void What_is_broken_costs_time_and_more_broken_costs_more()
    {
        var found = Study.Conditions(Later, Profile(Later)).Rows;
        Assert.AreEqual("sound", found[0].Title);
        foreach (var outcome in found.Skip(1)) Assert.IsTrue(outcome.StepTime >= found[0].StepTime, outcome.Title);
        for (var i = 2; i <= 3; i++) Assert.IsTrue(found[i].StepTime >= found[i - 1].StepTime, found[i].Title);
        Assert.IsTrue(found[5].StepTime >= found[4].StepTime);
        StringAssert.Contains(found[^1].Title, "missing", StringComparison.Ordinal);
    }

    private static StepInputs Inputs(SmallStep step) =>
        new(step.Model, step.Parallelism, step.Cluster, step.Fabric, step.Noise);

    private static StepProfile Profile(StepInputs inputs, int samples = 2) => StepProfile.Of(
        new StepPlan(inputs.Model, inputs.Parallelism, inputs.Cluster, inputs.Fabric, null, 17), inputs.Noise, 17,
        samples, 1, CancellationToken.None);
}
