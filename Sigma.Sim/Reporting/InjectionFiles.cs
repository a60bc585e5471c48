// What `sigma step --inject` leaves: every trial, the table by bit and class, a figure, and the measured detection that
// a scenario's silent corruption uses.
using System.Globalization;
using Sigma.Sim.Reporting.Figures;
using Sigma.Sim.Training.Numerics;

namespace Sigma.Sim.Reporting;

/// <summary>Writes an injection experiment.</summary>
public static class InjectionFiles
{
    /// <summary>The measured detection, for `detection: { measured: FILE }`.</summary>
    public const string Detection = "silent-corruption.yaml";

    /// <returns>Names of the files, relative to the folder, with forward slashes.</returns>
    public static IReadOnlyList<string> Write(InjectionReport report, string folder, string command)
    {
        using var output = OutputFolder.Begin(folder);
        output.Write(Detection, to => Model(report, command, to));
        output.Write("trials.csv", to => Trials(report, to));
        output.Write("by-bit.csv", to => ByBit(report, to));
        var figure = FlippedBits.Draw(report, command);
        output.Write($"figures/{figure.Name}.svg", to => to.Write(figure.Canvas.StandingAlone()));
        output.Publish();
        return output.Names;
    }

    /// <summary>The step that was corrupted, in words.</summary>
    public static string StepOf(InjectionReport report)
    {
        var (model, training) = (report.Spec.Training.Model, report.Spec.Training);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{model.Layers} layers, hidden {model.Hidden}, {model.Experts} experts top-{model.TopK}, "
            + $"{model.Tokens} tokens, {training.Precisions.Name}");
    }

    private static void Model(InjectionReport report, string command, TextWriter to)
    {
        to.WriteLine($"# Detection of silent corruption, measured by: {command}");
        to.WriteLine("measured: silent-corruption");
        to.WriteLine("version: 1");
        to.WriteLine($"made_by: {command}");
        to.WriteLine($"step: {StepOf(report)}");
        Number("trials", report.Trials.Count);
        Number("noticed", report.Count(InjectionOutcome.Noticed));
        Number("unnoticed", report.Count(InjectionOutcome.Unnoticed));
        Number("harmless", report.Count(InjectionOutcome.Harmless));
        Number("horizon_steps", report.Spec.Horizon);
        to.WriteLine("monitors:");
        for (var monitor = 0; monitor < StepMonitors.All.Count; monitor++)
        {
            var noticed = report.Trials.Count(trial => trial.NoticedAfter[monitor] is not null);
            to.WriteLine(FormattableString.Invariant(
                $"  - {{ name: {StepMonitors.All[monitor].Name}, noticed: {noticed} }}"));
        }

        var latency = report.Trials.Where(trial => trial.FirstNotice is not null)
            .GroupBy(trial => trial.FirstNotice!.Value).OrderBy(steps => steps.Key).ToList();
        to.WriteLine(latency.Count == 0 ? "latency: []" : "latency:");
        foreach (var steps in latency)
            to.WriteLine(FormattableString.Invariant(
                $"  - {{ after_steps: {steps.Key}, trials: {steps.Count()} }}"));

        void Number(string key, int value) => to.WriteLine(FormattableString.Invariant($"{key}: {value}"));
    }

    private static void Trials(InjectionReport report, TextWriter to)
    {
        using var table = new CsvTable(
            to,
            ["trial", "site", "class", "tensor", "moment", "element", "bit", "step", "outcome", "damage_nats",
                .. StepMonitors.All.Select(monitor => $"{monitor.Name.Replace('-', '_')}_after_steps")]);
        for (var trial = 0; trial < report.Trials.Count; trial++)
        {
            var (hit, found) = (report.Trials[trial].Corruption, report.Trials[trial]);
            table.Count(trial).Text(Wording.Of(hit.Site)).Text(hit.Class.ToString().ToLowerInvariant())
                .Text(hit.Name).Text(hit.Site != CorruptionSite.OptimizerState ? "" : hit.Second ? "second" : "first")
                .Count(hit.Element).Count(hit.Bit).Count(hit.Step).Text(found.Outcome.ToString().ToLowerInvariant());
            if (double.IsFinite(found.Damage)) table.Number(found.Damage);
            else table.Empty();
            foreach (var steps in found.NoticedAfter)
                if (steps is { } after) table.Count(after);
                else table.Empty();
            table.EndRow();
        }
    }

    private static void ByBit(InjectionReport report, TextWriter to)
    {
        using var table = new CsvTable(
            to,
            ["site", "class", "bit", "trials", "noticed", "unnoticed", "harmless",
                .. StepMonitors.All.Select(monitor => $"noticed_by_{monitor.Name.Replace('-', '_')}")]);
        foreach (var group in report.Trials
            .GroupBy(trial => (trial.Corruption.Site, trial.Corruption.Class, trial.Corruption.Bit))
            .OrderBy(group => group.Key))
        {
            table.Text(Wording.Of(group.Key.Site)).Text(group.Key.Class.ToString().ToLowerInvariant())
                .Count(group.Key.Bit).Count(group.Count());
            foreach (var outcome in Enum.GetValues<InjectionOutcome>())
                table.Count(group.Count(trial => trial.Outcome == outcome));
            for (var monitor = 0; monitor < StepMonitors.All.Count; monitor++)
                table.Count(group.Count(trial => trial.NoticedAfter[monitor] is not null));
            table.EndRow();
        }
    }
}
