// Troubles that do not stop the job at once: a node that is slow for a while, a link that goes down and comes back.
using Sigma.Sim.Cluster;
using Sigma.Sim.Engine;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Campaign;

/// <summary>Follows slow nodes and flapping links until they pass or their node leaves.</summary>
internal sealed class NodeTroubles(CampaignWorld world)
{
    /// <summary>A node of the job becomes slow.</summary>
    public void Slow(in FaultEvent fault, int node, FailSlow kind)
    {
        world.Job.Advance();
        world.Condition.Add(node, fault, kind);
        world.Story.Tell("slow", node,
            $"{world.NameOf(fault)}: the step takes {UnitText.ThreeDigits(world.Condition.Slowdown)} times as long");
        world.Job.Wake();
        world.Simulation.Start("slow node", Spell(fault, node, kind));
    }

    /// <summary>A link of a node of the job begins to flap.</summary>
    public void Flap(in FaultEvent fault, int node, LinkFlap kind) =>
        world.Simulation.Start("flapping link", Flaps(fault, node, kind));

    private IEnumerator<Wait> Spell(FaultEvent fault, int node, FailSlow kind)
    {
        var dice = world.HandlingOf(fault);
        var latency = kind.Latency.Draw(ref dice);
        var lasts = kind.Lasts?.Draw(ref dice);
        if (lasts is not { } span || span > latency)
        {
            yield return latency;
            if (!world.Condition.Holds(node, fault)) yield break;
            Noticed(fault, node, kind);
            if (lasts is null) yield break;
            yield return lasts.Value - latency;
        }
        else
        {
            yield return span;
        }

        if (!world.Condition.Holds(node, fault)) yield break;
        world.Job.Advance();
        world.Condition.Remove(slow => slow.Node == node && slow.Fault == fault);
        world.Story.Tell("slow", node, $"{world.NameOf(fault)} has passed");
        world.Job.Wake();
    }

    private void Noticed(in FaultEvent fault, int node, FailSlow kind)
    {
        var seen = new Observation(Occasion.SlowNode) { Slowdown = world.Condition.SlowdownOf(kind) };
        var evicts = world.Proactive.Decide(seen).Move == Move.Drain;
        world.Story.Tell("detection", node, evicts ? "slow: to be evicted" : "slow: cordoned, leaves at the next stop");
        world.Condition.Suspect(node, fault);
        if (evicts) world.Job.Tell(new DrainNotice(fault, node));
    }

    private IEnumerator<Wait> Flaps(FaultEvent fault, int node, LinkFlap kind)
    {
        var dice = world.HandlingOf(fault);
        for (var flap = 1; flap <= kind.Times && world.Fleet.StateOf(node) == NodeState.Active; flap++)
        {
            var down = kind.Down.Draw(ref dice);
            world.Story.Tell("flap", node, $"{world.NameOf(fault)}: down for {down}");
            if (down > kind.Survives)
            {
                world.Job.Tell(new StopNotice(fault, [node], kind.Survives));
                yield break;
            }

            world.Job.Tell(new StallNotice(fault, node, world.Now + down));
            yield return down;
            if (flap == kind.AlarmAfter && world.Fleet.StateOf(node) == NodeState.Active)
            {
                world.Condition.Suspect(node, fault);
                world.Story.Tell("detection", node, "its link flaps");
                if (world.Proactive.Decide(new Observation(Occasion.Warned)).Move == Move.Drain)
                    world.Job.Tell(new DrainNotice(fault, node));
            }

            yield return kind.Apart.Draw(ref dice);
        }
    }
}
