// Plays traces on a network that takes no time, as a reader would that knows nothing but the files: every rank runs one
// kernel at a time, a receive ends when its message was sent, a collective when its last member came.
namespace Sigma.Sim.Tests.Chakra;

/// <summary>All ranks of a step.</summary>
internal sealed class TracePlayback
{
    private readonly TraceSet _set;
    private readonly bool _oneCollective;
    private readonly PriorityQueue<(int Rank, int Node), (long At, int Rank, int Node)> _ends = new();
    private readonly RankState[] _ranks;
    private readonly Dictionary<(int From, int To, int Tag), (int Rank, int Node)> _awaited = [];
    private readonly HashSet<(int From, int To, int Tag)> _sent = [];
    private readonly Dictionary<(string Group, int Number), List<(int Rank, int Node)>> _meetings = [];
    private readonly Dictionary<(int Rank, string Group), int> _counts = [];
    private long _now;

    private TracePlayback(TraceSet set, bool oneCollective)
    {
        (_set, _oneCollective) = (set, oneCollective);
        _ranks = [.. set.Ranks.Select(trace => new RankState(trace))];
    }

    /// <summary>The microsecond at which the last node ends; fails where nodes wait for ever.</summary>
    /// <param name="set">The traces.</param>
    /// <param name="oneCollective">A rank takes part in one collective at a time, by its nodes' numbers.</param>
    public static long Play(TraceSet set, bool oneCollective) => new TracePlayback(set, oneCollective).Run();

    private long Run()
    {
        for (var rank = 0; rank < _ranks.Length; rank++)
        {
            for (var node = 0; node < _ranks[rank].Open.Length; node++)
                if (_ranks[rank].Open[node] == 0) Ready(rank, node);
        }

        while (_ends.TryDequeue(out var ended, out var time))
        {
            _now = time.At;
            End(ended.Rank, ended.Node);
        }

        for (var rank = 0; rank < _ranks.Length; rank++)
            Assert.AreEqual(_ranks[rank].Open.Length, _ranks[rank].Ended, $"nodes of rank {rank} that ended");
        return _now;
    }

    private void Ready(int rank, int number)
    {
        var node = _set.Ranks[rank].Nodes[number];
        switch (node.Type)
        {
            case TraceNode.Compute:
                _ranks[rank].Kernels.Enqueue(number, number);
                StartKernel(rank);
                break;
            case TraceNode.Send:
                _sent.Add(TraceSet.KeyOf(node));
                EndAt(rank, number, 0);
                if (_awaited.Remove(TraceSet.KeyOf(node), out var receive)) EndAt(receive.Rank, receive.Node, 0);
                break;
            case TraceNode.Receive:
                if (_sent.Contains(TraceSet.KeyOf(node))) EndAt(rank, number, 0);
                else _awaited.Add(TraceSet.KeyOf(node), (rank, number));
                break;
            case TraceNode.Collective:
                _ranks[rank].Collectives.Enqueue(number, number);
                StartCollective(rank);
                break;
            default:
                Assert.Fail($"rank {rank} has a node of type {node.Type}");
                break;
        }
    }

    private void StartKernel(int rank)
    {
        var state = _ranks[rank];
        if (state.Computes || !state.Kernels.TryDequeue(out var number, out _)) return;
        state.Computes = true;
        EndAt(rank, number, _set.Ranks[rank].Nodes[number].Microseconds);
    }

    private void StartCollective(int rank)
    {
        var state = _ranks[rank];
        while (!(_oneCollective && state.Meets) && state.Collectives.TryDequeue(out var number, out _))
        {
            state.Meets = true;
            var node = _set.Ranks[rank].Nodes[number];
            var group = node.Text("pg_name");
            var count = _counts[(rank, group)] = _counts.GetValueOrDefault((rank, group)) + 1;
            if (!_meetings.TryGetValue((group, count), out var here)) here = _meetings[(group, count)] = [];
            here.Add((rank, number));
            if (here.Count < _set.Groups[group].Length) continue;
            foreach (var member in here) EndAt(member.Rank, member.Node, 0);
        }
    }

    private void EndAt(int rank, int node, long after) =>
        _ends.Enqueue((rank, node), (_now + after, rank, node));

    private void End(int rank, int number)
    {
        var state = _ranks[rank];
        state.Ended++;
        if (_set.Ranks[rank].Nodes[number].Type == TraceNode.Compute) state.Computes = false;
        if (_set.Ranks[rank].Nodes[number].Type == TraceNode.Collective) state.Meets = false;
        foreach (var follower in state.Followers[number])
            if (--state.Open[follower] == 0) Ready(rank, follower);
        StartKernel(rank);
        StartCollective(rank);
    }

    private sealed class RankState
    {
        public RankState(TraceReader trace)
        {
            Open = new int[trace.Nodes.Count];
            Followers = [.. trace.Nodes.Select(_ => new List<int>())];
            var places = trace.Nodes.Select((node, i) => (node.Id, i)).ToDictionary(pair => pair.Id, pair => pair.i);
            for (var i = 0; i < Open.Length; i++)
            {
                foreach (var before in trace.Nodes[i].Waits)
                {
                    Followers[places[before]].Add(i);
                    Open[i]++;
                }
            }
        }

        public int[] Open { get; }

        public List<int>[] Followers { get; }

        public PriorityQueue<int, int> Kernels { get; } = new();

        public PriorityQueue<int, int> Collectives { get; } = new();

        public bool Computes { get; set; }

        public bool Meets { get; set; }

        public int Ended { get; set; }
    }
}
