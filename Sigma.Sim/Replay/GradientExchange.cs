// The end of a step: gradients of a stage are exchanged when its last replica has them, what can hide behind backward
// passes has begun before, and then every rank updates its parameters.
using Sigma.Sim.Cluster;
using Sigma.Sim.Quantities;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Replay;

/// <summary>Collects when ranks have their gradients, and says when the exchange of a stage is done.</summary>
internal sealed class GradientExchange
{
    private readonly StepPlan _plan;
    private readonly Duration[] _exchanges;
    private readonly double _nicShare;

    // By copy of the model and layer: when the last replica had its gradients, and on which stage.
    private readonly Instant[] _given;
    private readonly int[] _stageOf;

    // Where messages share NICs: who has given a layer's gradients, and when the last flow of a stage was done.
    private readonly List<int>?[] _givers;
    private readonly Instant[] _sent;
    private readonly int _ranksPerStage;

    /// <param name="plan">The step.</param>
    /// <param name="nicShare">The share of the narrowest NIC, which every ring between nodes passes.</param>
    /// <param name="ranksPerStage">Played ranks of a stage.</param>
    public GradientExchange(StepPlan plan, double nicShare, int ranksPerStage)
    {
        _ranksPerStage = ranksPerStage;
        _sent = new Instant[plan.Layout.Pipeline];
        _givers = new List<int>?[plan.Model.Layers * plan.Parallelism.CopiesPerPipeline];
        (_plan, _nicShare) = (plan, plan.Cluster.Nodes > 1 ? nicShare : 1);
        var overlap = plan.Parallelism.Overlap;
        Simulates = overlap.SimulatesData;
        _exchanges = [.. Enumerable.Range(0, plan.Layout.Pipeline).Select(stage => Simulates
            ? plan.ExchangeAfterLayers(stage).Scaled(1 / _nicShare)
            : plan.GradientExchange(stage).Scaled((1 - overlap.DataParallel.Value) / _nicShare))];
        _given = new Instant[plan.Model.Layers * plan.Parallelism.CopiesPerPipeline];
        _stageOf = new int[_given.Length];
    }

    /// <summary>True where layers are exchanged one by one, beside what follows.</summary>
    public bool Simulates { get; }

    /// <summary>
    /// A rank's gradients of a layer are complete. Where messages share NICs, the last rank's sets the exchange going:
    /// each rank's part is a flow out of and into its NIC.
    /// </summary>
    public void Give(RankCoordinates at, int chunk, int layer, Instant now, int rank, NicTraffic? nics)
    {
        // In DualPipe a layer lies on two stages, which exchange their own.
        var copy = _plan.Parallelism.CopiesPerPipeline > 1 ? chunk : 0;
        var index = copy * _plan.Model.Layers + layer;
        _stageOf[index] = at.Stage;
        if (now > _given[index]) _given[index] = now;
        if (nics is null) return;
        var givers = _givers[index] ??= [];
        givers.Add(rank);
        if (givers.Count < _ranksPerStage) return;
        var alone = _plan.GradientReductionOfLayer(layer).Scaled(1 / _nicShare);
        foreach (var giver in givers) nics.Start(giver, giver, alone, () => _sent[at.Stage] = nics.Now);
    }

    /// <summary>
    /// When the stage's gradients are exchanged, if its last rank had them all at <paramref name="arrived"/>.
    /// </summary>
    public Instant DoneAt(int stage, Instant arrived)
    {
        var stream = new GroupStream();
        if (_sent[stage] > Instant.Start)
        {
            stream.Take(_sent[stage], Duration.Zero);
        }
        else if (Simulates)
        {
            var layers = Enumerable.Range(0, _given.Length)
                .Where(i => _stageOf[i] == stage && _given[i] > Instant.Start);
            foreach (var i in layers.OrderBy(i => _given[i].Nanoseconds).ThenBy(i => i))
                stream.Take(_given[i], _plan.GradientReductionOfLayer(i % _plan.Model.Layers).Scaled(1 / _nicShare));
        }

        return stream.Take(arrived, _exchanges[stage]);
    }
}
