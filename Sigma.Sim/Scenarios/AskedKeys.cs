// What readers ask a scenario for: every key with its parsers, words and defaults. Readers keep it while they read, so
// that a schema says what is really accepted, and no list of keys stands beside the code that reads them.
namespace Sigma.Sim.Scenarios;

/// <summary>What a key holds.</summary>
internal enum AskedShape
{
    /// <summary>A single value.</summary>
    Value,

    /// <summary>A section with keys of its own.</summary>
    Section,

    /// <summary>A list of sections.</summary>
    Items,
}

/// <summary>One key.</summary>
internal sealed class AskedKey(string name, AskedShape shape)
{
    private readonly List<TextParser> _parsers = [];
    private readonly List<string> _defaults = [];
    private readonly List<string> _words = [];
    private bool _isEverWithoutDefault;

    public string Name { get; } = name;

    public AskedShape Shape { get; } = shape;

    /// <summary>Keys of the section, or of each item of the list.</summary>
    public AskedKeys Keys { get; } = new();

    /// <summary>How often it was demanded of a section that is there.</summary>
    public int Demands { get; set; }

    /// <summary>All functions that read its value; a word of a closed set has one too.</summary>
    public IReadOnlyList<TextParser> Parsers => _parsers;

    /// <summary>The closed set of words that it is one of; empty for other values.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>Its default, or null where it has none or one that depends on other keys.</summary>
    public string? Default => _isEverWithoutDefault || _defaults.Count != 1 ? null : _defaults[0];

    public void Read(TextParser parser, string? standard)
    {
        _parsers.Add(parser);
        if (standard is null) _isEverWithoutDefault = true;
        else if (!_defaults.Contains(standard, StringComparer.Ordinal)) _defaults.Add(standard);
    }

    public void AddWords(IEnumerable<string> words) =>
        _words.AddRange(words.Except(_words, StringComparer.Ordinal).ToList());
}

/// <summary>The keys of one section in the order in which they were first asked for.</summary>
internal sealed class AskedKeys
{
    private readonly List<AskedKey> _all = [];

    public IReadOnlyList<AskedKey> All => _all;

    /// <summary>How often the section was there.</summary>
    public int Visits { get; private set; }

    /// <summary>Keys that were demanded whenever the section was there.</summary>
    public IEnumerable<AskedKey> Needed => _all.Where(key => Visits > 0 && key.Demands >= Visits);

    public AskedKey? Find(string name) => _all.Find(key => key.Name == name);

    public void Visit() => Visits++;

    public void Value(string name, TextParser parser, string? standard) =>
        Of(name, AskedShape.Value).Read(parser, standard);

    public void Words(string name, IEnumerable<string> words) => Of(name, AskedShape.Value).AddWords(words);

    public AskedKeys Section(string name) => Of(name, AskedShape.Section).Keys;

    public AskedKeys Items(string name) => Of(name, AskedShape.Items).Keys;

    /// <summary>Remembers that a key which was asked for has no default.</summary>
    public void Demand(string name) => Find(name)!.Demands++;

    private AskedKey Of(string name, AskedShape shape)
    {
        if (Find(name) is { } known) return known;
        var key = new AskedKey(name, shape);
        _all.Add(key);
        return key;
    }
}
