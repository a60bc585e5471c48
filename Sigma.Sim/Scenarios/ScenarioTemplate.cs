// Scenarios to begin with: commented YAML files that ship inside the program and run as they stand, from any folder,
// since they name no other file. Tests hold them against the readers, key by key and comment by comment.
using System.Text;

namespace Sigma.Sim.Scenarios;

/// <summary>A commented scenario to start from.</summary>
public sealed class ScenarioTemplate
{
    /// <summary>The name in the files, which that of the user replaces.</summary>
    public const string StandardName = "my-cluster";

    private const string Marked = $"scenario: {StandardName}";

    private readonly string _text;

    private ScenarioTemplate(string word, string about, string text) => (Word, About, _text) = (word, about, text);

    /// <summary>Every kind by the word for it, in the order in which help shows them.</summary>
    public static IReadOnlyList<ScenarioTemplate> All { get; } =
    [
        new("modelled", "cluster, model and layout: the step is worked out", ReadResource("modelled")),
        new("stated", "the step time is known: failures alone", ReadResource("stated")),
    ];

    public string Word { get; }

    /// <summary>What it is for, in a few words.</summary>
    public string About { get; }

    /// <summary>The whole file for a scenario of this name, as <see cref="ProblemOf"/> allows it.</summary>
    public string TextFor(string name) => ProblemOf(name) is { } problem
        ? throw new ArgumentException(problem, nameof(name))
        : _text.Replace(Marked, $"scenario: {name}", StringComparison.Ordinal)
            .Replace($"{StandardName}.yaml", $"{name}.yaml", StringComparison.Ordinal)
            .Replace($"results/{StandardName}/", $"results/{name}/", StringComparison.Ordinal)
            .Replace($"# {StandardName}:", $"# {name}:", StringComparison.Ordinal);

    /// <summary>
    /// Why a name cannot be a scenario's, in a sentence, or null. One that begins like an option would be taken for one
    /// on every later command line.
    /// </summary>
    public static string? ProblemOf(string name) => name.Length > 0 && name[0] is '-'
        ? $"expected a name that begins with a letter or a digit, found `{name}`"
        : Words.Name(name).Problem;

    private static string ReadResource(string word)
    {
        var name = $"Sigma.Sim.Scenarios.Templates.{word}.yaml";
        using var stream = typeof(ScenarioTemplate).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the program was built without {name}");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
