// report.html of a fit: cause by cause the hazard as it was counted, the laws, and the fault to paste into a scenario.
using Sigma.Sim.Fitting;
using Sigma.Sim.Quantities;
using Sigma.Sim.Reporting.Figures;

namespace Sigma.Sim.Reporting;

/// <summary>Writes the page of a fit.</summary>
internal static class FitPage
{
    /// <param name="log">What was fitted.</param>
    /// <param name="fits">Cause by cause, each with its figure where it has failures.</param>
    /// <param name="yaml">The faults for a scenario.</param>
    /// <param name="command">What does it again.</param>
    /// <param name="to">Where it goes.</param>
    public static void Write(
        LifeLog log, IReadOnlyList<(CauseFit Fit, Figure? Figure)> fits, string yaml, string command, TextWriter to)
    {
        var page = new HtmlText();
        foreach (var (i, (fit, figure)) in fits.Index())
        {
            var name = fit.Cause ?? "all causes";
            page.Section($"cause-{i + 1}", name, Wording.Sentence(name), $"{FitTables.Watched(fit, log)}.");
            if (figure is not null) page.Picture(figure);
            if (fit.Fits.Count > 0) page.Table($"Laws by AIC, {name}", FitTables.Laws(fit, log));
            else page.Text("p", "note", "Too few failures for a law.");
            page.Close("section");
        }

        page.Section("faults", "For a scenario", "For a scenario", "To be pasted below `faults:`, and completed.")
            .Text("pre", "", yaml)
            .Close("section");
        new PageFrame(
            "fit of a failure log",
            "Lives and failures",
            "",
            [Wording.Plural(log.Units, "unit"), $"{UnitText.Count(fits.Sum(pair => pair.Fit.Failures))} failures"],
            [("reproduced by", command, true)]).Write(page, to);
    }
}
