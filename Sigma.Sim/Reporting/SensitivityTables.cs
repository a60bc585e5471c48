// The table of a sensitivity study, for the console and the page alike.
using Sigma.Sim.Experiments.Search;

namespace Sigma.Sim.Reporting;

/// <summary>What a study came to, in rows.</summary>
internal static class SensitivityTables
{
    /// <summary>The inputs by how far they move the answer.</summary>
    /// <param name="outcome">Of which study.</param>
    /// <param name="most">Rows at most.</param>
    public static TextTable Swings(SensitivityOutcome outcome, int most)
    {
        var measure = Measure.Of(outcome.Metric, outcome.Own.Mean);
        var unit = measure.ChangeUnit.Length == 0 ? "" : $" [{measure.ChangeUnit}]";
        return new TextTable(
            [
                Column.Words("input"), Column.Words("from"), Column.Words("to"), Column.Number($"low end{unit}"),
                Column.Number($"high end{unit}"), Column.Number("of the variance"),
            ],
            [
                .. outcome.Swings.Take(most).Select(swing =>
                {
                    var shared = outcome.Shared.ToList().IndexOf(swing.Input);
                    return TableRow.Of(
                        swing.Input.Path, swing.Input.Low, swing.Input.High, measure.Change(swing.AtLow),
                        measure.Change(swing.AtHigh),
                        shared < 0 ? "" : SensitivityWords.Share(outcome.Indices[shared]));
                }),
            ]);
    }
}
