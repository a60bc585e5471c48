// All known answers that this version can be held against.
using Sigma.Sim.Validation.Published;

namespace Sigma.Sim.Validation;

/// <summary>Runs the cases.</summary>
public static class ValidationSuite
{
    private static readonly PublishedCase[] Published =
        [new VTrainCase(), new MegatronCase(), new MegaScaleCase(), new Llama3Case(), new DeepEpCase()];

    private static readonly string[] Prefixes =
    [
        "E", "C", "N", "P", "L", "SIGMA", AireSimCases.Family, StragglerCases.Family, DeepSeekCase.Family,
        .. Published.Select(published => published.Id),
    ];

    /// <summary>What a case filter may begin with.</summary>
    public static IReadOnlyList<string> Families => Prefixes;

    /// <summary>
    /// The rows of a table in the format of a published case, one result a row in the table's order; null where no such
    /// case has the id.
    /// </summary>
    public static IEnumerable<CaseResult>? RunOn(
        string id, string table, string scenarioFolder, CancellationToken cancellation) =>
        Published.FirstOrDefault(published => string.Equals(published.Id, id, StringComparison.OrdinalIgnoreCase))
            ?.Rows(Path.Combine(scenarioFolder, "published"), table, cancellation);

    /// <summary>Cases that can be run on a table of the user's.</summary>
    public static IEnumerable<string> FamiliesWithTables => Published.Select(published => published.Id);

    /// <summary>
    /// The cases whose id begins with a prefix, or all; SIGMA's and those of measured jobs need the scenario folder.
    /// </summary>
    public static IEnumerable<CaseResult> Run(
        string? prefix, string scenarioFolder, int threads, CancellationToken cancellation)
    {
        bool Wanted(string family) => prefix is null
            || prefix.StartsWith(family, StringComparison.OrdinalIgnoreCase)
            || (prefix.Length > 0 && family.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
        var cases = Enumerable.Empty<CaseResult>();
        if (Wanted("E")) cases = cases.Concat(QueueCases.All());
        if (Wanted("E") || Wanted("C") || Wanted("L"))
            cases = cases.Concat(ReliabilityCases.All()).Concat(RepairCases.All());
        if (Wanted("C") || Wanted("N") || Wanted("P")) cases = cases.Concat(FormulaCases.All());
        if (Wanted(StragglerCases.Family)) cases = cases.Concat(StragglerCases.All(scenarioFolder));
        foreach (var published in Published.Where(published => Wanted(published.Id)))
            cases = cases.Concat(OwnTables(published, Path.Combine(scenarioFolder, "published"), cancellation));
        if (Wanted(DeepSeekCase.Family)) cases = cases.Concat(DeepSeekCase.All(scenarioFolder));
        if (Wanted(AireSimCases.Family)) cases = cases.Concat(AireSimCases.All(scenarioFolder, threads, cancellation));
        if (Wanted("SIGMA")) cases = cases.Concat(SigmaCases.All(scenarioFolder, threads, cancellation));
        foreach (var found in cases)
        {
            cancellation.ThrowIfCancellationRequested();
            if (prefix is null || found.Id.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) yield return found;
        }
    }

    private static IEnumerable<CaseResult> OwnTables(
        PublishedCase published, string folder, CancellationToken cancellation)
    {
        foreach (var table in published.Tables)
        {
            var rows = published.Rows(folder, Path.Combine(folder, table), cancellation).ToList();
            foreach (var row in rows) yield return row;
            foreach (var verdict in published.Summary(table, rows)) yield return verdict;
        }
    }
}
