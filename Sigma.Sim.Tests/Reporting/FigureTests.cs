// Figures are read by people who cannot ask: each must be a valid picture that says what it shows, and no word in it
// may cover another or leave the paper.
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Sigma.Sim.Experiments;
using Sigma.Sim.Fitting;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Reporting.Figures;
using Sigma.Sim.Tests.Fitting;

namespace Sigma.Sim.Tests.Reporting;

[TestClass]
public sealed partial class FigureTests
{
    [TestMethod]
    public void Every_figure_of_the_product_is_drawn()
    {
        string[] expected =
        [
            "all-to-all", "campaign-timeline", "convergence", "ettr-over-time", "expert-load", "failures-by-kind",
            "levers", "loss-curve", "peak-to-mfu", "pipeline-gantt", "policies", "spares", "step-breakdown",
            "where-the-time-went",
        ];
        var drawn = SmallRun.Figures.Select(
            figure => Path.GetFileNameWithoutExtension(figure.Name)).Order(StringComparer.Ordinal);
        CollectionAssert.AreEqual(expected, drawn.ToArray());
    }

    [TestMethod]
    public void A_figure_says_in_words_what_it_shows()
    {
        foreach (var (name, svg) in SmallRun.Figures) FigureLaws.SaysInWords(name, svg);
    }

    [TestMethod]
    public void A_figure_names_the_command_that_regenerates_it()
    {
        foreach (var (name, svg) in SmallRun.Figures)
        {
            var texts = FigureLaws.TextsOf(svg).Select(text => text.Value);
            Assert.IsTrue(texts.Any(text => text.Contains(SmallRun.Command, StringComparison.Ordinal)), name);
        }
    }

    [TestMethod]
    public void No_word_leaves_the_paper_or_covers_another()
    {
        foreach (var (name, svg) in AllFigures()) FigureLaws.Check(name, svg);
    }

    [TestMethod]
    public void Passes_that_run_side_by_side_are_drawn_side_by_side()
    {
        foreach (var schedule in new[] { "dualpipe", "zb-h1" })
        {
            var file = SmallRun.FilesOf(SmallRun.WithSchedule(schedule))["figures/pipeline-gantt.svg"];
            var boxes = XDocument.Parse(file).Root!.Elements()
                .Where(element => element.Name.LocalName == "path")
                .SelectMany(path => BoxPattern().Matches(path.Attribute("d")!.Value))
                .Select(box => Enumerable.Range(1, 4).Select(i => FigureLaws.Number(box.Groups[i].Value)).ToArray())
                .OrderBy(box => box[0])
                .ToList();
            SmallRun.Holds(file, "weight gradients");
            Assert.IsGreaterThan(250, boxes.Count);
            for (var i = 0; i < boxes.Count; i++)
            {
                for (var j = i + 1; j < boxes.Count && boxes[j][0] < boxes[i][0] + boxes[i][2] - 0.02; j++)
                {
                    var (a, b) = (boxes[i], boxes[j]);
                    Assert.IsTrue(
                        b[1] >= a[1] + a[3] - 0.02 || a[1] >= b[1] + b[3] - 0.02,
                        $"{schedule}: a pass at {b[0]} covers one at {a[0]}");
                }
            }
        }
    }

    /// <summary>
    /// As they are, with names longer than anyone should give, of a run that kept nothing, and of other steps.
    /// </summary>
    private static IEnumerable<(string Name, XElement Svg)> AllFigures() => SmallRun.Figures
        .Concat(FiguresOf("long names", SmallRun.Saying(string.Join(' ', Enumerable.Repeat("a long name", 12)))))
        .Concat(FiguresOf("one word", SmallRun.Saying(new string('w', 150))))
        .Concat(FiguresOf("hopeless", SmallRun.Hopeless()))
        .Concat(FiguresOf("gaining", SmallRun.Gaining()))
        .Concat(FiguresOf("dualpipe", SmallRun.WithSchedule("dualpipe")))
        .Concat(FiguresOf("ep 16", SmallRun.WithStep("parallelism.ep=16")))
        .Concat(FiguresOf("ep 32", SmallRun.WithStep("parallelism.pp=2", "parallelism.ep=32")))
        .Concat(FiguresOf("even", SmallRun.WithStep("parallelism.routing=balanced")))
        .Concat(FiguresOfFits())
        .Concat(FiguresOfSpares())
        .Concat(ExperimentFigures.All());

    /// <summary>Of no spares, many, and too few ones; of one replication, whose interval has no end.</summary>
    private static IEnumerable<(string Name, XElement Svg)> FiguresOfSpares()
    {
        var set = SmallRun.Outcome.Spares!.Points[^1].Set;
        var bad = SmallRun.Hopeless().Set;
        foreach (var own in new[] { 0, 1, 9, 60, 12_000 })
        {
            var counts = SpareStudy.CountsAround(own);
            foreach (var knee in new[] { 0, counts[1], own, counts[^1] })
            {
                var points = counts.Select(spares => new SparePoint(
                    spares, spares < knee ? bad : set, Estimate.Of([spares < knee ? -0.5 : 0, 0])));
                var svg = SpareKnee.Draw(new SpareStudy("borrowed", own, [.. points], []), SmallRun.Command);
                yield return ($"{own} spares, knee {knee}", XDocument.Parse(svg.Canvas.StandingAlone()).Root!);
            }
        }
    }

    /// <summary>Of many and few failures, with and without a law, in small and large units, by a long cause.</summary>
    private static IEnumerable<(string Name, XElement Svg)> FiguresOfFits()
    {
        var hour = Duration.FromHours(1);
        Distribution[] laws =
            [new Weibull(0.6, hour), new Weibull(4, hour), new LogNormal(hour, 1), new Gamma(2, hour)];
        foreach (var law in laws)
        {
            foreach (var (units, seconds) in new[] { (2, 1.0), (1, 1e-6), (30, 3_600), (600, 86_400) })
            {
                var lives = SyntheticLives.Whole(law, units, 11);
                var log = new LifeLog("age", "h", seconds, units, [], []);
                var fit = CauseFit.Of(units == 30 ? new string('c', 150) : null, lives, seconds, 0, default);
                var svg = HazardByAge.Draw("hazard-by-age", fit, log, SmallRun.Command).Canvas.StandingAlone();
                yield return ($"{units} lives of {law}", XDocument.Parse(svg).Root!);
            }
        }
    }

    private static IEnumerable<(string Name, XElement Svg)> FiguresOf(string kind, RunOutcome outcome) => SmallRun
        .FilesOf(outcome)
        .Where(file => file.Key.EndsWith(".svg", StringComparison.Ordinal))
        .Select(file => ($"{kind}: {file.Key}", XDocument.Parse(file.Value).Root!));

    [GeneratedRegex(@"M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)h")]
    private static partial Regex BoxPattern();
}
