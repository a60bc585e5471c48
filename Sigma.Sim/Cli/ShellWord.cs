// A command that is shown to be typed again must survive the shell: what it would read differently is quoted.
using System.Text.RegularExpressions;

namespace Sigma.Sim.Cli;

/// <summary>Words of a command line.</summary>
internal static partial class ShellWord
{
    /// <summary>The text as one word of a POSIX shell.</summary>
    public static string Of(string text) =>
        Plain().IsMatch(text) ? text : "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    [GeneratedRegex(@"^[A-Za-z0-9_./:=,%+-]+$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Plain();
}
