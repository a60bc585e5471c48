// Where words go. With `--json` standard output carries one object and nothing else, and people's text goes to standard
// error; progress shows on a terminal only, and every colour can be switched off.
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Sigma.Sim.Cli.Explain;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Spectre.Console;

namespace Sigma.Sim.Cli;

/// <summary>How a command speaks.</summary>
/// <param name="Json">One object on standard output.</param>
/// <param name="Quiet">No summary, no progress.</param>
/// <param name="NoColor">Plain text; also by the NO_COLOR convention.</param>
/// <param name="Aside">People's text goes to standard error, since standard output carries a file.</param>
internal sealed record Manner(bool Json, bool Quiet, bool NoColor, bool Aside);

/// <summary>The console of one command.</summary>
internal sealed class Screen
{
    private readonly Manner _manner;
    private readonly IAnsiConsole _people;
    private readonly bool _showsProgress;
    private string _stage = "";
    private long _stageBegan;
    private int _lastLength;

    public Screen(Manner manner)
    {
        _manner = manner;
        var aside = manner.Json || manner.Aside;
        var plain = manner.NoColor || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        _people = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(aside ? Console.Error : Console.Out),
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
        });
        // In a pipe nobody resizes the window: tables keep their natural width.
        if (aside ? Console.IsErrorRedirected : Console.IsOutputRedirected) _people.Profile.Width = 120;
        _showsProgress = !manner.Quiet && !Console.IsErrorRedirected;
    }

    /// <summary>A line for people.</summary>
    public void Say(string line)
    {
        if (!_manner.Quiet) _people.WriteLine(line);
    }

    /// <summary>A text that is the answer itself, for a file or another command; not beside an object.</summary>
    public void Give(string text)
    {
        if (!_manner.Json) Console.Out.Write(text);
    }

    /// <summary>
    /// A page of Markdown that is the answer itself: drawn on a terminal, as it is in a pipe; not beside an object.
    /// </summary>
    public void GivePage(string markdown)
    {
        if (_manner.Json) return;
        var isDrawn = !Console.IsOutputRedirected && _people.Profile.Capabilities.Ansi;
        if (isDrawn) _people.Write(PageText.Drawn(markdown, _people.Profile.Width));
        else Console.Out.Write(PageText.Plain(markdown));
    }

    /// <summary>A table for people.</summary>
    public void Show(Table table)
    {
        if (!_manner.Quiet) _people.Write(table);
    }

    /// <summary>The answer for scripts, if they asked for it.</summary>
    public void Answer(Action<Utf8JsonWriter> write)
    {
        if (!_manner.Json) return;
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true })) write(writer);
        Console.Out.WriteLine(Encoding.UTF8.GetString(stream.ToArray()));
    }

    /// <summary>Shows how far a stage has come and, once that can be told, how long it still takes.</summary>
    public void Progress(JobProgress progress)
    {
        if (!_showsProgress) return;
        if (progress.Stage != _stage) (_stage, _stageBegan) = (progress.Stage, Stopwatch.GetTimestamp());
        var elapsed = Stopwatch.GetElapsedTime(_stageBegan).TotalSeconds;
        var counted = progress.Of > 1 ? $" {progress.Done} of {progress.Of}" : "";
        var left = "";
        if (progress is { Of: > 1, Done: > 1 } && progress.Done < progress.Of)
        {
            var seconds = elapsed / progress.Done * (progress.Of - progress.Done);
            left = $", about {UnitText.Of(Duration.FromSeconds(seconds))} left";
        }

        Overwrite($"{progress.Stage}{counted}{left}");
    }

    /// <summary>Takes the progress line away.</summary>
    public void EndProgress()
    {
        if (_showsProgress && _lastLength > 0) Overwrite("");
    }

    private void Overwrite(string text)
    {
        Console.Error.Write($"\r{text.PadRight(_lastLength)}\r{text}");
        _lastLength = text.Length;
    }
}
