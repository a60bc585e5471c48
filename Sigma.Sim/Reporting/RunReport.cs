// Everything that a run leaves behind, in one folder that appears whole: the page people read, the figures they show,
// the tables and the trace that programs read, and the manifest that says how to do it again.
using System.Diagnostics;
using Sigma.Sim.Experiments;
using Sigma.Sim.Reporting.Figures;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Reporting;

/// <summary>A run and how it was asked for.</summary>
/// <param name="Outcome">What it found out.</param>
/// <param name="Version">Of the program.</param>
/// <param name="Command">What reproduces it.</param>
internal sealed record RunRecord(RunOutcome Outcome, string Version, string Command)
{
    /// <summary>The mean dispatch of the first sampled step, where experts are spread over ranks.</summary>
    public MeanDispatch? Dispatch { get; } =
        Outcome.Played is { Plan: { Layout.Expert: > 1 } plan } ? plan.MeanDispatch(sample: 0) : null;
}

/// <summary>Writes the folder of a run.</summary>
public static class RunReport
{
    // What only a run that played its step has, as far as the step has it.
    private static readonly string[] StepFiles = ["step.csv", "routing.csv", "traffic.csv", "timeline.json"];

    // What only a run that compares has: with an earlier platform, with faults.
    private static readonly string[] StudyFiles = ["platform.csv", "platform-ladder.csv", "spares.csv"];

    /// <summary>
    /// Writes report, figures, tables, trace and manifest to <paramref name="folder"/>, over those of an earlier
    /// run; the folder is untouched if anything fails on the way.
    /// </summary>
    /// <param name="outcome">What the run found out.</param>
    /// <param name="folder">Where it goes; made where it is missing.</param>
    /// <param name="version">Of the program.</param>
    /// <param name="command">The command that reproduces the run.</param>
    /// <returns>Names of the files written, relative to the folder, with forward slashes.</returns>
    public static IReadOnlyList<string> Write(RunOutcome outcome, string folder, string version, string command)
    {
        var began = Stopwatch.GetTimestamp();
        var record = new RunRecord(outcome, version, command);
        using var output = OutputFolder.Begin(folder);
        var figures = FigureSet.Of(record);
        output.Write("report.html", to => ReportPage.Write(record, figures, to));
        output.Write("summary.csv", to => RunTables.Summary(outcome, to));
        output.Write("replications.csv", to => RunTables.Replications(outcome, to));
        output.Write("ledger.csv", to => RunTables.LedgerByCause(outcome, to));
        output.Write("events.csv", to => RunTables.Events(outcome, to));
        if (CorruptionTables.FaultsOf(outcome).Count > 0)
            output.Write("corruptions.csv", to => CorruptionTables.Write(outcome, to));
        else
            output.Withdraw("corruptions.csv");
        WriteStudies(outcome, output);
        if (outcome.Played is { } step) WriteStep(step, record.Dispatch, output);
        var pictures = StepPictures.Names.Append(SpareKnee.Name).Select(FileOf);
        foreach (var name in StepFiles.Concat(StudyFiles).Concat(pictures)) output.Withdraw(name);
        foreach (var figure in figures.All)
            output.Write(FileOf(figure.Name), to => to.Write(figure.Canvas.StandingAlone()));
        WriteManifest(record, output, Stopwatch.GetElapsedTime(began).TotalSeconds);
        output.Publish();
        return output.Names;
    }

    private static string FileOf(string figure) => $"figures/{figure}.svg";

    private static void WriteStudies(RunOutcome outcome, OutputFolder output)
    {
        if (outcome.Platform is { } platform)
        {
            output.Write(StudyFiles[0], to => StudyTables.Platform(platform, to));
            output.Write(StudyFiles[1], to => StudyTables.Ladder(platform, to));
        }

        if (outcome.Spares is { } spares) output.Write(StudyFiles[2], to => StudyTables.Spares(spares, to));
    }

    private static void WriteStep(PlayedStep step, MeanDispatch? dispatch, OutputFolder output)
    {
        output.Write("step.csv", to => RunTables.Step(step, to));
        output.Write("routing.csv", to => TrainingFiles.Routing(step.RealStep.Load, to));
        if (dispatch is not null) output.Write("traffic.csv", to => RunTables.Traffic(dispatch, to));
        output.Write("timeline.json", to => Timeline.WriteFirstReplica(step.Profile.Samples[0], step.Plan, to));
    }

    private static void WriteManifest(RunRecord record, OutputFolder output, double reportSeconds)
    {
        using var file = File.Create(output.PathOf("manifest.json"));
        Manifest.Write(record, reportSeconds, file);
        file.Write("\n"u8);
    }
}
