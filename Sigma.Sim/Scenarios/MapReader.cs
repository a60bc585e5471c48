// Binds a map key by key: every key that is read is remembered with its value, unit and origin, and closing the reader
// reports what nobody asked for. Reading goes on after an error, so that one run shows all of them.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Scenarios;

/// <summary>Reads one map of a scenario; <see cref="Close"/> it when done.</summary>
internal sealed class MapReader
{
    private readonly YamlMap? _map;
    private readonly InputLog _log;
    private readonly string _path;
    private readonly AskedKeys? _asked;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <param name="map">The map, or null where the whole section is left to its defaults.</param>
    /// <param name="path">The section's dotted path, empty for the top.</param>
    /// <param name="log">Where inputs and findings go.</param>
    /// <param name="asked">Where it is kept what was asked for, or null where nobody wants to know.</param>
    public MapReader(YamlMap? map, string path, InputLog log, AskedKeys? asked = null)
    {
        _map = map;
        _path = path;
        _log = log;
        _asked = asked;
        if (NeedsKeys) asked?.Visit();
    }

    public bool IsGiven => _map is not null;

    public InputLog Log => _log;

    /// <summary>A value that has no sensible default.</summary>
    public T Required<T>(string key, Func<string, Parsed<T>> parse)
    {
        _asked?.Value(key, TextParser.Of(parse), null);
        if (NeedsKeys) _asked?.Demand(key);
        var entry = Entry(key);
        if (entry is not null) return Read(entry, parse, default!);
        if (NeedsKeys) Missing(key);
        return default!;
    }

    /// <summary>A value with a default, given in the words of the file so that `check` can show it.</summary>
    public T Optional<T>(string key, Func<string, Parsed<T>> parse, string standard)
    {
        _asked?.Value(key, TextParser.Of(parse), standard);
        var entry = Entry(key);
        if (entry is not null) return Read(entry, parse, parse(standard).Value);
        _log.Add(new ResolvedInput(Full(key), standard, InputOrigin.Default, "", null));
        return parse(standard).Value;
    }

    /// <summary>A value that may be absent, which is itself a meaning.</summary>
    public T? Absent<T>(string key, Func<string, Parsed<T>> parse)
        where T : struct
    {
        _asked?.Value(key, TextParser.Of(parse), null);
        var entry = Entry(key);
        return entry is null ? null : Read(entry, parse, default);
    }

    /// <summary>One of a closed set of words.</summary>
    public T Word<T>(string key, IReadOnlyDictionary<string, T> words, string? standard)
    {
        _asked?.Words(key, words.Keys);
        return standard is null ? Required(key, Parse) : Optional(key, Parse, standard);

        Parsed<T> Parse(string text)
        {
            if (words.TryGetValue(text, out var value)) return value;
            var meant = NearestName.Of(text, words.Keys) is { } near ? $"; did you mean `{near}`?" : "";
            return new Parsed<T>(default!, $"expected one of {Quoted(words.Keys)}, found `{text}`{meant}");
        }
    }

    /// <summary>A section that must be there.</summary>
    public MapReader Section(string key)
    {
        var section = Sub(key);
        if (NeedsKeys) _asked?.Demand(key);
        if (!section.IsGiven && Entry(key) is null && NeedsKeys) Missing(key);
        return section;
    }

    /// <summary>A section that may be left out; its keys then take their defaults.</summary>
    public MapReader Sub(string key)
    {
        var asked = _asked?.Section(key);
        var entry = Entry(key);
        if (entry is null) return new MapReader(null, Full(key), _log, asked);
        if (entry.Value is YamlMap map) return new MapReader(map, Full(key), _log, asked);
        Wrong(entry.Value, "S021", $"`{Full(key)}` is a section with keys of its own, such as `{key}: {{ ... }}`");
        return new MapReader(null, Full(key), _log, asked);
    }

    /// <summary>The sections of a list of maps, none where the key is absent.</summary>
    public IReadOnlyList<MapReader> Items(string key)
    {
        var asked = _asked?.Items(key);
        var entry = Entry(key);
        if (entry is null) return [];
        if (entry.Value is not YamlList list)
        {
            Wrong(entry.Value, "S022", $"`{Full(key)}` is a list: each item begins with `- `");
            return [];
        }

        var items = new List<MapReader>();
        foreach (var (item, index) in list.Items.Select((item, index) => (item, index)))
        {
            var path = $"{Full(key)}.{index}";
            if (item is YamlMap map) items.Add(new MapReader(map, path, _log, asked));
            else Wrong(item, "S021", $"`{path}` is a section with keys of its own, such as `- {{ name: ... }}`");
        }

        return items;
    }

    /// <summary>The single values of a list, or the one value that stands in its place; none where it is absent.
    /// </summary>
    public IReadOnlyList<string> Texts(string key)
    {
        var entry = Entry(key);
        if (entry is null) return [];
        IReadOnlyList<YamlNode> items = entry.Value is YamlList list ? list.Items : [entry.Value];
        var texts = new List<string>();
        foreach (var item in items)
        {
            if (item is YamlScalar scalar) texts.Add(scalar.Text);
            else Wrong(item, "S023", $"`{Full(key)}` holds single values; put quotes around one with braces");
        }

        if (items.Count == 0) Wrong(entry.Value, "S022", $"the list `{Full(key)}` is empty");
        return texts;
    }

