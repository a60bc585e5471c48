// The tables of a fitted log, for the console and the page alike.
using System.Globalization;
using Sigma.Sim.Fitting;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Reporting;

/// <summary>What a fit came to, in rows.</summary>
internal static class FitTables
{
    private const double Year = 365.25 * 86_400;

    /// <summary>The laws, the best first.</summary>
    public static TextTable Laws(CauseFit fit, LifeLog log) => new(
        [
            Column.Words("law"), Column.Words("parameters"), Column.Number("AIC above the best"),
            Column.Number("distance"), Column.Number("its p"), Column.Words(""),
        ],
        [
            .. fit.Fits.Select((law, rank) => TableRow.Marked(
                rank == 0, law.Family.Name, Parameters(law, log), Tenths(law.Aic - fit.Fits[0].Aic),
                UnitText.ThreeDigits(law.Distance), law.PValue is { } p ? UnitText.ThreeDigits(p) : "",
                law.IsAtEdge ? "runs into a limit" : "")),
        ]);

    /// <summary>The hazard by age, as it was counted.</summary>
    public static TextTable Hazard(CauseFit fit, LifeLog log)
    {
        return new TextTable(
            [
                Column.Words($"age [{log.Unit}]"), Column.Number("failures"), Column.Number("per unit and year"),
                Column.Number("95 % interval"),
            ],
            [
                .. fit.Hazard.Select(bin => TableRow.Of(
                    $"{InUnit(bin.FromSeconds)} - {InUnit(bin.ToSeconds)}", UnitText.Count(bin.Failures),
                    Yearly(bin.Hazard), $"{Yearly(bin.Low)} - {Yearly(bin.High)}")),
            ]);

        string InUnit(double seconds) => UnitText.ThreeDigits(seconds / log.UnitSeconds);
    }

    /// <summary>What was watched, in a sentence.</summary>
    public static string Watched(CauseFit fit, LifeLog log) =>
        $"{fit.Cause ?? "all causes"}: {Wording.Plural(fit.Failures, "failure")}, {UnitText.Count(fit.Censored)} "
        + $"censored, {Wording.Plural(log.Units, "unit")} watched for "
        + $"{UnitText.ThreeDigits(fit.ExposureSeconds / log.UnitSeconds)} {log.Unit}";

    private static string Parameters(LawFit law, LifeLog log) => string.Join(", ", law.Parameters.Select((value, i) =>
    {
        var (scale, unit) = law.Family.IsTime(i) ? (log.UnitSeconds, $" {log.Unit}") : (1, "");
        var error = double.IsFinite(law.Errors[i]) ? $" +- {UnitText.ThreeDigits(law.Errors[i] / scale)}" : "";
        var name = law.Family.Parameters[i].Replace('_', ' ');
        return $"{name} {UnitText.ThreeDigits(value / scale)}{error}{unit}";
    }));

    private static string Yearly(double hazard) => UnitText.ThreeDigits(hazard * Year);

    private static string Tenths(double value) => value.ToString("F1", CultureInfo.InvariantCulture);
}
