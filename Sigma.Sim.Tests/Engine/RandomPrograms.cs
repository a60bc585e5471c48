// Random programs of processes, written once and run by any engine that knows the few words of IWorld.
using Sigma.Sim.Engine;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Tests.Engine;

/// <summary>One step of a program: waits are yielded to the engine, deeds are done through the world.</summary>
internal abstract record Step
{
    internal sealed record Delay(long Nanoseconds, EventPriority Priority) : Step;

    internal sealed record Await(int Signal) : Step;

    internal sealed record AwaitEnd(int Program) : Step;

    internal sealed record Request(int Priority) : Step;

    internal sealed record Several(Step[] Parts, bool NeedsAll) : Step;

    internal sealed record Deed(DeedKind Kind, int Target, long Nanoseconds) : Step;
}

internal enum DeedKind
{
    Fire,
    FireAfter,
    Rearm,
    Interrupt,
    Kill,
    Start,
    Release,
}

/// <summary>
/// What a program can see and do. A deed that would be an error is skipped by the program, not by the world.
/// </summary>
internal interface IWorld
{
    public long Now { get; }

    public bool HasFired(int signal);

    public bool IsScheduled(int signal);

    public bool IsStarted(int program);

    public bool IsAlive(int program);

    public int FiredIndex(int program);

    public bool TakeInterrupt(int program, out object? cause);

    public void Do(DeedKind kind, int target, long delay, string cause);
}

internal static class RandomPrograms
{
    internal const int Signals = 3;
    internal const int Programs = 6;
    internal const int StartedAtOnce = 3;

    internal static Step[][] Of(int seed)
    {
        var dice = new StreamKey((ulong)seed, 0, "test/programs", 0).Open();
        var programs = new Step[Programs][];
        for (var i = 0; i < Programs; i++)
        {
            programs[i] = new Step[4 + dice.NextIndex(16)];
            for (var k = 0; k < programs[i].Length; k++) programs[i][k] = Any(ref dice);
        }

        return programs;
    }

    /// <summary>Lives a program in a world and writes down each resumption.</summary>
    internal static IEnumerator<Step> Live(IWorld world, int self, Step[] program, List<string> log)
    {
        var held = 0;
        for (var k = 0; k < program.Length; k++)
        {
            var step = program[k];
            if (step is Step.Deed deed)
            {
                if (!IsAllowed(world, self, deed, held)) continue;
                if (deed.Kind == DeedKind.Release) held--;
                world.Do(deed.Kind, deed.Target, deed.Nanoseconds, $"{self}.{k}");
                continue;
            }

            yield return step;
            var line = $"{world.Now}: {self}.{k}";
            var wasInterrupted = world.TakeInterrupt(self, out var cause);
            if (wasInterrupted) line += $" interrupted by {cause}";
            else if (step is Step.Several { NeedsAll: false }) line += $" first {world.FiredIndex(self)}";
            else if (step is Step.Request) held++;

            // Every other step takes all that is queued; the rest leave it to be delivered again.
            while (wasInterrupted && k % 2 == 0 && world.TakeInterrupt(self, out cause)) line += $" and {cause}";
            log.Add(line);
        }

        while (held-- > 0) world.Do(DeedKind.Release, 0, 0, "end");
    }

    private static bool IsAllowed(IWorld world, int self, Step.Deed deed, int held) => deed.Kind switch
    {
        DeedKind.Fire => !world.HasFired(deed.Target),
        DeedKind.FireAfter => !world.HasFired(deed.Target) && !world.IsScheduled(deed.Target),
        DeedKind.Rearm => true,
        DeedKind.Interrupt => deed.Target != self && world.IsStarted(deed.Target) && world.IsAlive(deed.Target),
        DeedKind.Kill => deed.Target != self && world.IsStarted(deed.Target),
        DeedKind.Start => !world.IsStarted(deed.Target),
        DeedKind.Release => held > 0,
        _ => throw new InvalidOperationException($"{deed.Kind}"),
    };

    private static Step Any(ref RandomStream dice)
    {
        var roll = dice.NextIndex(20);
        return roll switch
        {
            < 10 => AnyWait(ref dice, depth: 0),
            < 12 => new Step.Deed(DeedKind.Fire, dice.NextIndex(Signals), 0),
            < 14 => new Step.Deed(DeedKind.FireAfter, dice.NextIndex(Signals), dice.NextIndex(4)),
            < 15 => new Step.Deed(DeedKind.Rearm, dice.NextIndex(Signals), 0),
            < 17 => new Step.Deed(DeedKind.Interrupt, dice.NextIndex(Programs), 0),
            < 18 when dice.NextIndex(4) == 0 => new Step.Deed(DeedKind.Kill, dice.NextIndex(Programs), 0),
            < 18 => new Step.Deed(DeedKind.Release, 0, 0),
            < 19 => new Step.Deed(DeedKind.Start, dice.NextIndex(Programs), 0),
            _ => new Step.Deed(DeedKind.Release, 0, 0),
        };
    }

    private static Step AnyWait(ref RandomStream dice, int depth)
    {
        var roll = dice.NextIndex(depth < 2 ? 14 : 9);
        switch (roll)
        {
            case < 4: return new Step.Delay(dice.NextIndex(5), EventPriority.Normal);
            case < 5: return new Step.Delay(dice.NextIndex(5), (EventPriority)dice.NextIndex(3));
            case < 8: return new Step.Await(dice.NextIndex(Signals));
            case < 9: return new Step.AwaitEnd(dice.NextIndex(StartedAtOnce));
            case < 11 when depth == 0: return new Step.Request(dice.NextIndex(2));
        }

        var parts = new Step[1 + dice.NextIndex(3)];
        for (var i = 0; i < parts.Length; i++) parts[i] = AnyWait(ref dice, depth + 1);
        return new Step.Several(parts, dice.NextIndex(2) == 0);
    }
}
