// Reads `kind` of a fault and what follows from it: a section named after the kind says what such a fault does, and
// `detection` how anybody gets to know of it. What belongs to one kind is refused beside another.
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Scenarios;

/// <summary>Binds what a fault looks like.</summary>
internal static class KindReader
{
    private const string Kind = "kind", Detection = "detection", Latency = "latency", Measured = "measured",
        Noticed = "noticed", AfterSteps = "after_steps", AlarmAfter = "alarm_after";

    /// <param name="Noun">What such a fault is called, with its article.</param>
    /// <param name="IsKnown">How it gets known, in words.</param>
    /// <param name="Keys">Those of `detection` that it has.</param>
    /// <param name="Section">Named after it, or null where there is nothing to say.</param>
    /// <param name="Read">Binds its section and its detection.</param>
    private sealed record KindForm(
        string Noun, string IsKnown, IReadOnlyList<string> Keys, string? Section,
        Func<MapReader, MapReader, FaultKind> Read);

    private static readonly Dictionary<string, KindForm> Kinds = new(StringComparer.Ordinal)
    {
        ["fail-stop"] = new("a fail-stop fault", "is known after its `latency`", [Latency], null,
            (_, detection) => new FailStop(detection.Optional(Latency, DistributionText.Parse, "90 s"))),
        ["hang"] = new("a hang", "is known after its `latency`", [Latency], null,
            (_, detection) => new Hang(detection.Optional(Latency, DistributionText.Parse, "10 min"))),
        ["fail-slow"] = new("a fail-slow fault", "is known after its `latency`", [Latency], "fail_slow", ReadFailSlow),
        ["silent-corruption"] = new("a silent corruption",
            "is known as often and as soon as was `measured`, or `noticed` with a chance `after_steps`",
            [Measured, Noticed, AfterSteps], null, ReadSilentCorruption),
        ["link-flap"] = new("a link flap", "is known by its number of flaps, `alarm_after`", [AlarmAfter], "link_flap",
            ReadLinkFlap),
        ["false-alarm"] = new("a false alarm", "is known as it comes", [], null, (_, _) => new FalseAlarm()),
    };

    // Stands for a kind that could not be read; the findings end the reading before anybody uses it.
    private static readonly FaultKind Unread = new FailStop(new Constant(Duration.Zero));

    /// <summary>The fault's kind with all that belongs to it.</summary>
    public static FaultKind Read(MapReader fault)
    {
        var findings = fault.Log.Diagnostics.Count;
        var form = fault.Word(Kind, Kinds, "fail-stop");
        var detection = fault.Sub(Detection);
        var isKnown = fault.Log.Diagnostics.Count == findings;
        foreach (var other in Kinds.Values)
        {
            if (other.Section is not { } section || !fault.Has(section) || other == form || !isKnown) continue;
            fault.Reject(
                section, fault.PlaceIfGiven(Kind), "S050",
                $"`{section}` says what {other.Noun} does, and this is {form.Noun}",
                $"take `{section}` out, or say `kind: {WordOf(other)}`");
        }

        // What a kind that nobody knows would have in its detection is not known either.
        if (!isKnown) return Unread;
        foreach (var key in detection.Keys.Select(key => key.Text).ToList()) RejectForeign(fault, detection, key, form);
        var kind = form.Read(fault, detection);
        detection.Close();
        return kind;
    }

    /// <summary>What a kind of fault is called, with its article.</summary>
    public static string NounOf(FaultKind kind) => kind switch
    {
        FailStop => Kinds["fail-stop"].Noun,
        Hang => Kinds["hang"].Noun,
        FailSlow => Kinds["fail-slow"].Noun,
        SilentCorruption => Kinds["silent-corruption"].Noun,
        LinkFlap => Kinds["link-flap"].Noun,
        FalseAlarm => Kinds["false-alarm"].Noun,
        _ => throw new InvalidOperationException($"{kind.GetType().Name} is no kind of fault."),
    };

