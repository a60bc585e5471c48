// Reads what brings the job back, how long its phases take, and what is done before anything stops.
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Scenarios;

/// <summary>Binds `recovery`.</summary>
internal static class RecoveryReader
{
    private static readonly Dictionary<string, PolicyKind> Policies = new(StringComparer.Ordinal)
    {
        ["restart"] = PolicyKind.Restart,
        ["warm-spare"] = PolicyKind.WarmSpare,
        ["hot-spare"] = PolicyKind.HotSpare,
        ["elastic"] = PolicyKind.Elastic,
        ["reroute"] = PolicyKind.Reroute,
    };

    /// <summary>A policy's word in a scenario.</summary>
    public static string WordOf(PolicyKind policy) => Policies.First(pair => pair.Value == policy).Key;

    public static RecoverySpec Read(MapReader recovery)
    {
        var policy = recovery.Word("policy", Policies, "restart");
        var times = TimesOf(recovery.Sub("restart"));
        var promotes = recovery.Word("promote_spares", Words.YesNo, "true");
        var proactive = ProactiveOf(recovery.Sub("proactive"));
        recovery.Close();
        return new RecoverySpec(policy, times) { Proactive = proactive, PromotesSpares = promotes };
    }

    private static RestartTimes TimesOf(MapReader restart)
    {
        var decide = restart.Optional("decide", DistributionText.Parse, "0 s");
        var byPeople = restart.Optional(
            "decide_unknown", LawWords.LawOr("as decide", DistributionText.Parse), "as decide");
        var times = new RestartTimes(
            Time("tear_down", "60 s"), decide, Time("schedule", "30 s"), Time("swap", "10 s"),
            Time("initialize", "120 s"), Time("first_step", "40 s"))
        {
            ManualDecide = byPeople ?? decide,
            HotSwap = Time("hot_swap", "30 s"),
            Reconfigure = Time("reconfigure", "30 s"),
            Rejoin = Time("rejoin", "30 s"),
            Preempt = Time("preempt", "10 min"),
        };
        restart.Close();
        return times;

        Duration Time(string key, string standard) => restart.Optional(key, UnitParser.Duration, standard);
    }

    private static ProactiveSpec ProactiveOf(MapReader proactive)
    {
        var drains = proactive.Word("drain", Words.YesNo, "false");
        var slower = proactive.Optional(
            "evict_slower_than", LawWords.ValueOr("never", Words.NumberWithin(1, 1000)), "never");
        var tests = QuickValidationOf(proactive.Sub("quick_validation"));
        proactive.Close();
        return new ProactiveSpec(drains, slower, tests);
    }

    private static QuickValidationSpec? QuickValidationOf(MapReader tests)
    {
        if (!tests.IsGiven) return null;
        var spec = new QuickValidationSpec(
            tests.Required("every", Words.PositiveDuration),
            tests.Required("lasts", Words.PositiveDuration),
            tests.Optional("catches", UnitParser.Fraction, "0.9"));
        tests.Close();
        return spec;
    }
}
