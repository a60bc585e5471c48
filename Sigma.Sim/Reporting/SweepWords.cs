// What a sweep comes to, in words: one place for console, files and figures.
using Sigma.Sim.Experiments.Sweeps;

namespace Sigma.Sim.Reporting;

/// <summary>Sentences about a sweep.</summary>
internal static class SweepWords
{
    /// <summary>
    /// The last two words of each path, three where the first of them is a number, or all of it where two would read
    /// alike.
    /// </summary>
    public static IReadOnlyList<string> ShortPaths(IReadOnlyList<string> paths)
    {
        var ends = paths.Select(path => path.Split('.') is [.., var third, var second, var last]
            ? second.All(char.IsAsciiDigit) ? $"{third}.{second}.{last}" : $"{second}.{last}"
            : path).ToList();
        return ends.Distinct(StringComparer.Ordinal).Count() == paths.Count ? ends : paths;
    }

    /// <summary>What regenerates a figure or a page of a sweep.</summary>
    public static string CommandOf(SweepHead head, SweepSummary summary) =>
        $"{head.Command} --metric {summary.Metric.Name}";

    /// <summary>The values of a point that are not the base's.</summary>
    public static string Named(SweepHead head, PointMean point) => string.Join(
        ", ", ShortPaths(head.Paths).Zip(point.Values)
            .Where(pair => pair.Second.Length > 0).Select(pair => $"{pair.First}={pair.Second}"));

    /// <summary>Which point is best, and how many are as good as far as chance lets one tell.</summary>
    public static string Verdict(SweepHead head, SweepSummary summary)
    {
        if (summary.Best.Count == 0) return "no point has a mean of this metric";
        var best = $"“{Named(head, summary.Best[0].Mean)}”";
        if (summary.Best.Count == 1) return $"{best} is the only point";
        var alike = summary.Best.Skip(1).Count(ranked => !ranked.Difference!.IsSignificant);
        var shown = summary.Best.Count - 1;
        return alike == 0 ? $"{best} is best, significantly so over the next {shown}"
            : alike == shown ? $"{best} has the best mean, but no significant difference from the next {shown}"
            : $"{best} has the best mean, but no significant difference from {alike} of the next {shown}";
    }
}
