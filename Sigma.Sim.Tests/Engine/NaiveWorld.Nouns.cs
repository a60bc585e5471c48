// What the slow twin is made of: planned events, news, lives and the waits they are in.
namespace Sigma.Sim.Tests.Engine;

internal sealed partial class NaiveWorld
{
    private sealed class Planned(long time, int priority, long insertion, Action happen)
    {
        internal long Time => time;

        internal int Priority => priority;

        internal long Insertion => insertion;

        internal Action Happen => happen;
    }

    private sealed class News
    {
        internal bool HasFired { get; set; }

        internal Planned? Scheduled { get; set; }

        internal List<Leaf> Listeners { get; } = [];
    }

    private sealed class Life
    {
        internal required IEnumerator<Step> Body { get; init; }

        internal bool IsAlive { get; set; } = true;

        internal bool HasBegun { get; set; }

        internal bool IsInterrupting { get; set; }

        internal int FiredIndex { get; set; } = -1;

        internal Planned? Resumption { get; set; }

        internal Leaf? Wait { get; set; }

        internal List<object> Causes { get; } = [];

        internal News Ended { get; } = new();
    }

    private sealed class Leaf(Life life, Leaf? parent, int index)
    {
        internal Life Life => life;

        internal Leaf? Parent => parent;

        internal int Index => index;

        internal Step? Step { get; set; }

        internal Planned? Timer { get; set; }

        internal List<Leaf> Parts { get; } = [];

        internal int Missing { get; set; }

        internal bool HasEntered { get; set; }

        internal bool IsGranted { get; set; }
    }
}
