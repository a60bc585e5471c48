// `sigma validate`: closed forms and published figures beside ours.
using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using System.Text.Json;
using Sigma.Sim.Quantities;
using Sigma.Sim.Reporting;
using Sigma.Sim.Validation;
using Spectre.Console;

namespace Sigma.Sim.Cli;

/// <summary>The verb `validate`.</summary>
internal static class ValidateVerb
{
    private const int WorstRows = 10, MostInputs = 3;

    public static Command Command(SharedOptions shared, CancellationToken interrupted)
    {
        var families = string.Join(", ", ValidationSuite.Families);
        var only = new Option<string?>("--case")
        {
            Description = $"only cases whose id begins so ({families})",
            HelpName = "ID",
            CompletionSources = { _ => ValidationSuite.Families.Select(family => new CompletionItem(family)) },
        };
        var folder = new Option<string>("--scenarios")
        {
            Description = "folder with SIGMA's scenarios and the measured jobs",
            HelpName = "DIR",
            DefaultValueFactory = _ => "scenarios",
        };
        var table = new Option<string?>("--data")
        {
            Description = "predict the rows of this table instead, with the columns of the case's own: "
                + string.Join(", ", ValidationSuite.FamiliesWithTables),
            HelpName = "FILE",
        };
        var swarm = new Option<int?>("--swarm")
        {
            Description = "instead: so many random campaigns, each held to what holds in every campaign",
            HelpName = "COUNT",
        };
        var first = new Option<int>("--first")
        {
            Description = "number of the first of them",
            HelpName = "N",
        };
        var markdown = new Option<string?>("--markdown")
        {
            Description = "also write a page of all that was computed, with sources: docs/VALIDATION.md",
            HelpName = "FILE",
        };
        var command = new Command("validate",
            "Run the known answers: predicted, published, error, verdict. Fails if one is missed."
            + "\n\nExamples:\n  sigma validate\n  sigma validate --case E3"
            + "\n  sigma validate --case VTRAIN --data scenarios/published/vtrain-multi-node.csv"
            + "\n  sigma validate --markdown docs/VALIDATION.md"
            + "\n  sigma validate --swarm 300")
        {
            only, table, folder, markdown, swarm, first, shared.Threads,
        };
        command.SetAction(parsed =>
        {
            var screen = shared.ScreenOf(parsed);
            var threads = shared.ThreadsOf(parsed);
            var page = parsed.GetValue(markdown);
            if (page is not null && (parsed.GetValue(swarm) is not null || parsed.GetValue(table) is not null))
                throw new UsageException("--markdown writes the known answers, with neither --swarm nor --data");
            if (parsed.GetValue(swarm) is { } count)
                return SwarmRun.Of(parsed.GetValue(first), count, threads, screen, interrupted);
            if (parsed.GetResult(first) is { Implicit: false })
                throw new UsageException("--first numbers the campaigns of --swarm COUNT, which is not given");
            var prefix = parsed.GetValue(only);
            // Who waits for the answers hears before, not after, that they cannot be kept.
            using var target = page is null ? null : new NewFile("--markdown", page);
            var results = (parsed.GetValue(table) is { } file
                ? OnTable(prefix, file, parsed.GetValue(folder)!, interrupted)
                : ValidationSuite.Run(prefix, parsed.GetValue(folder)!, threads, interrupted)).ToList();
            if (results.Count == 0)
            {
                throw new UsageException(
                    $"no case begins with `{prefix}`; there are {families} "
                    + "(all but E, C, N, P and L need --scenarios DIR)");
            }

            if (target is not null) SavePage(results, prefix, target, screen);
            var missed = results.Count(r => !r.Agrees && !r.IsRow);
            Show(results, missed, screen);
            Answer(results, page, screen);
            return missed == 0 ? ExitCode.Done : ExitCode.Missed;
        });
        return command;
    }

    private static IEnumerable<CaseResult> OnTable(
        string? id, string file, string folder, CancellationToken interrupted)
    {
        var families = string.Join(", ", ValidationSuite.FamiliesWithTables);
        if (id is null) throw new UsageException($"--data needs --case to say which columns it has: {families}");
        return ValidationSuite.RunOn(id, file, folder, interrupted)
            ?? throw new UsageException($"no case with a table is called `{id}`; there are {families}");
    }

