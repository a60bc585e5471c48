// From files and overrides to one tree: `{ from: file.yaml }` is replaced by that file's map, overridden key by key,
// and `--set path=value` changes single values. Every value keeps the place it was written at.
using System.Globalization;

namespace Sigma.Sim.Scenarios;

/// <summary>One `--set path=value` of the command line.</summary>
public sealed record Override(string Path, string Value)
{
    /// <summary>Splits <c>path=value</c> at its first equals sign; null where there is none.</summary>
    public static Override? Parse(string text)
    {
        var equals = text.IndexOf('=');
        return equals <= 0 ? null : new Override(text[..equals].Trim(), text[(equals + 1)..].Trim());
    }
}

/// <summary>Loads a scenario with everything it refers to.</summary>
internal sealed class ScenarioTree(DiagnosticList diagnostics)
{
    private const int DeepestFrom = 8;

    // A trace says all that the other keys of its section say: put over them, it takes their place.
    private const string RealStep = "real_step", Trace = "trace";

    /// <summary>The whole tree, or null after reporting why there is none.</summary>
    public YamlMap? Load(string path, IReadOnlyList<Override> overrides)
    {
        var file = SourceFile.Load(path, path, SourceKind.Scenario, null, diagnostics);
        if (file is null) return null;
        var root = YamlTree.Parse(file, diagnostics);
        if (root is null) return null;
        // Another file to take a section from must be known before the section is taken.
        var sources = overrides.Where(change => change.Path.EndsWith(".from", StringComparison.Ordinal)).ToList();
        var sourced = sources.Aggregate(root, Apply);
        var whole = (YamlMap)Expand(sourced, Path.GetDirectoryName(Path.GetFullPath(path))!, [Path.GetFullPath(path)]);
        return overrides.Except(sources).Aggregate(whole, Apply);
    }

    private YamlNode Expand(YamlNode node, string folder, IReadOnlyList<string> chain)
    {
        switch (node)
        {
            case YamlList list:
                return list with { Items = [.. list.Items.Select(item => Expand(item, folder, chain))] };
            case YamlMap map:
                var from = map.Find("from")?.Value as YamlScalar;
                var entries = map.Entries
                    .Where(e => from is null || e.Key.Text != "from")
                    .Select(e => e with { Value = Expand(e.Value, folder, chain) });
                var own = map with { Entries = [.. entries] };
                var included = from is null ? null : Include(from, folder, chain);
                return included is null ? own : Overlay(included, own);
            default:
                return node;
        }
    }

    private YamlMap? Include(YamlScalar from, string folder, IReadOnlyList<string> chain)
    {
        var path = Path.GetFullPath(Path.Combine(folder, from.Text));
        var goesRound = chain.Contains(path, StringComparer.Ordinal);
        if (goesRound || chain.Count > DeepestFrom)
        {
            var problem = goesRound ? "includes itself" : $"is more than {DeepestFrom} files deep";
            diagnostics.Add(new Diagnostic("S013", $"`{from.Text}` {problem}") { At = from.At });
            return null;
        }

        var shown = Path.Combine(Path.GetDirectoryName(from.At.File.Name) ?? "", from.Text).Replace('\\', '/');
        var file = SourceFile.Load(path, shown, SourceKind.Scenario, from.At, diagnostics);
        if (file is null) return null;
        var map = YamlTree.Parse(file, diagnostics);
        return map is null ? null : (YamlMap)Expand(map, Path.GetDirectoryName(path)!, [.. chain, path]);
    }

    /// <summary>The lower map with the upper's keys put over it, map by map; lists are replaced whole.</summary>
    private static YamlMap Overlay(YamlMap lower, YamlMap upper)
    {
        var entries = lower.Entries.ToList();
        foreach (var entry in upper.Entries)
        {
            var index = entries.FindIndex(e => e.Key.Text == entry.Key.Text);
            if (index < 0)
                entries.Add(entry);
            else if (entries[index].Value is YamlMap below && entry.Value is YamlMap above
                && !(entry.Key.Text == RealStep && above.Find(Trace) is not null))
                entries[index] = entry with { Value = Overlay(below, above) };
            else
                entries[index] = entry;
        }

        return new YamlMap(upper.At, entries);
    }

