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
    private readonly Dictionary<int, UsedLink> _links = [];
    private readonly List<UsedLink> _changedLinks = [];
    private readonly List<Flow> _unlinked = [];
    private readonly PriorityQueue<Flow, (long End, int Id)> _ends = new();
    private int _started, _search;

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
        if (!_links.TryGetValue(link, out var used)) return;
        used.Capacity = capacityOf(link);
        _changedLinks.Add(used);
    }

    /// <summary>Begins flows of one route and size; the amount is exact where bytes are not whole.</summary>
    internal int Start(int[] route, UInt128 amount, int multiplicity, Instant now)
    {
        Require(now);
        Now = now;
        // What passes no link is there at once.
        if (route.Length == 0) amount = 0;
        var links = new UsedLink[route.Length];
        for (var i = 0; i < route.Length; i++) links[i] = Used(route[i]);
        var flow = new Flow(_started++, new LinkFlow(route, multiplicity), links, amount, now.Nanoseconds);
        _flows.Add(flow.Id, flow);
        if (route.Length == 0) _unlinked.Add(flow);
        foreach (var link in links) link.Flows.Add(flow);
        _changedLinks.AddRange(links);

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
        foreach (var link in flow.Links) link.Flows.Remove(flow);
        _changedLinks.AddRange(flow.Links);
    }

    /// <summary>New rates for all that the changed links reach.</summary>
    private void Settle()
    {
        foreach (var flow in _unlinked) Change(flow, FairShare.MostUnits);
        _unlinked.Clear();
        if (_changedLinks.Count == 0) return;
        var reached = Reached();
        _changedLinks.Clear();
        var rates = FairShare.Units([.. reached.Select(flow => flow.Demand)], link => _links[link].Capacity);
        for (var i = 0; i < rates.Length; i++) Change(reached[i], rates[i]);
    }

    private void Change(Flow flow, long rate)
    {
        if (flow.Rate == rate) return;
        flow.ChangeRate(rate, Now.Nanoseconds);
        if (flow.End < long.MaxValue) _ends.Enqueue(flow, (flow.End, flow.Id));
    }

    private UsedLink Used(int link)
    {
        if (!_links.TryGetValue(link, out var used)) _links[link] = used = new UsedLink(capacityOf(link));
        return used;
    }

    /// <summary>The flows on changed links, on the links of those, and so on; each search has its own mark.</summary>
    private List<Flow> Reached()
    {
        _search++;
        var reached = new List<Flow>();
        var next = new Stack<UsedLink>(_changedLinks);
        while (next.TryPop(out var link))
        {
            if (link.Search == _search) continue;
            link.Search = _search;
            foreach (var flow in link.Flows)
            {
                if (flow.Search == _search) continue;
                flow.Search = _search;
                reached.Add(flow);
                foreach (var other in flow.Links)
                {
                    if (other.Search != _search) next.Push(other);
                }
            }
        }

        return reached;
    }

    private sealed class UsedLink(Bandwidth capacity)
    {
        public List<Flow> Flows { get; } = [];

        public Bandwidth Capacity { get; set; } = capacity;

        public int Search { get; set; }
    }

    private sealed class Flow(int id, LinkFlow demand, UsedLink[] links, UInt128 left, long since)
    {
        private UInt128 _left = left;
        private long _since = since;

        public int Id => id;

        public LinkFlow Demand => demand;

        public UsedLink[] Links => links;

        public int Search { get; set; }

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
