// Flows that begin and end while others share their links: a state machine without a clock of its own, which an engine
// moves from instant to instant. After each change only those flows get a new rate that share links with the changed
// one, directly or through others.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Network;

/// <summary>
/// Concurrent flows at max-min fair rates. All counts are integers, so no flow ends before its last byte could have
/// passed, at most a nanosecond after it, and ends at one instant come in the order in which the flows began.
/// Latency is the caller's.
/// </summary>
/// <param name="capacityOf">
/// Bandwidth of each link, such as <see cref="Topology.CapacityOf"/>; asked at its first flow and at each refresh.
/// </param>
public sealed class FlowNetwork(Func<int, Bandwidth> capacityOf)
{
    // What is left of a flow counts units of rate x nanoseconds.
    private static readonly UInt128 AmountsPerByte =
        (UInt128)FairShare.UnitsPerByte * (UInt128)Duration.NanosecondsPerSecond;

    private readonly SortedDictionary<int, Flow> _flows = [];
    private readonly Dictionary<int, SortedDictionary<int, Flow>> _onLink = [];
    private readonly Dictionary<int, Bandwidth> _capacity = [];
    private readonly SortedSet<int> _changedLinks = [];
    private readonly List<Flow> _unlinked = [];
    private readonly PriorityQueue<Flow, (long End, int Id)> _ends = new();
    private int _started;

    /// <summary>The instant up to which everything has happened.</summary>
    public Instant Now { get; private set; }

    /// <summary>Flows under way.</summary>
    public int Count => _flows.Count;

    /// <summary>When the next flow ends if nothing else begins; null where none is under way or all stand still.
    /// </summary>
    public Instant? NextCompletion
    {
        get
        {
            Settle();
            while (_ends.TryPeek(out var flow, out var key))
            {
                if (flow.IsActive && flow.End == key.End) return new Instant(key.End);
                _ends.Dequeue();
            }

            return null;
        }
    }

    /// <summary>Begins a flow over links that are each named once; its id counts from 0.</summary>
    /// <exception cref="InvalidOperationException">Another flow ends before <paramref name="now"/>.</exception>
    public int Start(int[] route, Bytes bytes, Instant now) =>
        Start(route, (UInt128)bytes.Count * AmountsPerByte, 1, now);

    /// <summary>What is left of a flow, rounded up to the byte; zero once it has ended.</summary>
    public Bytes RemainingAt(int id, Instant now)
    {
        Require(now);
        if (!_flows.TryGetValue(id, out var flow)) return Bytes.Zero;
        Settle();
        var left = flow.LeftAt(now.Nanoseconds);
        return new Bytes((long)((left + AmountsPerByte - 1) / AmountsPerByte));
    }

    /// <summary>The present rate of a flow, rounded down.</summary>
    public Bandwidth RateOf(int id)
    {
        Settle();
        return new Bandwidth(_flows[id].Rate / FairShare.UnitsPerByte);
    }

    /// <summary>Moves to an instant; returns the flows that end on the way or then, in order.</summary>
    public IReadOnlyList<int> AdvanceTo(Instant instant)
    {
        if (instant < Now) throw new ArgumentOutOfRangeException(nameof(instant), instant, $"It is {Now} already.");
        var ended = new List<int>();
        while (NextCompletion is { } next && next <= instant)
        {
            Now = next;
            while (_ends.TryPeek(out var flow, out var key) && key.End == next.Nanoseconds)
            {
                _ends.Dequeue();
                if (!flow.IsActive || flow.End != key.End) continue;
                ended.Add(flow.Id);
                Remove(flow);
            }
        }

        Now = instant;
        return ended;
    }

    /// <summary>Ends a flow whatever is left of it, as when its sender dies; nothing where it has ended.</summary>
    public void Finish(int id, Instant now)
    {
        Require(now);
        Now = now;
        if (_flows.TryGetValue(id, out var flow)) Remove(flow);
    }

    /// <summary>Looks up again what the flows on a link may use, after its health has changed.</summary>
    public void Refresh(int link, Instant now)
    {
        Require(now);
        Now = now;
        _capacity[link] = capacityOf(link);
        _changedLinks.Add(link);
    }

