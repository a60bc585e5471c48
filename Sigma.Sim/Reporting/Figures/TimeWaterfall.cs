// Where the time went: from all accelerator time that was paid for, down to the steps that were kept.
using Sigma.Sim.Accounting;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>The ledger, averaged over replications, as a waterfall.</summary>
internal static class TimeWaterfall
{
    public static Figure Draw(RunOutcome outcome, string source)
    {
        var hours = TimeBuckets.All.ToDictionary(bucket => bucket, outcome.Set.MeanHours);
        var all = hours.Values.Sum();
        var losses = TimeBuckets.All
            .Where(bucket => !TimeBuckets.IsProductive(bucket) && hours[bucket] > 0)
            .OrderByDescending(bucket => hours[bucket])
            .ToList();
        // Nobody knows the parts of a step that is stated: it has one colour.
        var kept = TimeBuckets.All.Where(TimeBuckets.IsProductive)
            .Where(bucket => outcome.Played is not null || hours[bucket] > 0).ToList();
        var keptHours = kept.Sum(bucket => hours[bucket]);
        var loss = losses.Count == 0
            ? ""
            : $"; the largest loss is {Wording.Of(losses[0])}, {Wording.Share(hours[losses[0]] / all)}";
        var legend = kept.Select(bucket => (Palette.ClassOf(bucket), Wording.Of(bucket))).ToList();
        var legendHeight = FigureFrame.LegendHeight(legend.Select(entry => entry.Item2));
        var frame = new FigureFrame(
            "where-the-time-went",
            $"{UnitText.Percent(keptHours / all, 1)} of all accelerator time went into steps that were kept{loss}",
            "Waterfall from 100 % of the time of all accelerators, spares included, down to the time of kept steps; "
                + "one row per bucket of the ledger, averaged over the replications.",
            Waterfall.HeightOf(losses.Count + 2) + legendHeight + 12,
            source);
        WaterfallRow Row(string label, bool strong, double sum, params IEnumerable<WaterfallPart> parts) =>
            new(label, Wording.AlignedShare(sum / all), Wording.Hours(sum), strong, [.. parts]);
        WaterfallPart Part(TimeBucket bucket) => new(Palette.ClassOf(bucket), Wording.Of(bucket), hours[bucket] / all);
        Waterfall.Draw(
            frame,
            frame.Top,
            [.. losses.Select(bucket => Row(Wording.Of(bucket), strong: false, hours[bucket], Part(bucket)))],
            Row(
                "all accelerator time", strong: true, all,
                new WaterfallPart(Palette.Neutral, "all accelerator time", 1)),
            Row("kept steps", strong: true, keptHours, kept.Select(Part)),
            "share of all accelerator time [%]");
        frame.Legend(frame.Top + Waterfall.HeightOf(losses.Count + 2) + 12, legend);
        return frame.Done(new TextTable(
            [Column.Words("bucket"), Column.Number("accelerator-hours"), Column.Number("share [%]")],
            [
                .. losses.Concat(kept).Select(bucket => TableRow.Of(
                    Wording.Of(bucket), TextTable.Digits(hours[bucket]),
                    TextTable.Digits(100 * hours[bucket] / all))),
                TableRow.Total("all accelerator time", TextTable.Digits(all), "100"),
            ]));
    }
}
