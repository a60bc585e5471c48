// What a sweep runs: a base, axes with their values, and which of the points are skipped.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Scenarios.Sweeps;

/// <summary>What every point changes: a scenario, or a configuration of AIReSim.</summary>
/// <param name="File">Its file.</param>
/// <param name="IsAireSim">Whether axes name AIReSim's parameters, and points are imported.</param>
public sealed record SweptFile(string File, bool IsAireSim)
{
    /// <summary>The scenario of a point; throws <see cref="ScenarioException"/> with every finding.</summary>
    public Scenario Load(IReadOnlyList<Override> changes)
    {
        if (!IsAireSim) return Scenario.Load(File, changes);
        var config = AireSimFile.Load(File, [.. changes.Where(change => !IsOfScenario(change))]);
        var scenario = Scenario.Parse(config.Source, AireSimScenario.Of(config));
        foreach (var change in changes.Where(IsOfScenario))
        {
            scenario = change.Path == "seed"
                ? scenario with { Seed = Words.Seed(change.Value).Value }
                : scenario with { Replications = (int)UnitParser.Count(change.Value).Value };
        }

        return scenario;
    }

    /// <summary>Every input with its value, of which paths of axes are some.</summary>
    public IReadOnlyList<ResolvedInput> InputsWith(IReadOnlyList<Override> changes) => IsAireSim
        ? AireSimFile.Load(File, [.. changes.Where(change => !IsOfScenario(change))]).Inputs
        : Load(changes).Inputs;

    // How often and with which dice a campaign is run is no parameter of the cluster.
    private static bool IsOfScenario(Override change) => change.Path is "seed" or "replications";
}

/// <summary>Paths whose values change together, and those values.</summary>
/// <param name="Paths">Inputs, at least one.</param>
/// <param name="Values">By place on the axis, a value for each path.</param>
public sealed record SweepAxis(IReadOnlyList<string> Paths, IReadOnlyList<IReadOnlyList<string>> Values);

/// <summary>Axes of which every combination is a point.</summary>
public sealed record SweepGrid(IReadOnlyList<SweepAxis> Axes)
{
    /// <summary>Points before any is skipped.</summary>
    public double Count => Axes.Aggregate(1.0, (count, axis) => count * axis.Values.Count);

    /// <summary>Changes of all points, the last axis changing fastest.</summary>
    public IEnumerable<IReadOnlyList<Override>> Points()
    {
        var count = (long)Count;
        for (var number = 0L; number < count; number++)
        {
            var (rest, places) = (number, new int[Axes.Count]);
            for (var axis = Axes.Count - 1; axis >= 0; axis--)
            {
                places[axis] = (int)(rest % Axes[axis].Values.Count);
                rest /= Axes[axis].Values.Count;
            }

            yield return
            [
                .. Axes.Zip(places).SelectMany(pair => pair.First.Paths.Zip(
                    pair.First.Values[pair.Second], (path, value) => new Override(path, value))),
            ];
        }
    }
}

/// <summary>A sweep as it was asked for.</summary>
/// <param name="Name">Names the folder of the results.</param>
/// <param name="Base">What every point changes.</param>
/// <param name="Changes">What holds for every point, such as a seed.</param>
/// <param name="Grids">One after the other; columns are the paths of all.</param>
/// <param name="Skips">Conditions under which a point is left out.</param>
public sealed record SweepPlan(
    string Name, SweptFile Base, IReadOnlyList<Override> Changes, IReadOnlyList<SweepGrid> Grids,
    IReadOnlyList<PointCondition> Skips)
{
    /// <summary>More points than anyone looks at, and than the journal of a run holds in reason.</summary>
    public const int MostPoints = 1_000_000;

    /// <summary>Every path of an axis, in the order in which they first appear.</summary>
    public IReadOnlyList<string> Paths { get; } =
    [
        .. Grids.SelectMany(grid => grid.Axes).SelectMany(axis => axis.Paths).Distinct(StringComparer.Ordinal),
    ];

    /// <summary>
    /// The points that are run, in order. Throws <see cref="SweepException"/> where there are none or too many.
    /// </summary>
    public IReadOnlyList<SweepPoint> Points()
    {
        if (Changes.FirstOrDefault(change => Paths.Contains(change.Path, StringComparer.Ordinal)) is { } both)
        {
            throw new SweepException(
                $"`{both.Path}` is an axis, and set for all points too: only one of them can count");
        }

        var most = Grids.Sum(grid => grid.Count);
        if (most > MostPoints)
        {
            throw new SweepException(
                $"the axes make {most:#,0} points (at most {UnitText.Count(MostPoints)}): take fewer values, or "
                + "sample them with `latin`");
        }

        var points = new List<SweepPoint>();
        // What conditions compare with, beside the values of the axes.
        var inputs = Skips.Count == 0
            ? new Dictionary<string, string>(StringComparer.Ordinal)
            : Base.InputsWith(Changes).GroupBy(input => input.Path, StringComparer.Ordinal)
                .ToDictionary(input => input.Key, input => input.First().Text, StringComparer.Ordinal);
        foreach (var changes in Grids.SelectMany(grid => grid.Points()))
        {
            if (Skips.Any(skip => skip.HoldsFor(path => ValueOf(path, changes, inputs)))) continue;
            points.Add(new SweepPoint(points.Count, changes));
        }

        return points.Count > 0
            ? points
            : throw new SweepException("the plan has no points: " + (most > 0
                ? $"all {most:#,0} are skipped" : "it gives no axis"));
    }

    /// <summary>A point's scenario; what is wrong with it is said with its values.</summary>
    public Scenario Load(SweepPoint point) => VariantException.Load(
        $"point {point.Number + 1} ({point})", () => Base.Load([.. Changes, .. point.Changes]));

    private string? ValueOf(
        string path, IReadOnlyList<Override> changes, Dictionary<string, string> inputs) =>
        changes.Concat(Changes).FirstOrDefault(change => change.Path == path)?.Value ?? inputs.GetValueOrDefault(path);
}

/// <summary>One point of a sweep.</summary>
/// <param name="Number">Counted from 0.</param>
/// <param name="Changes">What it changes in the base.</param>
public sealed record SweepPoint(int Number, IReadOnlyList<Override> Changes)
{
    /// <summary>The value of each path, empty where the point leaves it as the base has it.</summary>
    public IReadOnlyList<string> ValuesOf(IReadOnlyList<string> paths) =>
        [.. paths.Select(path => Changes.FirstOrDefault(change => change.Path == path)?.Value ?? "")];

    public override string ToString() => string.Join(", ", Changes.Select(change => $"{change.Path}={change.Value}"));
}

/// <summary>A sweep that cannot be run as it stands, in one sentence.</summary>
public sealed class SweepException(string message) : Exception(message);
