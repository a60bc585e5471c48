// docs/VALIDATION.md, as the program writes it: every known answer beside ours, with its source and with what the
// comparison rests on. Nothing of the machine or the day stands in it, so that a diff shows what a change moved.
using System.Globalization;
using Sigma.Sim.Quantities;
using Sigma.Sim.Validation;

namespace Sigma.Sim.Reporting;

/// <summary>Verdicts as Markdown, a section a family.</summary>
public static class ValidationPage
{
    // Below this share of the known number a difference is of the last digits, which machines may round differently.
    private const double Noise = 1e-12;

    private const string Preface =
        """
        A case is a number that is known from elsewhere and computed here: *published* is the publication's or the
        formula's, *error* is predicted less published, and a case agrees where its error is within its tolerance,
        which is in the case's unit. *F1*, *A1* name the inputs that were fitted and those that nobody published,
        listed below each table: a case that was fitted on its own row is no evidence. Rows that are judged
        together, by their mean, have no verdict of their own.
        """;

    /// <summary>The whole page.</summary>
    /// <param name="results">In the order in which they were computed.</param>
    /// <param name="command">The command that writes the page again.</param>
    public static string Of(IReadOnlyList<CaseResult> results, string command)
    {
        var families = FamiliesOf(results);
        var judged = results.Where(result => !result.IsRow).ToList();
        var lines = new List<string>
        {
            "# Validation",
            "",
            $"Written by `{command}`; do not edit.",
            "",
            Preface,
            "",
            $"**{judged.Count(result => result.Agrees)} of {judged.Count} agree.**",
            "",
            "| family | about | cases | agree | rows | largest error / tolerance |",
            "|---|---|---:|---:|---:|---:|",
        };
        foreach (var (family, cases) in families) lines.Add(SummaryOf(family, cases));
        foreach (var (family, cases) in families)
        {
            lines.Add("");
            lines.Add(SectionOf(family, cases));
        }

        return string.Join('\n', lines) + "\n";
    }

    /// <summary>The families of results with their cases, in the order of <see cref="CaseFamily.All"/>.</summary>
    public static IReadOnlyList<(CaseFamily Family, IReadOnlyList<CaseResult> Cases)> FamiliesOf(
        IReadOnlyList<CaseResult> results)
    {
        var byFamily = results.GroupBy(CaseFamily.Of).ToDictionary(group => group.Key, group => group.ToList());
        return [.. CaseFamily.All.Where(byFamily.ContainsKey)
            .Select(family => (family, (IReadOnlyList<CaseResult>)byFamily[family]))];
    }

    /// <summary>A family's heading, sources, cases and inputs; it depends on nothing but its own cases.</summary>
    public static string SectionOf(CaseFamily family, IReadOnlyList<CaseResult> cases)
    {
        var fitted = new InputLists('F', "fitted", cases.Select(found => found.Fitted));
        var assumed = new InputLists('A', "assumed", cases.Select(found => found.Assumed));
        var lines = new List<string> { $"## {family.Prefix}: {family.Title}", "", family.Source };
        if (family.Forms.Count > 0)
        {
            lines.AddRange(["", "| case | known answer | source |", "|---|---|---|"]);
            lines.AddRange(family.Forms.Select(form => $"| {form.Id} | {Cell(form.Text)} | {Cell(form.Source)} |"));
        }

        lines.Add("");
        lines.AddRange(Table(cases.Where(found => !found.IsRow).ToList()));
        var rows = cases.Where(found => found.IsRow).ToList();
        if (rows.Count > 0)
        {
            lines.AddRange(["", $"<details><summary>{rows.Count} rows, judged together or shown beside</summary>", ""]);
            lines.AddRange(Table(rows));
            lines.AddRange(["", "</details>"]);
        }

        lines.AddRange(fitted.Lines);
        lines.AddRange(assumed.Lines);
        return string.Join('\n', lines);

        IEnumerable<string> Table(List<CaseResult> those)
        {
            yield return "| case | quantity | predicted | published | error | of it | tolerance | verdict | rests on |";
            yield return "|---|---|---:|---:|---:|---:|---:|---|---|";
            foreach (var found in those)
            {
                var on = $"{fitted.NameOf(found.Fitted)} {assumed.NameOf(found.Assumed)}".Trim();
                yield return RowOf(found, VerdictOf(found), on);
                // The same measurement in another quantity shares the verdict.
                if (found.Beside is { } beside) yield return RowOf(beside, "as above", on);
            }
        }
    }

    private static string SummaryOf(CaseFamily family, IReadOnlyList<CaseResult> cases)
    {
        var judged = cases.Where(found => !found.IsRow).ToList();
        var measured = judged.Where(found => found.Known == KnownAs.Value && found.Tolerance > 0).ToList();
        var largest = measured.Count == 0
            ? ""
            : UnitText.Percent(measured.Max(found => Math.Abs(ErrorOf(found)) / found.Tolerance), 0);
        var link = $"{family.Prefix}: {family.Title}".ToLowerInvariant().Replace(' ', '-');
        var anchor = string.Concat(link.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'));
        return $"| [{family.Prefix}](#{anchor}) | {Cell(family.Title)} | {judged.Count} | "
            + $"{judged.Count(found => found.Agrees)} | {cases.Count - judged.Count} | {largest} |";
    }

    private static string RowOf(CaseResult found, string verdict, string restsOn)
    {
        string[] cells =
        [
            found.Id, Cell(found.Quantity), Digits(found.Predicted), Digits(found.Published),
            UnitText.ThreeDigits(ErrorOf(found)), ShareOf(found), ToleranceOf(found), verdict, restsOn,
        ];
        return $"| {string.Join(" | ", cells)} |";
    }

    private static double ErrorOf(CaseResult found) =>
        Math.Abs(found.Error) <= Noise * Math.Abs(found.Published) ? 0 : found.Error;

    private static string ShareOf(CaseResult found) =>
        found.Published == 0 ? "" : UnitText.ThreeDigits(100 * ErrorOf(found) / Math.Abs(found.Published)) + " %";

    private static string ToleranceOf(CaseResult found) => found switch
    {
        { Known: KnownAs.AtLeast } => "at least",
        { Known: KnownAs.AtMost } => "at most",
        { IsRow: true } => "",
        _ => UnitText.ThreeDigits(found.Tolerance),
    };

    private static string VerdictOf(CaseResult found) =>
        found.IsRow ? "row" : found.Agrees ? "agrees" : "**MISSED**";

    private static string Digits(double value) => value.ToString("G5", CultureInfo.InvariantCulture);

    private static string Cell(string text) => MarkupText.Escape(text)
        .Replace("|", "\\|", StringComparison.Ordinal).Replace("&#39;", "'", StringComparison.Ordinal);

    /// <summary>The distinct lists of inputs of a family, by short names.</summary>
    private sealed class InputLists(char letter, string origin, IEnumerable<string> texts)
    {
        private readonly List<string> _texts =
            [.. texts.Where(text => text.Length > 0).Distinct(StringComparer.Ordinal)];

        public IEnumerable<string> Lines => _texts.SelectMany(text =>
        {
            var inputs = MarkedInputs.Each(text);
            return new[]
            {
                "",
                $"<details><summary>{NameOf(text)}: {Wording.Plural(inputs.Count, "input")} {origin}</summary>",
                "",
            }.Concat(inputs.Select(input => $"- {Cell(input).Replace("*", "\\*", StringComparison.Ordinal)}"))
                .Concat(["", "</details>"]);
        });

        public string NameOf(string text) => text.Length == 0 ? "" : $"{letter}{_texts.IndexOf(text) + 1}";
    }
}
