// What the answer rests on: every input with its value and where it comes from. Fitted ones come first and stand out,
// since a number that was chosen to meet a result must not be read as evidence for it.
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Reporting;

/// <summary>Writes the section about inputs.</summary>
internal static class AssumptionSection
{
    private static readonly Column[] Columns =
        [new("input", false), new("value", false), new("origin", false), new("remark", false), new("place", false)];

    public static void Write(Scenario scenario, HtmlText page)
    {
        page.Section("assumptions", "Assumptions", "Assumptions", Counted(scenario)).Open("div", "assumptions");
        var fitted = scenario.Inputs.Where(input => input.Origin == InputOrigin.Fitted).ToList();
        if (fitted.Count > 0)
        {
            page.Open("div", "fitted")
                .Table(
                    "Fitted: chosen so that a published result is met, hence no evidence for it", Columns,
                    fitted.Select(Row))
                .Close("div");
        }

        var others = scenario.Inputs.Where(input => input.Origin != InputOrigin.Fitted).ToList();
        Tables(others.Where(IsStated), page);
        var silent = others.Where(input => !IsStated(input)).ToList();
        if (silent.Count > 0)
        {
            // Nobody vouches for these one by one; a reader who looks for one finds it.
            page.Open("details", "").Text(
                "summary", "", $"{Wording.Plural(silent.Count, "input")} of which the scenario names no origin: its "
                    + "own and those at their default");
            Tables(silent, page);
            page.Close("details");
        }

        page.Close("div").Close("section");
    }

    private static bool IsStated(ResolvedInput input) =>
        input.Origin is not (InputOrigin.Default or InputOrigin.Unmarked);

    private static void Tables(IEnumerable<ResolvedInput> inputs, HtmlText page)
    {
        foreach (var section in inputs.GroupBy(SectionOf, StringComparer.Ordinal))
            page.Table(Wording.Sentence(section.Key.Replace('_', ' ')), Columns, section.Select(Row));
    }

    private static string Counted(Scenario scenario)
    {
        var counts = scenario.Inputs.GroupBy(input => input.Origin).OrderBy(group => group.Key)
            .Select(group => $"{group.Count()} {ResolvedInput.WordOf(group.Key)}");
        return $"All {scenario.Inputs.Count} inputs, by where they come from: {string.Join(", ", counts)}.";
    }

    /// <summary>
    /// The first word of the path: <c>cluster</c> of <c>cluster.storage.read</c>; what has no dot is the run's own.
    /// </summary>
    private static string SectionOf(ResolvedInput input)
    {
        var end = input.Path.IndexOfAny(['.', '[']);
        return end < 0 ? "run" : input.Path[..end];
    }

    private static TableRow Row(ResolvedInput input) =>
        TableRow.Of(
            input.Path, input.Text, ResolvedInput.WordOf(input.Origin), input.Remark, FileOf(input.Place ?? ""));

    /// <summary>The file's name, line and column; the folder is in the manifest.</summary>
    private static string FileOf(string place) => place[(place.LastIndexOfAny(['/', '\\']) + 1)..];
}
