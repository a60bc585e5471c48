// `sigma validate`: closed forms and published figures beside ours.
using System.CommandLine;
using System.Globalization;
using Sigma.Sim.Quantities;
using Sigma.Sim.Validation;
using Spectre.Console;

namespace Sigma.Sim.Cli;

/// <summary>The verb `validate`.</summary>
internal static class ValidateVerb
{
    public static Command Command(SharedOptions shared, CancellationToken interrupted)
    {
        var families = string.Join(", ", ValidationSuite.Families);
        var only = new Option<string?>("--case")
        {
            Description = $"only cases whose id begins so ({families})",
            HelpName = "ID",
        };
        var folder = new Option<string>("--scenarios")
        {
            Description = "folder with SIGMA's scenarios and the measured jobs",
            HelpName = "DIR",
            DefaultValueFactory = _ => "scenarios",
        };
        var command = new Command("validate",
            "Run the known answers: predicted, published, error, verdict. Fails if one is missed."
            + "\n\nExamples:\n  sigma validate\n  sigma validate --case E3")
        {
            only, folder, shared.Threads,
        };
        command.SetAction(parsed =>
        {
            var screen = shared.ScreenOf(parsed);
            var threads = shared.ThreadsOf(parsed);
            var prefix = parsed.GetValue(only);
            var results = ValidationSuite.Run(prefix, parsed.GetValue(folder)!, threads, interrupted).ToList();
            if (results.Count == 0)
            {
                throw new UsageException(
                    $"no case begins with `{prefix}`; there are {families} (SIGMA and STRAGGLER need --scenarios DIR)");
            }

            var missed = results.Count(r => !r.Agrees);
            Show(results, missed, screen);
            Answer(results, screen);
            return missed == 0 ? ExitCode.Done : ExitCode.Missed;
        });
        return command;
    }

    private static void Show(List<CaseResult> results, int missed, Screen screen)
    {
        var table = Tables.Plain("case", "quantity", "predicted", "known", "error", "tolerance", "verdict");
        table.Columns[1].Alignment = Justify.Left;
        foreach (var found in results)
        {
            table.AddTexts(
                found.Id,
                found.Quantity,
                Digits(found.Predicted),
                Digits(found.Published),
                UnitText.ThreeDigits(found.Error),
                UnitText.ThreeDigits(found.Tolerance),
                found.Agrees ? "agrees" : "MISSED");
        }

        screen.Show(table);
        foreach (var fitted in results.Where(r => r.Fitted.Length > 0).GroupBy(r => r.Fitted, StringComparer.Ordinal))
            screen.Say($"fitted for {string.Join(", ", fitted.Select(r => r.Quantity))}: {fitted.Key}");
        screen.Say($"{results.Count - missed} of {results.Count} agree");
    }

    private static string Digits(double value) => value.ToString("G5", CultureInfo.InvariantCulture);

    private static void Answer(List<CaseResult> results, Screen screen) => screen.Answer(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("cases");
        foreach (var found in results)
        {
            json.WriteStartObject();
            json.WriteString("id", found.Id);
            json.WriteString("quantity", found.Quantity);
            json.WriteFinite("predicted", found.Predicted);
            json.WriteFinite("published", found.Published);
            json.WriteFinite("error", found.Error);
            json.WriteFinite("tolerance", found.Tolerance);
            json.WriteString("verdict", found.Agrees ? "agrees" : "missed");
            json.WriteString("fitted", found.Fitted);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });
}
