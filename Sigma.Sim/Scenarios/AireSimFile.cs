// Reads the YAML (or JSON, which is YAML) that AIReSim reads, with its names, defaults and bounds, and says of every
// mistake where it is. What a campaign here cannot do is refused, not left out in silence.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Scenarios;

/// <summary>Binds AIReSim's configuration.</summary>
public static class AireSimFile
{
    // What a scenario takes in each of its keys.
    private const int MostNodes = 16_384, MostSpares = 4096;
    private const double MostMinutes = 50 * 365.25 * 1440, LeastRate = 1 / (1000 * MostMinutes);
    private const string Working = "working_pool_size", Regeneration = "bad_server_regeneration";

    /// <summary>AIReSim's own run settings, which say how long to repeat and are not used here.</summary>
    internal static readonly string[] RunSettings =
        ["adaptive_replications", "confidence_level", "relative_accuracy", "max_replications"];

    private static readonly Dictionary<string, bool> Truth = new(StringComparer.Ordinal)
    {
        ["true"] = true,
        ["True"] = true,
        ["yes"] = true,
        ["on"] = true,
        ["false"] = false,
        ["False"] = false,
        ["no"] = false,
        ["off"] = false,
    };

    private static readonly Dictionary<string, AireSimLaw> Laws = new(StringComparer.Ordinal)
    {
        ["exponential"] = AireSimLaw.Exponential,
        ["weibull"] = AireSimLaw.Weibull,
        ["lognormal"] = AireSimLaw.LogNormal,
    };

    /// <summary>Its default for every key.</summary>
    public static AireSimConfig Defaults { get; } = Read(
        new YamlMap(new SourceSpan(new SourceFile("", SourceKind.AireSim, ""), 1, 1, 0), []), new DiagnosticList(), "");

    /// <summary>Reads a file; throws <see cref="ScenarioException"/> with every finding.</summary>
    /// <param name="path">The file.</param>
    /// <param name="changes">Keys with other values, as if they stood in the file.</param>
    public static AireSimConfig Load(string path, IReadOnlyList<Override> changes)
    {
        var findings = new DiagnosticList();
        var file = SourceFile.Load(path, path, SourceKind.AireSim, null, findings);
        var map = file is null ? null : YamlTree.Parse(file, findings);
        var config = map is null ? null : Read(changes.Aggregate(map, Changed), findings, Path.GetFileName(path));
        return findings.Any || config is null ? throw new ScenarioException(findings) : config;
    }

    private static AireSimConfig Read(YamlMap map, DiagnosticList findings, string source)
    {
        var log = new InputLog(findings, "");
        var file = new MapReader(map, "", log);
        var config = Bind(file, new AireSimConfig(source)
        {
            Given = map.Entries.Select(entry => entry.Key.Text).ToHashSet(StringComparer.Ordinal),
        });
        RefuseRegeneration(file);
        PassOver(file);
        file.Close();
        if (!findings.Any) CheckPools(file, config);
        if (!findings.Any) CheckJob(file, config);
        return config with { Inputs = log.Inputs };
    }

    private static AireSimConfig Bind(MapReader file, AireSimConfig config)
    {
        return config with
        {
            RandomFailureRate = file.Optional("random_failure_rate", Within(LeastRate, 1e6), "6.944444444444444e-6"),
            SystematicFailureRateMultiplier = Number("systematic_failure_rate_multiplier", 0, 100, "5"),
            SystematicFailureFraction = Share("systematic_failure_fraction", "0.15"),
            RecoveryTime = Minutes("recovery_time", "20"),
            HostSelectionTime = Minutes("host_selection_time", "3"),
            JobSize = Count("job_size", 1, MostNodes, "4096"),
            JobLength = Number("job_length", 1e-3, MostMinutes, "368640"),
            WarmStandbys = Count("warm_standbys", 0, MostSpares, "16"),
            WorkingPoolSize = Count(Working, 1, MostNodes + 2 * MostSpares, "4160"),
            SparePoolSize = Count("spare_pool_size", 0, MostSpares, "200"),
            PreemptionWaitTime = Minutes("preemption_wait_time", "20"),
            AutoRepairTime = Number("auto_repair_time", 1e-6, MostMinutes, "120"),
            ManualRepairTime = Number("manual_repair_time", 1e-6, MostMinutes, "2880"),
            ProbAutoToManual = Share("prob_auto_to_manual", "0.8"),
            AutoRepairFailProb = Share("auto_repair_fail_prob", "0.4"),
            ManualRepairFailProb = Share("manual_repair_fail_prob", "0.2"),
            FailureDistribution = file.Word("failure_distribution", Laws, "exponential"),
            WeibullShape = Number("weibull_shape", 0.05, 20, "1"),
            LognormalSigma = Number("lognormal_sigma", 0.05, 5, "1"),
            DiagnosisProbability = Share("diagnosis_probability", "1"),
            DiagnosisUncertainty = Share("diagnosis_uncertainty", "0"),
            Seed = file.Optional("seed", Words.Seed, "42"),
            NumReplications = Count("num_replications", 1, 100_000, "30"),
        };

        double Number(string key, double least, double most, string standard) =>
            file.Optional(key, Within(least, most), standard);
        double Minutes(string key, string standard) => Number(key, 0, MostMinutes, standard);
        double Share(string key, string standard) => Number(key, 0, 1, standard);
        int Count(string key, int least, int most, string standard) =>
            (int)file.Optional(key, Words.CountWithin(least, most), standard);
    }

