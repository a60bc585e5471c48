// Reads a page as a newcomer does: in a copy of the checkout, command by command, each in the place where the one
// before it left its files.
using System.Text.RegularExpressions;
using Sigma.Sim.Tests.Cli;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Pages;

/// <summary>A copy of what a user has, and the commands of one page typed in it.</summary>
internal sealed partial class PageReader : IDisposable
{
    // Long ones take a minute alone, and machines are shared.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    // What builds and installs, and so has no place within a test of what was built.
    private static readonly HashSet<string> NotTyped =
        new(["dotnet test", "dotnet pack Sigma.Sim -c Release"], StringComparer.Ordinal);

    private readonly ScratchFolder _checkout = new();

    public PageReader() => Copy(SourceTree.PathOf("scenarios"), _checkout.At("scenarios"));

    /// <summary>True where every command is typed as it stands, however long it takes.</summary>
    public static bool IsPatient { get; } = Environment.GetEnvironmentVariable("SIGMA_FULL") == "1";

    /// <summary>Fails where there is no shell to type in.</summary>
    public static void NeedShell()
    {
        if (!File.Exists("/bin/sh")) Assert.Inconclusive("no /bin/sh here to type the commands of a page in");
    }

    /// <summary>A file that a command left.</summary>
    public string At(string name) => _checkout.At(name);

    /// <summary>Types a command and holds how it ends; null for one that is not typed here.</summary>
    public SigmaAnswer? Type(PageCommand command, Func<string, string> shortened)
    {
        if (NotTyped.Contains(command.Text)) return null;
        var line = Built().Replace(command.Text, "sigma ");
        if (!Typed().IsMatch(line))
        {
            Assert.Fail($"{command.Place}: `{command.Text}` is no command of sigma: `Pages/PageReader.cs` must know "
                + "how it is typed, or that it is not");
        }

        var answer = SigmaProcess.RunLine(_checkout.Path, shortened(line), Patience);
        if (answer.Code != command.ExitCode)
        {
            Assert.Fail($"{command.Place}: `{command.Text}` (typed as `{shortened(line)}`) ended with {answer.Code}, "
                + $"the page says {command.ExitCode}:\n{answer.Output}{answer.Error}");
        }

        return answer;
    }

    /// <summary>The page as it should be, with what each command says today.</summary>
    public string WrittenAgain(MarkdownPage page)
    {
        var (lines, said, typed) = (new List<string>(), "", "");
        var missing = new List<string>();
        foreach (var part in page.Parts)
        {
            if (part.Shown is { } shown)
            {
                var none = new List<string>();
                lines.AddRange(shown.Of(said, none));
                missing.AddRange(none.Select(mark => $"{page.Path}: no line that `{typed}` says contains `{mark}`"));
                continue;
            }

            lines.Add(part.Text);
            if (part.Command is not { } command || Type(command, line => line) is not { } answer) continue;
            // People see both; what is said aside stands before an answer that could be piped on.
            (said, typed) = (answer.Error + answer.Output, command.Text);
        }

        SourceTree.AssertNone(missing);
        return string.Join('\n', lines);
    }

    public void Dispose() => _checkout.Dispose();

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var folder in Directory.EnumerateDirectories(from))
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
    }

    [GeneratedRegex("^dotnet run --project Sigma.Sim -c Release -- ", RegexOptions.None, 1000)]
    private static partial Regex Built();

    [GeneratedRegex("^(sigma |cat |head |cp |mkdir )", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Typed();
}
