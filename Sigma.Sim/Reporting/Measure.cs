// A column of one metric: its unit once in the head, and in the cells numbers with their intervals, so that rows can be
// compared at a glance and a table of many columns still fits a page.
using System.Globalization;
using Sigma.Sim.Accounting;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Reporting;

/// <summary>How the values of a metric are written.</summary>
/// <param name="Metric">Which.</param>
/// <param name="Unit">Of the numbers, empty for a count.</param>
/// <param name="Scale">From the metric's own unit to this one.</param>
internal sealed record Measure(MetricName Metric, string Unit, double Scale)
{
    /// <summary>Shares in per cent, tokens and money in the unit that suits a value.</summary>
    public static Measure Of(MetricName metric, double value)
    {
        if (Wording.IsShare(metric)) return new Measure(metric, "%", 100);
        if (metric.Unit is not ("tokens/s" or "USD")) return new Measure(metric, metric.Unit, 1);
        return Math.Abs(value) switch
        {
            >= 999.5e9 => new Measure(metric, $"trillion {metric.Unit}", 1e-12),
            >= 999.5e6 => new Measure(metric, $"billion {metric.Unit}", 1e-9),
            >= 999.5e3 => new Measure(metric, $"million {metric.Unit}", 1e-6),
            _ => new Measure(metric, metric.Unit, 1),
        };
    }

    /// <summary>A metric of all runs by its key, for values of no great size.</summary>
    public static Measure Of(string metric) =>
        Of(RunMetrics.Names.Single(name => string.Equals(name.Name, metric, StringComparison.Ordinal)), 0);

    /// <summary>Its name and unit, as the head of a column.</summary>
    public string Head => Unit.Length == 0 ? Metric.Title : $"{Metric.Title} [{Unit}]";

    /// <summary>The unit of a difference: shares differ by points.</summary>
    public string ChangeUnit => Unit == "%" ? "points" : Unit;

    /// <summary>A mean and half of its interval: <c>46.63 ± 0.50</c>.</summary>
    public string Text(Estimate estimate) => Text(estimate, Unit == "%" ? 2 : null, "");

    /// <summary>A mean alone.</summary>
    public string Mean(Estimate estimate) => Text(new Estimate(
        estimate.Mean, 0, estimate.Mean, estimate.Mean, estimate.Count));

    /// <summary>A difference with its sign and half of its interval: <c>+47.92 ± 0.60</c>.</summary>
    public string Change(Estimate difference) => Text(difference, null, difference.Mean > 0 ? "+" : "");

    /// <summary>
    /// Student's interval is as wide on both sides: two digits say how wide, and as far goes what they bound. A mean
    /// without one has so many decimals, or three digits.
    /// </summary>
    private string Text(Estimate estimate, int? decimals, string sign)
    {
        var (mean, half) = (estimate.Mean * Scale, (estimate.High - estimate.Mean) * Scale);
        if (!double.IsFinite(mean)) return "none";
        if (Wording.IsExact(estimate) || !double.IsFinite(half))
            return sign + (decimals is { } places ? Fixed(mean, places) : UnitText.ThreeDigits(mean));
        var digits = Math.Clamp(1 - (int)Math.Floor(Math.Log10(half)), 0, 6);
        return $"{sign}{Fixed(mean, digits)} ± {Fixed(half, digits)}";
    }

    private static string Fixed(double value, int decimals) =>
        value.ToString($"N{decimals}", CultureInfo.InvariantCulture);
}
