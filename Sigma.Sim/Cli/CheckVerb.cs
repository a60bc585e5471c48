// `sigma check`: reads and checks a scenario, runs nothing, and shows what was understood.
using System.CommandLine;
using Sigma.Sim.Experiments;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Cli;

/// <summary>The verb `check`.</summary>
internal static class CheckVerb
{
    public static Command Command(SharedOptions shared)
    {
        var command = new Command("check",
            "Read and check a scenario; print every input with its origin, and what follows from them. Nothing is run.\n\nExample: sigma check scenarios/sigma-moe-2048.yaml")
        {
            shared.Scenario, shared.Set,
        };
        command.Add(shared.Seed);
        command.SetAction(parsed =>
        {
            var screen = shared.ScreenOf(parsed);
            var scenario = shared.ScenarioOf(parsed);
            var derived = DerivedValues.Of(scenario);
            screen.Say($"{scenario.Name}: {scenario.About}");
            var inputs = Tables.Plain("input", "value", "origin");
            foreach (var input in scenario.Inputs)
                inputs.AddTexts(input.Path, input.Text, $"{ResolvedInput.WordOf(input.Origin)}{(input.Remark.Length > 0 ? ": " + input.Remark : "")}");
            inputs.Columns[1].Alignment = inputs.Columns[2].Alignment = Spectre.Console.Justify.Left;
            screen.Show(inputs);
            var table = Tables.Plain("derived", "value", "from");
            foreach (var value in derived) table.AddTexts(value.Name, value.Text, value.From);
            table.Columns[2].Alignment = Spectre.Console.Justify.Left;
            screen.Show(table);
            screen.Say("The scenario is sound.");
            screen.Answer(json =>
            {
                json.WriteStartObject();
                json.WriteString("scenario", scenario.Name);
                json.WriteString("hash", scenario.Hash);
                json.WriteStartArray("inputs");
                foreach (var input in scenario.Inputs)
                {
                    json.WriteStartObject();
                    json.WriteString("path", input.Path);
                    json.WriteString("value", input.Text);
                    json.WriteString("origin", ResolvedInput.WordOf(input.Origin));
                    json.WriteString("remark", input.Remark);
                    json.WriteString("place", input.Place);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteStartObject("derived");
                foreach (var value in derived) json.WriteFinite(value.Name, value.Value);
                json.WriteEndObject();
                json.WriteEndObject();
            });
            return ExitCode.Done;
        });
        return command;
    }
}
