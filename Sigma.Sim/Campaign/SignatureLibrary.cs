// What the platform has learned: a signature that it has seen often enough is handled by rule, before that by people.
// That is how a recovery of hours becomes one of minutes.
using Sigma.Sim.Faults;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Campaign;

/// <summary>Sightings by fault and signature.</summary>
internal sealed class SignatureLibrary
{
    private readonly IReadOnlyList<FaultSpec> _faults;
    private readonly int[][] _sightings;
    private readonly double[][] _upTo;
    private readonly StreamFamily[] _dice;

    public SignatureLibrary(IReadOnlyList<FaultSpec> faults, ulong seed, int replication)
    {
        _faults = faults;
        _sightings = [.. faults.Select(fault => new int[fault.Unknown?.Modes ?? 0])];
        _upTo = [.. faults.Select(fault => UpTo(fault.Unknown?.Modes ?? 0))];
        _dice = [.. faults.Select(f => new StreamFamily(seed, replication, $"fault/{f.Name}/signature"))];
    }

    /// <summary>A fault is seen; whether its signature was in the library by then.</summary>
    public bool See(in FaultEvent seen)
    {
        if (_faults[seen.Fault].Unknown is not { } unknown) return true;
        var dice = _dice[seen.Fault].Open(seen.Occurrence);
        var mode = Array.BinarySearch(_upTo[seen.Fault], dice.NextUniform());
        return _sightings[seen.Fault][Math.Min(mode < 0 ? ~mode : mode, unknown.Modes - 1)]++ >= unknown.LearnedAfter;
    }

    /// <summary>Cumulative shares of weights 1, 1/2, 1/3, ...: a few signatures are common and most are rare.</summary>
    private static double[] UpTo(int modes)
    {
        var (upTo, sum) = (new double[modes], 0.0);
        for (var mode = 0; mode < modes; mode++) upTo[mode] = sum += 1.0 / (mode + 1);
        for (var mode = 0; mode < modes; mode++) upTo[mode] /= sum;
        return upTo;
    }
}
