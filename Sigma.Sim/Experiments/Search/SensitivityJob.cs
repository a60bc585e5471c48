// Which inputs move the answer most: each alone to both ends of its range on the same faults, and the strongest of them
// all together over a hypercube.
using Sigma.Sim.Accounting;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Scenarios.Sweeps;

namespace Sigma.Sim.Experiments.Search;

/// <summary>An input at both ends, everything else the same.</summary>
/// <param name="Input">What was varied.</param>
/// <param name="AtLow">Paired difference of the metric to the scenario's own, at the low end.</param>
/// <param name="AtHigh">The same at the high end.</param>
public sealed record Swing(VariedInput Input, Estimate AtLow, Estimate AtHigh)
{
    public double Largest => Math.Max(Math.Abs(AtLow.Mean), Math.Abs(AtHigh.Mean));

    /// <summary>Whether one end differs by more than chance.</summary>
    public bool IsSure => IsOff(AtLow) || IsOff(AtHigh);

    private static bool IsOff(Estimate estimate) => estimate.Low > 0 || estimate.High < 0;
}

/// <summary>What a study found.</summary>
/// <param name="Scenario">As it stands.</param>
/// <param name="Metric">Which answer.</param>
/// <param name="Own">The scenario's own.</param>
/// <param name="Swings">The largest first.</param>
/// <param name="LeftOut">Inputs one end of which is no sound scenario, or whose run would never end, with the reason.
/// </param>
/// <param name="Shared">The inputs that were varied together.</param>
/// <param name="Indices">Their first-order indices, in that order.</param>
/// <param name="Points">Of the hypercube, both halves.</param>
public sealed record SensitivityOutcome(
    Scenario Scenario, MetricName Metric, Estimate Own, IReadOnlyList<Swing> Swings,
    IReadOnlyList<(string Path, string Why)> LeftOut, IReadOnlyList<VariedInput> Shared,
    IReadOnlyList<SobolIndex> Indices, int Points);

/// <summary>How a study is made.</summary>
/// <param name="Metric">Which answer, or null for goodput or ETTR.</param>
/// <param name="Spread">By which share inputs without a range are varied.</param>
/// <param name="Points">Of each half of the hypercube; 0 for none.</param>
/// <param name="Threads">At a time.</param>
public sealed record SensitivitySpec(string? Metric, double Spread, int Points, int Threads);

/// <summary>Studies the inputs of a scenario.</summary>
/// <param name="load">The scenario with some changes.</param>
/// <param name="spec">How.</param>
/// <param name="progress">Told of every input and point.</param>
/// <param name="cancellation">Ends it early.</param>
public sealed class SensitivityJob(
    Func<IReadOnlyList<Override>, Scenario> load, SensitivitySpec spec, Action<JobProgress> progress,
    CancellationToken cancellation)
{
    /// <summary>Inputs that are varied together at most: the others hardly matter beside them.</summary>
    public const int MostShared = 10;

    // A point of the hypercube differs from others by far more than chance moves it.
    private const int ReplicationsOfPoint = 10;

    private readonly StepShelf _shelf = new(spec.Threads, progress, cancellation);

    /// <summary>Varies these axes, or every input with a size where there are none.</summary>
    public SensitivityOutcome Run(IReadOnlyList<SearchAxis> axes)
    {
        var scenario = load([]);
        var own = RunsOf(scenario, scenario.Replications);
        var metric = MetricChoice.Of(spec.Metric, own.Names);
        var inputs = axes.Count > 0
            ? axes.Select(axis => VariedInput.Of(scenario, axis)).ToList()
            : VariedInput.Of(scenario, spec.Spread);
        // What was asked for by name must work; what was only tried may fail.
        if (axes.Count > 0)
            foreach (var input in inputs) Both(input, text => VariantException.Load(
                $"{input.Path}={text}", () => load([new Override(input.Path, text)])));
        var (swings, leftOut) = Swings(inputs, own, metric, scenario.Replications);
        var shared = swings.Take(MostShared).Select(swing => swing.Input).ToList();
        var indices = spec.Points > 0 && shared.Count > 0 ? Indices(shared, metric, scenario) : [];
        return new SensitivityOutcome(
            scenario, metric, own.Metrics[metric.Name], swings, leftOut, indices.Count > 0 ? shared : [], indices,
            2 * spec.Points);
    }

    private (List<Swing> Swings, List<(string Path, string Why)> LeftOut) Swings(
        IReadOnlyList<VariedInput> inputs, ReplicationSet own, MetricName metric, int replications)
    {
        var (swings, leftOut) = (new List<Swing>(), new List<(string, string)>());
        foreach (var (input, i) in inputs.Select((input, i) => (input, i)))
        {
            progress(new JobProgress("inputs", i, inputs.Count));
            var why = "";
            var ends = new List<Estimate>();
            Both(input, text =>
            {
                try
                {
                    var changed = load([new Override(input.Path, text)]);
                    if (Endless.OrNull(() => RunsOf(changed, replications)) is { } set)
                        ends.Add(own.DifferenceTo(set, metric.Name));
                    else why = $"at {text} its run would never end";
                }
                catch (ScenarioException error)
                {
                    why = $"at {text}: {error.Diagnostics.InSourceOrder()[0].Message}";
                }
            });
            if (ends.Count == 2) swings.Add(new Swing(input, ends[0], ends[1]));
            else leftOut.Add((input.Path, why));
        }

        return ([.. swings.OrderByDescending(swing => swing.Largest)], leftOut);
    }

    private static void Both(VariedInput input, Action<string> visit)
    {
        visit(input.Low);
        visit(input.High);
    }

    private IReadOnlyList<SobolIndex> Indices(List<VariedInput> shared, MetricName metric, Scenario scenario)
    {
        var replications = Math.Min(ReplicationsOfPoint, scenario.Replications);
        var (first, second, order) = SobolIndices.Design(spec.Points, shared.Count, scenario.Seed);
        var done = 0;
        var (a, b) = (first.Select(Answer).ToArray(), second.Select(Answer).ToArray());
        return SobolIndices.Of(a, b, order, scenario.Seed);

        double Answer(double[] place)
        {
            progress(new JobProgress("points of the hypercube", done++, 2 * spec.Points));
            var changes = shared.Select((input, i) => new Override(input.Path, input.TextAt(place[i]))).ToList();
            var point = VariantException.Load(
                $"the point {string.Join(", ", changes.Select(change => $"{change.Path}={change.Value}"))}",
                () => load(changes));
            return RunsOf(point, replications).Metrics[metric.Name].Mean;
        }
    }

    private ReplicationSet RunsOf(Scenario scenario, int replications) => ReplicationSet.Run(
        _shelf.CampaignOf(scenario), scenario.Seed, replications, spec.Threads, cancellation);
}
