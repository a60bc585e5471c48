// What must fit together across sections; each finding shows both places and the arithmetic.
using System.Numerics;
using Sigma.Sim.Cluster;
using Sigma.Sim.Faults;
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Scenarios;

/// <summary>Checks a scenario whose single values are sound.</summary>
internal static class ScenarioLaws
{
    /// <summary>More faults than this in one replication are a typing error, and would fill the memory.</summary>
    private const double MostFaults = 1e7;

    /// <summary>A step this long is a misplaced unit, such as FLOP/s for TFLOP/s.</summary>
    private const double LongestStepSeconds = 3600;

    /// <summary>A step of more passes than this is a misplaced zero in the batch.</summary>
    private const long MostPasses = 10_000;

    public static void Check(Scenario scenario, MapReader top, DiagnosticList diagnostics)
    {
        var found = new Findings(scenario, top, diagnostics);
        found.Layout();
        if (diagnostics.Any) return;
        found.Batches();
        found.Model();
        RoutingReader.Check(scenario, top, diagnostics);
        if (diagnostics.Any) return;
        found.Memory();
        found.Campaign();
    }

    private sealed class Findings(Scenario scenario, MapReader top, DiagnosticList diagnostics)
    {
        private readonly ClusterSpec _cluster = scenario.Cluster;
        private readonly ParallelismSpec _parallelism = scenario.Parallelism;

        public void Layout()
        {
            var (tp, pp, ep) = (_parallelism.Tensor, _parallelism.Pipeline, _parallelism.Expert);
            var shards = tp * _parallelism.Context;
            var sizes = _parallelism.Context == 1
                ? $"tp {tp} x pp {pp}" : $"tp {tp} x cp {_parallelism.Context} x pp {pp}";
            var (accelerators, perNode) = (UnitText.Count(_cluster.Accelerators), _cluster.AcceleratorsPerNode);
            var dp = scenario.DataParallel;
            if (_parallelism.Data is { } given && (long)shards * pp * given != _cluster.Accelerators)
            {
                var product = $"{sizes} x dp {given} = {UnitText.Count((long)shards * pp * given)}";
                diagnostics.Add(new Diagnostic("S040", $"{product}, but the cluster has {accelerators} accelerators")
                {
                    At = Place("parallelism", "dp"),
                    Also = Place("cluster", "nodes"),
                    Note = $"{_cluster.Nodes} nodes x {perNode} = {accelerators} accelerators",
                    Help = "leave `dp` out: it follows from the others",
                });
                return;
            }

            if (_cluster.Accelerators % ((long)shards * pp) != 0)
            {
                var product = $"{sizes} = {UnitText.Count((long)shards * pp)}";
                diagnostics.Add(new Diagnostic(
                    "S040", $"{product} does not divide the cluster's {accelerators} accelerators")
                {
                    At = Place("parallelism", "tp"),
                    Also = Place("cluster", "nodes"),
                    Note = $"{_cluster.Nodes} nodes x {perNode} = {accelerators} accelerators",
                });
                return;
            }

            if (dp % ep != 0)
            {
                Add("S040", $"ep {ep} does not divide the data-parallel size "
                    + $"{accelerators} / ({sizes}) = {dp}", Place("parallelism", "ep"));
            }

            if (perNode % tp != 0 && tp % perNode != 0)
            {
                Add("S040", tp > perNode
                    ? $"tp {tp} does not fill whole nodes of {perNode} accelerators"
                    : $"tp {tp} does not divide the {perNode} accelerators of a node",
                    Place("parallelism", "tp"), PlaceOfNode());
            }
            else if (ep > 1)
            {
                ExpertGroups(shards, ep, perNode);
            }
        }

