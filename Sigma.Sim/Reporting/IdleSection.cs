// What the idle part of the job's time consists of, as a part of the section about time: by fault and by bucket.
using System.Globalization;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Reporting;

/// <summary>Writes the split of idle time.</summary>
internal static class IdleSection
{
    public static void Write(RunOutcome outcome, HtmlText page)
    {
        var idle = IdleTime.Of(outcome.Campaign, outcome.Set);
        if (idle.Causes.Count == 0) return;
        var all = idle.Buckets.Select((_, bucket) => idle.Of(bucket)).ToList();
        page.Text("h3", "", $"{UnitText.Percent(1 - idle.Total, 2)} explained: what the idle "
                + $"{UnitText.Percent(idle.Total, 2)} consist of")
            .Text("p", "lead",
                "Of the time of the job's accelerators, what is outside training steps: by the fault that caused it "
                + "and by what the job did meanwhile, in points. Work that was lost counts as busy here, and so does "
                + $"spinning while a rank hangs. The largest part is {LargestOf(idle)}.")
            .Table(
                "Idle time of the job by cause, points of its time",
                [
                    new("cause", false), .. idle.Buckets.Select(bucket => new Column(Wording.Of(bucket), true)),
                    new("all", true),
                ],
                [
                    .. idle.Causes.Select(cause => TableRow.Of(Cells(NameOf(cause), [.. cause.Shares, cause.Total]))),
                    TableRow.Total(Cells("all", [.. all, idle.Total])),
                ]);
    }

    private static string LargestOf(IdleTime idle)
    {
        var cause = idle.Causes[0];
        var bucket = Enumerable.Range(0, idle.Buckets.Count).MaxBy(i => cause.Shares[i]);
        return $"{Wording.Of(idle.Buckets[bucket])} after {NameOf(cause)} "
            + $"({UnitText.ThreeDigits(cause.Shares[bucket] * 100)} points)";
    }

    private static string NameOf(IdleCause cause) => cause.Fault.Length == 0 ? "no fault" : cause.Fault;

    private static string[] Cells(string name, IEnumerable<double> shares) =>
        [name, .. shares.Select(Points)];

    /// <summary>Three decimals always, so that points stand below one another and add up.</summary>
    private static string Points(double share) => share switch
    {
        0 => "",
        < 5e-6 => "< 0.001",
        _ => (share * 100).ToString("F3", CultureInfo.InvariantCulture),
    };
}
