// Max-min fair rates by progressive filling (Bertsekas and Gallager, "Data Networks", section 6.5.2): all rates rise
// together until a link is full, its flows stay, the others go on. In whole units, so that no link is overbooked by
// a rounding and a run has the same bits everywhere.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Network;

/// <summary>Flows that take the same links.</summary>
/// <param name="Route">Ids of links, each at most once.</param>
/// <param name="Multiplicity">How many flows, at least 1.</param>
public readonly record struct LinkFlow(int[] Route, int Multiplicity);

/// <summary>Rates of concurrent flows.</summary>
public static class FairShare
{
    /// <summary>Rates count 1/1,024 B/s: a division in three is then off by less than 1e-13 of a fast link.</summary>
    public const long UnitsPerByte = 1024;

    /// <summary>No link is faster than 9 PB/s, nor is a flow without links.</summary>
    public const long MostUnits = long.MaxValue;

    /// <summary>The rate of one flow of each entry, in <see cref="UnitsPerByte"/>-ths of a byte per second.</summary>
    public static long[] Units(IReadOnlyList<LinkFlow> flows, Func<int, Bandwidth> capacityOf)
    {
        var filling = new Filling(flows, capacityOf);
        filling.Fill();
        return filling.Rates;
    }

    /// <summary>The same in bytes per second.</summary>
    public static double[] Rates(IReadOnlyList<LinkFlow> flows, Func<int, Bandwidth> capacityOf) =>
        [.. Units(flows, capacityOf).Select(units => units / (double)UnitsPerByte)];

    private sealed class Filling
    {
        private const long Unset = -1;
        private readonly IReadOnlyList<LinkFlow> _flows;
        private readonly Dictionary<int, int> _numbers = [];
        private readonly int[][] _routes;
        private readonly List<long> _left = [], _unset = [];
        private readonly List<List<int>> _flowsOn = [];
        private readonly List<int> _links = [];
        private readonly PriorityQueue<int, (long Share, int Link)> _fullNext = new();

        public Filling(IReadOnlyList<LinkFlow> flows, Func<int, Bandwidth> capacityOf)
        {
            _flows = flows;
            Rates = new long[flows.Count];
            _routes = new int[flows.Count][];
            for (var flow = 0; flow < flows.Count; flow++)
            {
                Rates[flow] = flows[flow].Route.Length == 0 ? MostUnits : Unset;
                var numbers = _routes[flow] = new int[flows[flow].Route.Length];
                for (var i = 0; i < numbers.Length; i++)
                {
                    var number = numbers[i] = NumberOf(flows[flow].Route[i], capacityOf);
                    _flowsOn[number].Add(flow);
                    _unset[number] += flows[flow].Multiplicity;
                }
            }
        }

        public long[] Rates { get; }

        public void Fill()
        {
            for (var i = 0; i < _left.Count; i++) _fullNext.Enqueue(i, (_left[i] / _unset[i], _links[i]));
            var full = new List<int>();
            while (_fullNext.TryPeek(out _, out var next))
            {
                // All links that are full at once stop their flows at once, so that names of links decide nothing.
                full.Clear();
                while (_fullNext.TryPeek(out var number, out var key) && key.Share == next.Share)
                {
                    _fullNext.Dequeue();
                    if (_unset[number] == 0) continue;
                    // Since the link was put here flows on it may have stopped elsewhere, which only raises its share.
                    var share = _left[number] / _unset[number];
                    if (share > key.Share) _fullNext.Enqueue(number, (share, key.Link));
                    else full.Add(number);
                }

                foreach (var number in full) Stop(number, next.Share);
            }
        }

        private void Stop(int number, long share)
        {
            foreach (var flow in _flowsOn[number])
            {
                if (Rates[flow] != Unset) continue;
                Rates[flow] = share;
                foreach (var other in _routes[flow])
                {
                    _left[other] -= share * _flows[flow].Multiplicity;
                    _unset[other] -= _flows[flow].Multiplicity;
                }
            }
        }

        private int NumberOf(int link, Func<int, Bandwidth> capacityOf)
        {
            if (_numbers.TryGetValue(link, out var number)) return number;
            _numbers[link] = number = _left.Count;
            _left.Add(Math.Min(capacityOf(link).BytesPerSecond, MostUnits / UnitsPerByte) * UnitsPerByte);
            _unset.Add(0);
            _flowsOn.Add([]);
            _links.Add(link);
            return number;
        }
    }
}
