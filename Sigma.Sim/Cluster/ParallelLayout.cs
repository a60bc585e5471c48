// Which rank does what. Ranks are numbered as Megatron-LM orders them: tensor parallel fastest, then data parallel
// (whose inner part is expert parallel), then pipeline, so that an expert-parallel group fills a node before it leaves
// it.
namespace Sigma.Sim.Cluster;

/// <summary>A rank's place in every parallel dimension.</summary>
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

    public int Ranks => Tensor * Pipeline * Data;

    /// <summary>Data-parallel groups that share one set of experts, per stage.</summary>
    public int ExpertGroups => Data / Expert;

    /// <summary>The rank at a place.</summary>
    public int RankOf(RankCoordinates at) => (at.Stage * Data + at.Data) * Tensor + at.Tensor;

    /// <summary>The place of a rank.</summary>
    public RankCoordinates Of(int rank) => new(rank % Tensor, rank / Tensor % Data, rank / Tensor / Data);

    /// <summary>The node, counted among the job's nodes, that holds a rank.</summary>
    public int NodeOf(int rank) => rank / AcceleratorsPerNode;
}
