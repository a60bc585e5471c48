// The dice of one rank during one step: jitter for every kernel, and the pauses that strike it.
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Replay;

/// <summary>Pauses of one unit in the order of time, drawn as the replay reaches them.</summary>
internal sealed class PauseClock
{
    // A step begins at no special moment of a unit's rhythm: the rhythm starts some twenty periods earlier, at a random
    // phase, so that even pauses at fixed intervals are met at their rate.
    private const double PeriodsBefore = 20;

    /// <summary>The tail of a heavy law is cut here: what stops a rank for a day is a fault, not noise.</summary>
    public static readonly Duration LongestPause = Duration.FromDays(1);

    private readonly PauseSpec _spec;
    private readonly List<(Instant Begin, Instant End)> _drawn = [];
    private RandomStream _stream;
    private Instant _last;

    public PauseClock(PauseSpec spec, RandomStream stream)
    {
        (_spec, _stream) = (spec, stream);
        var before = (PeriodsBefore + _stream.NextUniform()) * spec.Every!.MeanSeconds;
        _last = Instant.Start - Duration.FromSeconds(before);
    }

    /// <summary>The n-th pause.</summary>
    public (Instant Begin, Instant End) this[int n]
    {
        get
        {
            while (_drawn.Count <= n)
            {
                var begin = _last + _spec.Every!.Draw(ref _stream);
                _last = begin + Duration.Min(LongestPause, _spec.Lasts.Draw(ref _stream));
                _drawn.Add((begin, _last));
            }

            return _drawn[n];
        }
    }
}

/// <summary>Stretches the kernels of one rank.</summary>
internal sealed class RankNoise
{
    private readonly double _sigma;
    private readonly PauseClock[] _clocks;
    private readonly int[] _met;
    private readonly Dictionary<int, Duration> _atOperation;
    private RandomStream _jitter;
    private int _operation;

    private RankNoise(double variation, RandomStream jitter, PauseClock[] clocks, Dictionary<int, Duration> atOperation)
    {
        _sigma = Math.Sqrt(Math.Log(1 + variation * variation));
        (_jitter, _clocks, _atOperation) = (jitter, clocks, atOperation);
        _met = new int[clocks.Length];
    }

    /// <summary>The noise of the played ranks of a sampled step; ranks of a node share its pauses.</summary>
    /// <param name="noise">What disturbs.</param>
    /// <param name="seed">The scenario's.</param>
    /// <param name="sample">Which step.</param>
    /// <param name="ranks">The ranks, by the numbers that their streams are keyed by.</param>
    /// <param name="ranksPerNode">Consecutive ranks of a node.</param>
    /// <param name="kernelsOf">
    /// How many kernels the i-th of them runs in the step, since a pause may strike any of them.
    /// </param>
    public static RankNoise[] Of(
        NoiseSpec noise, ulong seed, int sample, int[] ranks, int ranksPerNode, Func<int, int> kernelsOf)
    {
        var byTime = noise.Pauses.Where(p => p.Every is not null).ToArray();
        var nodeClocks = new Dictionary<(string, int), PauseClock>();
        var all = new RankNoise[ranks.Length];
        for (var i = 0; i < ranks.Length; i++)
        {
            var rank = ranks[i];
            var node = rank / ranksPerNode;
            var clocks = byTime.Select(p => p.Scope == PauseScope.Rank ? Clock(p, rank) : NodeClock(p, node)).ToArray();
            var jitter = new StreamKey(seed, sample, "replay/kernel", rank).Open();
            var counted = ByStep(noise, seed, sample, rank, node, kernelsOf(i));
            all[i] = new RankNoise(noise.KernelVariation, jitter, clocks, counted);
        }

        return all;

        PauseClock Clock(PauseSpec pause, int unit) =>
            new(pause, new StreamKey(seed, sample, $"replay/pause/{pause.Name}", unit).Open());

        PauseClock NodeClock(PauseSpec pause, int node)
        {
            if (!nodeClocks.TryGetValue((pause.Name, node), out var clock))
                nodeClocks[(pause.Name, node)] = clock = Clock(pause, node);
            return clock;
        }
    }

    /// <summary>Pauses counted in steps: one step in so many has one, at a random operation.</summary>
    private static Dictionary<int, Duration> ByStep(
        NoiseSpec noise, ulong seed, int sample, int rank, int node, int operations)
    {
        var struck = new Dictionary<int, Duration>();
        foreach (var pause in noise.Pauses)
        {
            if (pause.EverySteps == 0 || pause.Synchronized) continue;
            var unit = pause.Scope == PauseScope.Rank ? rank : node;
            var stream = new StreamKey(seed, sample, $"replay/pause/{pause.Name}", unit).Open();
            if (stream.NextIndex(pause.EverySteps) != 0) continue;
            var operation = stream.NextIndex(operations);
            struck[operation] = struck.GetValueOrDefault(operation)
                + Duration.Min(PauseClock.LongestPause, pause.Lasts.Draw(ref stream));
        }

        return struck;
    }

    /// <summary>A kernel's time with its jitter.</summary>
    public Duration Jittered(double seconds)
    {
        if (_sigma <= 0) return Duration.OfWork(seconds);
        return Duration.OfWork(seconds * Math.Exp(_sigma * _jitter.NextNormal() - _sigma * _sigma / 2));
    }

    /// <summary>
    /// How long pauses stop a kernel that begins at <paramref name="now"/> and would run for <paramref name="work"/>.
    /// </summary>
    public Duration Pause(Instant now, Duration work)
    {
        var stopped = Duration.Zero;
        if (_atOperation.Count > 0 && _atOperation.TryGetValue(_operation, out var once)) stopped = once;
        _operation++;
        for (var i = 0; i < _clocks.Length; i++)
        {
            while (_clocks[i][_met[i]] is var pause && pause.Begin < now + work + stopped)
            {
                // A pause that began while the rank waited anyway costs only what is left of it.
                if (pause.End > now) stopped += pause.End - (pause.Begin > now ? pause.Begin : now);
                _met[i]++;
            }
        }

        return stopped;
    }
}
