// `sigma step --verify` and `--export`: the real step against other stacks, in both directions.
using Sigma.Sim.Reporting;
using Sigma.Sim.Training;

namespace Sigma.Sim.Cli;

/// <summary>Reads and writes references of the real step.</summary>
internal static class StepComparison
{
    public static int Verify(
        string folder, StepPrecision? precision, int threads, Screen screen, CancellationToken interrupted)
    {
        if (folder.Length == 0) throw new UsageException("--verify takes the name of a folder");
        if (File.Exists(folder)) throw new UsageException($"--verify takes a folder; `{folder}` is a file");
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"there is no folder `{folder}`");
        var report = CrossStackCheck.Run(folder, precision, threads, interrupted);
        screen.Say($"{report.Tensors.Count} tensors in {report.Precision} against {folder}");
        screen.Say(
            "largest difference relative to a tensor's largest element: "
            + (report.Worst.Relative == 0 ? "0" : $"{report.Worst.Relative:0.0e0} ({report.Worst.Name})"));
        screen.Say(
            $"lowest cosine similarity: {report.LowestCosine:0.0000000}; "
            + $"largest loss difference over {report.Losses.Count} steps: {report.WorstLossDifference:0.0e0}");
        if (report.Abnormal.Count > 0)
        {
            screen.Say(
                $"abnormal (a cosine below {TensorComparison.LowestCosine}, a norm "
                + $"{TensorComparison.LengthTolerance:0 %} off or a loss {LossComparison.LossTolerance:0 %} off): "
                + string.Join(", ", report.Abnormal));
        }

        screen.Answer(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("tensors", report.Tensors.Count);
            json.WriteString("precision", report.Precision);
            json.WriteFinite("worst_relative", report.Worst.Relative);
            json.WriteString("worst_tensor", report.Worst.Name);
            json.WriteFinite("lowest_cosine", report.LowestCosine);
            json.WriteFinite("worst_loss_difference", report.WorstLossDifference);
            json.WriteStartArray("abnormal");
            foreach (var name in report.Abnormal) json.WriteStringValue(name);
            json.WriteEndArray();
            json.WriteEndObject();
        });
        return report.Abnormal.Count == 0 ? ExitCode.Done : ExitCode.Missed;
    }

    /// <summary>Writes the reference of a run, in one folder that appears whole.</summary>
    public static int Export(string folder, TrainingSpec spec, Screen screen, CancellationToken interrupted)
    {
        if (folder.Length == 0) throw new UsageException("--export takes the name of a folder");
        using var output = OutputFolder.Begin(folder);
        using (var manifest = File.Create(output.PathOf("manifest.json")))
        using (var tensors = File.Create(output.PathOf("tensors.bin")))
            ReferenceWriter.Write(spec, manifest, tensors, interrupted);
        output.Publish();
        var files = output.Names.Select(name => Path.Combine(folder, name)).ToList();
        screen.Say($"{ReferenceWriter.Steps} steps on one batch in {spec.Precisions.Name}: {string.Join(", ", files)}");
        screen.Answer(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("steps", ReferenceWriter.Steps);
            json.WriteString("precision", spec.Precisions.Name);
            json.WriteStartArray("outputs");
            foreach (var file in files) json.WriteStringValue(file);
            json.WriteEndArray();
            json.WriteEndObject();
        });
        return ExitCode.Done;
    }
}
