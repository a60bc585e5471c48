// What can go wrong, how often, and what it takes to mend it.
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Faults;

/// <summary>The unit that fails, and with it everything below it.</summary>
public enum FaultScope
{
    Accelerator,
    Node,
}

/// <summary>What is done to a node, from light to heavy.</summary>
public enum Remedy
{
    Reset,
    Reboot,
    Replace,
}

/// <summary>A hazard that is high while a unit is young: times 1 + (factor - 1) exp(-age / decay).</summary>
public sealed record EarlyLife(double Factor, Duration DecaysOver)
{
    /// <summary>How many times the law's hazard a unit of this age carries.</summary>
    public double At(double ageSeconds) => 1 + (Factor - 1) * Math.Exp(-ageSeconds / DecaysOver.Seconds);
}

/// <summary>One way to fail.</summary>
/// <param name="Name">What events and reports call it; unique.</param>
/// <param name="Scope">The unit that fails.</param>
/// <param name="Kind">What the job sees, and when.</param>
/// <param name="TimeToFailure">Law of a unit's life in operation.</param>
/// <param name="EarlyLife">Infant mortality on top of the law, or null.</param>
/// <param name="Remedies">Shares of the remedy that is tried first; they sum to one.</param>
public sealed record FaultSpec(
    string Name, FaultScope Scope, FaultKind Kind, Distribution TimeToFailure, EarlyLife? EarlyLife,
    IReadOnlyDictionary<Remedy, double> Remedies)
{
    /// <summary>
    /// The age at which a unit that has reached <paramref name="ageSeconds"/> fails: Lewis and Shedler's thinning
    /// under the hazard at the present age, exact because early life only ever fades.
    /// </summary>
    public double NextFailureAge(double ageSeconds, ref RandomStream stream)
    {
        if (EarlyLife is null)
            return ageSeconds + TimeToFailure.RemainingSeconds(ageSeconds, 1, stream.NextUnitExponential());
        while (true)
        {
            var bound = EarlyLife.At(ageSeconds);
            ageSeconds += TimeToFailure.RemainingSeconds(ageSeconds, bound, stream.NextUnitExponential());
            if (stream.NextChance(EarlyLife.At(ageSeconds) / bound)) return ageSeconds;
        }
    }

    /// <summary>
    /// Failures of one unit that is new at the start, mended at its age and operates for a time: the cumulative hazard,
    /// with early life summed over slices that are short against its decay.
    /// </summary>
    public double ExpectedFailures(Duration operation)
    {
        const int slices = 2000;
        if (EarlyLife is null) return TimeToFailure.CumulativeHazard(operation.Seconds);
        var (sum, before) = (0.0, 0.0);
        for (var i = 1; i <= slices; i++)
        {
            var age = operation.Seconds * i / slices;
            var reached = TimeToFailure.CumulativeHazard(age);
            sum += (reached - before) * EarlyLife.At(age - operation.Seconds / slices / 2);
            before = reached;
        }

        return sum;
    }
}