    /// <summary>Keys of any name with their single values, in the order of the file.</summary>
    public IReadOnlyList<(string Key, string Text)> Pairs(string key)
    {
        var section = Sub(key);
        var pairs = new List<(string, string)>();
        foreach (var entry in section._map?.Entries ?? [])
        {
            if (entry.Value is YamlScalar scalar) pairs.Add((entry.Key.Text, scalar.Text));
            else Wrong(entry.Value, "S023", $"`{entry.Key.Text}` takes a single value here; put quotes around braces");
        }

        return pairs;
    }

    /// <summary>The keys that the scenario gives, known or not.</summary>
    public IEnumerable<YamlScalar> Keys => (_map?.Entries ?? []).Select(entry => entry.Key);

    /// <summary>The name of a file that a key's value gives, from the folder of the file that it stands in.</summary>
    public string FromFolderOf(string key, string name)
    {
        var file = PlaceOf(key)?.File.Name;
        var folder = file is null or SourceFile.CommandLine ? _log.Folder : Path.GetDirectoryName(file) ?? "";
        return Path.Combine(folder, name).Replace('\\', '/');
    }

    /// <summary>The dotted path of a key.</summary>
    public string PathOf(string key) => Full(key);

    /// <summary>Whether the scenario gives the key, soundly or not.</summary>
    public bool Has(string key) => Entry(key) is not null;

    /// <summary>The place of a key's value, or its section's where it is absent, for findings between fields.</summary>
    public SourceSpan? PlaceOf(string key) => _map?.Find(key)?.Value.At ?? _map?.At;

    /// <summary>Reports a finding about a key's value.</summary>
    public void Reject(string key, string code, string message, string? help) =>
        Reject(key, null, code, message, help);

    /// <summary>Reports a finding between a key's value and another place.</summary>
    public void Reject(string key, SourceSpan? also, string code, string message, string? help) =>
        _log.Diagnostics.Add(new Diagnostic(code, message) { At = PlaceOf(key), Also = also, Help = help });

    /// <summary>The place of a key's value, or null where it takes its default.</summary>
    public SourceSpan? PlaceIfGiven(string key) => _map?.Find(key)?.Value.At;

    /// <summary>Reports every key that was never asked for, with the nearest one that exists.</summary>
    public void Close()
    {
        foreach (var entry in _map?.Entries ?? [])
        {
            if (_known.Contains(entry.Key.Text)) continue;
            var near = NearestName.Of(entry.Key.Text, _known);
            var owner = _path.Length == 0 ? $"a {entry.Key.At.File.Kind.Noun}" : $"`{_path}`";
            _log.Diagnostics.Add(new Diagnostic("S012", $"unknown key `{entry.Key.Text}`")
            {
                At = entry.Key.At,
                Note = $"{owner} accepts {Quoted(_known.Order(StringComparer.Ordinal))}",
                Help = near is null ? null : $"did you mean `{near}`?",
            });
        }
    }

    /// <summary>What is missing from a section that is left out as a whole is not missing from it.</summary>
    private bool NeedsKeys => _map is not null || _path.Length == 0;

    private YamlEntry? Entry(string key)
    {
        _known.Add(key);
        return _map?.Find(key);
    }

    private T Read<T>(YamlEntry entry, Func<string, Parsed<T>> parse, T fallback)
    {
        if (entry.Value is not YamlScalar scalar)
        {
            var found = entry.Value is YamlMap ? "section" : "list";
            Wrong(entry.Value, "S023", $"`{Full(entry.Key.Text)}` is a single value, not a {found}");
            return fallback;
        }

        var parsed = parse(scalar.Text);
        if (!parsed.Succeeded)
        {
            Wrong(scalar, "S020", $"`{Full(entry.Key.Text)}`: {parsed.Problem}");
            return fallback;
        }

        _log.Add(ResolvedInput.At(Full(entry.Key.Text), scalar.Text, scalar.At, entry.Key.At));
        return parsed.Value;
    }

    private void Missing(string key)
    {
        // What a file that could not be read would have held is not missing here.
        if (!_log.IsTreeWhole) return;
        _log.Diagnostics.Add(new Diagnostic("S015", $"`{Full(key)}` is missing")
        {
            At = _map?.At,
            Help = $"it has no default, since {(_map?.At.File.Kind ?? SourceKind.Scenario).WhyNoDefaults}; "
                + $"add `{key}: ...`",
        });
    }

    private void Wrong(YamlNode node, string code, string message) =>
        _log.Diagnostics.Add(new Diagnostic(code, message) { At = node.At });

    private string Full(string key) => _path.Length == 0 ? key : $"{_path}.{key}";

    private static string Quoted(IEnumerable<string> words) => string.Join(", ", words.Select(word => $"`{word}`"));
}
