// A fitted log as files: the laws, the hazard by age, the fault for a scenario, and a figure for each cause.
using System.Globalization;
using System.Text;
using Sigma.Sim.Fitting;
using Sigma.Sim.Reporting.Figures;

namespace Sigma.Sim.Reporting;

/// <summary>Writes fits of a failure log.</summary>
public static class FitFiles
{
    private const int LongestStem = 40;

    /// <summary>
    /// Writes report.html, fits.csv (a row per cause and law), hazard.csv (a row per cause and bin of ages),
    /// faults.yaml and a figure per cause that has failures.
    /// </summary>
    /// <returns>Names of the files, relative to the folder, with forward slashes.</returns>
    public static IReadOnlyList<string> Write(
        LifeLog log, IReadOnlyList<CauseFit> fits, string yaml, string folder, string command)
    {
        using var output = OutputFolder.Begin(folder);
        output.Write("fits.csv", to => Laws(log, fits, to));
        output.Write("hazard.csv", to => Hazards(log, fits, to));
        output.Write("faults.yaml", to => to.Write(yaml));
        var names = new HashSet<string>(StringComparer.Ordinal);
        var drawn = fits.Select(fit => (
            fit, fit.Failures > 0 ? HazardByAge.Draw(NameFor(fit.Cause, names), fit, log, command) : null)).ToList();
        foreach (var figure in drawn.Select(pair => pair.Item2).OfType<Figure>())
            output.Write($"figures/{figure.Name}.svg", to => to.Write(figure.Canvas.StandingAlone()));
        output.Write("report.html", to => FitPage.Write(log, drawn, yaml, command, to));
        output.Publish();
        return output.Names;
    }

    private static void Laws(LifeLog log, IReadOnlyList<CauseFit> fits, TextWriter to)
    {
        using var table = new CsvTable(
            to, "cause", "failures", "censored", $"watched_{log.Unit}", "rank", "law", "parameters", "standard_errors",
            "log_likelihood", "aic", "ks_distance", "ks_p", "at_edge", "words");
        foreach (var fit in fits)
            foreach (var (law, rank) in fit.Fits.Select((law, i) => (law, i + 1)))
            {
                table.Text(fit.Cause ?? "all").Count(fit.Failures).Count(fit.Censored)
                    .Number(fit.ExposureSeconds / log.UnitSeconds).Count(rank).Text(law.Family.Name)
                    .Text(Named(law, law.Parameters, log)).Text(Named(law, law.Errors, log))
                    .Number(law.LogLikelihoodPer(log.UnitSeconds)).Number(law.AicPer(log.UnitSeconds))
                    .Number(law.Distance);
                if (law.PValue is { } p) table.Number(p);
                else table.Empty();
                table.Text(law.IsAtEdge ? "yes" : "no").Text(law.Words).EndRow();
            }
    }

    private static void Hazards(LifeLog log, IReadOnlyList<CauseFit> fits, TextWriter to)
    {
        var unit = log.Unit;
        using var table = new CsvTable(
            to, "cause", $"from_{unit}", $"to_{unit}", "failures", $"watched_{unit}", $"hazard_per_{unit}",
            $"low_per_{unit}", $"high_per_{unit}");
        foreach (var fit in fits)
            foreach (var bin in fit.Hazard)
            {
                table.Text(fit.Cause ?? "all").Number(bin.FromSeconds / log.UnitSeconds)
                    .Number(bin.ToSeconds / log.UnitSeconds).Count(bin.Failures)
                    .Number(bin.ExposureSeconds / log.UnitSeconds).Number(bin.Hazard * log.UnitSeconds)
                    .Number(bin.Low * log.UnitSeconds).Number(bin.High * log.UnitSeconds).EndRow();
            }
    }

    private static string Named(LawFit fit, IReadOnlyList<double> values, LifeLog log) => string.Join(
        ' ', values.Select((value, i) => string.Create(
            CultureInfo.InvariantCulture,
            $"{fit.Family.Parameters[i]}={(fit.Family.IsTime(i) ? value / log.UnitSeconds : value):G6}")));

    /// <summary>A file's name from a cause: letters and digits, and a number where two causes come out alike.</summary>
    private static string NameFor(string? cause, HashSet<string> taken)
    {
        var stem = new StringBuilder("hazard-by-age");
        if (cause is not null)
        {
            var words = cause.ToLowerInvariant().Take(LongestStem).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-');
            stem.Append('-').Append(string.Concat(words).Trim('-'));
        }

        var name = stem.ToString();
        for (var i = 2; !taken.Add(name); i++) name = string.Create(CultureInfo.InvariantCulture, $"{stem}-{i}");
        return name;
    }
}
