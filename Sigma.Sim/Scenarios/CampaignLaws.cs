// What must fit together in a campaign: faults that a run can hold, an end that its steps can reach, and checkpoints
// whose copies take a known time.
using Sigma.Sim.Cluster;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Scenarios;

/// <summary>Checks the long run of a scenario whose single values are sound.</summary>
/// <param name="scenario">What was read.</param>
/// <param name="top">Where it was read.</param>
/// <param name="diagnostics">Where findings go.</param>
internal sealed class CampaignLaws(Scenario scenario, MapReader top, DiagnosticList diagnostics)
{
    /// <summary>More faults than this in one replication are a typing error, and would fill the memory.</summary>
    private const double MostFaults = 1e7;

    private readonly ClusterSpec _cluster = scenario.Cluster;

    public static void Check(Scenario scenario, MapReader top, DiagnosticList diagnostics)
    {
        var laws = new CampaignLaws(scenario, top, diagnostics);
        laws.Faults();
        switch (scenario.Step)
        {
            case ModelledStep:
                laws.SizeOfModel();
                break;
            case StatedStep step:
                laws.Reaches(step);
                laws.Copies(step);
                break;
            default:
                throw new InvalidOperationException($"no law is known of a {scenario.Step.GetType().Name}");
        }
    }

    private void Faults()
    {
        // Without a horizon the run's length is not known yet: ten years stand in for it.
        var span = Duration.FromDays(scenario.Horizon?.Days ?? 3650);
        var expected = Math.Min(1e99, scenario.Faults.Sum(f => UnitsOf(f.Scope) * StrikesOf(f, span)));
        if (expected > MostFaults)
        {
            Add("S045", $"the faults would strike about {expected:0.#e0} times in one replication; "
                + $"at most {MostFaults:0e0} are simulated", top.PlaceOf("faults"));
        }
    }

    /// <summary>A model says how large its state is; two sizes would be one too many.</summary>
    private void SizeOfModel()
    {
        var checkpoint = top.Sub("checkpoint");
        if (!checkpoint.Has("size")) return;
        checkpoint.Reject(
            "size", "S061", "`checkpoint.size` cannot stand beside `model`, whose state has a size of its own",
            "take `size` out; where copies take other times, a tier says so: `write: 2 min`, `read: 5 min`");
    }

    /// <summary>An end that steps of this time can reach.</summary>
    private void Reaches(StatedStep step)
    {
        var at = top.Sub(StatedStepReader.Key);
        switch (scenario.End)
        {
            case AfterTime end when end.Horizon < step.Time:
                Add("S045", $"a step of {step.Time} does not end within {end.Horizon}", top.PlaceOf("duration"),
                    at.PlaceOf("time"));
                break;
            case AfterTokens when step.Tokens is null:
                diagnostics.Add(new Diagnostic("S062", "`tokens` end the run, and the step states none")
                {
                    At = top.PlaceOf("tokens"),
                    Also = top.PlaceOf(StatedStepReader.Key),
                    Help = "say how many a step trains (`step: { time: 10 s, tokens: 4M }`), or end with `work`",
                });
                break;
            case AfterTokens end when end.Count < step.Tokens:
                Add("S045", $"tokens {UnitText.Count(end.Count)} are less than one step of "
                    + UnitText.Count(step.Tokens.Value), top.PlaceOf("tokens"), at.PlaceOf("tokens"));
                break;
            case AfterWork end when end.Kept < step.Time:
                Add("S045", $"work of {end.Kept} is less than one step of {step.Time}", top.PlaceOf("work"),
                    at.PlaceOf("time"));
                break;
        }
    }

    /// <summary>A copy whose time nobody states takes its bytes over a path: both must be known.</summary>
    private void Copies(StatedStep step)
    {
        var places = top.Sub("checkpoint").Items("tiers");
        foreach (var (tier, place) in scenario.Tiers.Zip(places))
        {
            if (tier is { Write: not null, Read: not null }) continue;
            var isPeer = tier.Target == CheckpointTarget.PeerMemory;
            string?[] missing =
            [
                step.StateSize is null ? "`checkpoint.size`" : null,
                isPeer && step.Links is null ? "`cluster.scale_out`" : null,
            ];
            var named = string.Join(" and ", missing.OfType<string>());
            if (named.Length == 0) continue;
            diagnostics.Add(new Diagnostic("S061", $"how long a copy takes follows from {named}, which "
                + $"{(missing.All(word => word is not null) ? "are" : "is")} not given")
            {
                At = place.PlaceOf("to"),
                Help = $"give {named}, or say the times of the tier: `write: 2 min`, `read: 5 min`",
            });
        }
    }

    /// <summary>Nothing mends a unit that corrupts silently: where it wears out, it strikes ever faster.</summary>
    private static double StrikesOf(FaultSpec fault, Duration span) => fault.Kind switch
    {
        FailStop => span.Days * 86400 / fault.TimeToFailure.MeanSeconds * (fault.EarlyLife?.Factor ?? 1),
        SilentCorruption => fault.ExpectedFailures(span),
        _ => throw new InvalidOperationException($"{fault.Name} is of no kind."),
    };

    private int UnitsOf(FaultScope scope) =>
        scope == FaultScope.Accelerator ? _cluster.Accelerators : _cluster.Nodes;

    private void Add(string code, string message, SourceSpan? at) => Add(code, message, at, null);

    private void Add(string code, string message, SourceSpan? at, SourceSpan? also) =>
        diagnostics.Add(new Diagnostic(code, message) { At = at, Also = also });
}
