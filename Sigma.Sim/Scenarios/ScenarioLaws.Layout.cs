// What must fit together in a layout: ranks on nodes, batches in rounds, layers in parts, algorithms on groups.
using System.Numerics;
using Sigma.Sim.Cluster;
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Scenarios;

/// <content>The laws of `parallelism`.</content>
internal static partial class ScenarioLaws
{
    private sealed partial class Findings
    {
        public void Layout()
        {
            var (tp, pp, ep) = (_parallelism.Tensor, _parallelism.Pipeline, _parallelism.Expert);
            var shards = tp * _parallelism.Context;
            var sizes = _parallelism.Context == 1
                ? $"tp {tp} x pp {pp}" : $"tp {tp} x cp {_parallelism.Context} x pp {pp}";
            var (accelerators, perNode) = (UnitText.Count(_cluster.Accelerators), _cluster.AcceleratorsPerNode);
            var dp = step.DataParallelOn(_cluster);
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
            var perRound = micro * step.DataParallelOn(_cluster);
            var interleaved = _parallelism.Schedule == ScheduleKind.Interleaved;
            if (global % perRound != 0)
            {
                Add("S042", $"global_batch {global} is not a multiple of "
                    + $"micro_batch {micro} x dp {step.DataParallelOn(_cluster)} = {perRound}",
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
        }

        /// <summary>Ways to communicate that do not fit each other, or the group.</summary>
        public void Communication()
        {
            if (_parallelism.Contention && _parallelism.BlockingSends)
            {
                Add("S042",
                    "`contention: simulated` shares NICs among sends that run beside kernels; blocking sends do not",
                    Place("parallelism", "blocking_sends"), Place("parallelism", "contention"));
            }

            if (_parallelism.Schedule == ScheduleKind.DualPipe && _parallelism.Overlap.ExpertParallel.Value > 0)
            {
                Add("S042", "dualpipe plays which tokens hide behind kernels; a declared share would hide them twice",
                    Place("parallelism", "overlap"), Place("parallelism", "schedule"));
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
        }

        /// <summary>All layers lie in a part, and every part has its place.</summary>
        public void Parts()
        {
            var (p, v) = (_parallelism.Pipeline, _parallelism.VirtualStages);
            var layers = step.Model.Layers;
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
    }
}
