// A commented scenario as its reader meets it: the keys behind a #, which wait to be used, and what comments say.
using System.Text.RegularExpressions;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Tests.FirstUse;

/// <summary>A template and what can be done to it by hand.</summary>
internal sealed partial class TemplateFile(string word)
{
    private readonly string[] _lines = ScenarioTemplate.All.Single(kind => kind.Word == word)
        .TextFor(ScenarioTemplate.StandardName).TrimEnd('\n').Split('\n');

    public static IEnumerable<TemplateFile> All => ScenarioTemplate.All.Select(kind => new TemplateFile(kind.Word));

    public string Word => word;

    public string Text => string.Join('\n', _lines) + "\n";

    public IReadOnlyList<string> Lines => _lines;

    /// <summary>
    /// The first and the last line of every stretch that can be used: a # without a blank behind it, and the lines
    /// below that belong to it.
    /// </summary>
    public IReadOnlyList<(int First, int Last)> Asleep()
    {
        var found = new List<(int, int)>();
        for (var i = 0; i < _lines.Length; i++)
        {
            if (Key().Match(_lines[i]) is not { Success: true } head) continue;
            var last = i;
            while (last + 1 < _lines.Length && Below(head.Groups["indent"].Value, _lines[last + 1])) last++;
            found.Add((i, last));
            i = last;
        }

        return found;
    }

    /// <summary>The text with these stretches in use.</summary>
    public string Awake(IEnumerable<(int First, int Last)> stretches)
    {
        var lines = _lines.ToArray();
        foreach (var i in stretches.SelectMany(part => Enumerable.Range(part.First, part.Last - part.First + 1)))
        {
            var hash = lines[i].IndexOf('#', StringComparison.Ordinal);
            lines[i] = lines[i].Remove(hash, 1);
        }

        return string.Join('\n', lines) + "\n";
    }

    /// <summary>Every comment's words with the number of its line.</summary>
    public IEnumerable<(int Line, string Words)> Comments() =>
        _lines.Select((line, i) => (i + 1, Comment().Match(line).Groups["words"].Value))
            .Where(comment => comment.Item2.Length > 0);

    private static bool Below(string indent, string line) =>
        line.StartsWith(indent + "#  ", StringComparison.Ordinal);

    [GeneratedRegex(@"^(?<indent> *)#[a-z-]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Key();

    [GeneratedRegex(@"(^| )# (?<words>.*)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Comment();
}
