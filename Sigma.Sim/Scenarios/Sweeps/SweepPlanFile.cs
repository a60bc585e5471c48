// Reads a plan: a YAML file that begins with `sweep: NAME`, names its base and gives its axes.
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Scenarios.Sweeps;

/// <summary>Binds plans.</summary>
public static class SweepPlanFile
{
    private const string Airesim = "airesim", Base = "base", Axes = "axes", Grids = "grids";

    /// <summary>Whether a file says of itself that it is a plan; false for one that cannot be read.</summary>
    public static bool IsPlan(string path)
    {
        var findings = new DiagnosticList();
        var file = SourceFile.Load(path, path, SourceKind.Sweep, null, findings);
        return file is not null && YamlTree.Parse(file, findings)?.Find("sweep") is not null;
    }

    /// <summary>Reads a plan; throws <see cref="ScenarioException"/> with every finding.</summary>
    public static SweepPlan Load(string path)
    {
        var findings = new DiagnosticList();
        var file = SourceFile.Load(path, path, SourceKind.Sweep, null, findings);
        var map = file is null ? null : YamlTree.Parse(file, findings);
        var plan = map is null ? null : Read(map, findings);
        return findings.Any || plan is null ? throw new ScenarioException(findings) : plan;
    }

    private static SweepPlan? Read(YamlMap map, DiagnosticList findings)
    {
        var log = new InputLog(findings, Path.GetDirectoryName(map.At.File.Name) ?? "");
        var top = new MapReader(map, "", log);
        var name = top.Required("sweep", Words.Name);
        top.Optional("about", Words.Sentence, "");
        var from = BaseOf(top);
        var changes = new List<Override>();
        foreach (var key in new[] { "seed", "replications" })
            if (top.Has(key)) changes.Add(new Override(key, Checked(top, key)));
        changes.AddRange(top.Pairs("set").Select(pair => new Override(pair.Key, pair.Text)));
        var grids = GridsOf(top);
        var skips = top.Texts("skip").Select(text => Bound(top, "skip", PointCondition.Parse(text))).ToList();
        top.Close();
        return findings.Any || from is null
            ? null
            : new SweepPlan(name, from, changes, grids, [.. skips.OfType<PointCondition>()]);
    }

    private static SweptFile? BaseOf(MapReader top)
    {
        if (top.Has(Base) == top.Has(Airesim))
        {
            top.Reject(
                top.Has(Base) ? Airesim : Base, "S080",
                top.Has(Base) ? "both `base` and `airesim` are given" : "neither `base` nor `airesim` is given",
                "a plan changes a scenario (`base: FILE`) or a configuration of AIReSim (`airesim: FILE`)");
            return null;
        }

        var key = top.Has(Base) ? Base : Airesim;
        string? file = top.Required(key, Words.FileName);
        return file is null ? null : new SweptFile(top.FromFolderOf(key, file), key == Airesim);
    }

    private static string Checked(MapReader top, string key) => key == "seed"
        ? top.Required(key, text => Same(text, Words.Seed(text)))
        : top.Required(key, text => Same(text, Words.CountWithin(2, 100_000)(text)));

    private static Parsed<string> Same<T>(string text, Parsed<T> parsed) => new(text, parsed.Problem);

    private static List<SweepGrid> GridsOf(MapReader top)
    {
        if (top.Has(Grids) && top.Has(Axes))
            top.Reject(Grids, "S080", "`grids` cannot stand beside `axes`", "put the axes into a grid of their own");
        var grids = new List<SweepGrid>();
        foreach (var grid in top.Items(Grids))
        {
            grids.Add(GridOf(grid));
            grid.Close();
        }

        if (top.Has(Axes)) grids.Add(GridOf(top));
        if (!top.Has(Grids) && !top.Has(Axes))
        {
            top.Reject(
                Axes, "S080", "the plan gives no `axes`", "`axes: [{ path: cluster.spares.warm, values: 4..16:4 }]`");
        }

        return grids;
    }

