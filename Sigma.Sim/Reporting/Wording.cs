// What people read for a bucket, a phase, a policy, a number: in one place, so that a figure, a table and the page
// never call one thing by two names. Numbers for people have three digits; files have their own, exact ones.
using System.Globalization;
using System.Text;
using Sigma.Sim.Accounting;
using Sigma.Sim.Campaign;
using Sigma.Sim.Experiments;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;
using Sigma.Sim.Training.Numerics;

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
        JobPhase.Investigating => "investigating numbers",
        JobPhase.Testing => "testing nodes",
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, null),
    };

    public static string Of(PolicyKind policy) => Spaced(policy.ToString(), ' ');

    public static string Of(FaultScope scope) => Spaced(scope.ToString(), ' ');

    /// <summary>The bucket's name in files: <c>exposed_communication</c>.</summary>
    public static string KeyOf(TimeBucket bucket) => Spaced(bucket.ToString(), '_');

    /// <summary>Which way a metric is good, for one of which either is.</summary>
    public static string Better(MetricName metric) =>
        metric.HigherIsBetter == true ? "higher is better" : "lower is better";

    /// <summary>The first letter in upper case, to begin a sentence.</summary>
    public static string Sentence(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>Several things in a sentence: <c>a, b or c</c>.</summary>
    public static string List(IEnumerable<string> words, string last)
    {
        var all = words.ToList();
        return all.Count < 2
            ? string.Concat(all)
            : $"{string.Join(", ", all.Take(all.Count - 1))} {last} {all[^1]}";
    }

    /// <summary>A metric's value with its unit.</summary>
    public static string Of(MetricName metric, double value)
    {
        var (number, unit) = Parted(metric, value);
        return unit.Length == 0 ? number : $"{number} {unit}";
    }

    /// <summary>A metric's number and its unit, for those who set them in two sizes.</summary>
    public static (string Number, string Unit) Parted(MetricName metric, double value)
    {
        if (!double.IsFinite(value)) return ("none", "");
        return metric.Unit switch
        {
            "" when IsShare(metric) => ((value * 100).ToString("0.00", CultureInfo.InvariantCulture), "%"),
            "" => (UnitText.ThreeDigits(value), ""),
            "s" => (UnitText.ThreeDigits(value), "s"),
            "tokens/s" or "USD" => Prefixed(value, metric.Unit),
            _ => (UnitText.ThreeDigits(value), metric.Unit),
        };
    }

    /// <summary>The 95 % interval of a metric, or why there is none.</summary>
    public static string IntervalOf(MetricName metric, Estimate estimate)
    {
        if (!double.IsFinite(estimate.Low) || !double.IsFinite(estimate.High)) return "no interval";
        if (IsExact(estimate)) return "the same in every replication";
        var (low, high) = (Parted(metric, estimate.Low), Parted(metric, estimate.High));
        return string.Equals(low.Unit, high.Unit, StringComparison.Ordinal)
            ? $"{low.Number} to {Of(metric, estimate.High)}"
            : $"{Of(metric, estimate.Low)} to {Of(metric, estimate.High)}";
    }

    /// <summary>Whether replications differ by no more than the rounding of their sum.</summary>
    public static bool IsExact(Estimate estimate) => estimate.Deviation <= 1e-12 * Math.Abs(estimate.Mean);

    /// <summary>A share with a sign: <c>+9.61 %</c>.</summary>
    public static string SignedPercent(double share) =>
        double.IsFinite(share) ? Signed(share * 100) + " %" : "none";

    /// <summary>Three digits with a sign: <c>+9.61</c>.</summary>
    public static string Signed(double value) =>
        !double.IsFinite(value) ? "none" : (value > 0 ? "+" : "") + UnitText.ThreeDigits(value);

    /// <summary>A mean and its interval, where it has one, to three digits: <c>91.1 (90.7 to 91.5)</c>.</summary>
    public static string WithInterval(double mean, double low, double high) =>
        !double.IsFinite(mean) ? "none"
        : double.IsFinite(low) && double.IsFinite(high)
            ? $"{UnitText.ThreeDigits(mean)} ({UnitText.ThreeDigits(low)} to {UnitText.ThreeDigits(high)})"
            : UnitText.ThreeDigits(mean);

    /// <summary>A share in per cent to three digits: <c>0.0213 %</c>.</summary>
    public static string Share(double share) =>
        double.IsFinite(share) ? $"{UnitText.ThreeDigits(share * 100)} %" : "none";

    /// <summary>
    /// What a lever moves: goodput, or kept steps where nobody says how many tokens a step has; in a word, and in full.
    /// </summary>
    public static (string Word, string InFull) ProgressOf(RunOutcome outcome) =>
        outcome.Set.Metrics.ContainsKey("goodput_tokens_per_s")
            ? ("goodput", "goodput in tokens per second")
            : ("kept steps", "kept steps per second");

    /// <summary>A horizon in words: <c>75 days</c>.</summary>
    public static string Span(Duration span) =>
        span.Days >= 1 ? $"{UnitText.ThreeDigits(span.Days)} {(span.Days == 1 ? "day" : "days")}" : UnitText.Of(span);

    /// <summary>Accelerator-hours, whole ones: a column of them adds up before one's eyes.</summary>
    public static string Hours(double hours) => $"{WholeHours(hours)} h";

    public static string WholeHours(double hours) =>
        hours is > 0 and < 10 ? UnitText.ThreeDigits(hours) : UnitText.Count((long)Math.Round(hours));

    /// <summary>A share in a column of shares: always two decimals, so that points stand below one another.</summary>
    public static string AlignedShare(double share) =>
        share is > 0 and < 5e-5 ? "< 0.01 %" : UnitText.Percent(share, 2);

    /// <summary>A number and its noun in the right number: <c>1 node</c>, <c>9 nodes</c>.</summary>
    public static string Plural(long count, string noun) => $"{UnitText.Count(count)} {noun}{(count == 1 ? "" : "s")}";

    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>A metric without a unit is a share where more is better, and else a count.</summary>
    public static bool IsShare(MetricName metric) => metric is { Unit: "", HigherIsBetter: true };

    /// <summary>Millions are words for people: <c>1.62 million tokens/s</c>.</summary>
    private static (string Number, string Unit) Prefixed(double value, string unit) => Math.Abs(value) switch
    {
        >= 999.5e9 => (UnitText.ThreeDigits(value / 1e12), $"trillion {unit}"),
        >= 999.5e6 => (UnitText.ThreeDigits(value / 1e9), $"billion {unit}"),
        >= 999.5e3 => (UnitText.ThreeDigits(value / 1e6), $"million {unit}"),
        _ => (UnitText.ThreeDigits(value), unit),
    };

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

    /// <summary>What a flipped bit hits.</summary>
    public static string Of(CorruptionSite site) => site switch
    {
        CorruptionSite.Weight => "weights",
        CorruptionSite.Activation => "activations",
        CorruptionSite.Gradient => "gradients",
        CorruptionSite.OptimizerState => "optimizer state",
        _ => throw new ArgumentOutOfRangeException(nameof(site), site, null),
    };
}
