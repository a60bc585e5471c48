// `sigma step --inject N`: N flipped bits, what the monitors notice of them, and the detection model that a scenario
// uses.
using System.Text.Json;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Reporting;
using Sigma.Sim.Training.Numerics;
using Spectre.Console;

namespace Sigma.Sim.Cli;

/// <summary>Injects and reports.</summary>
internal static class StepInjection
{
    private static readonly (string Name, int First, int Last)[] BitRanges =
    [
        ("mantissa, bits 0 to 11", 0, 11), ("mantissa, bits 12 to 22", 12, 22), ("exponent, bits 23 to 26", 23, 26),
        ("exponent, bits 27 to 30", 27, 30), ("sign, bit 31", 31, 31),
    ];

    public static int Run(
        InjectionSpec spec, string folder, string command, Screen screen, CancellationToken interrupted)
    {
        OutputFolder.Begin(folder).Dispose();
        screen.Progress(new JobProgress("flipped bits", 0, spec.Trials));
        var report = Injection.Run(spec, done =>
        {
            // Trials end on several threads, and a line a trial would be more than anyone reads.
            if (done % 16 != 0) return;
            lock (screen) screen.Progress(new JobProgress("flipped bits", done, spec.Trials));
        }, interrupted);
        screen.EndProgress();
        var files = InjectionFiles.Write(report, folder, command).Select(name => Path.Combine(folder, name)).ToList();
        screen.Say(
            $"{UnitText.Count(spec.Trials)} flipped bits in a step of {InjectionFiles.StepOf(report)}, "
            + $"each followed for {spec.Horizon} steps");
        screen.Show(OutcomeTable(report));
        screen.Show(MonitorTable(report));
        screen.Say($"detection model for `detection: {{ measured: FILE }}`: {files[0]}");
        screen.Answer(json => Answer(json, report, files));
        return ExitCode.Done;
    }

    private static Table OutcomeTable(InjectionReport report)
    {
        var table = Tables.Plain("flips in", "trials", "harmless", "noticed", "unnoticed damage");
        foreach (var site in Enum.GetValues<CorruptionSite>())
            Row(Wording.Of(site), trial => trial.Corruption.Site == site);
        foreach (var (name, first, last) in BitRanges)
            Row(name, trial => trial.Corruption.Bit >= first && trial.Corruption.Bit <= last);
        Row("all", _ => true);
        return table;

        void Row(string name, Func<InjectionTrial, bool> belongs)
        {
            var trials = report.Trials.Where(belongs).ToList();
            string Share(InjectionOutcome outcome) => trials.Count == 0 ? "-"
                : UnitText.Percent((double)trials.Count(trial => trial.Outcome == outcome) / trials.Count, 1);
            table.AddTexts(
                name, UnitText.Count(trials.Count), Share(InjectionOutcome.Harmless), Share(InjectionOutcome.Noticed),
                Share(InjectionOutcome.Unnoticed));
        }
    }

    private static Table MonitorTable(InjectionReport report)
    {
        var table = Tables.Plain("monitor", "noticed", "of all flips", "median steps", "most steps", "false alarms");
        for (var monitor = 0; monitor < StepMonitors.All.Count; monitor++)
        {
            var steps = StepsOf(report, monitor);
            table.AddTexts(
                StepMonitors.All[monitor].Name, UnitText.Count(steps.Count),
                UnitText.Percent((double)steps.Count / report.Trials.Count, 1),
                steps.Count == 0 ? "-" : UnitText.Count(steps[steps.Count / 2]),
                steps.Count == 0 ? "-" : UnitText.Count(steps[^1]),
                $"{UnitText.Count(report.FalseAlarms[monitor])} in {UnitText.Count(report.CleanSteps)} steps");
        }

        return table;
    }

    /// <summary>Steps from flip to alarm of one monitor, ascending.</summary>
    private static List<int> StepsOf(InjectionReport report, int monitor) =>
        [.. report.Trials.Select(trial => trial.NoticedAfter[monitor]).OfType<int>().Order()];

    private static void Answer(Utf8JsonWriter json, InjectionReport report, IReadOnlyList<string> files)
    {
        json.WriteStartObject();
        json.WriteNumber("trials", report.Trials.Count);
        foreach (var outcome in Enum.GetValues<InjectionOutcome>())
            json.WriteNumber(outcome.ToString().ToLowerInvariant(), report.Count(outcome));
        json.WriteStartArray("monitors");
        for (var monitor = 0; monitor < StepMonitors.All.Count; monitor++)
        {
            json.WriteStartObject();
            json.WriteString("name", StepMonitors.All[monitor].Name);
            json.WriteNumbers("noticed_after_steps", StepsOf(report, monitor).Select(steps => (double)steps));
            json.WriteNumber("false_alarms", report.FalseAlarms[monitor]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("outputs");
        foreach (var file in files) json.WriteStringValue(file);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