    private static void SavePage(List<CaseResult> results, string? prefix, NewFile target, Screen screen)
    {
        var part = prefix is null ? "" : $" --case {ShellWord.Of(prefix)}";
        target.Save(ValidationPage.Of(results, $"sigma validate{part} --markdown docs/VALIDATION.md"));
        screen.Say($"page: {target.Name}");
    }

    private static void Show(List<CaseResult> results, int missed, Screen screen)
    {
        var table = Tables.Plain("case", "quantity", "predicted", "known", "error", "tolerance", "verdict");
        table.Columns[1].Alignment = Justify.Left;
        // Rows that are judged together fill screens; the worst of them are worth a look.
        var rows = results.Where(result => result.IsRow)
            .OrderByDescending(result => Math.Abs(result.Error / result.Published)).Take(WorstRows).ToList();
        foreach (var found in results.Where(result => !result.IsRow || rows.Contains(result)))
        {
            table.AddTexts(
                found.Id,
                found.Quantity,
                Digits(found.Predicted),
                Digits(found.Published),
                UnitText.ThreeDigits(found.Error),
                ToleranceOf(found),
                found.IsRow ? "row" : found.Agrees ? "agrees" : "MISSED");
        }

        screen.Show(table);
        SayInputs(results, "fitted", found => found.Fitted, screen);
        SayInputs(results, "assumed", found => found.Assumed, screen);
        var judged = results.Count(result => !result.IsRow);
        if (judged > 0) screen.Say($"{judged - missed} of {judged} agree");
        if (judged == 0) screen.Say(ErrorsOf(results));
    }

    private static string ToleranceOf(CaseResult found) => found.Known switch
    {
        _ when found.IsRow => "",
        KnownAs.AtLeast => "at least",
        KnownAs.AtMost => "at most",
        _ => UnitText.ThreeDigits(found.Tolerance),
    };

    /// <summary>What nobody published, once for all cases that rest on the same inputs.</summary>
    private static void SayInputs(
        List<CaseResult> results, string origin, Func<CaseResult, string> inputsOf, Screen screen)
    {
        foreach (var group in results.Where(r => inputsOf(r).Length > 0).GroupBy(inputsOf, StringComparer.Ordinal))
        {
            var ids = string.Join(", ", group.Select(r => r.Id).Distinct(StringComparer.Ordinal));
            var inputs = MarkedInputs.Each(group.Key);
            var more = inputs.Count > MostInputs ? $"; and {inputs.Count - MostInputs} more (see --json)" : "";
            screen.Say($"{origin} for {ids}: {string.Join("; ", inputs.Take(MostInputs))}{more}");
        }
    }

    private static string ErrorsOf(List<CaseResult> rows)
    {
        var errors = rows.Select(row => Math.Abs(row.Error / row.Published)).Order().ToArray();
        return $"{rows.Count} rows: mean absolute error {UnitText.Percent(errors.Average(), 2)}, "
            + $"median {UnitText.Percent(errors[errors.Length / 2], 2)}, largest {UnitText.Percent(errors[^1], 1)}";
    }

    private static string Digits(double value) => value.ToString("G5", CultureInfo.InvariantCulture);

    private static void Answer(List<CaseResult> results, string? page, Screen screen) => screen.Answer(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("cases");
        foreach (var found in results)
        {
            json.WriteStartObject();
            json.WriteString("id", found.Id);
            Write(found, json);
            // Rows of a large table are judged together; each still says whether it lies within its own tolerance.
            json.WriteString("verdict", found.Agrees ? "agrees" : "missed");
            json.WriteString("fitted", found.Fitted);
            json.WriteString("assumed", found.Assumed);
            if (found.Beside is { } beside)
            {
                json.WriteStartObject("beside");
                Write(beside, json);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("page", page);
        json.WriteEndObject();
    });

    private static void Write(CaseResult found, Utf8JsonWriter json)
    {
        json.WriteString("quantity", found.Quantity);
        json.WriteFinite("predicted", found.Predicted);
        json.WriteFinite("published", found.Published);
        json.WriteFinite("error", found.Error);
        json.WriteFinite("tolerance", found.Tolerance);
        json.WriteString("known_as", found.Known switch
        {
            KnownAs.AtLeast => "lower bound",
            KnownAs.AtMost => "upper bound",
            _ => "value",
        });
    }
}