    private static void RejectForeign(MapReader fault, MapReader detection, string key, KindForm form)
    {
        if (form.Keys.Contains(key, StringComparer.Ordinal)) return;
        var owner = Kinds.Values.FirstOrDefault(other => other.Keys.Contains(key, StringComparer.Ordinal));
        if (owner is null || !detection.Has(key)) return;
        detection.Reject(
            key, fault.PlaceIfGiven(Kind), "S050", $"{form.Noun} {form.IsKnown}; `{key}` is for {owner.Noun}",
            $"take `{key}` out, or say `kind: {WordOf(owner)}`");
    }

    private static string WordOf(KindForm form) => Kinds.First(pair => pair.Value == form).Key;

    private static FaultKind ReadFailSlow(MapReader fault, MapReader detection)
    {
        const string section = "fail_slow";
        var latency = detection.Optional(Latency, DistributionText.Parse, "10 min");
        var slow = fault.Sub(section);
        if (!slow.IsGiven)
        {
            if (!fault.Has(section) && fault.Log.IsTreeWhole)
            {
                fault.Reject(
                    Kind, "S050", "a fail-slow fault needs `fail_slow`: what is slow, and by how much",
                    "add `fail_slow: { kernels: 1.5 }`, or `fail_slow: { nics: 50 % }`");
            }

            return Unread;
        }

        var findings = slow.Log.Diagnostics.Count;
        var kernels = slow.Optional("kernels", Words.NumberWithin(1, 100), "1");
        var nics = slow.Optional("nics", UnitParser.Fraction, "100 %");
        var lasts = slow.Optional("lasts", LawWords.LawOr("until-repaired", LawWords.Positive), "until-repaired");
        slow.Close();
        if (nics.Value <= 0)
        {
            slow.Reject(
                "nics", fault.PlaceIfGiven(Kind), "S053", "NICs without bandwidth stop the job: that is no slow fault",
                "say `kind: fail-stop` or `kind: hang`");
        }
        else if (kernels <= 1 && nics.Value >= 1 && slow.Log.Diagnostics.Count == findings)
        {
            fault.Reject(
                section, fault.PlaceIfGiven(Kind), "S053",
                "kernels that take 1 times as long, on NICs with 100 % of their bandwidth, are not slow",
                "give `kernels` above 1, or `nics` below 100 %");
        }

        return new FailSlow(kernels, nics, lasts, latency);
    }

    private static FaultKind ReadSilentCorruption(MapReader fault, MapReader detection)
    {
        var states = detection.Has(Noticed) | detection.Has(AfterSteps);
        if (detection.Has(Measured))
        {
            if (states)
            {
                var stated = detection.Has(Noticed) ? Noticed : AfterSteps;
                detection.Reject(
                    stated, detection.PlaceOf(Measured), "S050",
                    $"a detection is `measured` or stated, and `{stated}` states it", "take one of the two out");
            }

            var counts = MeasurementReader.Read(detection, Measured);
            return counts is null ? Unread : new SilentCorruption(counts);
        }

        if (states)
        {
            var share = detection.Required(Noticed, UnitParser.Fraction);
            var steps = (int)detection.Required(AfterSteps, Words.CountWithin(0, 100_000_000));
            return new SilentCorruption(new StatedDetection(share.Value, steps));
        }

        if (fault.Log.IsTreeWhole)
        {
            fault.Reject(
                Kind, "S050", "a silent corruption must say how often and how soon it is noticed",
                "add `detection: { noticed: 90 %, after_steps: 6000 }`, or `detection: { measured: FILE }` with a file "
                + "that `sigma step --inject N` writes");
        }

        return Unread;
    }

    private static FaultKind ReadLinkFlap(MapReader fault, MapReader detection)
    {
        var alarm = detection.Optional(AlarmAfter, LawWords.ValueOr("never", Words.CountWithin(1, 1_000_000)), "8");
        var flap = fault.Sub("link_flap");
        var kind = new LinkFlap(
            flap.Optional("down", LawWords.Positive, "10 s"),
            (int)flap.Optional("times", Words.CountWithin(1, 100_000), "10"),
            flap.Optional("apart", LawWords.Positive, "1 min"),
            flap.Optional("survives", UnitParser.Duration, "30 s"),
            (int)(alarm ?? int.MaxValue));
        flap.Close();
        return kind;
    }
}
