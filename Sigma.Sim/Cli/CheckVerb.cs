// `sigma check`: reads and checks a scenario, runs nothing, and shows what was understood.
using System.CommandLine;
using Sigma.Sim.Experiments;
using Sigma.Sim.Reporting;
using Sigma.Sim.Scenarios;
using Spectre.Console;

namespace Sigma.Sim.Cli;

/// <summary>The verb `check`.</summary>
internal static class CheckVerb
{
    public static Command Command(SharedOptions shared)
    {
        var command = new Command("check",
            "Read and check a scenario; print every input with its origin, and what follows from them. Nothing is run."
            + "\n\nExample: sigma check scenarios/sigma-moe-2048.yaml")
        {
            shared.Scenario, shared.Set, shared.Seed,
        };
        command.SetAction(parsed =>
        {
            var screen = shared.ScreenOf(parsed);
            var scenario = shared.ScenarioOf(parsed);
            var derived = DerivedValues.Of(scenario);
            Show(scenario, derived, screen);
            Answer(scenario, derived, screen);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Show(Scenario scenario, IReadOnlyList<DerivedValue> derived, Screen screen)
    {
        screen.Say($"{scenario.Name}: {scenario.About}");
        var inputs = Tables.Plain("input", "value", "origin");
        foreach (var input in scenario.Inputs)
        {
            var origin = ResolvedInput.WordOf(input.Origin);
            inputs.AddTexts(input.Path, input.Text, input.Remark.Length > 0 ? $"{origin}: {input.Remark}" : origin);
        }

        inputs.Columns[1].Alignment = inputs.Columns[2].Alignment = Justify.Left;
        screen.Show(inputs);
        var table = Tables.Plain("derived", "value", "from");
        foreach (var value in derived) table.AddTexts(value.Name, value.Text, value.From);
        table.Columns[2].Alignment = Justify.Left;
        screen.Show(table);
        screen.Say("The scenario is sound.");
    }

    private static void Answer(Scenario scenario, IReadOnlyList<DerivedValue> derived, Screen screen) =>
        screen.Answer(json =>
        {
            json.WriteStartObject();
            json.WriteString("scenario", scenario.Name);
            json.WriteString("hash", scenario.Hash);
            Manifest.Inputs(scenario, json);
            json.WriteStartObject("derived");
            foreach (var value in derived) json.WriteFinite(value.Name, value.Value);
            json.WriteEndObject();
            json.WriteEndObject();
        });
}
