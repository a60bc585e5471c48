// Reads what goes wrong: how often, on which clock, with which signs, and what mends it.
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Scenarios;

/// <summary>Binds `faults`.</summary>
internal static class FaultReader
{
    private static readonly Dictionary<string, AgeClock> Clocks = new(StringComparer.Ordinal)
    {
        ["operation"] = AgeClock.Operation,
        ["calendar"] = AgeClock.Calendar,
    };

    public static IReadOnlyList<FaultSpec> Read(MapReader top)
    {
        var faults = new List<FaultSpec>();
        foreach (var item in top.Items("faults"))
        {
            var fault = FaultOf(item);
            if (fault.Name.Length > 0 && faults.Any(f => f.Name == fault.Name))
                item.Reject("name", "S034", $"two faults are named `{fault.Name}`", "give each its own name");
            faults.Add(fault);
        }

        return faults;
    }

    private static FaultSpec FaultOf(MapReader item)
    {
        var findings = item.Log.Diagnostics.Count;
        var name = item.Required("name", Words.Sentence);
        FaultScope? scope = item.Word("scope", FaultScopes.Words, null);
        if (item.Log.Diagnostics.Count > findings) scope = null;
        var kind = KindReader.Read(item);
        var ages = item.Word("ages", Clocks, "operation");
        var life = LifeReader.Read(item, "time_to_failure");
        var (early, growth) = (EarlyLifeOf(item.Sub("early_life")), GrowthOf(item.Sub("growth")));
        var precursor = PrecursorOf(item.Sub("precursor"));
        var diagnosis = DiagnosisOf(item.Sub("diagnosis"));
        var unknown = UnknownOf(item.Sub("unknown_modes"));
        var mending = Mending(item, scope);
        item.Close();
        var fault = new FaultSpec(name ?? "", scope ?? default, kind, life, early, mending.Remedies)
        {
            Ages = ages,
            Growth = growth,
            Precursor = precursor,
            Diagnosis = diagnosis,
            Unknown = unknown,
            Outage = mending.Outage,
        };
        if (item.Log.Diagnostics.Count == findings) FaultScopes.Check(fault, item);
        return fault;
    }

    private static EarlyLife? EarlyLifeOf(MapReader young)
    {
        if (!young.IsGiven) return null;
        var early = new EarlyLife(
            young.Required("factor", Words.NumberWithin(1, 1000)),
            young.Required("decays_over", Words.PositiveDuration));
        young.Close();
        return early;
    }

    private static ReliabilityGrowth? GrowthOf(MapReader growth)
    {
        if (!growth.IsGiven) return null;
        var spec = new ReliabilityGrowth(
            growth.Required("shape", Words.NumberWithin(0.05, 1)),
            growth.Required("since", Words.PositiveDuration));
        growth.Close();
        return spec;
    }

    private static Precursor? PrecursorOf(MapReader sign)
    {
        if (!sign.IsGiven) return null;
        var spec = new Precursor(
            sign.Required("share", UnitParser.Fraction), sign.Required("lead", LawWords.Positive));
        sign.Close();
        return spec;
    }

    private static DiagnosisErrors DiagnosisOf(MapReader diagnosis)
    {
        if (!diagnosis.IsGiven) return DiagnosisErrors.None;
        var spec = new DiagnosisErrors(
            diagnosis.Optional("missed", UnitParser.Fraction, "0"),
            diagnosis.Optional("wrong", UnitParser.Fraction, "0"));
        diagnosis.Close();
        var sum = spec.Missed.Value + spec.Wrong.Value;
        if (sum > 1 + 1e-9)
        {
            diagnosis.Reject(
                "missed", diagnosis.PlaceIfGiven("wrong"), "S036",
                "a diagnosis goes wrong at most always, here "
                + $"{spec.Missed} missed + {spec.Wrong} wrong = {UnitText.ThreeDigits(sum * 100)} %", null);
        }

        return spec;
    }

    private static UnknownModes? UnknownOf(MapReader modes)
    {
        if (!modes.IsGiven) return null;
        var spec = new UnknownModes(
            (int)modes.Required("modes", Words.CountWithin(1, 100_000)),
            (int)modes.Required("learned_after", Words.CountWithin(1, 100_000)));
        modes.Close();
        return spec;
    }

    /// <summary>Nodes have remedies; what spans them is out until it is back.</summary>
    private static (IReadOnlyDictionary<Remedy, double> Remedies, Distribution Outage) Mending(
        MapReader item, FaultScope? scope)
    {
        const string remedy = "remedy", outage = "outage";
        var (hasRemedy, hasOutage) = (item.Has(remedy), item.Has(outage));
        var at = item.PlaceIfGiven("scope");
        Distribution hour = new Constant(Duration.FromHours(1));
        var replaced = new Dictionary<Remedy, double>
        {
            [Remedy.Reset] = 0,
            [Remedy.Reboot] = 0,
            [Remedy.Replace] = 1,
        };
        if (scope is not { } unit) return (replaced, hour);
        var noun = FaultScopes.NounOf(unit);
        if (DomainTree.IsInNode(unit))
        {
            if (hasOutage)
            {
                item.Reject(
                    outage, at, "S053",
                    $"a faulty {noun} is mended by a `remedy` to its node; no `outage` says how long that takes",
                    "take `outage` out; times of remedies are in `lifecycle.remedies`");
            }

            return (Shares(item.Sub(remedy)), hour);
        }

        if (unit == FaultScope.Job)
        {
            foreach (var key in new[] { remedy, outage }.Where(item.Has))
            {
                item.Reject(
                    key, at, "S053",
                    $"a fault of the job is over when the job runs again: no `{key}` mends software",
                    $"take `{key}` out");
            }

            return (replaced, hour);
        }

        if (hasRemedy)
        {
            item.Reject(
                remedy, at, "S053", $"a {noun} comes back after its `outage`; no `remedy` is tried on its nodes",
                "write `outage: 1 h`, or any law of time");
        }

        return (replaced, item.Optional(outage, LawWords.Positive, "1 h"));
    }

    private static Dictionary<Remedy, double> Shares(MapReader remedy)
    {
        var findings = remedy.Log.Diagnostics.Count;
        var shares = new Dictionary<Remedy, double>
        {
            [Remedy.Reset] = Share("reset", "0"),
            [Remedy.Reboot] = Share("reboot", "0"),
            [Remedy.Replace] = Share("replace", remedy.IsGiven ? "0" : "1"),
        };
        var sum = shares.Values.Sum();
        if (Math.Abs(sum - 1) > 1e-9 && remedy.Log.Diagnostics.Count == findings)
        {
            var terms = string.Join(" + ", shares.Values.Select(UnitText.ThreeDigits));
            var total = UnitText.ThreeDigits(sum);
            remedy.Reject("reset", "S036", $"the shares of remedies sum to 1, here {terms} = {total}", null);
        }

        remedy.Close();
        return shares;

        double Share(string key, string standard) => remedy.Optional(key, UnitParser.Fraction, standard).Value;
    }
}
