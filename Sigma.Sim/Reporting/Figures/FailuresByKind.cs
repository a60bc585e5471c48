// Failures by kind: how often each stops the job, and what it costs in accelerator-hours until all is as before.
using Sigma.Sim.Accounting;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>What one kind of fault costs, averaged over replications.</summary>
internal sealed record MeanFaultCost(string Fault, double Interruptions, double Lost, double Down, double OutOfService)
{
    public double Total => Lost + Down + OutOfService;

    /// <summary>All kinds in the order of the scenario.</summary>
    public static IReadOnlyList<MeanFaultCost> Of(RunOutcome outcome) =>
        [.. outcome.Campaign.Faults.Select((fault, i) => new MeanFaultCost(
            fault.Name,
            outcome.Set.Runs.Average(run => run.Costs[i].Interruptions),
            outcome.Set.Runs.Average(run => run.Costs[i].LostHours),
            outcome.Set.Runs.Average(run => run.Costs[i].DownHours),
            outcome.Set.Runs.Average(run => run.Costs[i].OutOfServiceHours)))];
}

/// <summary>A stacked bar per kind of fault.</summary>
internal static class FailuresByKind
{
    private const double Row = 44, From = 220, To = 690;

    private static readonly (string Class, string Name, Func<MeanFaultCost, double> Hours)[] Parts =
    [
        (Palette.ClassOf(TimeBucket.LostWork), "lost work", cost => cost.Lost),
        (Palette.ClassOf(TimeBucket.Restart), "job down", cost => cost.Down),
        (Palette.ClassOf(TimeBucket.Repair), "node out of service", cost => cost.OutOfService),
    ];

    public static Figure Draw(RunOutcome outcome, string source)
    {
        var costs = MeanFaultCost.Of(outcome).OrderByDescending(cost => cost.Total).ToList();
        var frame = new FigureFrame(
            "failures-by-kind",
            Finding(costs, outcome),
            "Accelerator-hours that each kind of fault costs: work that is rolled back, the job standing still, and "
                + "nodes out of service; averaged over the replications.",
            20 + 12 + costs.Count * Row + 40,
            source);
        frame.Legend(frame.Top, Parts.Select(part => (part.Class, part.Name)));
        if (costs.Count == 0) return frame.Done(TextTable.None);
        var top = frame.Top + 32;
        var most = Math.Max(costs[0].Total, 1e-9);
        var prefix = most >= 2e6 ? (Scale: 1e6, Name: "million accelerator-hours") : most >= 2e3
            ? (Scale: 1e3, Name: "thousand accelerator-hours") : (Scale: 1.0, Name: "accelerator-hours");
        var scale = Scale.Around(0, most / prefix.Scale, 5, From, To);
        scale.DrawBelow(frame.Canvas, top, top + costs.Count * Row, 5, $"cost [{prefix.Name}]");
        for (var i = 0; i < costs.Count; i++)
        {
            var (cost, y, x) = (costs[i], top + i * Row, scale.At(0));
            foreach (var (colour, name, hours) in Parts)
            {
                var width = scale.At(hours(cost) / prefix.Scale) - scale.At(0);
                frame.Canvas.Rect(
                    x, y + 10, width, Row - 20, colour, $"{cost.Fault}, {name}: {Wording.Hours(hours(cost))}");
                x += width;
            }

            frame.Canvas.Text(
                FigureFrame.Left, y + 26, FigureFrame.LabelSize, Anchor.Start, "",
                TextFit.Shortened(cost.Fault, FigureFrame.LabelSize, From - 40));
            frame.Canvas.Text(
                FigureFrame.Right, y + 20, FigureFrame.LabelSize, Anchor.End, "strong", Wording.Hours(cost.Total));
            frame.Canvas.Text(
                FigureFrame.Right, y + 36, FigureFrame.NoteSize, Anchor.End, "soft",
                $"{UnitText.ThreeDigits(cost.Interruptions)} interruptions");
        }

        return frame.Done(new TextTable(
            [
                Column.Words("fault"), Column.Number("interruptions"), Column.Number("lost work [h]"),
                Column.Number("job down [h]"), Column.Number("out of service [h]"),
            ],
            [
                .. costs.Select(cost => TableRow.Of(
                [
                    cost.Fault,
                    .. new[] { cost.Interruptions, cost.Lost, cost.Down, cost.OutOfService }
                        .Select(TextTable.Digits),
                ])),
            ]));
    }

    private static string Finding(List<MeanFaultCost> costs, RunOutcome outcome)
    {
        if (costs.Count == 0) return "No faults: the scenario names no way to fail";
        var all = TimeBuckets.All.Sum(outcome.Set.MeanHours);
        var stops = costs.Sum(cost => cost.Interruptions);
        return $"{Wording.Sentence(costs[0].Fault)} costs most: {Wording.Share(costs[0].Total / all)} of all "
            + $"accelerator time and {UnitText.ThreeDigits(costs[0].Interruptions)} of {UnitText.ThreeDigits(stops)} "
            + "interruptions";
    }
}
