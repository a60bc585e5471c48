// What a script learns from a run without reading a word of it.
namespace Sigma.Sim.Cli;

/// <summary>Exit codes of every command.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The machine is at fault: a file is missing, a disk is full.</summary>
    public const int Environment = 1;

    /// <summary>What the user wrote is wrong.</summary>
    public const int Input = 2;

    /// <summary>A known answer was missed, or another stack's numbers differ.</summary>
    public const int Missed = 3;

    /// <summary>A broken invariant: a bug of the program.</summary>
    public const int Bug = 70;

    public const int Interrupted = 130;
}
