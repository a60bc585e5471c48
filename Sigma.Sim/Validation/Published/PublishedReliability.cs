// Published long runs: how often jobs of known sizes stopped, and what was left of their time.
namespace Sigma.Sim.Validation.Published;

/// <summary>One publication's figures.</summary>
/// <param name="Id">The family's name.</param>
internal abstract record PublishedReliability(string Id)
{
    /// <summary>All families.</summary>
    public static IReadOnlyList<PublishedReliability> All { get; } =
    [
        new KokolisCases(), new ByteRobustCases(), new FaultTolerantHsdpCases(), new Llama3InterruptionCases(),
        new MegaScaleRecoveryCases(), new Opt175BCases(), new TitanCases(), new CorruptionRateCases(),
    ];

    /// <summary>Runs the scenarios and compares.</summary>
    public abstract IEnumerable<CaseResult> Cases(PublishedFolder folder);
}
