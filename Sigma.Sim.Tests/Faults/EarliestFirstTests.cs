// The queue of who fails next, against a search through all: random times come, move and go.
using Sigma.Sim.Faults;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Tests.Faults;

[TestClass]
public sealed class EarliestFirstTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(5)]
    [DataRow(6)]
    [DataRow(100)]
    public void The_first_is_the_earliest_with_the_lowest_number(int owners)
    {
        var dice = new StreamKey(3, 0, "test/earliest", owners).Open();
        var (queue, times) = (new EarliestFirst(owners), new long[owners]);
        Array.Fill(times, long.MaxValue);
        Assert.AreEqual((-1, long.MaxValue), (queue.First, queue.FirstTime));
        for (var i = 0; i < 3000; i++)
        {
            var owner = dice.NextIndex(owners);
            // Few different times, so that there are ties; one in five goes.
            times[owner] = dice.NextChance(0.2) ? long.MaxValue : dice.NextIndex(20);
            queue.Set(owner, times[owner]);
            var earliest = times.Min();
            var first = earliest == long.MaxValue ? -1 : Array.IndexOf(times, earliest);
            Assert.AreEqual((first, earliest), (queue.First, queue.FirstTime));
        }
    }
}
