// What must fit together across sections; each finding shows both places and the arithmetic.
using Sigma.Sim.Cluster;
using Sigma.Sim.Quantities;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Scenarios;

/// <summary>Checks a scenario whose single values are sound.</summary>
internal static class ScenarioLaws
{
    /// <summary>More faults than this in one replication are a typing error, and would fill the memory.</summary>
    private const double MostFaults = 1e7;

    public static void Check(Scenario scenario, MapReader top, DiagnosticList diagnostics)
    {
        var found = new Findings(scenario, top, diagnostics);
        found.Layout();
        if (diagnostics.Any) return;
        found.Batches();
        found.Model();
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
            if (_cluster.Accelerators % (tp * pp) != 0)
            {
                Add("S040", $"tp {tp} x pp {pp} = {UnitText.Count(tp * pp)} does not divide the cluster's {UnitText.Count(_cluster.Accelerators)} accelerators",
                    "parallelism", "tp", "cluster", "nodes", $"{_cluster.Nodes} nodes x {_cluster.AcceleratorsPerNode} = {UnitText.Count(_cluster.Accelerators)} accelerators");
                return;
            }

            if (scenario.DataParallel % ep != 0)
                Add("S040", $"ep {ep} does not divide the data-parallel size {UnitText.Count(_cluster.Accelerators)} / (tp {tp} x pp {pp}) = {scenario.DataParallel}", "parallelism", "ep", null, null, null);
            if (tp > _cluster.AcceleratorsPerNode)
                Add("S041", $"tp {tp} reaches beyond the {_cluster.AcceleratorsPerNode} accelerators of a node, which this version does not model", "parallelism", "tp", "cluster", "accelerators_per_node", null);
            else if (_cluster.AcceleratorsPerNode % tp != 0)
                Add("S040", $"tp {tp} does not divide the {_cluster.AcceleratorsPerNode} accelerators of a node", "parallelism", "tp", "cluster", "accelerators_per_node", null);
            else if (ep > 1 && ep * tp > _cluster.AcceleratorsPerNode && ep * tp % _cluster.AcceleratorsPerNode != 0)
                Add("S040", $"an expert-parallel group of tp {tp} x ep {ep} = {tp * ep} does not fill whole nodes of {_cluster.AcceleratorsPerNode}", "parallelism", "ep", "cluster", "accelerators_per_node", null);
            else if (ep > 1 && ep * tp < _cluster.AcceleratorsPerNode && _cluster.AcceleratorsPerNode % (ep * tp) != 0)
                Add("S040", $"expert-parallel groups of tp {tp} x ep {ep} = {tp * ep} do not fill nodes of {_cluster.AcceleratorsPerNode} evenly", "parallelism", "ep", "cluster", "accelerators_per_node", null);
        }

        public void Batches()
        {
            var (p, v) = (_parallelism.Pipeline, _parallelism.VirtualStages);
            var perRound = _parallelism.MicroBatch * scenario.DataParallel;
            var interleaved = _parallelism.Schedule == ScheduleKind.Interleaved;
            if (_parallelism.GlobalBatch % perRound != 0)
                Add("S042", $"global_batch {_parallelism.GlobalBatch} is not a multiple of micro_batch {_parallelism.MicroBatch} x dp {scenario.DataParallel} = {perRound}", "parallelism", "global_batch", null, null, null);
            else if (interleaved && _parallelism.GlobalBatch / perRound % p != 0)
                Add("S042", $"interleaving needs micro-batches in multiples of pp {p}, here {_parallelism.GlobalBatch} / {perRound} = {_parallelism.GlobalBatch / perRound}", "parallelism", "global_batch", null, null, null);
            if (!interleaved && v > 1)
                Add("S042", $"virtual_stages {v} needs `schedule: interleaved-1f1b`", "parallelism", "virtual_stages", null, null, null);
            if (interleaved && (v == 1 || p == 1))
                Add("S042", $"interleaving needs at least 2 stages and 2 virtual stages, here pp {p} and virtual_stages {v}", "parallelism", "schedule", null, null, null);
            if (scenario.Model.Layers % (p * v) != 0)
                Add("S042", $"{scenario.Model.Layers} layers do not divide by pp {p} x virtual_stages {v} = {p * v}", "parallelism", "pp", "model", "layers", null);
        }

