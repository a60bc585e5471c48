// What must fit together in a campaign: faults that a run can hold, an end that its steps can reach, and checkpoints
// whose copies take a known time and fit between two others.
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
    /// <summary>More events than this in one replication are a typing error, and would last for hours.</summary>
    private const double MostEvents = 1e8;

    /// <summary>A strike with its detection, recovery and repair; a checkpoint; one flap of a link.</summary>
    private const double EventsPerStrike = 10, EventsPerCheckpoint = 2, EventsPerFlap = 2;

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

        if (diagnostics.Any) return;
        laws.Checkpoints();
        new RecoveryLaws(scenario, top, diagnostics).Check();
    }

    /// <summary>Without a horizon the run's length is not known yet: ten years stand in for it.</summary>
    private Duration LongestSpan => scenario.Horizon ?? Duration.FromDays(3650);

    private void Faults()
    {
        var tree = DomainTree.Of(_cluster);
        var excess = ExpectedRun.LemonExcessOf(scenario);
        var events = scenario.Faults.Select(fault => EventsOf(fault, tree) * (1 + Math.Max(0, excess))).ToList();
        var sum = Math.Min(1e99, events.Sum());
        if (sum <= MostEvents) return;
        var worst = top.Items("faults")[events.IndexOf(events.Max())];
        Add("S045", $"the faults would give about {sum:0.#e0} events in one replication; at most {MostEvents:0e0} "
            + "are simulated", worst.PlaceOf("time_to_failure"));
    }

    private double EventsOf(FaultSpec fault, DomainTree tree)
    {
        var units = tree.UnitsOf(fault.Scope, fault.Ages == AgeClock.Calendar ? tree.Nodes : _cluster.Nodes);
        // Only a replacement renews a unit: without one it strikes ever faster where it wears out.
        var isNeverRenewed = !DomainTree.IsInNode(fault.Scope)
            || fault.Kind is SilentCorruption or FalseAlarm
            || fault.Remedies.GetValueOrDefault(Remedy.Replace) <= 0
            || (fault.Kind is LinkFlap flap && flap.AlarmAfter > flap.Times);
        var strikes = isNeverRenewed
            ? fault.ExpectedFailures(LongestSpan)
            : LongestSpan.Seconds / fault.TimeToFailure.MeanSeconds * (fault.EarlyLife?.Factor ?? 1);
        var flaps = fault.Kind is LinkFlap link ? link.Times * EventsPerFlap : 0;
        return units * strikes * (EventsPerStrike + flaps);
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

    private void Checkpoints()
    {
        var mtti = ExpectedRun.FaultsOf(scenario).MeanTimeToInterruption;
        var items = top.Sub("checkpoint").Items("tiers");
        foreach (var (tier, item) in scenario.Tiers.Zip(items))
        {
            if (ExpectedRun.EveryOf(tier, mtti) is { } every) Checkpoint(tier, every, mtti, item);
            else
            {
                item.Reject(
                    "every", "S035", "no fault is expected to stop the job, so that no interval is best",
                    "give an interval, or take the tier out");
            }
        }
    }

    private void Checkpoint(CheckpointTierSpec tier, Duration every, Duration? mtti, MapReader item)
    {
        var note = tier.Every is null
            ? $"Daly's interval is {every} for {tier.Blocking} blocking and an MTTI of {mtti}"
            : null;
        if (IsAfterEachStep(tier, every))
        {
            CountCheckpoints(every, item);
            return;
        }

        if (tier.Every is not null && tier.Blocking >= every)
        {
            var isAfterEach = scenario.Step is StatedStep step && every <= step.Time;
            item.Reject(
                "blocking", "S035",
                $"a checkpoint that blocks {tier.Blocking} every {every} leaves no time to compute",
                "take a longer interval" + (isAfterEach ? ", or say `write: 0 s` if the job waits for the copy" : ""));
            return;
        }

        var write = ExpectedRun.TierOf(scenario, tier, every).Write;
        if (tier.Blocking + write > every)
        {
            diagnostics.Add(new Diagnostic(
                "S035", $"a checkpoint takes {tier.Blocking} blocking + {write} to write = "
                + $"{tier.Blocking + write}, and the next is due {every} after it")
            {
                At = item.PlaceOf("every"),
                Also = tier.Target switch
                {
                    CheckpointTarget.Storage => Place("cluster", "storage"),
                    CheckpointTarget.LocalDisk => Place("cluster", "local_disk"),
                    _ => Place("cluster", "scale_out"),
                },
                Note = note,
                Help = "take a longer interval",
            });
            return;
        }

        CountCheckpoints(every, item);
    }

    /// <summary>
    /// The interval counts computing time. A checkpoint after each step, written while the job waits for it, may stop
    /// the job for longer than the step takes.
    /// </summary>
    private bool IsAfterEachStep(CheckpointTierSpec tier, Duration every) =>
        scenario.Step is StatedStep step && tier.Every is not null && every <= step.Time
        && ExpectedRun.TierOf(scenario, tier, every).Write.IsZero;

    /// <summary>A checkpoint waits for the end of a step, so that there are no more of them than steps.</summary>
    private void CountCheckpoints(Duration every, MapReader item)
    {
        var step = ShortestStep();
        var steps = scenario.End switch
        {
            AfterTokens end when TokensPerStep is { } tokens => (double)end.Count / tokens,
            AfterWork end => end.Kept.Over(step),
            _ => double.PositiveInfinity,
        };
        var count = Math.Min(steps, LongestSpan.Over(Duration.Max(every, step)));
        if (count * EventsPerCheckpoint > MostEvents)
        {
            Add("S045", $"{count:0.#e0} checkpoints in one replication are "
                + $"{count * EventsPerCheckpoint:0.#e0} events; at most {MostEvents:0e0} are simulated",
                item.PlaceOf("every"));
        }
    }

    private long? TokensPerStep => scenario.Step switch
    {
        ModelledStep step => (long)step.Parallelism.GlobalBatch * step.Model.Sequence,
        StatedStep step => step.Tokens,
        _ => null,
    };

    /// <summary>A step that is played takes as long as at the peak of all accelerators, or longer.</summary>
    private Duration ShortestStep()
    {
        if (scenario.Step is StatedStep stated) return stated.Time;
        var model = scenario.Modelled.Model;
        var peak = _cluster.Accelerator.PeakOf(model.Precision).PerSecond * _cluster.Accelerators;
        return Duration.FromSeconds(TokensPerStep!.Value * model.FlopsPerToken(causal: true) / peak);
    }

    private void Add(string code, string message, SourceSpan? at) => Add(code, message, at, null);

    private void Add(string code, string message, SourceSpan? at, SourceSpan? also) =>
        diagnostics.Add(new Diagnostic(code, message) { At = at, Also = also });

    private SourceSpan? Place(string section, string key) =>
        top.Sub(section) is { IsGiven: true } map ? map.PlaceOf(key) : top.PlaceOf(section);
}
