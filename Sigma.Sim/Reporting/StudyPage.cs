// report.html of a study of one scenario: an optimum, or how far inputs move the answer.
using Sigma.Sim.Experiments.Search;
using Sigma.Sim.Reporting.Figures;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Reporting;

/// <summary>Writes the pages of studies.</summary>
internal static class StudyPage
{
    private const int InputsShown = 60;

    public static void Write(OptimumOutcome outcome, Figure figure, string version, string command, TextWriter to)
    {
        var optimum = outcome.Optimum;
        var page = new HtmlText();
        page.Section(
                "optimum", "Optimum", $"The best {optimum.Metric.Title}",
                $"{Wording.Sentence(OptimumWords.Verdict(outcome))}. "
                    + $"{Wording.Sentence(Wording.Better(optimum.Metric))}; "
                    + "all points met the same faults. The interval holds the optimum in 95 of 100 fits to resampled "
                    + "replications, and every point that is not significantly worse.")
            .Picture(figure)
            .Table("Where it lies", OptimumTables.Of(outcome));
        if (outcome.ClosedForm is { } closed) page.Text("p", "note", $"Closed form: {closed.Name}.");
        page.Close("section");
        FrameOf(
            "optimum", outcome.Scenario,
            [$"{Wording.Plural(optimum.Points.Count, "point")}", $"{optimum.Best.Runs.Count} replications each"],
            version, command).Write(page, to);
    }

    public static void Write(SensitivityOutcome outcome, Figure figure, string version, string command, TextWriter to)
    {
        var page = new HtmlText();
        page.Section(
                "inputs", "Inputs", $"What moves {outcome.Metric.Title}",
                $"{Wording.Sentence(SensitivityWords.Verdict(outcome))}. One input at a time goes to its low and its "
                    + "high end, everything else and all faults the same; changes ± half of their 95 % interval. The "
                    + "last column is the share of the variance when the strongest are varied together (first-order "
                    + "Sobol index).")
            .Picture(figure)
            .Table("Inputs by how far they move it", SensitivityTables.Swings(outcome, InputsShown))
            .Close("section");
        if (outcome.LeftOut.Count > 0)
        {
            page.Section("left-out", "Left out", "What was left out", "Inputs that could not be varied alone.")
                .Table(
                    "Inputs and reasons",
                    [Column.Words("input"), Column.Words("why")],
                    outcome.LeftOut.Select(left => TableRow.Of(left.Path, left.Why)))
                .Close("section");
        }

        FrameOf(
            "sensitivity study", outcome.Scenario,
            [$"{Wording.Plural(outcome.Swings.Count, "input")}", $"{outcome.Own.Count} replications each"],
            version, command).Write(page, to);
    }

    private static PageFrame FrameOf(
        string kind, Scenario scenario, IReadOnlyList<string> facts, string version, string command) => new(
        kind, scenario.Name, scenario.About,
        [.. facts, $"seed {scenario.Seed}"],
        [
            ("scenario hash", scenario.Hash, true), ("version", version, false), ("reproduced by", command, true),
        ]);
}
