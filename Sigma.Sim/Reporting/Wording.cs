// What people read for a bucket, a phase, a policy, a number: in one place, so that a figure, a table and the page
// never call one thing by two names. Numbers for people have three digits; files have their own, exact ones.
using System.Globalization;
using System.Text;
using Sigma.Sim.Accounting;
using Sigma.Sim.Campaign;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Reporting;

/// <summary>Words and numbers for people.</summary>
internal static class Wording
{
    public static string Of(TimeBucket bucket) => bucket switch
    {
        TimeBucket.DetectionWait => "undetected fault",
        TimeBucket.SpareWait => "waiting for a node",
        TimeBucket.NumericsIncident => "numerical incident",
        TimeBucket.Idle => "idle in the job",
        _ => Spaced(bucket.ToString(), ' '),
    };

    public static string Of(JobPhase phase) => phase switch
    {
        JobPhase.Computing => "computing",
        JobPhase.Saving => "checkpoint save",
        JobPhase.Undetected => "undetected fault",
        JobPhase.Restarting => "restarting",
        JobPhase.Restoring => "restoring",
        JobPhase.WaitingForNode => "waiting for a node",
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, null),
    };

    public static string Of(PolicyKind policy) => Spaced(policy.ToString(), ' ');

    /// <summary>The bucket's name in files: <c>exposed_communication</c>.</summary>
    public static string KeyOf(TimeBucket bucket) => Spaced(bucket.ToString(), '_');

    /// <summary>The first letter in upper case, to begin a sentence.</summary>
    public static string Sentence(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>A metric's value with its unit.</summary>
    public static string Of(MetricName metric, double value)
    {
        if (!double.IsFinite(value)) return "none";
        return metric.Unit switch
        {
            "" when IsShare(metric) => UnitText.Percent(value, 2),
            "" => UnitText.ThreeDigits(value),
            "s" => UnitText.Of(Duration.FromSeconds(value)),
            "tokens/s" or "USD" => $"{UnitText.Prefixed(value, "")} {metric.Unit}",
            _ => $"{UnitText.ThreeDigits(value)} {metric.Unit}",
        };
    }

    /// <summary>The 95 % interval of a metric, or why there is none.</summary>
    public static string IntervalOf(MetricName metric, Estimate estimate)
    {
        if (!double.IsFinite(estimate.Low) || !double.IsFinite(estimate.High)) return "no interval";
        if (IsExact(estimate)) return "the same in every replication";
        return $"{Of(metric, estimate.Low)} to {Of(metric, estimate.High)}";
    }

    /// <summary>Whether replications differ by no more than the rounding of their sum.</summary>
    public static bool IsExact(Estimate estimate) => estimate.Deviation <= 1e-12 * Math.Abs(estimate.Mean);

    /// <summary>A share with a sign: <c>+9.61 %</c>.</summary>
    public static string SignedPercent(double share) => Signed(share * 100) + " %";

    /// <summary>Three digits with a sign: <c>+9.61</c>.</summary>
    public static string Signed(double value) =>
        !double.IsFinite(value) ? "none" : (value > 0 ? "+" : "") + UnitText.ThreeDigits(value);

    /// <summary>A share in per cent to three digits: <c>0.0213 %</c>.</summary>
    public static string Share(double share) =>
        double.IsFinite(share) ? $"{UnitText.ThreeDigits(share * 100)} %" : "none";

    /// <summary>A horizon in words: <c>75 days</c>.</summary>
    public static string Span(Duration span) =>
        span.Days >= 1 ? $"{UnitText.ThreeDigits(span.Days)} {(span.Days == 1 ? "day" : "days")}" : UnitText.Of(span);

    /// <summary>Accelerator-hours.</summary>
    public static string Hours(double hours) => $"{UnitText.Prefixed(hours, "")} h";

    /// <summary>A number and its noun in the right number: <c>1 node</c>, <c>9 nodes</c>.</summary>
    public static string Plural(long count, string noun) => $"{UnitText.Count(count)} {noun}{(count == 1 ? "" : "s")}";

    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>A metric without a unit is a share where more is better, and else a count.</summary>
    public static bool IsShare(MetricName metric) => metric is { Unit: "", HigherIsBetter: true };

    private static string Spaced(string pascal, char space)
    {
        var text = new StringBuilder();
        foreach (var letter in pascal)
        {
            if (char.IsAsciiLetterUpper(letter) && text.Length > 0) text.Append(space);
            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