    private static SweepGrid GridOf(MapReader from)
    {
        var axes = new List<SweepAxis?>();
        foreach (var item in from.Items(Axes))
        {
            axes.Add(item.Has("zip") ? Zipped(item) : item.Has("latin") ? Sampled(item.Sub("latin")) : Alone(item));
            item.Close();
        }

        if (axes.Count == 0 && from.Has(Axes)) from.Reject(Axes, "S080", "the list of axes is empty", null);
        var twice = axes.OfType<SweepAxis>().SelectMany(axis => axis.Paths)
            .GroupBy(path => path, StringComparer.Ordinal).FirstOrDefault(paths => paths.Count() > 1);
        if (twice is not null) from.Reject(Axes, "S080", $"two axes of a grid change `{twice.Key}`", null);
        return new SweepGrid([.. axes.OfType<SweepAxis>()]);
    }

    private static SweepAxis? Alone(MapReader item)
    {
        var axis = Single(item);
        var twice = axis?.Values.GroupBy(values => values[0], StringComparer.Ordinal)
            .FirstOrDefault(same => same.Count() > 1);
        if (twice is not null) item.Reject("values", "S080", $"the value `{twice.Key}` is given twice", null);
        return axis;
    }

    private static SweepAxis? Single(MapReader item)
    {
        var (path, values) = (PathOf(item), ValuesOf(item));
        return path is null || values.Count == 0
            ? null
            : new SweepAxis([path], [.. values.Select(value => (IReadOnlyList<string>)[value])]);
    }

    private static SweepAxis? Zipped(MapReader item)
    {
        var columns = new List<SweepAxis>();
        foreach (var part in item.Items("zip"))
        {
            if (Single(part) is { } column) columns.Add(column);
            part.Close();
        }

        if (columns.Count == 0)
        {
            item.Reject("zip", "S080", "`zip` joins axes, and there is none in it", null);
            return null;
        }

        var counts = columns.Select(column => column.Values.Count).Distinct().ToList();
        if (counts.Count > 1)
        {
            item.Reject("zip", "S080", "axes that go together have as many values each: "
                + string.Join(", ", columns.Select(column => $"`{column.Paths[0]}` has {column.Values.Count}")), null);
            return null;
        }

        return new SweepAxis(
            [.. columns.Select(column => column.Paths[0])],
            [.. Enumerable.Range(0, counts[0])
                .Select(i => (IReadOnlyList<string>)[.. columns.Select(column => column.Values[i][0])])]);
    }

    private static SweepAxis? Sampled(MapReader latin)
    {
        var points = (int)latin.Required("points", Words.CountWithin(1, SweepPlan.MostPoints));
        var seed = latin.Optional("seed", Words.Seed, "1");
        var (paths, ranges) = (new List<string>(), new List<AxisRange>());
        foreach (var item in latin.Items(Axes))
        {
            var isLog = item.Word("log", Words.YesNo, "false");
            var range = item.Required("range", text => AxisRange.Of(text, isLog));
            var path = PathOf(item);
            item.Close();
            if (path is null || range is null) continue;
            paths.Add(path);
            ranges.Add(range);
        }

        latin.Close();
        if (paths.Count == 0)
        {
            if (!latin.Log.Diagnostics.Any) latin.Reject(Axes, "S080", "`latin` samples axes, and gives none", null);
            return null;
        }

        var places = LatinHypercube.Of(Math.Max(1, points), paths.Count, seed);
        return new SweepAxis(
            paths,
            [.. places.Select(point => (IReadOnlyList<string>)[.. point.Zip(ranges, (p, range) => range.At(p))])]);
    }

    private static string? PathOf(MapReader item)
    {
        string? path = item.Required("path", Words.FileName);
        if (path is not ("scenario" or "replications")) return path;
        item.Reject("path", "S080", $"`{path}` is given once for the whole sweep", null);
        return null;
    }

    private static IReadOnlyList<string> ValuesOf(MapReader item)
    {
        if (!item.Has("values"))
        {
            item.Required("values", Words.Sentence);
            return [];
        }

        var texts = item.Texts("values");
        return texts.Count == 1 ? Bound(item, "values", AxisValues.Of(texts[0])) ?? [] : texts;
    }

    private static T? Bound<T>(MapReader reader, string key, Parsed<T> parsed)
        where T : class
    {
        if (parsed.Problem is not { } problem) return parsed.Value;
        reader.Reject(key, "S020", $"`{reader.PathOf(key)}`: {problem}", null);
        return null;
    }
}
