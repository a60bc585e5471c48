// What the platform has learned: a signature that it has seen often enough is handled by rule, before that by people.
// That is how a recovery of hours becomes one of minutes.
using Sigma.Sim.Faults;
using Sigma.Sim.Randomness;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Campaign;

/// <summary>Sightings by fault and signature.</summary>
internal sealed class SignatureLibrary
{
    private readonly IReadOnlyList<FaultSpec> _faults;
    private readonly int[][] _sightings;
    private readonly double[][] _upTo;
    private readonly StreamFamily[] _dice;

    private readonly bool _learns;

    public SignatureLibrary(IReadOnlyList<FaultSpec> faults, LibrarySpec library, ulong seed, int replication)
    {
        (_faults, _learns) = (faults, library.Learns);
        _sightings = [.. faults.Select(fault => new int[fault.Unknown?.Modes ?? 0])];
        for (var fault = 0; fault < faults.Count; fault++)
        {
            var known = Math.Min(library.Known, _sightings[fault].Length);
            if (known > 0) Array.Fill(_sightings[fault], faults[fault].Unknown!.LearnedAfter, 0, known);
        }

        _upTo = [.. faults.Select(fault => UpTo(fault.Unknown?.Modes ?? 0))];
        _dice = [.. faults.Select(f => new StreamFamily(seed, replication, $"fault/{f.Name}/signature"))];
    }

    /// <summary>A fault is seen; whether its signature was in the library by then.</summary>
    public bool See(in FaultEvent seen)
    {
        if (_faults[seen.Fault].Unknown is not { } unknown) return true;
        var dice = _dice[seen.Fault].Open(seen.Occurrence);
        var mode = Array.BinarySearch(_upTo[seen.Fault], dice.NextUniform());
        mode = Math.Min(mode < 0 ? ~mode : mode, unknown.Modes - 1);
        var isKnown = _sightings[seen.Fault][mode] >= unknown.LearnedAfter;
        if (_learns) _sightings[seen.Fault][mode]++;
        return isKnown;
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
