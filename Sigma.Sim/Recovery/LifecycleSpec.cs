// What happens to a node after a fault: triage, remedies that may not help, acceptance tests that may be wrong.
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Recovery;

/// <summary>A remedy's duration and how often it mends the fault.</summary>
public sealed record RemedySpec(Distribution Time, Fraction Fixes);

/// <summary>Acceptance tests of a node.</summary>
/// <param name="Time">How long they run.</param>
/// <param name="Catches">Share of bad nodes that fail them.</param>
/// <param name="RejectsGood">Share of good nodes that fail them all the same.</param>
public sealed record ValidationSpec(Distribution Time, Fraction Catches, Fraction RejectsGood);

/// <summary>Replacement parts in store: each that is used is ordered anew.</summary>
/// <param name="Stock">Parts in store at the start, at least 1.</param>
/// <param name="Delivery">From the use of one to the arrival of the next.</param>
public sealed record PartsSpec(int Stock, Distribution Delivery);

/// <summary>Nodes that come back too often are given up.</summary>
/// <param name="After">Stays in repair within the window, at least 2, the last of which is not begun any more.</param>
/// <param name="Within">The window.</param>
/// <param name="Delivery">Until a new node stands in its place, or null where none is bought.</param>
public sealed record RetirementSpec(int After, Duration Within, Distribution? Delivery);

/// <summary>A guard against mass false alarms: many nodes with one fault at once wait for people.</summary>
/// <param name="Nodes">From so many on.</param>
/// <param name="Within">Cordoned within this time.</param>
public sealed record MassAlarmSpec(int Nodes, Duration Within);

/// <summary>What the platform knows of faults with several signatures.</summary>
/// <param name="Known">So many of the commonest signatures of each fault are in the library at the start.</param>
/// <param name="Learns">Whether it takes in a signature that has been seen often enough.</param>
public sealed record LibrarySpec(int Known, bool Learns)
{
    /// <summary>Knows nothing yet, and learns.</summary>
    public static LibrarySpec Young { get; } = new(0, true);
}

/// <summary>The way of a node from cordoned to available.</summary>
/// <param name="Triage">From cordon to the first remedy.</param>
/// <param name="Remedies">By remedy.</param>
/// <param name="Validation">Acceptance tests after each remedy and each cold boot.</param>
/// <param name="RepairCrews">People who can replace hardware at the same time; resets and reboots need none.</param>
/// <param name="ColdBoot">Time before a cold spare can be validated.</param>
/// <param name="Relapse">
/// Operation until a node that is back with its fault fails again, or null where it only fails as others do.
/// </param>
public sealed record LifecycleSpec(
    Distribution Triage, IReadOnlyDictionary<Remedy, RemedySpec> Remedies, ValidationSpec Validation,
    int RepairCrews, Distribution ColdBoot, Distribution? Relapse)
{
    /// <summary>Triage by people: of signatures that are not in the library, and of mass alarms.</summary>
    public Distribution ManualTriage { get; init; } = Triage;

    public LibrarySpec Library { get; init; } = LibrarySpec.Young;

    /// <summary>Null where parts never run out.</summary>
    public PartsSpec? Parts { get; init; }

    /// <summary>Null where all nodes are alike.</summary>
    public LemonSpec? Lemons { get; init; }

    /// <summary>Null where nodes are never given up.</summary>
    public RetirementSpec? Retirement { get; init; }

    /// <summary>Null where no number of nodes waits for people.</summary>
    public MassAlarmSpec? MassAlarm { get; init; }
}
