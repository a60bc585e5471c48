// What a run does not know, in sentences that depend on what it did: the last word of a page that someone signs for.
using Sigma.Sim.Experiments;
using Sigma.Sim.Faults;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Reporting;

/// <summary>Writes the section about limits.</summary>
internal static class LimitSection
{
    public static void Write(RunOutcome outcome, HtmlText page)
    {
        page.Section(
                "limits", "Limits", "What the model does not know",
                "A forecast is as good as what it leaves out is small.")
            .Open("ul", "");
        foreach (var limit in Of(outcome)) page.Text("li", "", limit);
        page.Close("ul").Close("section");
    }

    private static IEnumerable<string> Of(RunOutcome outcome)
    {
        var isPlayed = outcome.Played is not null;
        yield return OfTheStep(outcome.Scenario.Step);
        var faults = outcome.Campaign.Faults;
        var missing = Kinds
            .Where(kind => !faults.Any(fault => kind.Is(fault.Kind)))
            .Select(kind => kind.Plural)
            .ToList();
        if (missing.Count > 0)
        {
            yield return $"The scenario has no {Wording.List(missing, "or")}: where the cluster has them, the forecast "
                + "is too good.";
        }

        if (CorruptionTables.FaultsOf(outcome).Count > 0)
        {
            yield return "A silent fault corrupts one step silently, and how often that is noticed is what a small "
                + "step showed, or what the scenario states; units that corrupt every step are not simulated.";
        }

        if (faults.Any(fault => fault.Ages == AgeClock.Operation))
        {
            yield return "Units age only while the job computes, but for faults that come by the calendar; waiting, "
                + "restarting and repair do not wear them out.";
        }

        yield return isPlayed
            ? "The campaign advances at the mean step time; the spread between steps is in the step profile, not in "
                + "the days."
            : "The campaign advances at the stated step time; real steps vary.";
        if (isPlayed)
        {
            yield return "The routing is that of a reduced model after a short training, with the full model's experts "
                + "and top-k; another seed or a longer training balances differently and moves the step time by "
                + "several per cent.";
        }

        yield return "Intervals hold the chance of faults within the scenario, at one step time: the step itself has "
            + "none. They say nothing about assumed inputs being wrong.";
    }

    private static readonly (Func<FaultKind, bool> Is, string Plural)[] Kinds =
    [
        (kind => kind is FailStop, "units that stop"),
        (kind => kind is Hang, "hangs"),
        (kind => kind is FailSlow, "slow units"),
        (kind => kind is SilentCorruption, "silent corruptions"),
        (kind => kind is LinkFlap, "flapping links"),
        (kind => kind is FalseAlarm, "false alarms"),
    ];

    private static string OfTheStep(StepSource step) => step switch
    {
        StatedStep => "The step is stated, not worked out: nothing is known of its kernels, its communication and its "
            + "bubbles, and all of a kept step counts as computing.",
        ModelledStep { Parallelism.Contention: true } =>
            "Messages between nodes share the NICs of their ranks; links inside nodes and above the leaves are not "
                + "contended for.",
        ModelledStep => "Collectives do not contend with one another for links: each takes the time that it would "
            + "take alone (contention: simulated shares NICs).",
        _ => throw new InvalidOperationException($"nothing is known of a {step.GetType().Name}"),
    };
}
