// Reads the way of a failed node back into service: triage, remedies, crews and parts, acceptance tests, and when a
// node is given up.
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Scenarios;

/// <summary>Binds `lifecycle`.</summary>
internal static class LifecycleReader
{
    /// <summary>The word for a node, a law or a number that is not there.</summary>
    private const string Never = "never";

    /// <summary>More times the hazard than this are a typing error.</summary>
    internal const int MostLemonFactor = 1000;

    public static LifecycleSpec Read(MapReader lifecycle)
    {
        var triage = lifecycle.Optional("triage", DistributionText.Parse, "10 min");
        var manual = lifecycle.Optional(
            "manual_triage", LawWords.LawOr("as triage", DistributionText.Parse), "as triage");
        var remedies = lifecycle.Sub("remedies");
        var byRemedy = new Dictionary<Remedy, RemedySpec>
        {
            [Remedy.Reset] = RemedyOf(remedies, "reset", "5 min", "0.6"),
            [Remedy.Reboot] = RemedyOf(remedies, "reboot", "20 min", "0.7"),
            [Remedy.Replace] = RemedyOf(remedies, "replace", "lognormal median 30 h sigma 0.8", "0.97"),
        };
        remedies.Close();
        var validation = ValidationOf(lifecycle.Sub("validation"));
        // Where no test catches it, a node that is never mended comes back all the same.
        var useless = byRemedy.Where(pair => pair.Value.Fixes.Value <= 0 && validation.Catches.Value > 0);
        foreach (var key in useless.Select(pair => pair.Key.ToString().ToLowerInvariant()))
        {
            remedies.Sub(key).Reject(
                "fixes", "S034", $"a {key} that never mends anything would be tried for ever", null);
        }

        var crews = (int)lifecycle.Optional("repair_crews", Words.CountWithin(1, 100_000), "4");
        var boot = lifecycle.Optional("cold_boot", DistributionText.Parse, "20 min");
        var relapse = lifecycle.Optional(
            "relapse", LawWords.LawOr(Never, LawWords.Positive), "exponential 2 h");
        var spec = new LifecycleSpec(triage, byRemedy, validation, crews, boot, relapse)
        {
            ManualTriage = manual ?? triage,
            Library = LibraryOf(lifecycle.Sub("library")),
            Parts = PartsOf(lifecycle.Sub("parts")),
            Lemons = LemonsOf(lifecycle.Sub("lemon")),
            Retirement = RetirementOf(lifecycle.Sub("retire")),
            MassAlarm = MassAlarmOf(lifecycle.Sub("mass_alarm")),
        };
        lifecycle.Close();
        return spec;
    }

    private static ValidationSpec ValidationOf(MapReader validation)
    {
        var tests = new ValidationSpec(
            validation.Optional("time", DistributionText.Parse, "lognormal median 25 min sigma 0.4"),
            validation.Optional("catches", UnitParser.Fraction, "0.9"),
            validation.Optional("rejects_good", UnitParser.Fraction, "0.02"));
        if (tests.RejectsGood.Value >= 1)
            validation.Reject("rejects_good", "S034", "no node would ever come back", null);
        validation.Close();
        return tests;
    }

    private static LibrarySpec LibraryOf(MapReader library)
    {
        var spec = new LibrarySpec(
            (int)library.Optional("known", Words.CountWithin(0, 1000), "0"),
            library.Word("learns", Words.YesNo, "true"));
        library.Close();
        return spec;
    }

    private static RemedySpec RemedyOf(MapReader remedies, string key, string time, string fixes)
    {
        var remedy = remedies.Sub(key);
        var spec = new RemedySpec(
            remedy.Optional("time", DistributionText.Parse, time),
            remedy.Optional("fixes", UnitParser.Fraction, fixes));
        remedy.Close();
        return spec;
    }

    private static PartsSpec? PartsOf(MapReader parts)
    {
        if (!parts.IsGiven) return null;
        var spec = new PartsSpec(
            (int)parts.Required("stock", Words.CountWithin(1, 100_000)),
            parts.Required("delivery", LawWords.Positive));
        parts.Close();
        return spec;
    }

    private static LemonSpec? LemonsOf(MapReader lemon)
    {
        if (!lemon.IsGiven) return null;
        var spec = new LemonSpec(
            lemon.Required("fraction", UnitParser.Fraction),
            lemon.Required("factor", Words.NumberWithin(0.001, MostLemonFactor)),
            lemon.Word("curable", Words.YesNo, "false"));
        lemon.Close();
        return spec;
    }

    private static RetirementSpec? RetirementOf(MapReader retire)
    {
        if (!retire.IsGiven) return null;
        var spec = new RetirementSpec(
            (int)retire.Required("after", Words.CountWithin(2, 10_000)),
            retire.Required("within", Words.PositiveDuration),
            retire.Optional("delivery", LawWords.LawOr(Never, LawWords.Positive), Never));
        retire.Close();
        return spec;
    }

    /// <summary>The platform's rule is five nodes; it is off where a scenario does not ask for it.</summary>
    private static MassAlarmSpec? MassAlarmOf(MapReader alarm)
    {
        if (!alarm.IsGiven) return null;
        var spec = new MassAlarmSpec(
            (int)alarm.Optional("nodes", Words.CountWithin(2, 100_000), "5"),
            alarm.Optional("within", Words.PositiveDuration, "10 min"));
        alarm.Close();
        return spec;
    }
}
