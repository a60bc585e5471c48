// Figures of experiments in their odd shapes: two alternatives and many, long names, one column and forty, searches
// over one axis and two.
using System.Globalization;
using System.Xml.Linq;
using Sigma.Sim.Accounting;
using Sigma.Sim.Experiments;
using Sigma.Sim.Experiments.Search;
using Sigma.Sim.Experiments.Sweeps;
using Sigma.Sim.Reporting.Figures;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Reporting;

/// <summary>Draws them.</summary>
internal static class ExperimentFigures
{
    private static readonly string Stated = SourceTree.PathOf("scenarios/stated-step.yaml");

    private static readonly MetricName Ettr = RunMetrics.Names.Single(metric => metric.Name == "ettr");
    private static readonly MetricName Goodput = RunMetrics.Names.Single(
        metric => metric.Name == "goodput_tokens_per_s");

    public static IEnumerable<(string Name, XElement Svg)> All() =>
        Comparisons().Concat(Sweeps()).Concat(Searches()).Concat([Study()]).Select(
            drawn => (drawn.Name, XDocument.Parse(drawn.Figure.Canvas.StandingAlone()).Root!));

    private static IEnumerable<(string Name, Figure Figure)> Comparisons()
    {
        foreach (var count in new[] { 2, 9 })
        {
            var alternatives = Enumerable.Range(1, count).Select(spares => new Alternative(
                spares == 2 ? new string('w', 80) : $"warm={spares}",
                Scenario.Load(Stated, [new("cluster.spares.warm", $"{spares}"), new("replications", "4")])));
            var comparison = new CompareJob(new CompareSpec(null, true, 2), _ => { }, default).Run([.. alternatives]);
            yield return ($"{count} alternatives", PairedDifferences.Draw(comparison, SmallRun.Command));
        }
    }

    private static IEnumerable<(string Name, Figure Figure)> Sweeps()
    {
        foreach (var (rows, columns) in new[] { (2, 3), (1, 5), (40, 40), (5, 12) })
        {
            foreach (var metric in new[] { Ettr, Goodput })
            {
                var tail = rows == 5 ? new string('x', 40) : "";
                var points = (from r in Enumerable.Range(0, rows)
                              from c in Enumerable.Range(0, columns)
                              select new PointMean(
                                  r * columns + c,
                                  rows == 1 ? [$"{c * 17 + 1} min"] : [$"{r}{tail}", $"{c * 17 + 1} min"],
                                  Of(metric == Ettr ? 0.9 - 0.001 * (r - c) * (r - c) : 1e9 - 1e6 * r * c))).ToList();
                var head = new SweepHead(
                    "few", "1", "hash", points.Count, 3,
                    rows == 1 ? ["checkpoint.tiers.1.every"] : ["cluster.spares.warm", "checkpoint.tiers.1.every"],
                    [metric.Name]);
                var best = points.MinBy(point => metric.Rank(point.Estimate!.Mean))!;
                var summary = new SweepSummary(metric, points, [new RankedPoint(best, null)]);
                foreach (var figure in SweepFigures.Of(head, summary))
                    yield return ($"{rows} x {columns}, {metric.Name}, {figure.Name}", figure);
            }
        }
    }

    private static IEnumerable<(string Name, Figure Figure)> Searches()
    {
        var scenario = Scenario.Load(Stated, []);
        foreach (var texts in new[] { new[] { "5 min..3 h" }, ["0..16", "1 min..10 min"], ["0..3"] })
        {
            SearchAxis[] axes = [.. texts.Select((text, i) => SearchAxis.Of($"a.path.{i}", text).Value)];
            var optimum = new Optimizer(axes, Ettr, values => [.. Enumerable.Range(0, 5).Select(
                i => 0.9 - 0.01 * i - values.Sum(Distance))], 1).Search();
            var outcome = new OptimumOutcome(scenario, axes, optimum, null, null, null);
            yield return ($"search over {string.Join(" and ", texts)}", OptimumFigure.Draw(outcome, SmallRun.Command));
        }
    }

    private static (string Name, Figure Figure) Study()
    {
        var outcome = new SensitivityJob(
            changes => Scenario.Load(Stated, [new("replications", "2"), .. changes]),
            new SensitivitySpec(null, 0.2, 0, 2), _ => { }, default).Run([]);
        return ("tornado", Tornado.Draw(outcome, SmallRun.Command));
    }

    private static double Distance(string text) =>
        1e-4 * Math.Pow(double.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture) - 3, 2);

    private static Estimate Of(double mean) => new(mean, mean * 0.01, mean * 0.99, mean * 1.01, 3);
}
