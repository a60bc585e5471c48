// A failure log as lives: what the statistics need of it, however the file was laid out.
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Fitting;

/// <summary>One watched life.</summary>
/// <param name="FromSeconds">Age at which the watch begins.</param>
/// <param name="ToSeconds">Age at which it ends, not before.</param>
/// <param name="Cause">Place of the failure's cause in <see cref="LifeLog.Causes"/>; -1 where none ended it.</param>
public readonly record struct LoggedLife(double FromSeconds, double ToSeconds, int Cause);

/// <summary>All lives of a log.</summary>
/// <param name="Column">The column that the ages came from.</param>
/// <param name="Unit">Its unit of time, such as <c>h</c>.</param>
/// <param name="UnitSeconds">Seconds in one.</param>
/// <param name="Units">Different units in the log.</param>
/// <param name="Causes">Causes in the order in which they first strike.</param>
/// <param name="Lives">In the order of the file.</param>
public sealed record LifeLog(
    string Column, string Unit, double UnitSeconds, int Units, IReadOnlyList<string> Causes,
    IReadOnlyList<LoggedLife> Lives)
{
    /// <summary>The lives as all causes together end them.</summary>
    public IReadOnlyList<Life> Together() =>
        [.. Lives.Select(life => new Life(life.FromSeconds, life.ToSeconds, life.Cause >= 0))];

    /// <summary>The lives as one cause ends them: a failure of another one only ends the watch.</summary>
    public IReadOnlyList<Life> Of(int cause) =>
        [.. Lives.Select(life => new Life(life.FromSeconds, life.ToSeconds, life.Cause == cause))];
}
