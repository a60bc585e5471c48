// What AIReSim, a simulator of the reliability of AI clusters (github.com/karthikp-ubc/airesim), is told about a run:
// its own names, in its own units, minutes and failures per minute. A key that its file leaves out has AIReSim's
// default, which is the first row of its published table of parameters.

namespace Sigma.Sim.Scenarios;

/// <summary>The law by which servers fail.</summary>
public enum AireSimLaw
{
    Exponential,
    Weibull,
    LogNormal,
}

/// <summary>A checked configuration of AIReSim; times in minutes.</summary>
/// <param name="Source">Name of the file that it was read from.</param>
public sealed record AireSimConfig(string Source)
{
    /// <summary>Failures of a good server per minute of computing.</summary>
    public double RandomFailureRate { get; init; }

    /// <summary>How many times as often a bad server fails besides.</summary>
    public double SystematicFailureRateMultiplier { get; init; }

    /// <summary>The share of all servers that are bad at the start.</summary>
    public double SystematicFailureFraction { get; init; }

    public double RecoveryTime { get; init; }

    public double HostSelectionTime { get; init; }

    public int JobSize { get; init; }

    public double JobLength { get; init; }

    public int WarmStandbys { get; init; }

    /// <summary>Servers that the job may choose from, those of the job included.</summary>
    public int WorkingPoolSize { get; init; }

    public int SparePoolSize { get; init; }

    public double PreemptionWaitTime { get; init; }

    /// <summary>Mean of an exponential law, as that of people.</summary>
    public double AutoRepairTime { get; init; }

    public double ManualRepairTime { get; init; }

    /// <summary>The share of failures that people have to repair after the automatic repair.</summary>
    public double ProbAutoToManual { get; init; }

    public double AutoRepairFailProb { get; init; }

    public double ManualRepairFailProb { get; init; }

    public AireSimLaw FailureDistribution { get; init; }

    public double WeibullShape { get; init; }

    public double LognormalSigma { get; init; }

    /// <summary>The share of failures that send any server into repair.</summary>
    public double DiagnosisProbability { get; init; }

    /// <summary>The share of these that send an innocent one.</summary>
    public double DiagnosisUncertainty { get; init; }

    public ulong Seed { get; init; }

    public int NumReplications { get; init; }

    /// <summary>Keys that the file gives; the others have AIReSim's defaults.</summary>
    public IReadOnlySet<string> Given { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Every key with its value, given or not.</summary>
    public IReadOnlyList<ResolvedInput> Inputs { get; init; } = [];

    /// <summary>Mean life of a good server, in minutes.</summary>
    public double MeanLife => 1 / RandomFailureRate;

    /// <summary>Servers of the working pool that are neither in the job nor standing by.</summary>
    public int FreeServers => WorkingPoolSize - JobSize - WarmStandbys;

    /// <summary>The factor on the hazard that makes a bad server's mean life (1 + multiplier) times as short.</summary>
    public double BadHazard => FailureDistribution == AireSimLaw.Weibull
        ? Math.Pow(1 + SystematicFailureRateMultiplier, WeibullShape)
        : 1 + SystematicFailureRateMultiplier;
}
