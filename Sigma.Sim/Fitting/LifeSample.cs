// Lives as a likelihood sees them: ages of failure that carry a density, and ages whose cumulative hazard counts. Equal
// ages are counted together, since in a log most units end their watch on the same day.
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Fitting;

/// <summary>Lives, ready to be fitted.</summary>
public sealed class LifeSample
{
    private readonly List<(double Age, double Weight)> _densities = [];
    private readonly List<(double Age, double Weight)> _hazards = [];

    public LifeSample(IReadOnlyList<Life> lives)
    {
        Lives = [.. lives.Where(life => life.ToSeconds > life.FromSeconds)];
        Failures = Lives.Count(life => life.Failed);
        ExposureSeconds = Lives.Sum(life => life.ToSeconds - life.FromSeconds);
        IsComplete = Lives.All(life => life.Failed && life.FromSeconds == 0);
        Gather(Lives.Where(life => life.Failed).Select(life => life.ToSeconds), 1, _densities);
        Gather(Lives.Where(life => life.FromSeconds > 0).Select(life => life.FromSeconds), 1, _hazards);
        Gather(Lives.Where(life => !life.Failed).Select(life => life.ToSeconds), -1, _hazards);
    }

    public IReadOnlyList<Life> Lives { get; }

    public int Failures { get; }

    public int Censored => Lives.Count - Failures;

    /// <summary>Time over which all units together were watched.</summary>
    public double ExposureSeconds { get; }

    /// <summary>True where every life was watched from its beginning to its failure.</summary>
    public bool IsComplete { get; }

    /// <summary>Different ages that a likelihood looks at.</summary>
    public int Ages => _densities.Count + _hazards.Count;

    /// <summary>
    /// Logarithm of the likelihood, in 1/s: a failure counts the density at its age, a censored life the probability to
    /// live so long, both given that the life had reached the age at which the watch began.
    /// </summary>
    public double LogLikelihood(Distribution law)
    {
        var sum = 0.0;
        foreach (var (age, weight) in _densities) sum += weight * law.LogDensity(age);
        foreach (var (age, weight) in _hazards) sum += weight * law.CumulativeHazard(age);
        return sum;
    }

    /// <summary>Every n-th life by its end, at most about <paramref name="most"/>: enough to begin with.</summary>
    public LifeSample Thinned(int most)
    {
        var failed = Lives.Where(life => life.Failed).OrderBy(life => life.ToSeconds).ToList();
        var others = Lives.Where(life => !life.Failed).OrderBy(life => life.ToSeconds).ToList();
        var stride = (Lives.Count + most - 1) / most;
        return new LifeSample([.. failed.Concat(others).Where((_, i) => i % stride == stride / 2)]);
    }

    private static void Gather(IEnumerable<double> ages, double weight, List<(double Age, double Weight)> into)
    {
        var first = into.Count;
        foreach (var age in ages.Order())
        {
            if (into.Count > first && into[^1].Age == age) into[^1] = (age, into[^1].Weight + weight);
            else into.Add((age, weight));
        }
    }
}
