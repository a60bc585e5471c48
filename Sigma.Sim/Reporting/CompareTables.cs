// The tables of a comparison, for the console and the page alike.
using System.Globalization;
using Sigma.Sim.Accounting;
using Sigma.Sim.Experiments;

namespace Sigma.Sim.Reporting;

/// <summary>What a comparison comes to, in rows.</summary>
internal static class CompareTables
{
    /// <summary>The alternatives, the best first, with their paired differences to it.</summary>
    public static TextTable Ranking(Comparison comparison)
    {
        var best = comparison.Ranking[0];
        var means = comparison.Contenders.Select(c => c.Set.Metrics[comparison.Metric.Name]).ToList();
        var measure = Measure.Of(comparison.Metric, means[best].Mean);
        return new TextTable(
            [
                Column.Words("alternative"), Column.Number("rank"), Column.Number(measure.Head),
                Column.Number($"to the best [{measure.ChangeUnit}]"), Column.Number("p (Holm)"),
                Column.Words("verdict"),
            ],
            [
                .. comparison.Ranking.Select((number, rank) =>
                {
                    var difference = rank == 0 ? null : comparison.Between(best, number);
                    return TableRow.Marked(
                        rank == 0,
                        comparison.Contenders[number].Alternative.Label,
                        (rank + 1).ToString(CultureInfo.InvariantCulture),
                        measure.Text(means[number]),
                        difference is null ? "" : measure.Change(difference.Difference),
                        difference is null ? "" : CompareWords.PText(difference.Adjusted),
                        difference is null ? "best" : difference.IsSignificant ? "worse" : "no significant difference");
                }),
            ]);
    }

    /// <summary>Buckets in which some alternative differs most from the best, and all others as one.</summary>
    /// <param name="comparison">Of which.</param>
    /// <param name="most">Rows before the others are one.</param>
    public static TextTable Buckets(Comparison comparison, int most)
    {
        var best = comparison.Ranking[0];
        var others = comparison.Ranking.Skip(1).ToList();
        var rows = TimeBuckets.All
            .Select(bucket => (
                Bucket: bucket,
                Shares: others.Select(number => comparison.ShareDifference(best, number, bucket)).ToList()))
            .Where(row => row.Shares.Any(share => share.Mean != 0))
            .OrderByDescending(row => row.Shares.Max(share => Math.Abs(share.Mean)))
            .ToList();
        var shown = rows.Take(most).Select(row => TableRow.Of(
            [Wording.Of(row.Bucket), .. row.Shares.Select(share => CompareWords.Points(share))])).ToList();
        if (rows.Count > most)
        {
            var rest = Enumerable.Range(0, others.Count)
                .Select(i => rows.Skip(most).Sum(row => row.Shares[i].Mean) * 100);
            shown.Add(TableRow.Of([$"{rows.Count - most} others", .. rest.Select(Wording.Signed)]));
        }

        return new TextTable(
            [
                Column.Words("bucket"),
                .. others.Select(number => Column.Number(comparison.Contenders[number].Alternative.Label)),
            ],
            shown);
    }

    /// <summary>Every metric of every alternative, means with half of their intervals.</summary>
    public static TextTable Metrics(Comparison comparison)
    {
        var names = comparison.Contenders.SelectMany(contender => contender.Set.Names).Distinct();
        return new TextTable(
            [
                Column.Words("metric"),
                .. comparison.Ranking.Select(number =>
                    Column.Number(comparison.Contenders[number].Alternative.Label)),
            ],
            [
                .. names.Select(name =>
                {
                    var all = comparison.Ranking.Select(number =>
                        comparison.Contenders[number].Set.Metrics.GetValueOrDefault(name.Name)).ToList();
                    var measure = Measure.Of(name, all.OfType<Estimate>().First().Mean);
                    return TableRow.Of(
                    [
                        Wording.Sentence(measure.Head),
                        .. all.Select(estimate => estimate is null ? "" : measure.Text(estimate)),
                    ]);
                }),
            ]);
    }
}
