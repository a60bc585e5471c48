// ByteRobust (arXiv 2509.16293): checkpoints that stop every step, spares that cover 99 % of the time, the way through
// the queue, and the mix of incidents.
using Sigma.Sim.Quantities;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Validation.Published;

/// <summary>Four of its tables.</summary>
internal sealed record ByteRobustCases() : PublishedReliability("BYTEROBUST")
{
    private const double MfuPoints = 2.5, WholeMachine = 0.5, Seconds = 1, Deviations = 3;

    public override IEnumerable<CaseResult> Cases(PublishedFolder folder) =>
        Checkpoints(folder).Concat(Standbys(folder)).Concat(Requeues(folder)).Concat(Incidents(folder));

    private IEnumerable<CaseResult> Checkpoints(PublishedFolder folder)
    {
        foreach (var row in folder.Table(
            "byterobust-checkpoint.csv", "step_s", "blocking_s", "relative_mfu_pct"))
        {
            var (step, blocking) = ($"{row.Text("step_s")} s", $"{row.Text("blocking_s")} s");
            var run = folder.Run(
                "byterobust-checkpoint.yaml", ("step.time", step), ("checkpoint.tiers.0.every", step),
                ("checkpoint.tiers.0.blocking", blocking));
            yield return run.Case(
                Id, $"relative MFU, steps of {step} and a checkpoint that blocks {blocking} after each [%]",
                100 * run.Mean("ettr"), row.Number("relative_mfu_pct"), MfuPoints);
        }
    }

    private IEnumerable<CaseResult> Standbys(PublishedFolder folder)
    {
        foreach (var row in folder.Table("byterobust-standby.csv", "machines", "p99_standbys"))
        {
            var run = folder.Run("byterobust.yaml", ("cluster.nodes", row.Text("machines")));
            yield return run.Case(
                Id, $"standbys that suffice for 99 % of the time, {row.Text("machines")} machines, repair of a day",
                run.Mean("out_of_service_p99"), row.Number("p99_standbys"), WholeMachine);
        }
    }

    /// <summary>The time in the queue is what the scheduler takes: it must come back as the time to recover.</summary>
    private IEnumerable<CaseResult> Requeues(PublishedFolder folder)
    {
        foreach (var row in folder.Table("byterobust-requeue.csv", "machines", "requeue_s"))
        {
            var run = folder.Run(
                "byterobust.yaml", ("cluster.nodes", row.Text("machines")), ("duration", "365 d"),
                ("recovery.restart.schedule", $"{row.Text("requeue_s")} s"));
            yield return run.Case(
                Id, $"recovery through the queue, {UnitText.Count(row.Count("machines"))} machines [s]",
                60 * run.Mean("mttr_min") - run.Campaign.StepTime.Seconds, row.Number("requeue_s"), Seconds);
        }
    }

    private IEnumerable<CaseResult> Incidents(PublishedFolder folder)
    {
        var table = folder.Table("byterobust-incidents.csv", "class", "symptom", "count");
        var run = folder.Run("byterobust-incidents.yaml");
        var all = table.Sum(row => row.Number("count"));
        var strikes = run.Mean([.. run.Campaign.Faults.Select(fault => fault.Name)], cost => cost.Strikes);
        foreach (var row in table)
            yield return Share($"{row.Text("symptom")}", [row]) with { IsRow = true };
        foreach (var incidents in table.GroupBy(row => row.Text("class"), StringComparer.Ordinal))
            yield return Share($"all that is {incidents.Key}", [.. incidents]);

        CaseResult Share(string what, IReadOnlyList<PublishedRow> rows)
        {
            var known = rows.Sum(row => row.Number("count")) / all;
            var ours = run.Mean([.. rows.Select(row => row.Text("symptom"))], cost => cost.Strikes) / strikes;
            var deviation = Math.Sqrt(known * (1 - known) / (strikes * run.Set.Runs.Count));
            return run.Case(
                Id, $"share of incidents: {what} [%]", 100 * ours, 100 * known, 100 * Deviations * deviation);
        }
    }
}
