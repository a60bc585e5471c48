// The conductor of the long run: puts job, faults, repair shop and checkpoints on one engine, lets it run, and closes
// the books. A replication is a pure function of specification, seed and replication number.
using Sigma.Sim.Accounting;
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
    public static CampaignRun Run(CampaignSpec spec, ulong seed, int replication, bool tellsStory) =>
        Run(spec, seed, replication, tellsStory, inspect: null);

    /// <summary>The same for one who looks at the world after every event, and throws where a law is broken.</summary>
    internal static CampaignRun Run(
        CampaignSpec spec, ulong seed, int replication, bool tellsStory, Action<CampaignWorld>? inspect)
    {
        var simulation = new Simulation();
        // Fault-free time alone may be too long: then there is nothing to simulate.
        var mostSteps = TrainingJob.LongestCampaign / spec.StepTime;
        if (spec.Steps is { } steps && steps > mostSteps)
            throw new EndlessCampaignException(0, steps, 0);
        try
        {
            return Run(simulation, new CampaignWorld(simulation, spec, seed, replication, tellsStory), inspect);
        }
        catch (Exception error) when (error is not (EndlessCampaignException or OutOfMemoryException))
        {
            throw new BrokenReplicationException(seed, replication, simulation.Now, error);
        }
    }

    private static CampaignRun Run(Simulation simulation, CampaignWorld world, Action<CampaignWorld>? inspect)
    {
        var spec = world.Spec;
        var job = new TrainingJob(world, new FaultDispatch(world));
        simulation.AfterEvent = world.Clock.Check;
        if (inspect is not null) simulation.AfterEvent += () => inspect(world);
        if (spec.Horizon is { } horizon) simulation.RunUntil(Instant.Start + horizon);
        else RunToLastStep(simulation, spec, job);
        simulation.AfterEvent = null;
        job.Advance();
        return Close(world, job);
    }

    private static CampaignRun Close(CampaignWorld world, TrainingJob job)
    {
        var (spec, clock) = (world.Spec, world.Clock);
        var kept = job.KeptSteps;
        // The part of a step that the horizon cut off is work that nobody keeps.
        clock.RollBack(spec.StepTime * kept, Ledger.NoCause);
        clock.Close(spec.Shares);
        var wall = world.Now.SinceStart;
        var all = (long)spec.Cluster.AllNodes * spec.Cluster.AcceleratorsPerNode;
        clock.Ledger.Check(all, wall);
        var metrics = new RunMetrics(clock.Ledger, CountsOf(world, kept, wall, all));
        return new CampaignRun(
            world.Replication, wall, clock.Ledger, metrics, Costs(world), world.Story.Events, clock.Phases,
            world.Simulation.EventsProcessed)
        {
            FirstFailures = world.FirstFailures,
        };
    }

    private static RunCounts CountsOf(CampaignWorld world, long kept, Duration wall, long all)
    {
        var (spec, counts, service) = (world.Spec, world.Counts, world.Clock.Service);
        return new RunCounts(
            wall, spec.Cluster.Accelerators, all, kept, spec.StepTime, spec.TokensPerStep, spec.ModelFlopsPerStep,
            spec.Peak, counts.Interruptions, counts.TimeToRecover, counts.Recoveries, spec.AcceleratorHourPrice)
        {
            Hangs = [.. Enumerable.Range(1, spec.Faults.Count).Where(cause => spec.Faults[cause - 1].Kind is Hang)],
            Strikes = counts.Strikes,
            Drains = counts.Drains,
            Placements = counts.Placements,
            Preemptions = counts.Preemptions,
            Retired = counts.Retired,
            Recycled = counts.Recycled,
            RecycleNanoseconds = counts.RecycleNanoseconds,
            Availability = service.Availability,
            MeanOutOfService = service.Mean,
            PeakOutOfService = service.Quantile(0.99),
        };
    }

    private static void RunToLastStep(Simulation simulation, CampaignSpec spec, TrainingJob job)
    {
        // A job whose faults undo all its work never ends by itself.
        var limit = simulation.NewSignal("the longest campaign is over");
        limit.FireAfter(TrainingJob.LongestCampaign);
        var over = simulation.Start("end of the campaign", WaitFor(simulation, job.Ended, limit));
        simulation.RunUntil(over.Ended);
        if (!job.Ended.HasFired)
            throw new EndlessCampaignException(job.KeptSteps, spec.Steps!.Value, job.Interruptions);
    }

    private static IEnumerator<Wait> WaitFor(Simulation simulation, Signal end, Signal limit)
    {
        yield return simulation.AnyOf(end, limit);
    }

    private static FaultCost[] Costs(CampaignWorld world)
    {
        var costs = new FaultCost[world.Spec.Faults.Count];
        for (var fault = 0; fault < costs.Length; fault++)
        {
            var cause = fault + 1;
            double Hours(Func<TimeBucket, bool> picks) => TimeBuckets.All.Where(picks)
                .Sum(bucket => Ledger.ToHours(world.Clock.Ledger.Of(bucket, cause)));
            costs[fault] = new FaultCost(
                world.Spec.Faults[fault].Name,
                world.Counts.InterruptionsBy(fault),
                Hours(bucket => bucket == TimeBucket.LostWork),
                Hours(bucket => TimeBuckets.IsInJob(bucket) && bucket != TimeBucket.LostWork),
                Hours(bucket => bucket is TimeBucket.Triage or TimeBucket.Repair or TimeBucket.Validation),
                world.Watch.CountsOf(fault))
            {
                Strikes = world.Counts.StrikesBy(fault),
            };
        }

        return costs;
    }
}

/// <summary>A run that should end with its last token makes no headway: faults undo its work.</summary>
public sealed class EndlessCampaignException(long kept, long asked, int interruptions) : Exception(
    $"within {TrainingJob.LongestCampaign} of simulated time only {UnitText.Count(kept)} of {UnitText.Count(asked)} "
    + $"steps can stand, with {UnitText.Count(interruptions)} interruptions: "
    + "checkpoint more often than faults strike, ask for fewer tokens or less work, or end with `duration`");

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
