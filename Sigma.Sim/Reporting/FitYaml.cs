// The best laws of a log as faults of a scenario, ready to be pasted: each says what it was fitted to, so that it
// counts as fitted and not as unmarked.
using System.Text;
using Sigma.Sim.Fitting;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Reporting;

/// <summary>Writes faults from fits.</summary>
public static class FitYaml
{
    /// <summary>A list of faults, one per cause that a law was found for.</summary>
    /// <param name="log">The log.</param>
    /// <param name="fits">Its fits.</param>
    /// <param name="file">What the log is called, for the remark and where there is no cause.</param>
    /// <param name="scope">The unit that fails: accelerator or node.</param>
    public static string Of(LifeLog log, IReadOnlyList<CauseFit> fits, string file, string scope)
    {
        var text = new StringBuilder("faults:\n");
        foreach (var fit in fits.Where(fit => fit.Best is not null))
        {
            var best = fit.Best!;
            var watched = UnitText.ThreeDigits(fit.ExposureSeconds / log.UnitSeconds);
            var remark = $"fitted: {Plain(Path.GetFileName(file))}, {Wording.Plural(fit.Failures, "failure")} in "
                + $"{watched} {log.Unit}, best of {fit.Fits.Count} laws by AIC";
            text.Append($"  - name: {Quoted(fit.Cause ?? Path.GetFileNameWithoutExtension(file))}\n");
            text.Append($"    scope: {scope}\n");
            text.Append($"    time_to_failure: {best.Words}   # {remark}\n");
        }

        return text.ToString();
    }

    private static string Plain(string text) =>
        string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-'));

    /// <summary>A name that YAML reads as it stands; others between quotes.</summary>
    private static string Quoted(string name)
    {
        var isPlain = name.Length > 0 && char.IsAsciiLetter(name[0]) && !name.EndsWith(' ')
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '_' or '.');
        return isPlain ? name : "'" + name.Replace("'", "''", StringComparison.Ordinal) + "'";
    }
}
