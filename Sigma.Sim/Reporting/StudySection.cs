// What moved the step: from an earlier state of the machine to this one, and what is done against noise.
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Reporting;

/// <summary>Writes the tables of changed steps, as parts of the section about the step.</summary>
internal static class StudySection
{
    /// <param name="step">The step with what was changed in it.</param>
    /// <param name="earlier">Name of the state before, empty where there is none.</param>
    /// <param name="page">Where it goes.</param>
    public static void Write(PlayedStep step, string earlier, HtmlText page)
    {
        if (step.Ladder.Count > 0) Ladder(step, earlier, page);
        if (step.Mitigations.Count > 1) Mitigations(step, page);
        Conditions(step.Conditions.Rows, page);
    }

    private static void Ladder(PlayedStep step, string name, HtmlText page)
    {
        var rungs = step.Ladder;
        page.Text("h3", "", $"What each change since {name} bought")
            .Text("p", "lead",
                $"MFU went from {UnitText.Percent(rungs[0].Mfu, 2)} to {UnitText.Percent(rungs[^1].Mfu, 2)}. "
                + "Changes are made one after the other, so what each bought depends on those above it. Which inputs "
                + "are fitted or assumed stands under Assumptions.")
            .Table(
                "From the earlier step to this one",
                [new("change", false), new("step", true), new("MFU", true), new("bought, points of MFU", true)],
                rungs.Select((rung, i) => TableRow.Of(
                    rung.Title, UnitText.Of(rung.StepTime), UnitText.Percent(rung.Mfu, 2),
                    i == 0 ? "" : Wording.Signed((rung.Mfu - rungs[i - 1].Mfu) * 100))));
    }

    private static void Mitigations(PlayedStep step, HtmlText page)
    {
        var (own, others) = (step.Mitigations[0], step.Mitigations.Skip(1));
        page.Text("h3", "", "Noise and what is done against it")
            .Text("p", "lead", "Each measure switched over by itself, on the same dice.")
            .Table(
                "The step with one measure switched",
                [new("measure", false), new("step", true), new("change of the step", true)],
                others.Select(other => TableRow.Of(
                    other.Title, UnitText.Of(other.StepTime),
                    Wording.SignedPercent(other.StepTime.Seconds / own.StepTime.Seconds - 1))));
    }

    private static void Conditions(IReadOnlyList<StepOutcome> conditions, HtmlText page)
    {
        var sound = conditions[0].StepTime.Seconds;
        page.Text("h3", "", "The step when something is wrong")
            .Text("p", "lead",
                "One thing at a time, on the dice of one sampled step. The campaign looks its slowdowns up here.")
            .Table(
                "The step with something wrong",
                [new("what is wrong", false), new("step", true), new("change of the step", true)],
                conditions.Select((condition, i) => TableRow.Of(
                    condition.Title, UnitText.Of(condition.StepTime),
                    i == 0 ? "" : Wording.SignedPercent(condition.StepTime.Seconds / sound - 1))));
    }
}
