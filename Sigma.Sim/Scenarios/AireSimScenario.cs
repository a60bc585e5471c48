// From AIReSim's parameters to the text of a scenario that means the same, number by number, with a comment that names
// the parameter behind each. Where the two simulators differ, the text says so where it matters.
using System.Globalization;
using System.Text;

namespace Sigma.Sim.Scenarios;

/// <summary>Writes scenarios.</summary>
public static class AireSimScenario
{
    private const int CommentColumn = 56;

    /// <summary>The scenario as YAML, which <see cref="Scenario.Parse"/> and every verb take.</summary>
    public static string Of(AireSimConfig config)
    {
        var text = new ScenarioText(config);
        Head(text, config);
        Cluster(text, config);
        Fault(text, config);
        Lifecycle(text, config);
        Recovery(text, config);
        return text.ToString();
    }

    private static void Head(ScenarioText text, AireSimConfig config)
    {
        text.Say($"# A run of AIReSim (github.com/karthikp-ubc/airesim), imported from {config.Source} by");
        text.Say("# `sigma import airesim`. Comments name AIReSim's parameters; its minutes keep their digits.");
        text.Say("# The first placement of the job takes no time here, and the part of a step that a failure cuts off");
        text.Say("# is lost, which is why the step is short: AIReSim loses no work.");
        var unused = AireSimFile.RunSettings.Where(config.Given.Contains).ToList();
        if (unused.Count > 0)
            text.Say($"# Not used, since replications are counted in advance: {string.Join(", ", unused)}.");
        text.Say($"scenario: {NameOf(config.Source)}");
        text.Say($"about: {config.JobSize} servers until a job of {Number(config.JobLength)} min is done");
        text.Put("work", $"{Number(config.JobLength)} min", "job_length");
        text.Put("seed", config.Seed.ToString(CultureInfo.InvariantCulture), "seed");
        if (config.NumReplications < 2)
            text.Say("replications: 2  # num_replications is 1, and an interval needs two");
        else
            text.Put("replications", Number(config.NumReplications), "num_replications");
        text.Note("step: { time: 1 ms }", "assumed: short against every time of AIReSim, whose work has no steps");
    }

    private static void Cluster(ScenarioText text, AireSimConfig config)
    {
        text.Say("");
        text.Say("cluster:");
        text.Put("  nodes", Number(config.JobSize), "job_size");
        text.Note("  accelerators_per_node: 1", "assumed: a server fails as a whole");
        text.Say("  spares:");
        text.Put("    hot", Number(config.WarmStandbys), "warm_standbys");
        text.Put("    warm", Number(config.FreeServers),
            "working_pool_size", " - job_size - warm_standbys");
        text.Put("    borrowed", Number(config.SparePoolSize), "spare_pool_size");
    }

    private static void Fault(ScenarioText text, AireSimConfig config)
    {
        text.Say("");
        text.Say("faults:");
        text.Say("  - name: server failure");
        text.Say("    scope: node");
        text.Say("    kind: fail-stop");
        if (config.FailureDistribution != AireSimLaw.Exponential)
        {
            text.Say("    # AIReSim draws the lives of all servers anew at every failure: none of them grows old.");
            text.Say("    # Here a server keeps its age until it is replaced, so that there are as many failures as");
            text.Say("    # renewal theory expects: five times as many for a Weibull shape of 1.5.");
        }

        text.Put("    time_to_failure", LawOf(config), "random_failure_rate", LawRemark(config));
        text.Note("    ages: operation", "assumed: servers fail only while the job computes on them");
        text.Note("    detection: { latency: 0 s }", "assumed: part of recovery_time");
        Diagnosis(text, config);
        text.Say("    remedy:");
        text.Put("      reset", Number(Rest(config.ProbAutoToManual)), "prob_auto_to_manual", ": the rest");
        text.Put("      replace", Number(config.ProbAutoToManual), "prob_auto_to_manual");
    }

    private static void Diagnosis(ScenarioText text, AireSimConfig config)
    {
        if (config is { DiagnosisProbability: 1, DiagnosisUncertainty: 0 }) return;
        text.Say("    # A server that nobody blames stays in the job here; AIReSim exchanges it for a standby.");
        text.Say("    diagnosis:");
        text.Put("      missed", Number(Rest(config.DiagnosisProbability)), "diagnosis_probability", ": the rest");
        text.Put("      wrong", Number(config.DiagnosisProbability * config.DiagnosisUncertainty),
            "diagnosis_uncertainty", " x diagnosis_probability");
    }

