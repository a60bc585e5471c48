// What a log knows of a life: from which age on it was watched, and the age at which it failed or was last seen.
namespace Sigma.Sim.Randomness;

/// <summary>A watched stretch of a unit's life.</summary>
/// <param name="FromSeconds">Age at which the watch begins; 0 for a new unit.</param>
/// <param name="ToSeconds">Age at which it ends.</param>
/// <param name="Failed">True where a failure ends it; otherwise the life is censored: it goes on unseen.</param>
public readonly record struct Life(double FromSeconds, double ToSeconds, bool Failed);

/// <summary>An age at which units failed.</summary>
/// <param name="AgeSeconds">The age.</param>
/// <param name="Failures">Units that failed at it, at least 1.</param>
/// <param name="AtRisk">Units that were watched until this age or beyond, and since before it.</param>
public readonly record struct FailureAge(double AgeSeconds, int Failures, int AtRisk)
{
    /// <summary>All ages of failure of a log, ascending.</summary>
    public static IReadOnlyList<FailureAge> Of(IReadOnlyCollection<Life> lives)
    {
        var starts = lives.Select(life => life.FromSeconds).Order().ToArray();
        var ends = lives.Select(life => life.ToSeconds).Order().ToArray();
        var failures = lives.Where(life => life.Failed).Select(life => life.ToSeconds).Order().ToArray();
        var ages = new List<FailureAge>();
        var (begun, ended) = (0, 0);
        for (var i = 0; i < failures.Length;)
        {
            var age = failures[i];
            var first = i;
            while (i < failures.Length && failures[i] == age) i++;
            while (begun < starts.Length && starts[begun] < age) begun++;
            while (ends[ended] < age) ended++;
            ages.Add(new FailureAge(age, i - first, begun - ended));
        }

        return ages;
    }
}
