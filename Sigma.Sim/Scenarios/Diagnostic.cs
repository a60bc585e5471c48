// A scenario error is a conversation: where, what was found, what was expected, what was probably meant.
using System.Text;

namespace Sigma.Sim.Scenarios;

/// <summary>One finding about a scenario; codes are stable so that they can be looked up.</summary>
public sealed record Diagnostic(string Code, string Message)
{
    /// <summary>Where it was found; null for a finding about the file as a whole.</summary>
    public SourceSpan? At { get; init; }

    /// <summary>The other place of an error between two fields.</summary>
    public SourceSpan? Also { get; init; }

    public string? Note { get; init; }

    public string? Help { get; init; }

    /// <summary>True where the machine is at fault (a missing file): exit code 1 instead of 2.</summary>
    public bool FaultOfMachine { get; init; }

    /// <summary>The finding with its source line, a caret under the text it speaks of, its note and its help.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        if (At is null) text.Append($"error[{Code}]: {Message}\n");
        else
        {
            text.Append($"{At}: error[{Code}]: {Message}\n");
            AppendLine(text, At);
        }

        if (Also is not null)
        {
            text.Append($"   = note: the other place is {Also}\n");
            AppendLine(text, Also);
        }

        if (Note is not null) text.Append($"   = note: {Note}\n");
        if (Help is not null) text.Append($"   = help: {Help}\n");
        return text.ToString();
    }

    private static void AppendLine(StringBuilder text, SourceSpan at)
    {
        const int widest = 160;
        var line = at.File.Line(at.Line).Replace('\t', ' ');
        if (line.Length > widest) line = line[..widest] + "...";
        var number = at.Line.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var margin = new string(' ', Math.Max(2, number.Length));
        var column = Math.Min(at.Column, line.Length + 1);
        var carets = Math.Clamp(at.Length, 1, Math.Max(1, line.Length - column + 1));
        text.Append($"{margin} |\n{number.PadLeft(margin.Length)} | {line}\n{margin} | ");
        text.Append(' ', column - 1).Append('^', carets).Append('\n');
    }
}

/// <summary>Collects all findings of a reading, so that one run shows them all.</summary>
public sealed class DiagnosticList
{
    /// <summary>More than twenty errors at once is a wall, not a conversation.</summary>
    public const int MostShown = 20;

    private readonly List<Diagnostic> _findings = [];

    public bool Any => _findings.Count > 0;

    public int Count => _findings.Count;

    public void Add(Diagnostic finding) => _findings.Add(finding);

    /// <summary>The findings in source order, file by file; findings without a place first.</summary>
    public IReadOnlyList<Diagnostic> InSourceOrder()
    {
        var files = _findings.Select(f => f.At?.File.Name ?? "").Distinct(StringComparer.Ordinal).ToList();
        return
        [
            .. _findings.OrderBy(f => f.At is null ? -1 : files.IndexOf(f.At.File.Name))
                .ThenBy(f => f.At?.Line ?? 0).ThenBy(f => f.At?.Column ?? 0),
        ];
    }

    /// <summary>All findings as text, at most twenty, with a count of those left out.</summary>
    public string Render()
    {
        var ordered = InSourceOrder();
        var text = string.Join('\n', ordered.Take(MostShown));
        return ordered.Count <= MostShown ? text : $"{text}\n... and {ordered.Count - MostShown} more\n";
    }
}

/// <summary>A scenario that could not be read; carries every finding.</summary>
public sealed class ScenarioException(DiagnosticList diagnostics) : Exception("The scenario has errors.")
{
    public DiagnosticList Diagnostics { get; } = diagnostics;
}