    private YamlMap Apply(YamlMap root, Override change)
    {
        var text = $"{change.Path}={change.Value}";
        var source = new SourceFile(SourceFile.CommandLine, SourceKind.Scenario, text);
        if (change.Value.Length == 0) return (YamlMap)Without(root, change.Path.Split('.'), 0);
        var single = new SourceFile(SourceFile.CommandLine, SourceKind.Scenario, $"value: {change.Value}");
        var parsed = YamlTree.Parse(single, diagnostics);
        if (parsed?.Find("value")?.Value is not { } value) return root;
        var at = new SourceSpan(source, 1, change.Path.Length + 2, Math.Max(1, change.Value.Length));
        var here = value is YamlScalar scalar ? scalar with { At = at } : value;
        if (change.Path == $"{RealStep}.{Trace}") root = WithoutTraining(root);
        return (YamlMap)Put(root, change.Path.Split('.'), 0, here, source);
    }

    /// <summary>The tree without what files say of the real step; the command line may not contradict itself.</summary>
    private static YamlMap WithoutTraining(YamlMap root) => root.Find(RealStep)?.Value is not YamlMap training
        ? root
        : root with
        {
            Entries = [.. root.Entries.Select(e => e.Key.Text != RealStep ? e : e with
            {
                Value = training with
                {
                    Entries = [.. training.Entries.Where(inner => inner.Value.At.File.Name == SourceFile.CommandLine)],
                },
            })],
        };

    /// <summary>The tree without a key: an empty value takes it away, so that its default counts.</summary>
    private static YamlNode Without(YamlNode node, string[] path, int depth) => node switch
    {
        YamlMap map when depth == path.Length - 1 => map with
        {
            Entries = [.. map.Entries.Where(e => e.Key.Text != path[depth])],
        },
        YamlMap map => map with
        {
            Entries = [.. map.Entries.Select(e =>
                e.Key.Text == path[depth] ? e with { Value = Without(e.Value, path, depth + 1) } : e)],
        },
        YamlList list when depth < path.Length - 1 && IndexIn(list, path[depth]) is { } index => list with
        {
            Items = [.. list.Items.Select((item, i) => i == index ? Without(item, path, depth + 1) : item)],
        },
        _ => node,
    };

    private YamlNode Put(YamlNode? node, string[] path, int depth, YamlNode value, SourceFile source)
    {
        if (depth == path.Length) return value;
        var column = path.Take(depth).Sum(part => part.Length + 1) + 1;
        var key = new YamlScalar(new SourceSpan(source, 1, column, path[depth].Length), path[depth]);
        if (node is YamlList list)
        {
            var index = IndexIn(list, path[depth]);
            if (index is null)
            {
                diagnostics.Add(new Diagnostic("S014", $"there is no item `{path[depth]}` in this list")
                {
                    At = key.At,
                    Note = $"items are 0 to {list.Items.Count - 1}, or a `name`",
                });
                return list;
            }

            var items = list.Items.Select((item, i) => i == index ? Put(item, path, depth + 1, value, source) : item);
            return list with { Items = [.. items] };
        }

        var map = node as YamlMap ?? new YamlMap(key.At, []);
        var found = map.Find(path[depth]);
        var entry = new YamlEntry(found?.Key ?? key, Put(found?.Value, path, depth + 1, value, source));
        return map with
        {
            Entries = found is null
                ? [.. map.Entries, entry]
                : [.. map.Entries.Select(e => e == found ? entry : e)],
        };
    }

    private static int? IndexIn(YamlList list, string word)
    {
        if (int.TryParse(word, CultureInfo.InvariantCulture, out var index))
            return index >= 0 && index < list.Items.Count ? index : null;
        var named = list.Items.Select((item, i) => (item, i))
            .Where(pair => pair.item is YamlMap map && map.Find("name")?.Value is YamlScalar name && name.Text == word)
            .Select(pair => (int?)pair.i);
        return named.FirstOrDefault();
    }
}
