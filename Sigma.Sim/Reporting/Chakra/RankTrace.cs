// The trace of one rank: its passes as a chain of kernels and collectives, receives that wait for nobody here, sends
// that run beside what follows, and the step's end. Readers know no share of a collective that hides, so each stands
// with its whole size where its result is needed.
using Sigma.Sim.Cluster;
using Sigma.Sim.Quantities;
using Sigma.Sim.Replay;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Reporting.Chakra;

/// <summary>Turns what a rank did into nodes.</summary>
internal sealed class RankTrace
{
    private readonly StepPlan _plan;
    private readonly StepCollectives _collectives;
    private readonly ProcessGroups _groups;
    private readonly ChakraNodes _nodes = new();
    private readonly int _rank;
    private readonly RankCoordinates _at;

    // What the next pass waits for, and the last exchange of gradients that runs beside passes.
    private ulong[] _ready = [];
    private ulong[] _exchanged = [];

    // While two passes run side by side, the last collective of either: all members of a group must take part in the
    // same order. Null else, when a pass's own order is enough.
    private ulong[]? _met;

    private RankTrace(StepPlan plan, StepCollectives collectives, ProcessGroups groups, int rank)
    {
        (_plan, _collectives, _groups, _rank) = (plan, collectives, groups, rank);
        _at = plan.Layout.Of(rank);
    }

    /// <summary>The nodes of a rank in an order in which all that one waits for comes before it.</summary>
    public static IReadOnlyList<Node> Of(
        StepPlan plan, StepCollectives collectives, ProcessGroups groups, StepTranscript transcript, int rank)
    {
        var trace = new RankTrace(plan, collectives, groups, rank);
        var passes = transcript.PassesOf(rank).ToList();
        for (var i = 0; i < passes.Count; i++)
        {
            if (passes[i].Pass.BesideNext) trace.SideBySide(passes[i], passes[++i]);
            else trace.Alone(passes[i]);
        }

        trace.End(transcript.UpdateOf(rank));
        return trace._nodes.All;
    }

    /// <summary>Says which message it is to both of its ends: what the receiver does with it is unique.</summary>
    private int TagOf(Pass pass, int receiversChunk) =>
        (pass.MicroBatch * _plan.Shape.Chunks + receiversChunk) * 2 + (pass.IsForward ? 0 : 1);

    private void Alone(PlayedPass played)
    {
        var strand = Begin(played);
        while (Advance(strand)) { }
        _ready = Finish(strand);
    }

    private void SideBySide(PlayedPass first, PlayedPass second)
    {
        _met = [];
        var (one, other) = (Begin(first), Begin(second));
        while (Advance(one) | Advance(other)) { }
        _ready = [.. Finish(one), .. Finish(other)];
        _met = null;
    }

    private Strand Begin(PlayedPass played)
    {
        var strand = new Strand(played, NameOf(played.Pass), _ready);
        var pass = played.Pass;
        if (pass.Kind == PassKind.WeightGradient) return strand;
        if (_plan.Shape.After(_at.Stage, pass.Chunk, !pass.IsForward) is not { } source) return strand;
        if (source.Stage == _at.Stage) return strand;
        // Posted at once: a receive keeps nobody from working, and whoever sends need not wait for it.
        var received = _nodes.Message(
            sends: false, $"{strand.Name}: receive", RankAt(source.Stage), _rank, TagOf(pass, pass.Chunk),
            _plan.Communication.Sizes.ActivationsOfRank, []);
        strand.Waits = [.. _ready, received];
        foreach (var collective in _collectives.AfterReceive()) Meet(strand, collective, layer: -1);
        return strand;
    }

