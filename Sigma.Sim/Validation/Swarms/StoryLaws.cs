// What must hold of the story of a campaign: it is in order, who resumes had stopped, who joins was free.
using Sigma.Sim.Campaign;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Validation.Swarms;

/// <summary>Reads the events of one run; throws <see cref="BrokenLawException"/>.</summary>
internal static class StoryLaws
{
    public static void Check(CampaignSpec spec, CampaignRun run)
    {
        Order(spec, run);
        Stops(run);
        Joins(spec, run);
    }

    private static void Order(CampaignSpec spec, CampaignRun run)
    {
        var last = Instant.Start;
        foreach (var told in run.Events)
        {
            Demand(
                told.At >= last && told.At.SinceStart <= run.Wall && told.Lost >= Duration.Zero, "events are in order",
                told);
            Demand(told.Node >= -1 && told.Node < spec.Cluster.AllNodes, "events are of nodes that there are", told);
            last = told.At;
        }
    }

    /// <summary>Every stop is resumed, but for one at the end.</summary>
    private static void Stops(CampaignRun run)
    {
        var resumed = run.Events.Where(told => told.What == "resumed").ToList();
        var drained = resumed.Count(told => told.Detail.EndsWith("after the drain", StringComparison.Ordinal));
        var open = (int)run.Metrics["interruptions"] - (resumed.Count - drained);
        var openDrains = (int)run.Metrics["drains"] - drained;
        if (open >= 0 && openDrains >= 0 && open + openDrains <= 1) return;
        throw new BrokenLawException(
            "who resumes had stopped", $"{run.Metrics["interruptions"]} interruptions, {run.Metrics["drains"]} drains, "
            + $"{resumed.Count} times resumed");
    }

    private static void Joins(CampaignSpec spec, CampaignRun run)
    {
        var spares = spec.Cluster.Spares;
        var free = Enumerable.Range(spec.Cluster.Nodes, spares.Hot + spares.Warm).ToHashSet();
        foreach (var told in run.Events)
        {
            switch (told.What)
            {
                case "available" or "preemption":
                    free.Add(told.Node);
                    break;
                case "cordon":
                    free.Remove(told.Node);
                    break;
                case "standby":
                    Demand(free.Remove(told.Node), "who joins is free", told);
                    break;
                case "boot" or "new node" or "retired":
                    Demand(!free.Contains(told.Node), "who is free is in service", told);
                    break;
            }
        }
    }

    private static void Demand(bool holds, string law, CampaignEvent told)
    {
        if (!holds) throw new BrokenLawException(law, $"{told.At}: {told.What} of node {told.Node}, {told.Detail}");
    }
}
