// The scene of expert-parallel groups with all their stages. Until the step's end a group's ranks meet nobody else, so
// every group is played by itself: the answer is the same, the calendar is short, and what the ranks touch stays in the
// cache (16,384 ranks take eight times as long as 2,048; together they took twenty times as long). Only where messages
// share NICs are all groups on one scene.
using Sigma.Sim.Cluster;
using Sigma.Sim.Engine;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Replay;

/// <summary>Where the ranks of some groups meet and what they hand on; ranks count from 0 in it.</summary>
internal sealed class GroupScene
{
    private const int Strands = 2;

    private readonly Cast _cast;
    private readonly int _firstSlot;
    private readonly Gathering[] _experts;
    private readonly Gathering[] _shards;
    private int _count;

    /// <param name="plan">The step.</param>
    /// <param name="cast">Who plays.</param>
    /// <param name="firstSlot">The first of the played groups that are here.</param>
    /// <param name="groups">How many there are.</param>
    /// <param name="microBatches">The most micro-batches of their pipelines.</param>
    public GroupScene(StepPlan plan, Cast cast, int firstSlot, int groups, int microBatches)
    {
        (_cast, _firstSlot) = (cast, firstSlot);
        var layout = plan.Layout;
        // Passes that run beside each other have gatherings of their own on one stream.
        var beside = plan.Parallelism.Schedule == ScheduleKind.DualPipe;
        _experts = Pairs(groups * layout.Pipeline * cast.Shards, beside, "expert group", layout.Expert);
        // One rank that stands for all still takes turns on their stream where two passes run side by side.
        _shards = cast.Shards == 1 && !beside
            ? [] : Pairs(groups * layout.Expert * layout.Pipeline, beside, "tensor group", cast.Shards);
        First = firstSlot * cast.PerGroup;
        Inputs = new StageInputs(Simulation, groups * cast.PerGroup, plan.Shape.Chunks, microBatches);
        if (plan.Parallelism.Contention) Nics = new NicTraffic(Simulation, plan.Fabric.ScaleOutChannel(1).Rate);
    }

    public Simulation Simulation { get; } = new();

    /// <summary>The played rank that is number 0 here.</summary>
    public int First { get; }

    public StageInputs Inputs { get; }

    /// <summary>What messages between nodes share, or null where each has its NICs to itself.</summary>
    public NicTraffic? Nics { get; }

    /// <summary>The expert-parallel group of a rank: one for every played group, stage and shard.</summary>
    public Gathering Experts(int index, RankCoordinates at, int strand)
    {
        var slot = _cast.SlotOf(index) - _firstSlot;
        var group = (slot * _cast.Layout.Pipeline + at.Stage) * _cast.Shards + (_cast.Shards == 1 ? 0 : at.Tensor);
        return _experts[group * Strands + strand];
    }

    /// <summary>
    /// The tensor and context group of a played rank, or null where one rank stands for all of it and its exchanges
    /// never overlap.
    /// </summary>
    public Gathering? Shards(int index, int strand) =>
        _shards.Length == 0 ? null : _shards[(index - First) / _cast.Shards * Strands + strand];

    private Gathering[] Pairs(int groups, bool beside, string name, int members)
    {
        var all = new Gathering[groups * Strands];
        for (var group = 0; group < groups; group++)
        {
            var stream = beside ? new GroupStream() : null;
            for (var strand = 0; strand < (beside ? Strands : 1); strand++)
                all[group * Strands + strand] = new Gathering(Simulation, name, members, ++_count, stream);
        }

        return all;
    }
}
