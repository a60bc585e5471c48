// Reads `kind` and `detection` of a fault, since the one says what the other holds: a latency where the job stops at
// once, the name of a file with measured counts where nothing is seen.
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Scenarios;

/// <summary>Binds what a fault looks like.</summary>
internal static class DetectionReader
{
    private const string Kind = "kind", Section = "detection", Latency = "latency", Measured = "measured";

    private static readonly Dictionary<string, Func<MapReader, FaultKind>> Kinds = new(StringComparer.Ordinal)
    {
        ["fail-stop"] = ReadFailStop,
        ["silent-corruption"] = ReadSilentCorruption,
    };

    // Stands for a kind that could not be read; the findings end the reading before anybody uses it.
    private static readonly FaultKind Unread = new FailStop(new Constant(Duration.Zero));

    /// <summary>The reader of a fault's detection, by the word of its kind.</summary>
    public static Func<MapReader, FaultKind> KindOf(MapReader fault)
    {
        var findings = fault.Log.Diagnostics.Count;
        var kind = fault.Word(Kind, Kinds, "fail-stop");
        return fault.Log.Diagnostics.Count == findings ? kind : Ignore;
    }

    /// <summary>What a kind that nobody knows would have in its detection is not known either.</summary>
    private static FaultKind Ignore(MapReader fault)
    {
        fault.Sub(Section);
        return Unread;
    }

    private static FailStop ReadFailStop(MapReader fault)
    {
        var detection = fault.Sub(Section);
        var latency = detection.Optional(Latency, DistributionText.Parse, "90 s");
        if (detection.Has(Measured))
        {
            Reject(
                fault, detection, Measured,
                "a fail-stop fault has a `latency`; only a silent corruption is `measured`",
                "give `latency`, or say `kind: silent-corruption`");
        }

        detection.Close();
        return new FailStop(latency);
    }

    private static FaultKind ReadSilentCorruption(MapReader fault)
    {
        var detection = fault.Sub(Section);
        if (detection.Has(Latency))
        {
            Reject(
                fault, detection, Latency,
                "a silent corruption has no `latency`: how often and how soon it is noticed is `measured`",
                "take `latency` out");
        }

        var counts = detection.Has(Measured) ? MeasurementReader.Read(detection, Measured) : null;
        if (!detection.Has(Measured) && fault.Log.IsTreeWhole)
        {
            fault.Reject(
                Kind, "S050", "a silent corruption needs a measurement of how often and how soon it is noticed",
                "add `detection: { measured: FILE }`; `sigma step --inject N` writes such a file");
        }

        detection.Close();
        return counts is null ? Unread : new SilentCorruption(counts);
    }

    private static void Reject(MapReader fault, MapReader detection, string key, string message, string help) =>
        fault.Log.Diagnostics.Add(new Diagnostic("S050", message)
        {
            At = detection.PlaceOf(key),
            Also = fault.Has(Kind) ? fault.PlaceOf(Kind) : null,
            Help = help,
        });
}
