// docs/JSON.md as a list of keys, and the keys that an answer really has, in the same words.
using System.Text.Json;
using System.Text.RegularExpressions;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Pages;

/// <summary>A key of an answer: its path, as the document writes it, and its kind.</summary>
/// <param name="Path">Steps from the object to the key: names of members, which may hold dots, and <c>[]</c>.</param>
/// <param name="Kind">A word of the document's, or <c>null</c> where the answer holds no value.</param>
internal sealed record AnswerKey(IReadOnlyList<string> Path, string Kind)
{
    public const string NoValue = "null", Estimate = "estimate", List = "list";

    private static readonly string[] PartsOfEstimate = ["mean", "sd", "low", "high", "n"];

    public string Text => string.Concat(Path.Select((step, i) => step == "[]" || i == 0 ? step : "." + step));

    /// <summary>Every value of an answer; an estimate is one, and so is a list that is empty.</summary>
    public static IEnumerable<AnswerKey> Of(JsonElement element, params IReadOnlyList<string> path)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var members = element.EnumerateObject().ToList();
                if (members.Select(member => member.Name).SequenceEqual(PartsOfEstimate, StringComparer.Ordinal))
                    return [new AnswerKey(path, Estimate)];
                return members.SelectMany(member => Of(member.Value, [.. path, member.Name]));
            case JsonValueKind.Array:
                var entries = element.EnumerateArray().ToList();
                return entries.Count == 0
                    ? [new AnswerKey([.. path, "[]"], List)]
                    : entries.SelectMany(entry => Of(entry, [.. path, "[]"]));
            default:
                return [new AnswerKey(path, KindOf(element))];
        }
    }

    private static string KindOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => "text",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "truth",
        _ => NoValue,
    };
}

/// <summary>A row of the document.</summary>
internal sealed partial record DocumentedKey(string Path, string Kind)
{
    private const char Step = '\u0001';

    private readonly Regex _pattern = new(
        "^" + Regex.Escape(Path).Replace(@"\*", $"[^{Step}]+", StringComparison.Ordinal)
            .Replace(@"\.", $"[.{Step}]", StringComparison.Ordinal)
            .Replace(@"\[]", $"{Step}\\[]", StringComparison.Ordinal) + "$",
        RegexOptions.None, TimeSpan.FromSeconds(1));

    /// <summary>The fewer names it leaves open, the better it fits.</summary>
    public int OpenNames => Path.Count(letter => letter == '*');

    /// <summary>Whether a key is this one; a name in the place of a star may hold dots, but is one name.</summary>
    public bool Fits(AnswerKey key) =>
        _pattern.IsMatch(string.Join(Step, key.Path))
        && (key.Kind == Kind || key.Kind is AnswerKey.NoValue or AnswerKey.List);

    /// <summary>The rows of each command that the document has a section of.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<DocumentedKey>> AllIn(string document)
    {
        var sections = new Dictionary<string, IReadOnlyList<DocumentedKey>>(StringComparer.Ordinal);
        foreach (var section in SourceTree.Read(document).ReplaceLineEndings("\n").Split("\n## ").Skip(1))
        {
            var lines = section.Split('\n');
            var rows = lines.Select(line => Row().Match(line)).Where(match => match.Success)
                .Select(match => new DocumentedKey(match.Groups["key"].Value, match.Groups["kind"].Value)).ToList();
            foreach (Match command in Code().Matches(lines[0])) sections.Add(command.Groups["text"].Value, rows);
        }

        return sections;
    }

    [GeneratedRegex(@"^\| `(?<key>[^`]+)` \| (?<kind>\w+) \| ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<text>[^`]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Code();
}
