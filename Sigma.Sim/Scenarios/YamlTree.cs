// YAML text to a small tree with places. YamlDotNet's object deserializer is not used: it loses the places of values
// and expands aliases. Aliases, anchors, tags, merge keys and duplicate keys are refused by name; depth and size are
// bounded.
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Sigma.Sim.Scenarios;

/// <summary>A value of a scenario file and its place.</summary>
internal abstract record YamlNode(SourceSpan At);

internal sealed record YamlScalar(SourceSpan At, string Text) : YamlNode(At);

internal sealed record YamlList(SourceSpan At, IReadOnlyList<YamlNode> Items) : YamlNode(At);

/// <summary>A map in source order; keys are unique.</summary>
internal sealed record YamlMap(SourceSpan At, IReadOnlyList<YamlEntry> Entries) : YamlNode(At)
{
    public YamlEntry? Find(string key) => Entries.FirstOrDefault(e => e.Key.Text == key);
}

internal sealed record YamlEntry(YamlScalar Key, YamlNode Value);

/// <summary>Parses one document.</summary>
internal sealed class YamlTree
{
    private const int DeepestNesting = 32;
    private const int MostNodes = 20_000;
    private const int LinesToSearch = 20_000;
    private const string WriteOut = "write the value out, or use `{ from: file.yaml }`";

    private readonly SourceFile _file;
    private readonly DiagnosticList _diagnostics;
    private readonly Parser _parser;

    // Braces and brackets that are open where the parser stands.
    private readonly Stack<NodeEvent> _open = new();
    private int _nodes;

    private YamlTree(SourceFile file, DiagnosticList diagnostics)
    {
        _file = file;
        _diagnostics = diagnostics;
        _parser = new Parser(new StringReader(file.Text));
    }

    /// <summary>The file's top map, or null after reporting what is wrong.</summary>
    public static YamlMap? Parse(SourceFile file, DiagnosticList diagnostics)
    {
        var tree = new YamlTree(file, diagnostics);
        try
        {
            return tree.Document();
        }
        catch (Refusal refusal)
        {
            diagnostics.Add(refusal.Finding);
        }
        catch (YamlException error)
        {
            var at = new SourceSpan(file, Math.Max(1, (int)error.Start.Line), Math.Max(1, (int)error.Start.Column), 1);
            diagnostics.Add(tree.Explained(Plain(error), at));
        }
        catch (InvalidOperationException)
        {
            // The parser's way to say that a key broke over the end of a line inside braces.
            var at = new SourceSpan(file, 1, 1, 1);
            diagnostics.Add(tree.Explained("a key is cut in two", at));
        }

        return null;
    }

    /// <summary>A parser's finding with what most often causes it, where that can be told.</summary>
    private Diagnostic Explained(string problem, SourceSpan at)
    {
        var finding = new Diagnostic("S004", $"this is not valid YAML: {problem}") { At = at };
        if (_open.TryPeek(out var brace) && StaysOpen(brace))
        {
            var what = brace is MappingStart ? "`{` has no `}`" : "`[` has no `]`";
            return finding with { At = Span(brace), Note = $"probably this {what}" };
        }

        for (var line = 1; finding.Message.Contains("tab", StringComparison.Ordinal) && line <= LinesToSearch; line++)
        {
            var text = _file.Line(line);
            var tab = text.IndexOf('\t', StringComparison.Ordinal);
            if (tab < 0 || text[..tab].Trim().Length > 0) continue;
            return finding with
            {
                At = new SourceSpan(_file, line, tab + 1, 1),
                Help = "indent with spaces, not with tabs",
            };
        }

        return finding.Message.Contains("plain scalar", StringComparison.Ordinal)
            ? finding with { Help = "a text that contains `: ` needs quotes, and the keys of a section line up" }
            : finding;
    }

    /// <summary>Whether its line opens more than it closes: else the parser merely stopped in between.</summary>
    private bool StaysOpen(NodeEvent brace)
    {
        var rest = _file.Line((int)brace.Start.Line)[((int)brace.Start.Column - 1)..];
        return rest.Count(c => c is '{' or '[') > rest.Count(c => c is '}' or ']');
    }

    private YamlMap? Document()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
        {
            _diagnostics.Add(new Diagnostic("S005", $"`{_file.Name}` is empty")
            {
                Help = _file.Kind.FirstLine + "; " + _file.Kind.Start,
            });
            return null;
        }

