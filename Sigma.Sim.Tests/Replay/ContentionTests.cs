// NICs that messages share: sharing costs time and never saves any, and who shares with nobody pays nothing.
using Sigma.Sim.Engine;
using Sigma.Sim.Quantities;
using Sigma.Sim.Replay;

namespace Sigma.Sim.Tests.Replay;

[TestClass]
public sealed class ContentionTests
{
    private static readonly Bandwidth Nic = Bandwidth.FromGigabytesPerSecond(10);

    [TestMethod]
    public void A_message_alone_takes_its_time_and_two_on_one_NIC_take_twice_theirs()
    {
        var alone = Duration.FromMicroseconds(100);
        CollectionAssert.AreEqual(new long[] { 100_000 }, Ends((0, 1, 0, alone)));
        // Out of one NIC, or into one; disjoint ones do not meet.
        CollectionAssert.AreEqual(new long[] { 200_000, 200_000 }, Ends((0, 1, 0, alone), (0, 2, 0, alone)));
        CollectionAssert.AreEqual(new long[] { 200_000, 200_000 }, Ends((0, 2, 0, alone), (1, 2, 0, alone)));
        CollectionAssert.AreEqual(new long[] { 100_000, 100_000 }, Ends((0, 1, 0, alone), (1, 0, 0, alone)));
        // The second begins half way: 50 us alone, then 100 us at half speed; the rest of the second is alone again.
        CollectionAssert.AreEqual(new long[] { 150_000, 200_000 }, Ends((0, 1, 0, alone), (0, 2, 50_000, alone)));
    }

    [TestMethod]
    public void Contention_never_shortens_a_step()
    {
        var longer = 0;
        foreach (var (step, number) in Cases())
        {
            var (free, shared) = (step.Play(number), With(step).Play(number));
            // A message's bytes are whole, so that one may end a nanosecond early.
            var slack = 2L * step.Parallelism.GlobalBatch * step.Model.Layers;
            Assert.IsGreaterThanOrEqualTo(free.StepTime.Nanoseconds - slack, shared.StepTime.Nanoseconds, $"{number}");
            if (shared.StepTime.Nanoseconds > free.StepTime.Nanoseconds + slack) longer++;
            foreach (var rank in shared.Ranks) Assert.AreEqual(shared.StepTime, rank.Total);
        }

        Assert.IsGreaterThan(5, longer);
    }

    [TestMethod]
    public void Where_nothing_leaves_a_node_contention_changes_nothing()
    {
        var step = SmallStep.Plain with
        {
            Parallelism = SmallStep.Plain.Parallelism with { Pipeline = 1, GlobalBatch = 16 },
            Cluster = SmallStep.ClusterOf(1, 4, 1),
        };
        Assert.AreEqual(step.Play(0).StepTime, With(step).Play(0).StepTime);
    }

    [TestMethod]
    public void A_step_with_contention_is_the_same_in_every_run()
    {
        foreach (var (step, number) in Cases().Take(10))
            Assert.AreEqual(With(step).Play(number).StepTime, With(step).Play(number).StepTime);
    }

    private static IEnumerable<(SmallStep Step, int Number)> Cases() => Enumerable.Range(0, 60)
        .Select(number => (SmallStep.Random(number), number))
        .Select(pair => (pair.Item1 with
        {
            Parallelism = pair.Item1.Parallelism with
            {
                Overlap = pair.Item1.Parallelism.Overlap with { SimulatesData = pair.number % 2 == 0 },
            },
        }, pair.number));

    private static SmallStep With(SmallStep step) =>
        step with { Parallelism = step.Parallelism with { Contention = true } };

    /// <summary>When messages end, in the order of the list: from, to, start [ns], time alone.</summary>
    private static long[] Ends(params (int From, int To, long At, Duration Alone)[] messages)
    {
        var simulation = new Simulation();
        var nics = new NicTraffic(simulation, Nic);
        var ends = new long[messages.Length];
        for (var i = 0; i < messages.Length; i++)
        {
            var (number, message) = (i, messages[i]);
            simulation.Start("sender", _ => Send());

            IEnumerator<Wait> Send()
            {
                yield return new Duration(message.At);
                nics.Start(message.From, message.To, message.Alone, () => ends[number] = simulation.Now.Nanoseconds);
            }
        }

        simulation.Run();
        return ends;
    }
}
