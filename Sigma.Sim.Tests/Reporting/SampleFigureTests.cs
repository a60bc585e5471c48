// The figures of every sample scenario: what users run first must look right, whatever its numbers are.
using System.Xml.Linq;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.Cli;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Reporting;

[TestClass]
public sealed class SampleFigureTests
{
    // Their steps take a minute to play, and their figures are those of the others.
    private static readonly HashSet<string> TooLarge =
        new(["sigma-moe-2048-early", "deepseek-v3"], StringComparer.Ordinal);

    public static IEnumerable<object[]> Samples =>
        new[] { "scenarios", "scenarios/published" }
            .SelectMany(folder => Directory.GetFiles(SourceTree.PathOf(folder), "*.yaml")
                .Select(file => $"{folder}/{Path.GetFileName(file)}"))
            .Where(file => SourceTree.Read(file).Contains("\nscenario:", StringComparison.Ordinal))
            .Where(file => !TooLarge.Contains(Path.GetFileNameWithoutExtension(file)))
            .Order(StringComparer.Ordinal).Select(file => new object[] { file });

    [TestMethod]
    [DynamicData(nameof(Samples))]
    public void Figures_of_a_sample_say_in_words_what_they_show_and_hold_them_apart(string sample)
    {
        using var scratch = new ScratchFolder();
        // As long as it takes to have all figures: few replications, one step, a short training.
        var isModelled = Scenario.Load(SourceTree.PathOf(sample), []).Step is ModelledStep;
        string[] less = isModelled ? ["--set", "real_step.steps=8", "--set", "sampled_steps=1"] : [];
        var folder = scratch.At("out");
        SigmaProcess.Run(["run", sample, "--replications", "2", .. less, "--out", folder, "--quiet"]).EndedWith(0);
        var figures = Directory.GetFiles(Path.Combine(folder, "figures"), "*.svg");
        Assert.IsGreaterThan(6, figures.Length);
        foreach (var figure in figures)
        {
            var svg = XDocument.Parse(File.ReadAllText(figure)).Root!;
            FigureLaws.SaysInWords(figure, svg);
            FigureLaws.Check(figure, svg);
        }
    }
}
