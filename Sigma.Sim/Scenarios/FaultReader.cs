// Reads what goes wrong and what is done about it.
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Scenarios;

/// <summary>Binds `faults`, `lifecycle`, `checkpoint` and `recovery`.</summary>
internal static class FaultReader
{
    private static readonly Dictionary<string, FaultScope> Scopes = new(StringComparer.Ordinal)
    {
        ["accelerator"] = FaultScope.Accelerator,
        ["node"] = FaultScope.Node,
    };

    private static readonly Dictionary<string, CheckpointTarget> Targets = new(StringComparer.Ordinal)
    {
        ["peer-memory"] = CheckpointTarget.PeerMemory,
        ["storage"] = CheckpointTarget.Storage,
    };

    private static readonly Dictionary<string, PolicyKind> Policies = new(StringComparer.Ordinal)
    {
        ["restart"] = PolicyKind.Restart,
        ["warm-spare"] = PolicyKind.WarmSpare,
    };

    public static IReadOnlyList<FaultSpec> Faults(MapReader top)
    {
        var faults = new List<FaultSpec>();
        foreach (var item in top.Items("faults"))
        {
            var name = item.Required("name", Words.Sentence);
            var scope = item.Word("scope", Scopes, null);
            var bind = DetectionReader.KindOf(item);
            var life = LifeReader.Read(item, "time_to_failure");
            var early = EarlyLifeOf(item.Sub("early_life"));
            var kind = bind(item);
            var remedies = Shares(item.Sub("remedy"));
            item.Close();
            if (faults.Any(f => f.Name == name))
                item.Reject("name", "S034", $"two faults are named `{name}`", "give each its own name");
            faults.Add(new FaultSpec(name ?? "", scope, kind, life, early, remedies));
        }

        return faults;
    }

    public static LifecycleSpec Lifecycle(MapReader lifecycle)
    {
        var triage = lifecycle.Optional("triage", DistributionText.Parse, "10 min");
        var remedies = lifecycle.Sub("remedies");
        var byRemedy = new Dictionary<Remedy, RemedySpec>
        {
            [Remedy.Reset] = RemedyOf(remedies, "reset", "5 min", "0.6"),
            [Remedy.Reboot] = RemedyOf(remedies, "reboot", "20 min", "0.7"),
            [Remedy.Replace] = RemedyOf(remedies, "replace", "lognormal median 30 h sigma 0.8", "0.97"),
        };
        remedies.Close();
        var validation = lifecycle.Sub("validation");
        var tests = new ValidationSpec(
            validation.Optional("time", DistributionText.Parse, "lognormal median 25 min sigma 0.4"),
            validation.Optional("catches", UnitParser.Fraction, "0.9"),
            validation.Optional("rejects_good", UnitParser.Fraction, "0.02"));
        if (tests.RejectsGood.Value >= 1)
            validation.Reject("rejects_good", "S034", "no node would ever come back", null);
        validation.Close();
        var crews = (int)lifecycle.Optional("repair_crews", Words.CountWithin(1, 10_000), "4");
        var boot = lifecycle.Optional("cold_boot", DistributionText.Parse, "20 min");
        var relapse = lifecycle.Optional("relapse", PositiveLaw, "exponential 2 h");
        lifecycle.Close();
        return new LifecycleSpec(triage, byRemedy, tests, crews, boot, relapse);
    }

    public static IReadOnlyList<CheckpointTierSpec> Checkpoints(MapReader checkpoint, out Bytes? size)
    {
        size = checkpoint.Absent("size", UnitParser.Bytes);
        var tiers = new List<CheckpointTierSpec>();
        foreach (var item in checkpoint.Items("tiers"))
        {
            var target = item.Word("to", Targets, null);
            var every = item.Required("every", Words.PositiveDuration);
            var blocking = item.Optional("blocking", UnitParser.Duration, "0 s");
            var (write, read) = (item.Absent("write", UnitParser.Duration), item.Absent("read", UnitParser.Duration));
            item.Close();
            if (blocking >= every && every > Duration.Zero)
            {
                item.Reject(
                    "blocking", "S035",
                    $"a checkpoint that blocks {blocking} every {every} leaves no time to compute",
                    "take a longer interval");
            }

            tiers.Add(new CheckpointTierSpec(target, every, blocking) { Write = write, Read = read });
        }

        checkpoint.Close();
        return tiers;
    }

    public static RecoverySpec Recovery(MapReader recovery)
    {
        var policy = recovery.Word("policy", Policies, "restart");
        var restart = recovery.Sub("restart");
        var times = new RestartTimes(
            Time("tear_down", "60 s"),
            restart.Optional("decide", DistributionText.Parse, "0 s"),
            Time("schedule", "30 s"),
            Time("swap", "10 s"),
            Time("initialize", "120 s"),
            Time("first_step", "40 s"));
        restart.Close();
        recovery.Close();
        return new RecoverySpec(policy, times);

        Duration Time(string key, string standard) => restart.Optional(key, UnitParser.Duration, standard);
    }

    private static EarlyLife? EarlyLifeOf(MapReader young)
    {
        var early = young.IsGiven
            ? new EarlyLife(
                young.Required("factor", Words.NumberWithin(1, 1000)),
                young.Required("decays_over", Words.PositiveDuration))
            : null;
        young.Close();
        return early;
    }

    private static RemedySpec RemedyOf(MapReader remedies, string key, string time, string fixes)
    {
        var remedy = remedies.Sub(key);
        var spec = new RemedySpec(
            remedy.Optional("time", DistributionText.Parse, time),
            remedy.Optional("fixes", UnitParser.Fraction, fixes));
        remedy.Close();
        if (spec.Fixes.Value <= 0)
            remedy.Reject("fixes", "S034", $"a {key} that never mends anything would be tried for ever", null);
        return spec;
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

    private static Parsed<Distribution> PositiveLaw(string text) => Positive(DistributionText.Parse(text), text);

    private static Parsed<Distribution> Positive(Parsed<Distribution> law, string text) =>
        law.Succeeded && law.Value.MeanSeconds <= 0
            ? new Parsed<Distribution>(law.Value, $"expected a time above zero, found `{text}`")
            : law;
}