    /// <summary>The words for a bound that is met by nobody's plans say no more than that it is one.</summary>
    private static Func<string, Parsed<double>> Within(double least, double most) => text =>
    {
        var number = UnitParser.Number(text);
        if (number is { Succeeded: true, Value: <= 0 } && least > 0)
            return new Parsed<double>(least, $"expected a number above zero, found `{text}`");
        return Words.NumberWithin(least, most)(text);
    };

    private static void RefuseRegeneration(MapReader file)
    {
        var regenerates = file.Word(Regeneration, Truth, "false");
        file.Optional("bad_server_regen_interval", Within(1e-6, MostMinutes), "43200");
        if (!regenerates) return;
        file.Reject(
            Regeneration, "S070", "good servers that turn bad in the middle of a run have no counterpart in a scenario",
            $"say `{Regeneration}: false` to import the rest");
    }

    private static void PassOver(MapReader file)
    {
        file.Word(RunSettings[0], Truth, "false");
        file.Optional(RunSettings[1], Within(1e-9, 1), "0.95");
        file.Optional(RunSettings[2], Within(1e-9, 1e9), "0.05");
        file.Optional(RunSettings[3], Words.PositiveCount, "1000");
    }

    private static void CheckPools(MapReader file, AireSimConfig config)
    {
        var needed = config.JobSize + config.WarmStandbys;
        if (config.FreeServers < 0)
        {
            file.Reject(
                Working, file.PlaceIfGiven("job_size") ?? file.PlaceIfGiven("warm_standbys"), "S070",
                $"a working pool of {UnitText.Count(config.WorkingPoolSize)} servers cannot hold "
                + $"job_size {UnitText.Count(config.JobSize)} + warm_standbys {UnitText.Count(config.WarmStandbys)} = "
                + UnitText.Count(needed), "AIReSim refuses it as well");
        }
        else if (config.FreeServers > MostSpares)
        {
            file.Reject(
                Working, "S070", $"{UnitText.Count(config.FreeServers)} servers of the working pool beyond job and "
                + $"standbys; a cluster has at most {UnitText.Count(MostSpares)} warm spares", null);
        }
    }

    private static void CheckJob(MapReader file, AireSimConfig config)
    {
        if (config.BadHazard > LifecycleReader.MostLemonFactor)
        {
            file.Reject(
                "weibull_shape", file.PlaceIfGiven("systematic_failure_rate_multiplier"), "S070",
                $"bad servers would have {UnitText.ThreeDigits(config.BadHazard)} times the hazard of good ones; a "
                + $"lemon has at most {UnitText.Count(LifecycleReader.MostLemonFactor)}",
                "the factor is (1 + multiplier) to the power of the shape");
        }

        if (config.JobSize > 1) return;
        file.Reject("job_size", "S070", "a job of one server has no other to hold its state; it takes two", null);
    }

    private static YamlMap Changed(YamlMap map, Override change)
    {
        var source = new SourceFile(SourceFile.CommandLine, SourceKind.AireSim, $"{change.Path}={change.Value}");
        var key = new YamlScalar(new SourceSpan(source, 1, 1, change.Path.Length), change.Path);
        var at = new SourceSpan(source, 1, change.Path.Length + 2, Math.Max(1, change.Value.Length));
        var others = map.Entries.Where(entry => entry.Key.Text != change.Path);
        // As in a scenario, an empty value takes the key away.
        YamlEntry[] changed = change.Value.Length > 0 ? [new YamlEntry(key, new YamlScalar(at, change.Value))] : [];
        return map with { Entries = [.. others, .. changed] };
    }
}