    /// <summary>Writes the strand's next operation; false where it has none left.</summary>
    private bool Advance(Strand strand)
    {
        if (strand.Next == strand.Played.Operations.Count) return false;
        var played = strand.Played.Operations[strand.Next++];
        var planned = played.Planned;
        if (planned.IsKernel)
        {
            strand.Waits = [_nodes.Compute(
                NameOf(strand, planned.Name, planned.Layer), played.Kernels, played.Amount, strand.Waits)];
        }
        else if (planned.Kind == OperationKind.Gradients)
        {
            foreach (var collective in _collectives.GradientsOf(planned.Layer))
            {
                _exchanged = [Add(
                    NameOf(strand, collective.Name, planned.Layer), collective, [.. strand.Waits, .. _exchanged])];
            }
        }
        else
        {
            foreach (var collective in _collectives.Of(planned, played.Size)) Meet(strand, collective, planned.Layer);
        }

        return true;
    }

    /// <summary>A collective that the rest of the pass waits for.</summary>
    private void Meet(Strand strand, PlannedCollective collective, int layer)
    {
        var node = Add(NameOf(strand, collective.Name, layer), collective, [.. strand.Waits, .. _met ?? []]);
        strand.Waits = [node];
        if (_met is not null) _met = [node];
    }

    /// <summary>Hands the pass's output on; returns what the next pass waits for.</summary>
    private ulong[] Finish(Strand strand)
    {
        var pass = strand.Played.Pass;
        if (pass.Kind == PassKind.WeightGradient) return strand.Waits;
        if (_plan.Shape.After(_at.Stage, pass.Chunk, pass.IsForward) is not { } target) return strand.Waits;
        if (target.Stage == _at.Stage) return strand.Waits;
        var sent = _nodes.Message(
            sends: true, $"{strand.Name}: send", _rank, RankAt(target.Stage), TagOf(pass, target.Chunk),
            _plan.Communication.Sizes.ActivationsOfRank, strand.Waits);
        return _plan.Parallelism.BlockingSends ? [.. strand.Waits, sent] : strand.Waits;
    }

    /// <summary>Gradients are reduced, the rank updates its share of the parameters, and gathers the others'.</summary>
    private void End(Duration update)
    {
        ulong[] waits = [.. _ready, .. _exchanged];
        foreach (var collective in _collectives.AfterPasses(_at.Stage))
            waits = [Add($"step end: {collective.Name}", collective, waits)];
        var moved = new WorkAmount(0, _plan.OptimizerBytes(_at.Stage));
        waits = [_nodes.Compute("step end: optimizer", update, moved, waits)];
        foreach (var collective in _collectives.AfterUpdate(_at.Stage))
            waits = [Add($"step end: {collective.Name}", collective, waits)];
    }

    private ulong Add(string name, PlannedCollective collective, ulong[] waits) => _nodes.Collective(
        name, collective.Kind, collective.Size, _groups.NameOf(collective.Group, _rank), waits);

    private int RankAt(int stage) => _plan.Layout.RankOf(_at with { Stage = stage });

    private static string NameOf(Strand strand, string operation, int layer) =>
        layer < 0 ? $"{strand.Name}: {operation}" : $"{strand.Name}: {operation}, layer {layer}";

    private static string NameOf(Pass pass)
    {
        var kind = pass.Kind switch
        {
            PassKind.Forward => "forward",
            PassKind.Backward => "backward",
            PassKind.InputGradient => "input gradient",
            PassKind.WeightGradient => "weight gradient",
            _ => throw new ArgumentOutOfRangeException(nameof(pass), pass.Kind, null),
        };
        return $"{kind} {pass.MicroBatch}.{pass.Chunk}";
    }

    /// <summary>A pass that is being written.</summary>
    private sealed class Strand(PlayedPass played, string name, ulong[] waits)
    {
        public PlayedPass Played { get; } = played;

        /// <summary>Of the pass: its kind, micro-batch and chunk.</summary>
        public string Name { get; } = name;

        /// <summary>What its next operation waits for.</summary>
        public ulong[] Waits { get; set; } = waits;

        public int Next { get; set; }
    }
}
