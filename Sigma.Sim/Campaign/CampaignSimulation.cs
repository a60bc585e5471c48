// The conductor of the long run: puts job, faults, repair shop and checkpoints on one engine, lets it run, and closes
// the books. A replication is a pure function of specification, seed and replication number.
using Sigma.Sim.Accounting;
using Sigma.Sim.Cluster;
using Sigma.Sim.Engine;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Campaign;

/// <summary>Runs replications of a campaign.</summary>
public static class CampaignSimulation
{
    /// <summary>One replication.</summary>
    /// <param name="spec">The campaign.</param>
    /// <param name="seed">The scenario's seed.</param>
    /// <param name="replication">Counted from 0.</param>
    /// <param name="tellsStory">Whether events and phases are kept.</param>
    public static CampaignRun Run(CampaignSpec spec, ulong seed, int replication, bool tellsStory)
    {
        var simulation = new Simulation();
        // Fault-free time alone may be too long: then there is nothing to simulate.
        var mostSteps = TrainingJob.LongestCampaign / spec.StepTime;
        if (spec.Steps is { } steps && steps > mostSteps)
            throw new EndlessCampaignException(0, steps, 0);
        try
        {
            return Run(simulation, spec, seed, replication, tellsStory);
        }
        catch (Exception error) when (error is not (EndlessCampaignException or OutOfMemoryException))
        {
            throw new BrokenReplicationException(seed, replication, simulation.Now, error);
        }
    }

    private static CampaignRun Run(
        Simulation simulation, CampaignSpec spec, ulong seed, int replication, bool tellsStory)
    {
        var cluster = spec.Cluster;
        var fleet = new Fleet(cluster.Nodes, cluster.Spares.Warm, cluster.Spares.Cold);
        var names = spec.Faults.Select(f => f.Name);
        var clock = new JobClock(simulation, fleet, cluster.AcceleratorsPerNode, names, tellsStory);
        var lives = new FaultClock(spec.Faults, cluster.AllNodes, cluster.AcceleratorsPerNode, seed, replication);
        var story = new CampaignStory(simulation, tellsStory);
        var care = new NodeCare(simulation, spec, fleet, clock, lives, story, seed, replication);
        var job = new TrainingJob(simulation, spec, fleet, clock, lives, care, story, seed, replication);
        var process = simulation.Start("training job", job.Run);
        if (spec.Horizon is { } horizon) simulation.RunUntil(Instant.Start + horizon);
        else RunToLastStep(simulation, process, spec, job);
        if (job.GaveUp) throw new EndlessCampaignException(job.KeptSteps, spec.Steps!.Value, job.Interruptions);

        var kept = job.KeptSteps;
        CutUnfinishedStep(spec, job, clock);
        clock.Close(spec.Shares);
        var wall = simulation.Now.SinceStart;
        var all = (long)cluster.AllNodes * cluster.AcceleratorsPerNode;
        clock.Ledger.Check(all, wall);
        var counts = new RunCounts(
            wall, cluster.Accelerators, all, kept, spec.StepTime, spec.TokensPerStep, spec.ModelFlopsPerStep, spec.Peak,
            job.Interruptions, job.TimeToRecover, job.Recoveries, spec.AcceleratorHourPrice);
        var metrics = new RunMetrics(clock.Ledger, counts);
        var costs = Costs(spec, job, clock.Ledger);
        return new CampaignRun(
            replication, wall, clock.Ledger, metrics, costs, story.Events, clock.Phases, simulation.EventsProcessed);
    }

    private static void RunToLastStep(Simulation simulation, Process process, CampaignSpec spec, TrainingJob job)
    {
        try
        {
            simulation.RunUntil(process.Ended);
        }
        catch (RanDryException)
        {
            // The job waits for a node whose repair is endless.
            throw new EndlessCampaignException(job.KeptSteps, spec.Steps!.Value, job.Interruptions);
        }
    }

    /// <summary>The part of a step that the horizon cut off is work that nobody keeps.</summary>
    private static void CutUnfinishedStep(CampaignSpec spec, TrainingJob job, JobClock clock)
    {
        var unfinished = job.WorkDone - spec.StepTime * job.KeptSteps;
        if (!unfinished.IsZero) clock.RollBack(unfinished, Ledger.NoCause, spec.Cluster.Accelerators);
    }

    private static FaultCost[] Costs(CampaignSpec spec, TrainingJob job, Ledger ledger)
    {
        var costs = new FaultCost[spec.Faults.Count];
        for (var fault = 0; fault < costs.Length; fault++)
        {
            var cause = fault + 1;
            double Hours(Func<TimeBucket, bool> picks) =>
                TimeBuckets.All.Where(picks).Sum(bucket => Ledger.ToHours(ledger.Of(bucket, cause)));
            costs[fault] = new FaultCost(
                spec.Faults[fault].Name,
                job.InterruptionsBy(fault),
                Hours(bucket => bucket == TimeBucket.LostWork),
                Hours(bucket => TimeBuckets.IsInJob(bucket) && bucket != TimeBucket.LostWork),
                Hours(bucket => bucket is TimeBucket.Triage or TimeBucket.Repair or TimeBucket.Validation),
                job.CorruptionsBy(fault));
        }

        return costs;
    }
}

/// <summary>A run that should end with its last token makes no headway: faults undo its work.</summary>
public sealed class EndlessCampaignException(long kept, long asked, int interruptions) : Exception(
    $"within {TrainingJob.LongestCampaign} of simulated time only {UnitText.Count(kept)} of {UnitText.Count(asked)} "
    + $"steps can stand, with {UnitText.Count(interruptions)} interruptions: "
    + "checkpoint more often than faults strike, ask for fewer tokens, or end with `duration`");

/// <summary>An invariant broke in a replication: a bug, with all that it takes to see it again.</summary>
public sealed class BrokenReplicationException(ulong seed, int replication, Instant time, Exception cause)
    : Exception(
        $"seed {seed}, replication {replication}, simulated time {time}: "
        + (cause.InnerException ?? cause).Message,
        cause)
{
    /// <summary>The process that failed, if one did.</summary>
    public string? Entity => (InnerException as ProcessFailedException)?.Process;
}
