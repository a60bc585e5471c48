// All known answers that this version can be held against.
namespace Sigma.Sim.Validation;

/// <summary>Runs the cases.</summary>
public static class ValidationSuite
{
    private static readonly string[] Prefixes = ["E", "C", "N", "P", "L", "SIGMA", StragglerCases.Family];

    /// <summary>What a case filter may begin with.</summary>
    public static IReadOnlyList<string> Families => Prefixes;

    /// <summary>
    /// The cases whose id begins with a prefix, or all; SIGMA's and those of measured jobs need the scenario folder.
    /// </summary>
    public static IEnumerable<CaseResult> Run(
        string? prefix, string scenarioFolder, int threads, CancellationToken cancellation)
    {
        bool Wanted(string family) => prefix is null || prefix.StartsWith(family, StringComparison.OrdinalIgnoreCase);
        var cases = Enumerable.Empty<CaseResult>();
        if (Wanted("E")) cases = cases.Concat(QueueCases.All());
        if (Wanted("E") || Wanted("C") || Wanted("L")) cases = cases.Concat(ReliabilityCases.All());
        if (Wanted("C") || Wanted("N") || Wanted("P")) cases = cases.Concat(FormulaCases.All());
        if (Wanted(StragglerCases.Family)) cases = cases.Concat(StragglerCases.All(scenarioFolder));
        if (Wanted("SIGMA")) cases = cases.Concat(SigmaCases.All(scenarioFolder, threads, cancellation));
        foreach (var found in cases)
        {
            cancellation.ThrowIfCancellationRequested();
            if (prefix is null || found.Id.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) yield return found;
        }
    }
}