    private static void Lifecycle(ScenarioText text, AireSimConfig config)
    {
        text.Say("");
        text.Say("lifecycle:");
        text.Put("  triage", $"exponential {Number(config.AutoRepairTime)} min", "auto_repair_time");
        text.Say("  remedies:");
        text.Say("    reset:");
        text.Note("      time: 0 s", "assumed: auto_repair_time is all that it takes");
        text.Put("      fixes", Number(Rest(config.AutoRepairFailProb)), "auto_repair_fail_prob", ": the rest");
        text.Say("    replace:");
        text.Put("      time", $"exponential {Number(config.ManualRepairTime)} min", "manual_repair_time");
        text.Put("      fixes", Number(Rest(config.ManualRepairFailProb)), "manual_repair_fail_prob", ": the rest");
        text.Note("  validation: { time: 0 s, catches: 0, rejects_good: 0 }", "assumed: AIReSim tests no server");
        text.Note("  repair_crews: 100000", "assumed: AIReSim repairs any number at once");
        text.Note("  relapse: never", "assumed: a server that was not mended fails as often as before");
        text.Say("  lemon:");
        text.Put("    fraction", Number(config.SystematicFailureFraction), "systematic_failure_fraction");
        text.Put("    factor", Number(config.BadHazard), "systematic_failure_rate_multiplier",
            config.FailureDistribution switch
            {
                AireSimLaw.Weibull => " + 1, to the power of weibull_shape",
                AireSimLaw.LogNormal => " + 1, on the hazard; AIReSim divides the mean life",
                _ => " + 1",
            });
        text.Note("    curable: true", "assumed: a repair that works makes a bad server good");
    }

    private static void Recovery(ScenarioText text, AireSimConfig config)
    {
        text.Say("");
        text.Say("recovery:");
        text.Note("  policy: hot-spare", "assumed: a standby takes over, else servers are selected anew");
        text.Note("  promote_spares: false", "assumed: free servers stand by only after a selection");
        text.Say("  restart:");
        text.Put("    hot_swap", $"{Number(config.RecoveryTime)} min", "recovery_time");
        text.Put("    schedule", $"{Number(config.HostSelectionTime)} min", "host_selection_time");
        text.Put("    preempt", $"{Number(config.PreemptionWaitTime)} min", "preemption_wait_time");
        foreach (var phase in new[] { "tear_down", "decide", "swap", "initialize", "first_step" })
            text.Note($"    {phase}: 0 s", "assumed: part of the times above");
        text.Say("");
        text.Note("cost: { accelerator_hour: 0 USD }", "assumed: AIReSim counts no money");
    }

    private static string LawOf(AireSimConfig config)
    {
        var mean = $"{Number(config.MeanLife)} min";
        return config.FailureDistribution switch
        {
            AireSimLaw.Exponential => $"exponential {mean}",
            AireSimLaw.Weibull => $"weibull shape {Number(config.WeibullShape)} mean {mean}",
            AireSimLaw.LogNormal => $"lognormal median {Number(MedianOf(config))} min sigma "
                + Number(config.LognormalSigma),
            _ => throw new ArgumentOutOfRangeException(nameof(config), config.FailureDistribution, null),
        };
    }

    private static string LawRemark(AireSimConfig config) => config.FailureDistribution switch
    {
        AireSimLaw.Weibull => ", weibull_shape: mean 1 / rate",
        AireSimLaw.LogNormal => ", lognormal_sigma: mean 1 / rate",
        _ => ": mean 1 / rate",
    };

    /// <summary>The median with which the mean is that of the rate.</summary>
    private static double MedianOf(AireSimConfig config) =>
        config.MeanLife * Math.Exp(-config.LognormalSigma * config.LognormalSigma / 2);

    /// <summary>What is left of one, without the last digits of a binary difference.</summary>
    private static double Rest(double share) => Math.Round(1 - share, 12);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string NameOf(string source)
    {
        var stem = Path.GetFileNameWithoutExtension(source);
        var word = new string([.. stem.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_').Take(60)]);
        return word.StartsWith("airesim", StringComparison.OrdinalIgnoreCase) || word.Length == 0
            ? word.Length == 0 ? "airesim" : word
            : $"airesim-{word}";
    }

    /// <summary>Lines with their comments in one column.</summary>
    private sealed class ScenarioText(AireSimConfig config)
    {
        private readonly StringBuilder _text = new();

        public void Say(string line) => _text.Append(line).Append('\n');

        /// <summary>A value that comes from a parameter.</summary>
        public void Put(string key, string value, string parameter) => Put(key, value, parameter, "");

        public void Put(string key, string value, string parameter, string remark)
        {
            var whose = config.Given.Contains(parameter) ? "" : "AIReSim's default of ";
            Note($"{key}: {value}", $"assumed: {whose}{parameter}{remark}");
        }

        public void Note(string line, string comment) => Say($"{line.PadRight(CommentColumn - 1)} # {comment}");

        public override string ToString() => _text.ToString();
    }
}
