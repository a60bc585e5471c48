// The team hands out every task exactly once, however short the rounds and however many threads come late.
using Sigma.Sim.Kernels;

namespace Sigma.Sim.Tests.Kernels;

[TestClass]
public sealed class WorkerTeamTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(7)]
    public void Every_task_of_every_round_runs_once(int threads)
    {
        using var team = new WorkerTeam(threads);
        var runs = new int[5];
        for (var round = 1; round <= 20_000; round++)
        {
            // Now and then long enough for the others to fall asleep.
            if (round % 4_000 == 0) Thread.SpinWait(500_000);
            team.Run(runs.Length, task => runs[task]++);
            foreach (var count in runs) Assert.AreEqual(round, count);
        }
    }

    [TestMethod]
    public void A_task_that_fails_fails_its_round_and_no_other()
    {
        using var team = new WorkerTeam(3);
        for (var round = 0; round < 100; round++)
        {
            Assert.ThrowsExactly<InvalidOperationException>(
                () => team.Run(8, task => { if (task == 5) throw new ArithmeticException(); }));
            var ran = 0;
            team.Run(8, _ => Interlocked.Increment(ref ran));
            Assert.AreEqual(8, ran);
        }
    }
}
