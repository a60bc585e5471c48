// What `sigma step --out DIR` leaves of a training: the tokens of each expert, and the course of the losses.
using Sigma.Sim.Training;

namespace Sigma.Sim.Reporting;

/// <summary>Writes a training, without its durations: the same training gives the same bytes.</summary>
public static class TrainingFiles
{
    /// <returns>Names of the files, relative to the folder.</returns>
    public static IReadOnlyList<string> Write(TrainingRecord record, string folder)
    {
        using var output = OutputFolder.Begin(folder);
        output.Write("routing.csv", to => Routing(record.Load, to));
        output.Write("training.csv", to => Course(record.Steps, to));
        output.Publish();
        return output.Names;
    }

    /// <summary>A row per layer and expert: tokens that it was sent, dropped ones not among them.</summary>
    internal static void Routing(IReadOnlyList<ExpertLoad> layers, TextWriter to)
    {
        using var table = new CsvTable(to, "layer", "expert", "tokens");
        foreach (var load in layers)
            for (var expert = 0; expert < load.TokensPerExpert.Count; expert++)
                table.Count(load.Layer).Count(expert).Count(load.TokensPerExpert[expert]).EndRow();
    }

    private static void Course(IReadOnlyList<TrainingStep> steps, TextWriter to)
    {
        using var table = new CsvTable(
            to, "step", "total_loss_nats", "cross_entropy_nats", "balance_loss", "z_loss", "gradient_norm");
        foreach (var step in steps)
            table.Count(step.Step).Number(step.Losses.Total).Number(step.Losses.CrossEntropy)
                .Number(step.Losses.Balance).Number(step.Losses.Z).Number(step.GradientNorm).EndRow();
    }
}
