// The time of a plan on a topology: in every round all transfers run at once at max-min fair rates, computed anew
// whenever one ends. Where the busiest link alone decides, as in every collective without foreign traffic, the answer
// is its bytes over its bandwidth to the last digit, whatever roundings the way there took.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Network;

/// <summary>Durations of plans in whole nanoseconds, rounded up once for each bandwidth that decides.</summary>
public static class FlowTime
{
    /// <summary>All rounds, one after the other.</summary>
    /// <exception cref="NoRouteException">A transfer has no sound way.</exception>
    public static Duration Of(FlowPlan plan, Topology topology)
    {
        var total = Duration.Zero;
        // Exact parts by the bandwidth they pass at, so that the rounds' roundings do not add up.
        var byRate = new SortedDictionary<long, LinkLoad>();
        foreach (var round in plan.Rounds)
        {
            var slowest = RoundEnd.None;
            foreach (var end in Ends(plan, round, topology)) slowest = RoundEnd.Later(slowest, end);
            total += slowest.Latency;
            if (slowest.Exact is { } load)
                byRate[load.Rate] = byRate.TryGetValue(load.Rate, out var before) ? before + load : load;
            else
                total += slowest.Passing;
        }

        foreach (var load in byRate.Values) total += load.Time(plan);
        return total;
    }

    /// <summary>One phase of transfers whose parts are bytes: until the last byte of all has arrived.</summary>
    public static Duration OfPhase(IReadOnlyList<Transfer> transfers, Topology topology) =>
        Of(new FlowPlan(new Bytes(1), 1, [new FlowRound(transfers, 1, 1)]), topology);

    /// <summary>When the transfers of each latency have passed; they differ, and the largest sum counts.</summary>
    private static IEnumerable<RoundEnd> Ends(FlowPlan plan, FlowRound round, Topology topology)
    {
        var flows = Merged(round, topology);
        var network = new FlowNetwork(topology.CapacityOf);
        foreach (var flow in flows)
        {
            var overhead = OverheadOf(flow.Route, round, topology).Count;
            var amount = (UInt128)plan.Bytes.Count * (UInt128)flow.Parts + (UInt128)overhead * (UInt128)plan.Parts;
            network.Start(flow.Route.Links, FlowNetwork.Amount(amount, plan.Parts), flow.Count, Instant.Start);
        }

        var ends = new Duration[flows.Count];
        while (network.NextCompletion is { } next)
        {
            foreach (var id in network.AdvanceTo(next)) ends[id] = next.SinceStart;
        }

        foreach (var group in Enumerable.Range(0, flows.Count).GroupBy(i => flows[i].Latency).OrderBy(g => g.Key))
        {
            var members = group.Select(i => flows[i]).ToList();
            var passing = group.Select(i => ends[i]).Max();
            yield return new RoundEnd(group.Key, passing, ExactLoad(plan, round, members, topology, passing));
        }
    }

    /// <summary>
    /// The busiest link of some flows, if it alone explains when the last of them ended: they cannot end earlier, and
    /// roundings make them end at most a nanosecond and a ten-billionth later.
    /// </summary>
    private static LinkLoad? ExactLoad(
        FlowPlan plan, FlowRound round, List<Flow> flows, Topology topology, Duration passing)
    {
        var loads = new SortedDictionary<int, LinkLoad>();
        foreach (var flow in flows)
        {
            var overhead = OverheadOf(flow.Route, round, topology) * flow.Count;
            foreach (var link in flow.Route.Links)
            {
                var more = new LinkLoad(
                    topology.CapacityOf(link).BytesPerSecond, (UInt128)flow.Parts * (UInt128)flow.Count, overhead);
                loads[link] = loads.TryGetValue(link, out var before) ? before + more : more;
            }
        }

        LinkLoad? busiest = null;
        foreach (var load in loads.Values)
        {
            if (busiest is not { } most || load.IsLongerThan(most, plan)) busiest = load;
        }

        if (busiest is not { } found) return null;
        var exact = found.Time(plan);
        var slack = new Duration(1 + exact.Nanoseconds / 10_000_000_000);
        return passing <= exact + slack ? found : null;
    }

    /// <summary>Small messages lose bandwidth as if each were longer by the half-size of its network.</summary>
    private static Bytes OverheadOf(NetworkRoute route, FlowRound round, Topology topology)
    {
        if (route.Links.Length == 0) return Bytes.Zero;
        var half = route.LeavesNode ? topology.Fabric.ScaleOut.HalfSize : topology.Fabric.ScaleUp.HalfSize;
        return half * round.Messages;
    }

    /// <summary>Equal transfers between the same two accelerators are one flow with a multiplicity.</summary>
    private static List<Flow> Merged(FlowRound round, Topology topology)
    {
        var numbers = new Dictionary<Transfer, int>();
        var flows = new List<Flow>();
        foreach (var transfer in round.Transfers)
        {
            if (transfer.Parts == 0 || transfer.Source == transfer.Destination) continue;
            if (numbers.TryGetValue(transfer, out var number))
            {
                flows[number] = flows[number] with { Count = flows[number].Count + 1 };
                continue;
            }

            numbers[transfer] = flows.Count;
            var route = topology.Route(transfer.Source, transfer.Destination);
            flows.Add(new Flow(route, transfer.Parts, 1, route.Latency * round.Relays + transfer.Afterwards));
        }

        return flows;
    }

    private sealed record Flow(NetworkRoute Route, long Parts, int Count, Duration Latency);

    /// <summary>The end of the transfers of one latency, and their busiest link where it alone decides.</summary>
    private readonly record struct RoundEnd(Duration Latency, Duration Passing, LinkLoad? Exact)
    {
        public static RoundEnd None => default;

        public static RoundEnd Later(RoundEnd left, RoundEnd right) =>
            left.Latency + left.Passing >= right.Latency + right.Passing ? left : right;
    }

    /// <summary>Parts of the plan's bytes and whole bytes that pass a link of some rate.</summary>
    private readonly record struct LinkLoad(long Rate, UInt128 Parts, Bytes Overhead)
    {
        public static LinkLoad operator +(LinkLoad left, LinkLoad right) =>
            new(left.Rate, left.Parts + right.Parts, left.Overhead + right.Overhead);

        public Duration Time(FlowPlan plan)
        {
            var bytes = ((UInt128)plan.Bytes.Count * Parts + (UInt128)plan.Parts - 1) / (UInt128)plan.Parts;
            return (new Bytes((long)bytes) + Overhead) / new Bandwidth(Rate);
        }

        /// <summary>Of two that take equally long the slower link decides.</summary>
        public bool IsLongerThan(LinkLoad other, FlowPlan plan)
        {
            var (mine, others) = (Work(plan) * (UInt128)other.Rate, other.Work(plan) * (UInt128)Rate);
            return mine != others ? mine > others : Rate < other.Rate;
        }

        private UInt128 Work(FlowPlan plan) =>
            (UInt128)plan.Bytes.Count * Parts + (UInt128)Overhead.Count * (UInt128)plan.Parts;
    }
}
