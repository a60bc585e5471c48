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
    public static void Write(RunRecord record, PlayedStep step, StepPictures figures, HtmlText page)
    {
        var scenario = record.Outcome.Scenario;
        page.Section("step", "The step", "The step", Lead(step))
            .Picture(figures.Gantt)
            .Picture(figures.Breakdown)
            .Picture(figures.Mfu);
        Figures(step, page);
        StudySection.Write(step, scenario.Earlier?.Name ?? "", page);
        CollectiveSection.Write(record, step, figures, page);
        page.Text("h3", "", "The real step behind it").Text("p", "lead", RealStep(step, scenario.Modelled.RealStep))
            .Picture(figures.Experts)
            .Picture(figures.Loss)
            .Text("h3", "", "Memory of a rank")
            .Text("p", "lead", MemoryLead(step, scenario.Cluster.Accelerator.HbmCapacity));
        Memory(step, page);
        page.Close("section");
    }

    private static string Lead(PlayedStep step)
    {
        var layout = step.Plan.Layout;
        return $"{UnitText.Prefixed(step.Plan.TokensPerStep, "")} tokens a step on {UnitText.Count(layout.Ranks)} "
            + $"ranks: tensor parallel {layout.Tensor}, pipeline {layout.Pipeline}, data parallel {layout.Data}, "
            + $"expert parallel {layout.Expert}, {step.Plan.MicroBatches} micro-batches per pipeline. "
            + $"{Wording.Sentence(Wording.Plural(step.Profile.Samples.Count, "step"))} were played rank by rank, "
            + $"each with its own routing and noise{Folded(step)}.";
    }

    /// <summary>How many ranks a step really played, where equal ones were played once.</summary>
    private static string Folded(PlayedStep step)
    {
        var (played, all) = (step.Profile.Samples[0].PlayedRanks, step.Plan.Layout.Ranks);
        return played == all ? "" : $"; {UnitText.Count(played)} of the {UnitText.Count(all)} ranks stand for all, "
            + "since the others do exactly the same";
    }

    private static void Figures(PlayedStep step, HtmlText page)
    {
        var (real, balanced) = (step.Profile, step.Balanced);
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

    private static string RealStep(PlayedStep step, RoutingSource source)
    {
        var origin = step.RealStep.Origin;
        var dropped = step.RealStep.DroppedShare;
        return $"A reduced model was really trained for {Wording.Plural(origin.Steps.Count, "step")} to "
            + $"learn where a router sends its tokens: {Wording.Plural(origin.Model.Layers, "layer")}, "
            + $"{origin.Model.Experts} experts, top-{origin.Model.TopK}, {UnitText.Count(origin.Model.Tokens)} tokens "
            + $"a step, {UnitText.Prefixed(origin.FlopPerStep, "FLOP")} a step in {origin.Precision}. The routing of "
            + $"the last {Wording.Plural(origin.TraceSteps, "step")} drives every all-to-all above."
            + (dropped > 0 ? $" {UnitText.Percent(dropped, 1)} of its choices were dropped by full experts: they take "
                + "no time above, but MFU and the balanced step count their work, so both flatter the real routing."
                : "")
            + Earlier(source);
    }

    /// <summary>What a reader must know where the training was not a part of this run.</summary>
    private static string Earlier(RoutingSource source) => source is not SavedRouting saved
        ? ""
        : $" That was an earlier training, not a part of this run: its losses and its routing were read from "
            + $"{saved.File} (SHA-256 {saved.Hash[..16]}..., {saved.Story}).";

    private static string MemoryLead(PlayedStep step, Bytes there)
    {
        var needed = step.Plan.LargestMemory.Total;
        var verdict = needed <= there ? "fits" : "does not fit";
        return $"The stage that needs most holds {needed} of the {there} of an accelerator "
            + $"({UnitText.Percent((double)needed.Count / there.Count, 0)}); the plan {verdict}. A checkpoint of the "
            + $"whole state is {step.Plan.CheckpointSize}.";
    }

    private static void Memory(PlayedStep step, HtmlText page)
    {
        var stages = Enumerable.Range(0, step.Plan.Layout.Pipeline).ToList();
        page.Table(
            "Memory per rank by purpose",
            [
                new("stage", false), new("weights", true), new("gradients", true), new("optimizer shard", true),
                new("activations", true), new("buffers", true), new("total", true),
            ],
            stages.Select(stage =>
            {
                var memory = step.Plan.MemoryOf(stage);
                return TableRow.Of(
                    $"stage {stage}", $"{memory.Weights}", $"{memory.Gradients}", $"{memory.Optimizer}",
                    $"{memory.Activations}", $"{memory.Buffers}", $"{memory.Total}");
            }));
    }

    private static string Spread(double seconds) => seconds <= 0 ? "none" : UnitText.Of(Duration.FromSeconds(seconds));

    private static string Tokens(double perSecond) => $"{UnitText.Prefixed(perSecond, "")} tokens/s";

    private static string Times(double factor) => $"{UnitText.ThreeDigits(factor)} x";
}
