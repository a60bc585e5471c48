// A published set of measurements: a scenario, a table whose rows change it, and how far the predictions may lie off.
using Sigma.Sim.Experiments;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Validation.Published;

/// <summary>Predicts every row of a table.</summary>
/// <param name="Id">The family's name.</param>
/// <param name="Tables">The project's own tables, from the folder of published cases.</param>
/// <param name="Columns">What a table must have.</param>
internal abstract record PublishedCase(string Id, IReadOnlyList<string> Tables, IReadOnlyList<string> Columns)
{
    /// <summary>The rows of a table with their predictions, in its order.</summary>
    public IEnumerable<CaseResult> Rows(string folder, string table, CancellationToken cancellation)
    {
        foreach (var row in PublishedTable.Load(table, Columns))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return Row(folder, row);
        }
    }

    /// <summary>Verdicts on all rows of one of the project's tables together; none where each has its own.</summary>
    public virtual IEnumerable<CaseResult> Summary(string table, IReadOnlyList<CaseResult> rows) => [];

    /// <summary>Prediction and measurement of one row.</summary>
    protected abstract CaseResult Row(string folder, PublishedRow row);

    /// <summary>A scenario with a row's changes; a row that makes no scenario is an error at its line.</summary>
    protected static Scenario ScenarioOf(string folder, string file, PublishedRow row, IEnumerable<Override> changes)
    {
        try
        {
            return Scenario.Load(Path.Combine(folder, file), [.. changes]);
        }
        catch (ScenarioException error) when (!error.Diagnostics.InSourceOrder().Any(found => found.FaultOfMachine))
        {
            var first = error.Diagnostics.InSourceOrder().First();
            throw row.Wrong($"this row makes no step that can be replayed: {first.Message}");
        }
    }

    /// <summary>Mean and median of the absolute relative errors, each against its bar.</summary>
    protected IEnumerable<CaseResult> MeanErrors(
        string what, IReadOnlyList<CaseResult> rows, double mean, double? median)
    {
        var errors = rows.Select(row => Math.Abs(row.Error / row.Published)).Order().ToArray();
        var middle = (errors[(errors.Length - 1) / 2] + errors[errors.Length / 2]) / 2;
        yield return Of($"{what}: mean absolute error of {rows.Count} rows", errors.Average(), mean);
        if (median is { } bar) yield return Of($"{what}: median absolute error", middle, bar);

        // The rows of one scenario rest on the same inputs.
        CaseResult Of(string quantity, double error, double most) =>
            new(Id, quantity, error, 0, most, rows[0].Fitted) { Assumed = rows[0].Assumed };
    }

    /// <summary>The mean step of a scenario, in seconds.</summary>
    protected static double StepSeconds(Scenario scenario) => StepPrediction.Of(scenario).StepTime.Seconds;
}
