// What can go wrong, how often, and what it takes to mend it.
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Faults;

/// <summary>By which clock a unit grows older, and may fail.</summary>
public enum AgeClock
{
    /// <summary>While the job computes on it: in a job that stands still nothing fails.</summary>
    Operation,

    /// <summary>Always while it is switched on, whatever the job does.</summary>
    Calendar,
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

/// <summary>
/// Fixes make a failure mode rarer as the whole fleet gathers experience (Crow, AMSAA 1974: failures by a time grow as
/// time^shape): at time t of the campaign the hazard is ((since + t) / since)^(shape - 1) times the law's.
/// </summary>
/// <param name="Shape">In (0, 1]; 1 is no growth.</param>
/// <param name="Since">Experience before the campaign, above zero.</param>
public sealed record ReliabilityGrowth(double Shape, Duration Since)
{
    /// <summary>How many times the law's hazard is left, at most 1.</summary>
    public double At(Duration campaign) => Math.Pow(1 + campaign.Over(Since), Shape - 1);

    /// <summary>The mean of that between two times of the campaign, in seconds, the first before the second.</summary>
    public double MeanBetween(double from, double to)
    {
        var since = Since.Seconds;
        return since / Shape * (Math.Pow(1 + to / since, Shape) - Math.Pow(1 + from / since, Shape)) / (to - from);
    }
}

/// <summary>A small share of nodes with many times the hazard.</summary>
/// <param name="Share">Of all nodes, rounded down to whole ones.</param>
/// <param name="Factor">How many times the hazard, above 0.</param>
/// <param name="Curable">Whether any repair that mends a fault makes the node a sound one; a new node is.</param>
public sealed record LemonSpec(Fraction Share, double Factor, bool Curable)
{
    /// <summary>Lemons among so many nodes: 29 % of 100 are 29, though 0.29 x 100 is a little less in binary.</summary>
    public int CountOf(int nodes) => (int)Math.Floor(Share.Value * nodes + 1e-9);
}

/// <summary>A sign that a monitor sees before the fault strikes.</summary>
/// <param name="Share">Of the strikes that announce themselves.</param>
/// <param name="Lead">How long before, on the clock by which the unit ages.</param>
public sealed record Precursor(Fraction Share, Distribution Lead);

/// <summary>How often the search for the cause goes wrong.</summary>
/// <param name="Missed">No node is blamed: the job starts again on the same nodes, the fault among them.</param>
/// <param name="Wrong">An innocent node is blamed and leaves; the fault stays in the job.</param>
public sealed record DiagnosisErrors(Fraction Missed, Fraction Wrong)
{
    public static DiagnosisErrors None { get; } = new(Fraction.Zero, Fraction.Zero);

    public bool AreNone => Missed.Value == 0 && Wrong.Value == 0;
}

/// <summary>
/// A fault shows itself with one of several signatures, the k-th of which comes with a weight of 1 / k. A signature is
/// handled by people until it has been seen often enough to be in the library.
/// </summary>
/// <param name="Modes">Signatures, at least 1.</param>
/// <param name="LearnedAfter">Sightings of one until it is known, at least 1.</param>
public sealed record UnknownModes(int Modes, int LearnedAfter);

/// <summary>One way to fail.</summary>
/// <param name="Name">What events and reports call it; unique.</param>
/// <param name="Scope">The unit that fails.</param>
/// <param name="Kind">What the job sees, and when.</param>
/// <param name="TimeToFailure">Law of a unit's life on its clock.</param>
/// <param name="EarlyLife">Infant mortality on top of the law, or null.</param>
/// <param name="Remedies">Shares of the remedy that is tried first; they sum to one.</param>
public sealed record FaultSpec(
    string Name, FaultScope Scope, FaultKind Kind, Distribution TimeToFailure, EarlyLife? EarlyLife,
    IReadOnlyDictionary<Remedy, double> Remedies)
{
    public AgeClock Ages { get; init; } = AgeClock.Operation;

    /// <summary>Null where the hazard of the fleet does not fall.</summary>
    public ReliabilityGrowth? Growth { get; init; }

    /// <summary>Null where nothing announces the fault.</summary>
    public Precursor? Precursor { get; init; }

    public DiagnosisErrors Diagnosis { get; init; } = DiagnosisErrors.None;

    /// <summary>Null where every sighting is known.</summary>
    public UnknownModes? Unknown { get; init; }

    /// <summary>
    /// How long a rack, leaf switch, power zone or the storage is out. Its nodes come back together; no remedy is tried
    /// on them.
    /// </summary>
    public Distribution Outage { get; init; } = new Constant(Duration.FromHours(1));

    /// <summary>
    /// The age at which a unit that has reached <paramref name="ageSeconds"/> fails: Lewis and Shedler's thinning
    /// under the hazard at the present age, exact because early life only ever fades.
    /// </summary>
    /// <param name="ageSeconds">Age reached so far.</param>
    /// <param name="hazardFactor">How many times the law's hazard this unit carries, above 0.</param>
    /// <param name="stream">Dice of this unit.</param>
    public double NextFailureAge(double ageSeconds, double hazardFactor, ref RandomStream stream)
    {
        if (EarlyLife is null)
            return ageSeconds + TimeToFailure.RemainingSeconds(ageSeconds, hazardFactor, stream.NextUnitExponential());
        while (true)
        {
            var bound = EarlyLife.At(ageSeconds);
            var remaining = TimeToFailure.RemainingSeconds(
                ageSeconds, bound * hazardFactor, stream.NextUnitExponential());
            ageSeconds += remaining;
            if (stream.NextChance(EarlyLife.At(ageSeconds) / bound)) return ageSeconds;
        }
    }

    /// <summary>
    /// Failures of one unit that is new at the start of the campaign, mended at its age and operates for a time: the
    /// cumulative hazard, with early life and growth summed over slices that are short against their decay.
    /// </summary>
    public double ExpectedFailures(Duration operation)
    {
        const int slices = 2000;
        if (EarlyLife is null && Growth is null) return TimeToFailure.CumulativeHazard(operation.Seconds);
        var (sum, before) = (0.0, 0.0);
        for (var i = 1; i <= slices; i++)
        {
            var age = operation.Seconds * i / slices;
            var reached = TimeToFailure.CumulativeHazard(age);
            var slice = operation.Seconds / slices;
            sum += (reached - before) * (EarlyLife?.At(age - slice / 2) ?? 1)
                * (Growth?.MeanBetween(age - slice, age) ?? 1);
            before = reached;
        }

        return sum;
    }
}
