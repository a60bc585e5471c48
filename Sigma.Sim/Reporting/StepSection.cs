// The step on the page: the pipeline, what balanced experts would save, the way from peak to MFU, the real routing
// behind it, and whether it fits in memory.
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Reporting.Figures;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Reporting;

/// <summary>Writes the section about one training step.</summary>
internal static class StepSection
{
    public static void Write(RunRecord record, FigureSet figures, HtmlText page)
    {
        var outcome = record.Outcome;
        page.Section("step", "The step", Lead(outcome))
            .Picture(figures.Gantt)
            .Picture(figures.Breakdown)
            .Picture(figures.Mfu);
        Figures(outcome, page);
        StudySection.Write(record.Outcome, page);
        CollectiveSection.Write(record, figures, page);
        page.Text("h3", "", "The real step behind it").Text("p", "lead", RealStep(outcome))
            .Picture(figures.Experts)
            .Picture(figures.Loss)
            .Text("h3", "", "Memory of a rank")
            .Text("p", "lead", MemoryLead(outcome));
        Memory(outcome, page);
        page.Close("section");
    }

    private static string Lead(RunOutcome outcome)
    {
        var layout = outcome.Plan.Layout;
        return $"{UnitText.Prefixed(outcome.Plan.TokensPerStep, "")} tokens a step on {UnitText.Count(layout.Ranks)} "
            + $"ranks: tensor parallel {layout.Tensor}, pipeline {layout.Pipeline}, data parallel {layout.Data}, "
            + $"expert parallel {layout.Expert}, {outcome.Plan.MicroBatches} micro-batches per pipeline. "
            + $"{Wording.Sentence(Wording.Plural(outcome.Profile.Samples.Count, "step"))} were played rank by rank, "
            + $"each with its own routing and noise{Folded(outcome)}.";
    }

    /// <summary>How many ranks a step really played, where equal ones were played once.</summary>
    private static string Folded(RunOutcome outcome)
    {
        var (played, all) = (outcome.Profile.Samples[0].PlayedRanks, outcome.Plan.Layout.Ranks);
        return played == all ? "" : $"; {UnitText.Count(played)} of the {UnitText.Count(all)} ranks stand for all, "
            + "since the others do exactly the same";
    }

    private static void Figures(RunOutcome outcome, HtmlText page)
    {
        var (real, balanced) = (outcome.Profile, outcome.Balanced);
        TableRow Row(string name, string a, string b) => TableRow.Of(name, a, b);
        page.Table(
            "The step with the real routing and with balanced experts",
            [new("figure", false), new("real routing", true), new("balanced experts", true)],
            [
                Row("step time, mean of the samples", UnitText.Of(real.StepTime), UnitText.Of(balanced.StepTime)),
                Row(
                    "standard deviation between samples", Spread(real.StepTimeDeviationSeconds),
                    Spread(balanced.StepTimeDeviationSeconds)),
                Row(
                    "MFU, causal attention counted half", UnitText.Percent(real.Figures.Mfu, 2),
                    UnitText.Percent(balanced.Figures.Mfu, 2)),
                Row(
                    "MFU, whole attention square", UnitText.Percent(real.Figures.MfuFullAttention, 2),
                    UnitText.Percent(balanced.Figures.MfuFullAttention, 2)),
                Row(
                    "hardware FLOPs utilization", UnitText.Percent(real.Figures.Hfu, 2),
                    UnitText.Percent(balanced.Figures.Hfu, 2)),
                Row(
                    "throughput of a healthy step", Tokens(real.Figures.TokensPerSecond),
                    Tokens(balanced.Figures.TokensPerSecond)),
                Row(
                    "busiest rank of a group over the mean", Times(real.Samples[0].HottestOverMean),
                    Times(balanced.Samples[0].HottestOverMean)),
            ]);
    }

    private static string RealStep(RunOutcome outcome)
    {
        var origin = outcome.RealStep.Origin;
        var dropped = outcome.RealStep.DroppedShare;
        return $"A reduced model was really trained for {Wording.Plural(origin.Steps.Count, "step")} to "
            + $"learn where a router sends its tokens: {Wording.Plural(origin.Model.Layers, "layer")}, "
            + $"{origin.Model.Experts} experts, top-{origin.Model.TopK}, {UnitText.Count(origin.Model.Tokens)} tokens "
            + $"a step, {UnitText.Prefixed(origin.FlopPerStep, "FLOP")} a step in {origin.Precision}. The routing of "
            + $"the last {Wording.Plural(origin.TraceSteps, "step")} drives every all-to-all above."
            + (dropped > 0 ? $" {UnitText.Percent(dropped, 1)} of its choices were dropped by full experts: they take "
                + "no time above, but MFU and the balanced step count their work, so both flatter the real routing."
                : "")
            + Earlier(outcome.Scenario);
    }

    /// <summary>What a reader must know where the training was not a part of this run.</summary>
    private static string Earlier(Scenario scenario) => scenario.RealStep is not SavedRouting saved
        ? ""
        : $" That was an earlier training, not a part of this run: its losses and its routing were read from "
            + $"{saved.File} (SHA-256 {saved.Hash[..16]}..., {saved.Story}).";

    private static string MemoryLead(RunOutcome outcome)
    {
        var (needed, there) = (outcome.Plan.LargestMemory.Total, outcome.Scenario.Cluster.Accelerator.HbmCapacity);
        var verdict = needed <= there ? "fits" : "does not fit";
        return $"The stage that needs most holds {needed} of the {there} of an accelerator "
            + $"({UnitText.Percent((double)needed.Count / there.Count, 0)}); the plan {verdict}. A checkpoint of the "
            + $"whole state is {outcome.Plan.CheckpointSize}.";
    }

    private static void Memory(RunOutcome outcome, HtmlText page)
    {
        var stages = Enumerable.Range(0, outcome.Plan.Layout.Pipeline).ToList();
        page.Table(
            "Memory per rank by purpose",
            [
                new("stage", false), new("weights", true), new("gradients", true), new("optimizer shard", true),
                new("activations", true), new("buffers", true), new("total", true),
            ],
            stages.Select(stage =>
            {
                var memory = outcome.Plan.MemoryOf(stage);
                return TableRow.Of(
                    $"stage {stage}", $"{memory.Weights}", $"{memory.Gradients}", $"{memory.Optimizer}",
                    $"{memory.Activations}", $"{memory.Buffers}", $"{memory.Total}");
            }));
    }

    private static string Spread(double seconds) => seconds <= 0 ? "none" : UnitText.Of(Duration.FromSeconds(seconds));

    private static string Tokens(double perSecond) => $"{UnitText.Prefixed(perSecond, "")} tokens/s";

    private static string Times(double factor) => $"{UnitText.ThreeDigits(factor)} x";
}
