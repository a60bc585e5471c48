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
        .. Published.Select(published => published.Id), .. PublishedReliability.All.Select(family => family.Id),
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
    /// The cases whose id begins with a prefix, or all; all but closed forms (E, C, N, P, L) need the scenario folder.
    /// </summary>
    public static IEnumerable<CaseResult> Run(
        string? prefix, string scenarioFolder, int threads, CancellationToken cancellation)
    {
        bool Wanted(string family) => IsWanted(family, prefix);
        var cases = Enumerable.Empty<CaseResult>();
        if (Wanted("E"))
        {
            cases = cases.Concat(QueueCases.All()).Concat(ReliabilityCases.Lives())
                .Concat(RepairCases.All(threads, cancellation));
        }

        if (Wanted("C"))
        {
            cases = cases.Concat(ReliabilityCases.EffectiveTime(threads, cancellation))
                .Concat(RepairCases.WallTime(threads, cancellation));
        }

        if (Wanted("L")) cases = cases.Concat(ReliabilityCases.Limits());
        if (Wanted("C") || Wanted("N") || Wanted("P")) cases = cases.Concat(FormulaCases.All());
        if (Wanted(StragglerCases.Family)) cases = cases.Concat(StragglerCases.All(scenarioFolder));
        foreach (var published in Published.Where(published => Wanted(published.Id)))
            cases = cases.Concat(OwnTables(published, Path.Combine(scenarioFolder, "published"), cancellation));
        var runs = new PublishedFolder(Path.Combine(scenarioFolder, "published"), threads, cancellation);
        foreach (var family in PublishedReliability.All.Where(family => Wanted(family.Id)))
            cases = cases.Concat(family.Cases(runs));
        if (Wanted(DeepSeekCase.Family)) cases = cases.Concat(DeepSeekCase.All(scenarioFolder));
        if (Wanted(AireSimCases.Family)) cases = cases.Concat(AireSimCases.All(scenarioFolder, threads, cancellation));
        if (Wanted("SIGMA")) cases = cases.Concat(SigmaCases.All(scenarioFolder, threads, cancellation));
        foreach (var found in cases)
        {
            cancellation.ThrowIfCancellationRequested();
            if (prefix is null || found.Id.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) yield return found;
        }
    }

    /// <summary>
    /// Whether cases of a family can have ids that begin so. Closed forms are a letter and a number: `LLAMA3` is none.
    /// </summary>
    private static bool IsWanted(string family, string? prefix)
    {
        if (prefix is null) return true;
        if (prefix.Length == 0) return false;
        if (family.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) return true;
        return prefix.StartsWith(family, StringComparison.OrdinalIgnoreCase)
            && (family.Length > 1 || char.IsAsciiDigit(prefix[1]));
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
