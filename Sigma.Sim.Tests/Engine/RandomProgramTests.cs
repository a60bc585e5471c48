// The engine and its slow twin live thousands of random programs alike: every resumption, at the same time, in the same
// order, for the same reason. Delays are short and signals few, so that most events share their instant with others.
using Sigma.Sim.Engine;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Tests.Engine;

[TestClass]
public sealed class RandomProgramTests
{
    [TestMethod]
    public void Random_programs_run_as_in_the_naive_engine()
    {
        long resumptions = 0, interrupts = 0;
        for (var seed = 0; seed < 40_000; seed++)
        {
            var programs = RandomPrograms.Of(seed);
            var naive = new NaiveWorld(programs, units: 1 + seed % 2);
            naive.Run();
            var world = new EngineWorld(programs, units: 1 + seed % 2);
            world.Run();
            Assert.AreEqual(string.Join('\n', naive.Log), string.Join('\n', world.Log), StringComparer.Ordinal,
                $"seed {seed}");
            resumptions += naive.Log.Count;
            interrupts += naive.Log.Count(line => line.Contains("interrupted", StringComparison.Ordinal));
        }

        Console.WriteLine($"{resumptions} resumptions, {interrupts} interrupts");
        Assert.IsGreaterThan(400_000, resumptions);
        Assert.IsGreaterThan(30_000, interrupts);
    }

    private sealed class EngineWorld : IWorld
    {
        private readonly Simulation _simulation = new();
        private readonly Step[][] _programs;
        private readonly Process?[] _processes = new Process?[RandomPrograms.Programs];
        private readonly Signal[] _signals;
        private readonly Resource _units;

        internal EngineWorld(Step[][] programs, int units)
        {
            _programs = programs;
            _units = new Resource(_simulation, "units", units);
            _signals = [.. Enumerable.Range(0, RandomPrograms.Signals).Select(i => _simulation.NewSignal($"{i}"))];
            for (var i = 0; i < RandomPrograms.StartedAtOnce; i++) Start(i);
        }

        internal List<string> Log { get; } = [];

        public long Now => _simulation.Now.Nanoseconds;

        internal void Run() => _simulation.Run();

        public bool HasFired(int signal) => _signals[signal].HasFired;

        public bool IsScheduled(int signal) => _signals[signal].IsScheduled;

        public bool IsStarted(int program) => _processes[program] is not null;

        public bool IsAlive(int program) => _processes[program]!.IsAlive;

        public int FiredIndex(int program) => _processes[program]!.FiredIndex;

        public bool TakeInterrupt(int program, out object? cause) => _processes[program]!.TakeInterrupt(out cause);

        public void Do(DeedKind kind, int target, long delay, string cause)
        {
            switch (kind)
            {
                case DeedKind.Fire:
                    _signals[target].Fire();
                    break;
                case DeedKind.FireAfter:
                    _signals[target].FireAfter(new Duration(delay));
                    break;
                case DeedKind.Rearm:
                    _signals[target].Rearm();
                    break;
                case DeedKind.Interrupt:
                    _processes[target]!.Interrupt(cause);
                    break;
                case DeedKind.Kill:
                    _processes[target]!.Kill();
                    break;
                case DeedKind.Start:
                    Start(target);
                    break;
                case DeedKind.Release:
                    _units.Release();
                    break;
            }
        }

        private void Start(int program) => _processes[program] = _simulation.Start($"{program}", _ => Live(program));

        private IEnumerator<Wait> Live(int program)
        {
            using var steps = RandomPrograms.Live(this, program, _programs[program], Log);
            while (steps.MoveNext()) yield return Of(steps.Current);
        }

        private Wait Of(Step step) => step switch
        {
            Step.Delay { Priority: EventPriority.Normal } delay => new Duration(delay.Nanoseconds),
            Step.Delay delay => _simulation.Timeout(new Duration(delay.Nanoseconds), delay.Priority),
            Step.Await { Signal: var signal } => _signals[signal],
            Step.AwaitEnd { Program: var program } => _processes[program]!,
            Step.Request { Priority: var priority } => _units.RequestWithPriority(priority),
            Step.Several { NeedsAll: true } all => _simulation.AllOf([.. all.Parts.Select(Of)]),
            Step.Several any => _simulation.AnyOf([.. any.Parts.Select(Of)]),
            _ => throw new InvalidOperationException($"{step}"),
        };
    }
}
