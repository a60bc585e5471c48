// What must fit together across sections; each finding shows both places and the arithmetic.
using Sigma.Sim.Cluster;
using Sigma.Sim.Quantities;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Scenarios;

/// <summary>Checks a scenario whose single values are sound.</summary>
internal static partial class ScenarioLaws
{
    /// <summary>A step this long is a misplaced unit, such as FLOP/s for TFLOP/s.</summary>
    private const double LongestStepSeconds = 3600;

    /// <summary>A step of more passes than this is a misplaced zero in the batch.</summary>
    private const long MostPasses = 10_000;

    public static void Check(Scenario scenario, MapReader top, DiagnosticList diagnostics)
    {
        if (scenario.Step is ModelledStep step && !CanBePlayed(scenario, step, top, diagnostics)) return;
        CampaignLaws.Check(scenario, top, diagnostics);
    }

    /// <summary>False where a layout is so wrong that nothing follows from it.</summary>
    private static bool CanBePlayed(Scenario scenario, ModelledStep step, MapReader top, DiagnosticList diagnostics)
    {
        var found = new Findings(scenario, step, top, diagnostics);
        found.Layout();
        if (diagnostics.Any) return false;
        found.Batches();
        found.Communication();
        found.Parts();
        found.Model();
        RoutingReader.Check(step, top, diagnostics);
        if (diagnostics.Any) return false;
        found.Memory();
        found.Size();
        return true;
    }

    private sealed partial class Findings(
        Scenario scenario, ModelledStep step, MapReader top, DiagnosticList diagnostics)
    {
        private readonly ClusterSpec _cluster = scenario.Cluster;
        private readonly ParallelismSpec _parallelism = step.Parallelism;

        public void Model()
        {
            var (model, experts) = (step.Model, step.Model.Experts);
            if (model.Heads % model.KvHeads != 0)
            {
                Add("S043", $"{model.Heads} heads cannot share {model.KvHeads} kv_heads evenly",
                    Place("model", "kv_heads"));
            }

            if (model.Heads % _parallelism.Tensor != 0)
            {
                Add("S043", $"tp {_parallelism.Tensor} does not divide {model.Heads} heads",
                    Place("parallelism", "tp"), Place("model", "heads"));
            }

            if (model.Sequence % _parallelism.Context != 0)
            {
                Add("S043", $"cp {_parallelism.Context} does not divide a sequence of {model.Sequence} tokens",
                    Place("parallelism", "cp"), Place("model", "sequence"));
            }

            if (experts.TopK > experts.Count)
            {
                Add("S043", $"a token cannot visit {experts.TopK} of {experts.Count} experts",
                    Place("model", "experts"));
            }

            if (experts.Count % _parallelism.Expert != 0)
            {
                Add("S043", experts.Count == 1
                    ? $"ep {_parallelism.Expert} shares out experts, and the model has none"
                    : $"ep {_parallelism.Expert} does not divide {experts.Count} experts",
                    Place("parallelism", "ep"), Place("model", "experts"));
            }

            if (!_cluster.Accelerator.Peaks.ContainsKey(model.Precision))
            {
                var precision = model.Precision.ToString().ToLowerInvariant();
                Add("S043", $"the accelerator `{_cluster.Accelerator.Name}` states no peak for {precision}",
                    Place("model", "precision"), Place("cluster", "accelerator"));
            }
        }

        public void Memory()
        {
            var layout = _parallelism.LayoutOn(_cluster);
            var capacity = _cluster.Accelerator.HbmCapacity;
            for (var stage = 0; stage < layout.Pipeline; stage++)
            {
                var memory = MemoryPlan.Of(step.Model, _parallelism, layout, stage);
                if (memory.Total <= capacity) continue;
                diagnostics.Add(new Diagnostic(
                    "S044", $"a rank of stage {stage} needs {memory.Total}, the accelerator has {capacity}")
                {
                    At = top.PlaceOf("parallelism"),
                    Note = SumOf(memory),
                    Help = "raise pp, ep or tp, or set `recompute: full`",
                });
                return;
            }
        }

        /// <summary>The hour that a step may take, and the tokens that it may train.</summary>
        public void Size()
        {
            var perStep = (long)_parallelism.GlobalBatch * step.Model.Sequence;
            var flop = perStep * step.Model.FlopsPerToken(causal: true);
            var peak = _cluster.Accelerator.PeakOf(step.Model.Precision).PerSecond * _cluster.Accelerators;
            if (flop / peak > LongestStepSeconds)
            {
                Add("S046", $"a step would take {UnitText.Of(Duration.FromSeconds(flop / peak))} at the peak of all "
                    + "accelerators; at most an hour is simulated",
                    Place("cluster", "accelerator"), Place("model", "layers"));
            }

            if (scenario.End is AfterTokens end && end.Count < perStep)
            {
                Add("S045", $"tokens {UnitText.Count(end.Count)} are less than one step of {UnitText.Count(perStep)}",
                    top.PlaceOf("tokens"));
            }
        }

        private static string SumOf(MemoryPlan memory)
        {
            return $"weights {G(memory.Weights)} + gradients {G(memory.Gradients)} + optimizer {G(memory.Optimizer)} "
                + $"+ activations {G(memory.Activations)} + buffers {G(memory.Buffers)} = {G(memory.Total)}";

            string G(Bytes bytes) => bytes.ToString();
        }

        private void Add(string code, string message, SourceSpan? at) => Add(code, message, at, null);

        private void Add(string code, string message, SourceSpan? at, SourceSpan? also) =>
            diagnostics.Add(new Diagnostic(code, message) { At = at, Also = also });

        private SourceSpan? PlaceOfNode() => Place("cluster", "accelerators_per_node");

        private SourceSpan? Place(string section, string key) =>
            top.Sub(section) is { IsGiven: true } map ? map.PlaceOf(key) : top.PlaceOf(section);
    }
}