    /// <summary>Begins flows of one route and size; the amount is exact where bytes are not whole.</summary>
    internal int Start(int[] route, UInt128 amount, int multiplicity, Instant now)
    {
        Require(now);
        Now = now;
        // What passes no link is there at once.
        if (route.Length == 0) amount = 0;
        var flow = new Flow(_started++, new LinkFlow(route, multiplicity), amount, now.Nanoseconds);
        _flows.Add(flow.Id, flow);
        if (route.Length == 0) _unlinked.Add(flow);
        foreach (var link in route)
        {
            if (!_onLink.TryGetValue(link, out var flows)) _onLink[link] = flows = [];
            flows.Add(flow.Id, flow);
            _capacity.TryAdd(link, capacityOf(link));
            _changedLinks.Add(link);
        }

        return flow.Id;
    }

    /// <summary>The exact amount of a share of bytes, rounded up far below a byte.</summary>
    internal static UInt128 Amount(UInt128 bytesTimesParts, long parts) =>
        (bytesTimesParts * AmountsPerByte + (UInt128)parts - 1) / (UInt128)parts;

    /// <summary>Nothing may be left to happen before an instant, and all rates up to it must be known.</summary>
    private void Require(Instant now)
    {
        if (now < Now) throw new ArgumentOutOfRangeException(nameof(now), now, $"It is {Now} already.");
        if (now > Now && NextCompletion is { } next && next < now)
            throw new InvalidOperationException($"A flow ends at {next}, before {now}: advance to it first.");
    }

    private void Remove(Flow flow)
    {
        flow.IsActive = false;
        _flows.Remove(flow.Id);
        foreach (var link in flow.Links.Route)
        {
            _onLink[link].Remove(flow.Id);
            _changedLinks.Add(link);
        }
    }

    /// <summary>New rates for all that the changed links reach.</summary>
    private void Settle()
    {
        foreach (var flow in _unlinked) Change(flow, FairShare.MostUnits);
        _unlinked.Clear();
        if (_changedLinks.Count == 0) return;
        var reached = Reached();
        _changedLinks.Clear();
        var rates = FairShare.Units([.. reached.Values.Select(flow => flow.Links)], link => _capacity[link]);
        foreach (var (flow, rate) in reached.Values.Zip(rates)) Change(flow, rate);
    }

    private void Change(Flow flow, long rate)
    {
        if (flow.Rate == rate) return;
        flow.ChangeRate(rate, Now.Nanoseconds);
        if (flow.End < long.MaxValue) _ends.Enqueue(flow, (flow.End, flow.Id));
    }

    private SortedDictionary<int, Flow> Reached()
    {
        var reached = new SortedDictionary<int, Flow>();
        var seen = new HashSet<int>(_changedLinks);
        var next = new Queue<int>(_changedLinks);
        while (next.TryDequeue(out var link))
        {
            foreach (var (id, flow) in _onLink.GetValueOrDefault(link) ?? [])
            {
                if (!reached.TryAdd(id, flow)) continue;
                foreach (var other in flow.Links.Route)
                {
                    if (seen.Add(other)) next.Enqueue(other);
                }
            }
        }

        return reached;
    }

    private sealed class Flow(int id, LinkFlow links, UInt128 left, long since)
    {
        private UInt128 _left = left;
        private long _since = since;

        public int Id => id;

        public LinkFlow Links => links;

        /// <summary>Units of <see cref="FairShare.UnitsPerByte"/>; none yet at the beginning.</summary>
        public long Rate { get; private set; } = -1;

        /// <summary>The nanosecond in which the last byte has passed.</summary>
        public long End { get; private set; } = long.MaxValue;

        public bool IsActive { get; set; } = true;

        public UInt128 LeftAt(long now)
        {
            if (Rate <= 0) return _left;
            var passed = (UInt128)Rate * (UInt128)(now - _since);
            return passed < _left ? _left - passed : 0;
        }

        public void ChangeRate(long rate, long now)
        {
            (_left, _since, Rate) = (LeftAt(now), now, rate);
            if (_left == 0)
            {
                End = now;
                return;
            }

            var span = rate == 0 ? UInt128.MaxValue : (_left - 1) / (UInt128)rate + 1;
            End = span < (UInt128)Duration.Endless.Nanoseconds ? now + (long)span : long.MaxValue;
        }
    }
}
