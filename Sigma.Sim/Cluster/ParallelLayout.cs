// Which rank does what. Ranks are numbered as Megatron-LM orders them: tensor parallel fastest, then context parallel,
// then data parallel (whose inner part is expert parallel) and pipeline in either order, so that an expert-parallel
// group fills a node before it leaves it.
namespace Sigma.Sim.Cluster;

/// <summary>The order in which parallel dimensions fill nodes, fastest first.</summary>
public enum RankOrder
{
    /// <summary>Replicas of a stage are neighbours: gradients stay near, activations travel far.</summary>
    TensorDataPipeline,

    /// <summary>Stages of a pipeline are neighbours: activations stay near, gradients travel far.</summary>
    TensorPipelineData,
}

/// <summary>A rank's place in every parallel dimension; `Tensor` counts its tensor x context group.</summary>
public readonly record struct RankCoordinates(int Tensor, int Data, int Stage);

/// <summary>Tensor x pipeline x data parallel ranks; expert-parallel groups divide the data-parallel size.</summary>
public sealed class ParallelLayout
{
    public ParallelLayout(int tensor, int pipeline, int expert, int data, int acceleratorsPerNode)
    {
        if (tensor < 1 || pipeline < 1 || expert < 1 || data < 1)
            throw new ArgumentException("Every parallel size is at least 1.");
        if (data % expert != 0)
            throw new ArgumentException($"ep {expert} does not divide the data-parallel size {data}.");
        (Tensor, Pipeline, Expert, Data, AcceleratorsPerNode) = (tensor, pipeline, expert, data, acceleratorsPerNode);
    }

    public int Tensor { get; }

    public int Pipeline { get; }

    public int Expert { get; }

    public int Data { get; }

    public int AcceleratorsPerNode { get; }

    /// <summary>Ranks that share each sequence.</summary>
    public int Context { get; init; } = 1;

    public RankOrder Order { get; init; } = RankOrder.TensorDataPipeline;

    /// <summary>Ranks that work on one micro-batch of one stage together: tensor x context.</summary>
    public int Shards => Tensor * Context;

    public int Ranks => Shards * Pipeline * Data;

    /// <summary>Data-parallel groups that share one set of experts, per stage.</summary>
    public int ExpertGroups => Data / Expert;

    /// <summary>
    /// Equal parts of the job that can be taken away one by one: each holds whole replicas on whole nodes, and no node
    /// holds ranks of two. 1 where the ranks of no fewer than all replicas fill their nodes.
    /// </summary>
    public int WholeNodeParts
    {
        get
        {
            // The ranks of an expert-parallel group are neighbours, in one run or in one run a stage.
            var run = (long)DataStride * Expert;
            for (var groups = 1; groups < ExpertGroups; groups++)
            {
                if (ExpertGroups % groups == 0 && groups * run % AcceleratorsPerNode == 0)
                    return ExpertGroups / groups;
            }

            return 1;
        }
    }

    /// <summary>Ranks between two neighbours of a data-parallel group.</summary>
    public int DataStride => Order == RankOrder.TensorDataPipeline ? Shards : Shards * Pipeline;

    /// <summary>Ranks between two neighbouring stages.</summary>
    public int StageStride => Order == RankOrder.TensorDataPipeline ? Shards * Data : Shards;

    /// <summary>The rank at a place.</summary>
    public int RankOf(RankCoordinates at) => at.Data * DataStride + at.Stage * StageStride + at.Tensor;

    /// <summary>The place of a rank.</summary>
    public RankCoordinates Of(int rank)
    {
        var outer = rank / Shards;
        return Order == RankOrder.TensorDataPipeline
            ? new(rank % Shards, outer % Data, outer / Data)
            : new(rank % Shards, outer / Pipeline, outer % Pipeline);
    }

    /// <summary>The node, counted among the job's nodes, that holds a rank.</summary>
    public int NodeOf(int rank) => rank / AcceleratorsPerNode;

    /// <summary>Nodes that a group of ranks at a fixed stride touches.</summary>
    public int NodesOf(int members, int stride) =>
        (int)Math.Min(members, ((long)members * stride + AcceleratorsPerNode - 1) / AcceleratorsPerNode);
}