        var node = Node(0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
            throw Refused("S006", $"a {_file.Kind.Noun} is one YAML document, here a second one begins", Span(second));
        if (node is YamlMap map) return map;
        _diagnostics.Add(new Diagnostic("S007", $"a {_file.Kind.Noun} is a map of keys to values") { At = node.At });
        return null;
    }

    private YamlNode Node(int depth)
    {
        var next = _parser.Current ?? throw new YamlException("the text ends in the middle");
        if (++_nodes > MostNodes) throw Refused("S008", $"more than {MostNodes:N0} values", Span(next));
        if (depth > DeepestNesting)
            throw Refused("S008", $"nested deeper than {DeepestNesting} levels", Span(next));
        if (next is AnchorAlias alias) throw Forbidden(alias, $"the alias `*{alias.Value}`", WriteOut);
        if (next is NodeEvent { Anchor.IsEmpty: false } anchored)
            throw Forbidden(anchored, $"the anchor `&{anchored.Anchor}`", WriteOut);
        if (next is NodeEvent { Tag.IsEmpty: false } tagged)
            throw Forbidden(tagged, $"the tag `{tagged.Tag}`", "remove it: every key knows its own type");
        if (_parser.TryConsume<Scalar>(out var scalar)) return new YamlScalar(Span(scalar), scalar.Value);
        if (_parser.TryConsume<SequenceStart>(out var sequence)) return Items(sequence, depth);
        return Entries(_parser.Consume<MappingStart>(), depth);
    }

    private YamlList Items(SequenceStart start, int depth)
    {
        var items = new List<YamlNode>();
        if (start.Style == SequenceStyle.Flow) _open.Push(start);
        while (!_parser.TryConsume<SequenceEnd>(out _)) items.Add(Node(depth + 1));
        if (start.Style == SequenceStyle.Flow) _open.Pop();
        return new YamlList(Span(start), items);
    }

    private YamlMap Entries(MappingStart start, int depth)
    {
        var entries = new List<YamlEntry>();
        var seen = new Dictionary<string, YamlScalar>(StringComparer.Ordinal);
        if (start.Style == MappingStyle.Flow) _open.Push(start);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var keyNode = Node(depth + 1);
            if (keyNode is not YamlScalar key)
                throw Refused("S009", "a key is a word, not a map or a list", keyNode.At);
            if (key.Text == "<<")
            {
                throw new Refusal(new Diagnostic("S010", "the merge key `<<` is not allowed")
                {
                    At = key.At,
                    Help = "use `{ from: file.yaml }` and override keys beside it",
                });
            }

            var value = Node(depth + 1);
            if (seen.TryGetValue(key.Text, out var first))
            {
                var twice = new Diagnostic("S011", $"the key `{key.Text}` is given twice");
                _diagnostics.Add(twice with { At = key.At, Also = first.At });
                continue;
            }

            seen.Add(key.Text, key);
            entries.Add(new YamlEntry(key, value));
        }

        if (start.Style == MappingStyle.Flow) _open.Pop();
        return new YamlMap(Span(start), entries);
    }

    private static Refusal Refused(string code, string message, SourceSpan at) =>
        new(new Diagnostic(code, message) { At = at });

    private Refusal Forbidden(ParsingEvent at, string what, string help) =>
        new(new Diagnostic("S010", $"{what} is not allowed") { At = Span(at), Help = help });

    private SourceSpan Span(ParsingEvent at)
    {
        var sameLine = at.Start.Line == at.End.Line;
        var length = sameLine ? (int)(at.End.Column - at.Start.Column) : 1;
        return new SourceSpan(_file, (int)at.Start.Line, (int)at.Start.Column, Math.Max(1, length));
    }

    private static string Plain(YamlException error)
    {
        // YamlDotNet repeats the place in some of its messages; ours is already in front.
        var message = error.InnerException?.Message ?? error.Message;
        var tail = message.IndexOf("): ", StringComparison.Ordinal);
        var isPlaced = tail >= 0 && message.StartsWith("(Line", StringComparison.Ordinal);
        return (isPlaced ? message[(tail + 3)..] : message).TrimEnd('.');
    }

    private sealed class Refusal(Diagnostic finding) : Exception
    {
        public Diagnostic Finding { get; } = finding;
    }
}