        public void Batches()
        {
            var (p, v) = (_parallelism.Pipeline, _parallelism.VirtualStages);
            var (global, micro) = (_parallelism.GlobalBatch, _parallelism.MicroBatch);
            var perRound = micro * scenario.DataParallel;
            var interleaved = _parallelism.Schedule == ScheduleKind.Interleaved;
            if (global % perRound != 0)
            {
                Add("S042", $"global_batch {global} is not a multiple of "
                    + $"micro_batch {micro} x dp {scenario.DataParallel} = {perRound}",
                    Place("parallelism", "global_batch"));
            }
            else if (PipelineSchedule.Obstacle(_parallelism.Shape, global / perRound) is { } obstacle)
            {
                // What is wrong is the number of stages, or that of micro-batches, which comes from the batch.
                var isOfStages = _parallelism.Schedule == ScheduleKind.DualPipe && p % 2 != 0;
                Add("S042", isOfStages ? obstacle : $"{obstacle} = {global} / {perRound}",
                    Place("parallelism", isOfStages ? "pp" : "global_batch"));
            }

            var passes = (long)global / perRound * v;
            if (passes > MostPasses)
            {
                Add("S042", $"each stage would make {UnitText.Count(passes)} forward passes a step; "
                    + $"at most {UnitText.Count(MostPasses)} are replayed", Place("parallelism", "global_batch"));
            }

            if (!interleaved && v > 1)
            {
                Add("S042", $"virtual_stages {v} needs `schedule: interleaved-1f1b`",
                    Place("parallelism", "virtual_stages"));
            }

            if (interleaved && (v == 1 || p == 1))
            {
                Add("S042", "interleaving needs at least 2 stages and 2 virtual stages, "
                    + $"here pp {p} and virtual_stages {v}", Place("parallelism", "schedule"));
            }

            if (_parallelism.Contention && _parallelism.BlockingSends)
            {
                Add("S042",
                    "`contention: simulated` shares NICs among sends that run beside kernels; blocking sends do not",
                    Place("parallelism", "blocking_sends"), Place("parallelism", "contention"));
            }

            var (tp, perNode) = (_parallelism.Tensor, _cluster.AcceleratorsPerNode);
            var fits = _parallelism.AllReduce switch
            {
                AllReduceAlgorithm.HalvingDoubling => BitOperations.IsPow2(tp) && tp <= perNode,
                AllReduceAlgorithm.Hierarchical => tp > perNode,
                AllReduceAlgorithm.Ring or AllReduceAlgorithm.DoubleBinaryTree or null => true,
                _ => throw new InvalidOperationException($"no all-reduce is {_parallelism.AllReduce}"),
            };
            if (tp > 1 && !fits)
            {
                var word = AllReduce.Word(_parallelism.AllReduce!.Value);
                Add("S042", $"`all_reduce: {word}` is not for tp {tp} on nodes of {perNode}: halving and doubling "
                    + "needs a power of two inside a node, a hierarchy several nodes",
                    Place("parallelism", "all_reduce"));
            }

            var layers = scenario.Model.Layers;
            if (_parallelism.LayersPerPart is { } given)
            {
                if (given.Count != p * v || given.Sum() != layers)
                {
                    Add("S042", $"layers_per_part names {given.Count} parts with {given.Sum()} layers; pp {p} x "
                        + $"virtual_stages {v} = {p * v} parts hold {layers} layers",
                        Place("parallelism", "layers_per_part"), Place("model", "layers"));
                }
            }
            else if (layers % (p * v) != 0)
            {
                Add("S042", $"{layers} layers do not divide by pp {p} x virtual_stages {v} = {p * v}; "
                    + "`layers_per_part` gives parts of their own size",
                    Place("parallelism", "pp"), Place("model", "layers"));
            }
        }

        public void Model()
        {
            var (model, experts) = (scenario.Model, scenario.Model.Experts);
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
                Add("S043", $"ep {_parallelism.Expert} does not divide {experts.Count} experts",
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
                var memory = MemoryPlan.Of(scenario.Model, _parallelism, layout, stage);
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

        public void Campaign()
        {
            // Without a horizon the run's length is not known yet: ten years stand in for it.
            var span = Duration.FromDays(scenario.Horizon?.Days ?? 3650);
            var expected = Math.Min(1e99, scenario.Faults.Sum(f => UnitsOf(f.Scope) * StrikesOf(f, span)));
            if (expected > MostFaults)
            {
                Add("S045", $"the faults would strike about {expected:0.#e0} times in one replication; "
                    + $"at most {MostFaults:0e0} are simulated", top.PlaceOf("faults"));
            }

            var tokensPerStep = (double)_parallelism.GlobalBatch * scenario.Model.Sequence;
            var flop = tokensPerStep * scenario.Model.FlopsPerToken(causal: true);
            var peak = _cluster.Accelerator.PeakOf(scenario.Model.Precision).PerSecond * _cluster.Accelerators;
            if (flop / peak > LongestStepSeconds)
            {
                Add("S046", $"a step would take {UnitText.Of(Duration.FromSeconds(flop / peak))} at the peak of all "
                    + "accelerators; at most an hour is simulated",
                    Place("cluster", "accelerator"), Place("model", "layers"));
            }

            var perStep = (long)_parallelism.GlobalBatch * scenario.Model.Sequence;
            if (scenario.Tokens is { } tokens && tokens < perStep)
            {
                Add("S045", $"tokens {UnitText.Count(tokens)} are less than one step of {UnitText.Count(perStep)}",
                    top.PlaceOf("tokens"));
            }
        }

        /// <summary>Nothing mends a unit that corrupts silently: where it wears out, it strikes ever faster.</summary>
        private static double StrikesOf(FaultSpec fault, Duration span) => fault.Kind switch
        {
            FailStop => span.Days * 86400 / fault.TimeToFailure.MeanSeconds * (fault.EarlyLife?.Factor ?? 1),
            SilentCorruption => fault.ExpectedFailures(span),
            _ => throw new InvalidOperationException($"{fault.Name} is of no kind."),
        };

        private int UnitsOf(FaultScope scope) =>
            scope == FaultScope.Accelerator ? _cluster.Accelerators : _cluster.Nodes;

        private void ExpertGroups(int tp, int ep, int perNode)
        {
            var (name, stride) = _parallelism.Order == RankOrder.TensorPipelineData
                ? ("tp x cp x pp", tp * _parallelism.Pipeline)
                : (_parallelism.Context > 1 ? "tp x cp" : "tp", tp);
            var size = (long)stride * ep;
            var group = $"{name} {stride} x ep {ep} = {size}";
            if (size > perNode && size % perNode != 0)
            {
                Add("S040", $"an expert-parallel group of {group} does not fill whole nodes of {perNode}",
                    Place("parallelism", "ep"), PlaceOfNode());
            }
            else if (size < perNode && perNode % size != 0)
            {
                Add("S040", $"expert-parallel groups of {group} do not fill nodes of {perNode} evenly",
                    Place("parallelism", "ep"), PlaceOfNode());
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