        public void Model()
        {
            var model = scenario.Model;
            if (model.Heads % model.KvHeads != 0)
                Add("S043", $"{model.Heads} heads cannot share {model.KvHeads} kv_heads evenly", "model", "kv_heads", null, null, null);
            if (model.Heads % _parallelism.Tensor != 0)
                Add("S043", $"tp {_parallelism.Tensor} does not divide {model.Heads} heads", "parallelism", "tp", "model", "heads", null);
            if (model.Experts.TopK > model.Experts.Count)
                Add("S043", $"a token cannot visit {model.Experts.TopK} of {model.Experts.Count} experts", "model", "experts", null, null, null);
            if (model.Experts.Count % _parallelism.Expert != 0)
                Add("S043", $"ep {_parallelism.Expert} does not divide {model.Experts.Count} experts", "parallelism", "ep", "model", "experts", null);
            if (!_cluster.Accelerator.Peaks.ContainsKey(model.Precision))
                Add("S043", $"the accelerator {_cluster.Accelerator.Name} states no peak for {model.Precision.ToString().ToLowerInvariant()}", "model", "precision", "cluster", "accelerator", null);
        }

        public void Memory()
        {
            var layout = new ParallelLayout(
                _parallelism.Tensor, _parallelism.Pipeline, _parallelism.Expert, scenario.DataParallel, _cluster.AcceleratorsPerNode);
            for (var stage = 0; stage < layout.Pipeline; stage++)
            {
                var memory = MemoryPlan.Of(scenario.Model, _parallelism, layout, stage);
                if (memory.Total <= _cluster.Accelerator.HbmCapacity) continue;
                string G(Bytes bytes) => UnitText.ThreeDigits(bytes.Count / 1e9);
                var sum = $"weights {G(memory.Weights)} + gradients {G(memory.Gradients)} + optimizer {G(memory.Optimizer)} + activations {G(memory.Activations)} + buffers {G(memory.Buffers)} = {G(memory.Total)} GB";
                diagnostics.Add(new Diagnostic("S044", $"a rank of stage {stage} needs {memory.Total}, the accelerator has {_cluster.Accelerator.HbmCapacity}")
                {
                    At = top.PlaceOf("parallelism"),
                    Note = sum,
                    Help = "raise pp, ep or tp, or set `recompute: full`",
                });
                return;
            }
        }

        public void Campaign()
        {
            if (scenario.Cluster.Nodes > 1 && scenario.Faults.Count > 0)
            {
                var days = scenario.Horizon?.Days ?? 3650;
                var expected = scenario.Faults.Sum(f => _cluster.Accelerators * days * 86400 / f.TimeToFailure.MeanSeconds);
                if (expected > MostFaults)
                    Add("S045", $"the faults would strike about {expected:E1} times in one replication; at most {MostFaults:E0} are simulated", "faults", "", null, null, null);
            }

            if (scenario.Tokens is { } tokens && tokens < (long)_parallelism.GlobalBatch * scenario.Model.Sequence)
                Add("S045", $"tokens {UnitText.Count(tokens)} are less than one step of {UnitText.Count((long)_parallelism.GlobalBatch * scenario.Model.Sequence)}", "tokens", "", null, null, null);
        }

        private void Add(string code, string message, string section, string key, string? otherSection, string? otherKey, string? note) =>
            diagnostics.Add(new Diagnostic(code, message)
            {
                At = Place(section, key),
                Also = otherSection is null ? null : Place(otherSection, otherKey!),
                Note = note,
            });

        private SourceSpan? Place(string section, string key) =>
            key.Length == 0 ? top.PlaceOf(section) : top.Sub(section) is { IsGiven: true } map ? map.PlaceOf(key) : top.PlaceOf(section);
    }
}
