// What-ifs of one training step: the same step played again with something changed, on the same routing and the same
// dice, so that the difference is the change's.
using Sigma.Sim.Cluster;
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;
using Sigma.Sim.Replay;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Training;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Experiments;

/// <summary>Everything that a replayed step depends on besides routing and seed.</summary>
public sealed record StepInputs(
    ModelSpec Model, ParallelismSpec Parallelism, ClusterSpec Cluster, FabricSpec Fabric, NoiseSpec Noise)
{
    /// <summary>Of a scenario that models its step.</summary>
    public static StepInputs Of(Scenario scenario)
    {
        var step = scenario.Modelled;
        return new StepInputs(step.Model, step.Parallelism, scenario.Cluster, step.Fabric, step.Noise);
    }
}

/// <summary>The step after a change.</summary>
/// <param name="Title">What was changed.</param>
/// <param name="StepTime">Its mean over the samples.</param>
/// <param name="Mfu">Its utilization.</param>
public sealed record StepOutcome(string Title, Duration StepTime, double Mfu);

/// <summary>Plays changed steps.</summary>
/// <param name="routing">The real step's routing, or null where routing is balanced.</param>
/// <param name="seed">The scenario's.</param>
/// <param name="samples">Steps that each change is played over.</param>
/// <param name="threads">How many at a time.</param>
/// <param name="cancellation">Ends it early.</param>
public sealed class StepStudy(
    RoutingTrace? routing, ulong seed, int samples, int threads, CancellationToken cancellation)
{
    /// <summary>
    /// From an earlier state of the same machine to a later one, one mechanism after the other: what each bought
    /// depends on those before it. The first outcome is the earlier state, the last the later one. States whose pauses
    /// come at different times on different ranks vary most, and are played over <paramref name="restless"/> samples.
    /// </summary>
    /// <param name="earlier">The state before.</param>
    /// <param name="later">The state now.</param>
    /// <param name="now">The step of the state now, played already.</param>
    /// <param name="restless">Samples of states that vary much.</param>
    public IReadOnlyList<StepOutcome> Ladder(StepInputs earlier, StepInputs later, StepProfile now, int restless)
    {
        var rungs = new List<StepOutcome> { Rung("as it was", earlier) };
        var state = earlier;
        var mechanisms = Mechanisms(earlier, later).ToList();
        foreach (var (title, change) in mechanisms.SkipLast(1))
        {
            state = change(state);
            rungs.Add(Rung(title, state));
        }

        // The last change makes the state that is now.
        rungs.Add(new StepOutcome(mechanisms[^1].Title, now.StepTime, now.Figures.Mfu));
        return rungs;

        StepOutcome Rung(string title, StepInputs inputs) => Played(
            title, inputs, inputs.Noise.Remaining.Pauses.All(pause => pause.Synchronized) ? samples : restless);
    }

    /// <summary>What is done against noise, or could be: each switched over by itself.</summary>
    public IReadOnlyList<StepOutcome> Mitigations(StepInputs inputs, StepProfile now)
    {
        var outcomes = new List<StepOutcome> { new("as it is", now.StepTime, now.Figures.Mfu) };
        foreach (var (title, changed) in Switched(inputs)) outcomes.Add(Played(title, changed, samples));
        return outcomes;
    }

    /// <summary>The step when something is wrong: a slow node, a narrow NIC, missing replicas or nodes.</summary>
    public ConditionStudy Conditions(StepInputs inputs, StepProfile now)
    {
        var replays = new ConditionReplays(
            PlanOf(inputs), now.Samples[0],
            (cluster, parallelism) => PlanOf(inputs with { Cluster = cluster, Parallelism = parallelism }),
            (plan, health) => new StepReplay(plan, inputs.Noise, seed).Play(0, health).StepTime);
        return replays.Study(threads, cancellation);
    }

    /// <summary>What differs between two states, as changes of the earlier one.</summary>
    private static IEnumerable<(string Title, Func<StepInputs, StepInputs> Change)> Mechanisms(
        StepInputs earlier, StepInputs later)
    {
        var (a, b) = (earlier.Parallelism, later.Parallelism);
        if (earlier.Model != later.Model) yield return ("model", s => s with { Model = later.Model });
        if (Scheduled(a, b) != a)
        {
            yield return ($"schedule: {PipelineSchedule.Word(b.Schedule)}",
                s => s with { Parallelism = Scheduled(s.Parallelism, b) });
        }

        if (a.Overlap != b.Overlap || a.BlockingSends != b.BlockingSends)
        {
            yield return ("communication hidden behind kernels",
                s => s with { Parallelism = Overlapped(s.Parallelism, b) });
        }

        if (Overlapped(Scheduled(a, b), b) != b)
            yield return ("the rest of the layout", s => s with { Parallelism = b });
        if (earlier.Noise.DropsCaches != later.Noise.DropsCaches)
        {
            yield return ("caches dropped before the job", s => s with
            {
                Noise = s.Noise with { DropsCaches = later.Noise.DropsCaches },
            });
        }

        foreach (var pause in later.Noise.Pauses)
        {
            if (earlier.Noise.Pauses.FirstOrDefault(p => p.Name == pause.Name) is { } old && old == pause) continue;
            yield return (TitleOf(pause), s => s with { Noise = WithPause(s.Noise, pause) });
        }

        if (earlier.Noise.KernelVariation != later.Noise.KernelVariation
            || earlier.Noise.SlowNodes != later.Noise.SlowNodes
            || earlier.Noise.EvictsSlowNodes != later.Noise.EvictsSlowNodes
            || earlier.Noise.Pauses.Any(pause => later.Noise.Pauses.All(p => p.Name != pause.Name)))
        {
            yield return ("the rest of the noise", s => s with { Noise = later.Noise });
        }

        if (earlier.Fabric != later.Fabric) yield return ("links", s => s with { Fabric = later.Fabric });
        yield return ("kernels", s => s with { Cluster = later.Cluster });
    }

    private static ParallelismSpec Scheduled(ParallelismSpec of, ParallelismSpec by) => of with
    {
        Schedule = by.Schedule,
        VirtualStages = by.VirtualStages,
        LayersPerPart = by.LayersPerPart,
    };

    private static ParallelismSpec Overlapped(ParallelismSpec of, ParallelismSpec by) =>
        of with { Overlap = by.Overlap, BlockingSends = by.BlockingSends };

    private static NoiseSpec WithPause(NoiseSpec noise, PauseSpec pause) => noise with
    {
        Pauses = [.. noise.Pauses.Where(p => p.Name != pause.Name), pause],
    };

    private static string TitleOf(PauseSpec pause) => pause.Synchronized
        ? $"{pause.Name} at the same step on all ranks" : pause.Name;

    private static IEnumerable<(string Title, StepInputs Changed)> Switched(StepInputs inputs)
    {
        var noise = inputs.Noise;
        if (noise.Pauses.Any(pause => pause.IsOfCaches))
        {
            yield return (noise.DropsCaches ? "caches not dropped before the job" : "caches dropped before the job",
                inputs with { Noise = noise with { DropsCaches = !noise.DropsCaches } });
        }

        foreach (var pause in noise.Pauses.Where(pause => pause.EverySteps > 0))
        {
            var steps = pause.Synchronized ? "at different steps" : "at the same step";
            yield return ($"{pause.Name} {steps} on all ranks",
                inputs with { Noise = WithPause(noise, pause with { Synchronized = !pause.Synchronized }) });
        }

        if (noise.SlowNodes is null) yield break;
        yield return (noise.EvictsSlowNodes ? "slow nodes kept" : "slow nodes evicted",
            inputs with { Noise = noise with { EvictsSlowNodes = !noise.EvictsSlowNodes } });
        var layout = inputs.Parallelism;
        yield return (layout.DynamicMicroBatches ? "equal micro-batches for all replicas"
            : "micro-batches moved from slow replicas to fast ones",
            inputs with { Parallelism = layout with { DynamicMicroBatches = !layout.DynamicMicroBatches } });
    }

    private StepOutcome Played(string title, StepInputs inputs, int steps)
    {
        var plan = PlanOf(inputs);
        var profile = StepProfile.Of(plan, inputs.Noise, seed, steps, threads, cancellation);
        return new StepOutcome(title, profile.StepTime, profile.Figures.Mfu);
    }

    private StepPlan PlanOf(StepInputs inputs)
    {
        cancellation.ThrowIfCancellationRequested();
        return new StepPlan(inputs.Model, inputs.Parallelism, inputs.Cluster, inputs.Fabric, routing, seed);
    }
}
