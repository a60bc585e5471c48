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

/// <summary>The way of a node from cordoned to available.</summary>
/// <param name="Triage">From cordon to the first remedy.</param>
/// <param name="Remedies">By remedy.</param>
/// <param name="Validation">Acceptance tests after each remedy and each cold boot.</param>
/// <param name="RepairCrews">People who can replace hardware at the same time; resets and reboots need none.</param>
/// <param name="ColdBoot">Time before a cold spare can be validated.</param>
/// <param name="Relapse">Operation until a node that passed the tests unmended fails again.</param>
public sealed record LifecycleSpec(
    Distribution Triage, IReadOnlyDictionary<Remedy, RemedySpec> Remedies, ValidationSpec Validation,
    int RepairCrews, Distribution ColdBoot, Distribution Relapse);
