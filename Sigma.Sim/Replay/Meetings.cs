// Where the ranks of a step meet: expert-parallel groups, the ranks of one tensor and context group, and the replicas of
// a stage at the step's end.
using Sigma.Sim.Cluster;
using Sigma.Sim.Quantities;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Replay;

/// <summary>The gatherings of a step; passes that run beside each other have gatherings of their own on one stream.</summary>
internal sealed class Meetings
{
    private const int Strands = 2;

    private readonly ReplaySet _set;
    private readonly StepPlan _plan;
    private readonly Cast _cast;
    private readonly Gathering[] _experts;
    private readonly Gathering[] _shards;
    private readonly Gathering[] _ends;
    private readonly GroupStream[] _gradients;
    private readonly int[] _givenLayers;
    private int _count;

    public Meetings(ReplaySet set, StepPlan plan, Cast cast)
    {
        (_set, _plan, _cast) = (set, plan, cast);
        var layout = plan.Layout;
        var beside = plan.Parallelism.Schedule == ScheduleKind.DualPipe;
        var groups = cast.Groups.Length * layout.Pipeline * cast.Shards;
        _experts = Pairs(groups, beside, "expert group", layout.Expert);
        // One rank that stands for all still takes turns on their stream where two passes run side by side.
        _shards = cast.Shards == 1 && !beside
            ? [] : Pairs(cast.Groups.Length * layout.Expert * layout.Pipeline, beside, "tensor group", cast.Shards);
        _ends = [.. Enumerable.Range(0, layout.Pipeline)
            .Select(i => new Gathering(set.Simulation, $"gradients of stage {i}", cast.PerStage, ++_count, null))];
        _gradients = [.. Enumerable.Range(0, layout.Pipeline).Select(_ => new GroupStream())];
        _givenLayers = new int[plan.Model.Layers * plan.Parallelism.CopiesPerPipeline];
    }

    /// <summary>The expert-parallel group of a played rank.</summary>
    public Gathering Experts(int index, RankCoordinates at, int strand)
    {
        var group = (_cast.SlotOf(index) * _plan.Layout.Pipeline + at.Stage) * _cast.Shards;
        return _experts[(group + (_cast.Shards == 1 ? 0 : at.Tensor)) * Strands + strand];
    }

    /// <summary>
    /// The tensor and context group of a played rank, or null where one rank stands for all of it and its exchanges
    /// never overlap.
    /// </summary>
    public Gathering? Shards(int index, int strand) =>
        _shards.Length == 0 ? null : _shards[index / _cast.Shards * Strands + strand];

    public Gathering EndOf(int stage) => _ends[stage];

    /// <summary>A rank's gradients of a layer are complete; the last replica's sets their exchange going.</summary>
    public void GiveGradients(RankCoordinates at, int chunk, int layer)
    {
        // In DualPipe a layer lies on two stages, which exchange their own.
        var copy = _plan.Parallelism.CopiesPerPipeline > 1 ? chunk : 0;
        ref var given = ref _givenLayers[copy * _plan.Model.Layers + layer];
        if (++given == _cast.PerStage)
            _gradients[at.Stage].Take(_set.Simulation.Now, _plan.GradientExchangeOfLayer(layer));
    }

    /// <summary>What a stage still waits for after its last pass, on top of what only then begins.</summary>
    public Duration GradientsLeft(int stage, Instant now) =>
        _gradients[stage].FreeAt > now ? _gradients[stage].FreeAt - now : Duration.Zero;

    private Gathering[] Pairs(int groups, bool beside, string name, int members)
    {
        var all = new Gathering[groups * Strands];
        for (var group = 0; group < groups; group++)
        {
            var stream = beside ? new GroupStream() : null;
            for (var strand = 0; strand < (beside ? Strands : 1); strand++)
                all[group * Strands + strand] = new Gathering(_set.Simulation, name, members, ++_count, stream);
        }

        return all;
    }
}
