// The tables of a run, one method a file. All are long and tidy: a row is one observation, a head ends in its unit.
//
// ledger.csv: a row is a part of a bucket, by the fault that caused it. The row with an empty cause is the part that no
// fault caused, and is there even where it is zero, so that every bucket is in every replication; rows of causes are
// there where they are not zero. The rows of one replication sum to its wall time times all accelerators, spares
// included.
using Sigma.Sim.Accounting;
using Sigma.Sim.Experiments;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Reporting;

/// <summary>Writes the CSV files of a run.</summary>
internal static class RunTables
{
    public static void Summary(RunOutcome outcome, TextWriter to)
    {
        using var table = new CsvTable(
            to, "metric", "title", "unit", "mean", "sd", "low_95", "high_95", "replications");
        foreach (var metric in outcome.Set.Names)
        {
            var estimate = outcome.Set.Metrics[metric.Name];
            table.Text(metric.Name).Text(metric.Title).Text(metric.Unit)
                .Estimate(estimate).EndRow();
        }
    }

    public static void Replications(RunOutcome outcome, TextWriter to)
    {
        using var table = new CsvTable(to, ["replication", .. outcome.Set.Names.Select(HeadOf)]);
        foreach (var run in outcome.Set.Runs)
        {
            table.Count(run.Replication);
            foreach (var metric in outcome.Set.Names) table.Number(run.Metrics[metric.Name]);
            table.EndRow();
        }
    }

    public static void LedgerByCause(RunOutcome outcome, TextWriter to)
    {
        using var table = new CsvTable(to, "replication", "bucket", "cause", "accelerator_hours");
        foreach (var run in outcome.Set.Runs)
        {
            foreach (var bucket in TimeBuckets.All)
            {
                for (var cause = 0; cause < run.Ledger.Causes.Count; cause++)
                {
                    var part = run.Ledger.Of(bucket, cause);
                    if (part == 0 && cause != Ledger.NoCause) continue;
                    table.Count(run.Replication).Text(Wording.KeyOf(bucket)).Text(run.Ledger.Causes[cause])
                        .Number(Ledger.ToHours(part)).EndRow();
                }
            }
        }
    }

    public static void Events(RunOutcome outcome, TextWriter to)
    {
        using var table = new CsvTable(to, "time_h", "what", "node", "detail", "lost_work_s");
        foreach (var happened in outcome.Set.Runs[0].Events)
        {
            table.Number(happened.At.SinceStart.Hours).Text(happened.What);
            if (happened.Node < 0) table.Empty();
            else table.Count(happened.Node);
            table.Text(happened.Detail).Number(happened.Lost.Seconds).EndRow();
        }
    }

    public static void Step(PlayedStep step, TextWriter to)
    {
        using var table = new CsvTable(
            to, "rank", "stage", "data_rank", "node", "compute_s", "exposed_communication_s", "pipeline_bubble_s",
            "straggler_wait_s", "total_s");
        var layout = step.Plan.Layout;
        var ranks = step.Profile.Samples[0].Ranks;
        for (var rank = 0; rank < ranks.Count; rank++)
        {
            var at = layout.Of(rank);
            table.Count(rank).Count(at.Stage).Count(at.Data).Count(layout.NodeOf(rank))
                .Number(ranks[rank].Compute.Seconds).Number(ranks[rank].ExposedCommunication.Seconds)
                .Number(ranks[rank].PipelineBubble.Seconds).Number(ranks[rank].StragglerWait.Seconds)
                .Number(ranks[rank].Total.Seconds).EndRow();
        }
    }

    /// <summary>A row per pair of members; what a member keeps has a row too, and does not travel.</summary>
    public static void Traffic(MeanDispatch dispatch, TextWriter to)
    {
        using var table = new CsvTable(to, "from_member", "to_member", "mean_dispatch_bytes");
        for (var pair = 0; pair < dispatch.Bytes.Count; pair++)
            table.Count(pair / dispatch.Members).Count(pair % dispatch.Members).Count(dispatch.Bytes[pair]).EndRow();
    }

    /// <summary>Metric keys that are a share or a count carry no unit; the others end in theirs already.</summary>
    internal static string HeadOf(MetricName metric) =>
        string.Equals(
            metric.Name, "cost_per_trillion_tokens", StringComparison.Ordinal) ? metric.Name + "_usd" : metric.Name;
}
