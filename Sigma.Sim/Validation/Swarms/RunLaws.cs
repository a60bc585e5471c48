// What must hold of the numbers of a finished campaign, whatever happened in it.
using Sigma.Sim.Accounting;
using Sigma.Sim.Campaign;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;
using static Sigma.Sim.Validation.Swarms.BrokenLawException;

namespace Sigma.Sim.Validation.Swarms;

/// <summary>Laws of ledgers and metrics; each throws <see cref="BrokenLawException"/>.</summary>
internal static class RunLaws
{
    private static readonly string[] Shares =
    [
        "utilization_non_idle", "utilization_productive", "ettr", "step_mfu", "campaign_mfu", "availability",
    ];

    /// <summary>All of one run, whose story was told.</summary>
    public static void Check(CampaignSpec spec, CampaignRun run)
    {
        Ledger(spec, run);
        Metrics(spec, run);
        Counts(spec, run);
        Phases(spec, run);
    }

    /// <summary>Without faults nothing stops the job, and what no checkpoint costs is kept.</summary>
    public static void CheckFaultless(CampaignSpec spec, CampaignRun run, CampaignRun? faulty)
    {
        foreach (var metric in new[] { "interruptions", "faults", "drains", "preemptions", "retired", "mttr_min" })
            Demand(run.Metrics[metric] == 0, "without faults nothing fails", $"{metric} {run.Metrics[metric]}");
        Demand(run.Metrics["availability"] == 1, "without faults nothing fails", "a node was out of service");
        foreach (var bucket in TimeBuckets.All)
        {
            var isUsed = TimeBuckets.IsProductive(bucket) || bucket is TimeBucket.CheckpointSave
                or TimeBucket.LostWork or TimeBucket.Idle or TimeBucket.Standby;
            Demand(isUsed || run.Ledger[bucket] == 0, "without faults nothing fails", $"time in {bucket}");
        }

        if (spec.Tiers.Count > 0 || spec.Horizon is null || faulty is null) return;
        Demand(
            faulty.Metrics["ettr"] <= run.Metrics["ettr"], "faults do not help a job that saves nothing",
            $"ettr {faulty.Metrics["ettr"]} with, {run.Metrics["ettr"]} without them");
    }

    /// <summary>Two runs of one specification are one.</summary>
    public static void Same(CampaignRun a, CampaignRun b, string what)
    {
        Demand(a.Wall == b.Wall, what, $"wall {a.Wall} {b.Wall}");
        foreach (var metric in a.Metrics.Present)
        {
            Demand(
                a.Metrics[metric.Name].Equals(b.Metrics[metric.Name]), what,
                $"{metric.Name} {a.Metrics[metric.Name]} {b.Metrics[metric.Name]}");
        }

        for (var cause = 0; cause < a.Ledger.Causes.Count; cause++)
        {
            foreach (var bucket in TimeBuckets.All)
                Demand(a.Ledger.Of(bucket, cause) == b.Ledger.Of(bucket, cause), what, $"{bucket} by {cause}");
        }

        Demand(a.Costs.SequenceEqual(b.Costs), what, "costs of faults");
    }

    private static void Ledger(CampaignSpec spec, CampaignRun run)
    {
        var accelerators = (long)spec.Cluster.AllNodes * spec.Cluster.AcceleratorsPerNode;
        Demand(
            run.Ledger.Total == (Int128)accelerators * run.Wall.Nanoseconds, "all time is in one bucket",
            $"{run.Ledger.Total} accelerator-ns");
        Demand(run.Ledger.Posted == run.Ledger.Total, "all time is in one bucket", $"{run.Ledger.Posted} posted");
        if (spec.Horizon is { } horizon) Demand(run.Wall == horizon, "a run ends with its horizon", $"{run.Wall}");
        foreach (var bucket in new[] { TimeBucket.Compute, TimeBucket.PipelineBubble, TimeBucket.Standby })
        {
            Demand(
                run.Ledger[bucket] == run.Ledger.Of(bucket, Accounting.Ledger.NoCause), "no fault computes",
                $"{bucket}");
        }
    }

    private static void Metrics(CampaignSpec spec, CampaignRun run)
    {
        foreach (var metric in run.Metrics.Present)
        {
            var value = run.Metrics[metric.Name];
            // Nothing kept has no finite price.
            if (metric.Name == "cost_per_trillion_tokens" && run.Metrics["ettr"] == 0) continue;
            Demand(double.IsFinite(value) && value >= 0, "metrics are finite", $"{metric.Name} {value}");
        }

        foreach (var share in Shares.Where(run.Metrics.Has))
            Demand(run.Metrics[share] <= 1 + 1e-12, "shares are at most one", $"{share} {run.Metrics[share]}");
        Demand(
            run.Metrics["out_of_service"] <= spec.Cluster.AllNodes
            && run.Metrics["out_of_service_p99"] <= spec.Cluster.AllNodes, "no more nodes fail than there are",
            $"{run.Metrics["out_of_service"]}");
        var all = run.Metrics["ettr"] * run.Wall.Seconds / spec.StepTime.Seconds;
        if (spec.Steps is { } steps)
            Demand(Math.Abs(all - steps) < 1e-6 * steps, "a run ends with its last step", $"{all} of {steps}");
    }

    private static void Counts(CampaignSpec spec, CampaignRun run)
    {
        Demand(
            run.Costs.Sum(cost => cost.Interruptions) == run.Metrics["interruptions"]
            && run.Costs.Sum(cost => cost.Strikes) == run.Metrics["faults"], "faults have their counts",
            $"{run.Metrics["interruptions"]} interruptions");
        Demand(
            run.Metrics["preemptions"] <= spec.Cluster.Spares.Borrowed, "only what is lent is taken back",
            $"{run.Metrics["preemptions"]}");
        foreach (var cost in run.Costs)
        {
            var counts = cost.Corruptions;
            Demand(counts.Latent >= 0, "a corruption comes to one end", $"{cost.Fault}: {counts}");
        }
    }

    private static void Phases(CampaignSpec spec, CampaignRun run)
    {
        var (at, computing) = (Instant.Start, 0L);
        foreach (var phase in run.Phases)
        {
            Demand(phase.Begin == at && phase.End > at, "phases tile the run", $"{phase}");
            at = phase.End;
            if (phase.Phase == JobPhase.Computing) computing += (phase.End - phase.Begin).Nanoseconds;
        }

        Demand(at.SinceStart == run.Wall, "phases tile the run", $"the last ends at {at}");
        var kept = (Int128)Math.Round(run.Metrics["ettr"] * run.Wall.Seconds / spec.StepTime.Seconds)
            * spec.StepTime.Nanoseconds;
        Demand(kept <= computing, "what is kept was computed", $"{kept} ns of {computing}");
        // Where nodes are missing, fewer compute.
        if (spec.Recovery.Policy is PolicyKind.Elastic or PolicyKind.Reroute) return;
        var spent = run.Ledger.Sum(TimeBuckets.IsProductive) + run.Ledger[TimeBucket.LostWork];
        Demand(
            spent == (Int128)spec.Cluster.Accelerators * computing, "what is computed is kept or lost",
            $"{spent} accelerator-ns in {computing} ns");
        if (spec.Faults.Any(fault => fault.Kind is FailSlow)) return;
        var lost = run.Events.Sum(told => told.Lost.Nanoseconds);
        var tail = computing - lost - kept;
        Demand(
            tail >= 0 && tail < spec.StepTime.Nanoseconds, "the story tells of all that is lost",
            $"{computing} ns computed, {lost} told lost, {kept} kept");
    }
}
