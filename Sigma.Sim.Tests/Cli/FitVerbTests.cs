// `sigma fit` as its users meet it: a fault that a scenario can take, one object for scripts, files that hold together,
// and a sentence where the log says too little.
using System.Xml.Linq;
using Sigma.Sim.Fitting;
using Sigma.Sim.Randomness;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Cli;

[TestClass]
public sealed class FitVerbTests
{
    private const string Sample = "scenarios/logs/accelerators.csv";

    [TestMethod]
    public void The_answer_on_standard_output_is_a_fault_that_a_scenario_takes()
    {
        var answer = SigmaProcess.Run("fit", Sample, "--by", "cause", "--scope", "node").EndedWith(0);
        var text = answer.Output;
        StringAssert.StartsWith(text, "faults:\n", StringComparison.Ordinal);
        StringAssert.Contains(answer.Error, "95 % interval", StringComparison.Ordinal);
        using var scratch = new ScratchFolder();
        var from = SourceTree.PathOf("scenarios/small.yaml").Replace('\\', '/');
        var scenario = Scenario.Load(scratch.Holding("fitted.yaml", $"from: {from}\n{text}"), []);
        Assert.AreEqual("memory fan", string.Join(' ', scenario.Faults.Select(fault => fault.Name)));
        var inputs = scenario.Inputs.Where(input => input.Path.EndsWith("time_to_failure", StringComparison.Ordinal));
        Assert.IsTrue(inputs.All(input => input.Origin == InputOrigin.Fitted));
        Assert.AreEqual(text, SigmaProcess.Run("fit", Sample, "--by", "cause", "--scope", "node", "--quiet").Output);
    }

    [TestMethod]
    public void The_sample_was_drawn_from_the_laws_that_it_names()
    {
        var log = LifeLogFile.Load(SourceTree.PathOf(Sample), null, true);
        (double Shape, double Scale)[] drawn = [(0.6, 26_000), (4, 11_000)];
        foreach (var (cause, truth) in new[] { "memory", "fan" }.Zip(drawn))
        {
            var sample = new LifeSample(log.Of(log.Causes.ToList().IndexOf(cause)));
            var fit = LawFit.Of(LawFamily.All.Single(one => one.Name == "weibull"), sample, 0, default)!;
            var mean = truth.Scale * MathNet.Numerics.SpecialFunctions.Gamma(1 + 1 / truth.Shape) * 3600;
            Assert.AreEqual(0, (fit.Parameters[0] - truth.Shape) / fit.Errors[0], 2.5, cause);
            Assert.AreEqual(0, (fit.Parameters[1] - mean) / fit.Errors[1], 2.5, cause);
        }
    }

    [TestMethod]
    public void Json_is_one_object_with_laws_and_hazards_by_cause()
    {
        var json = SigmaProcess.Run("fit", Sample, "--by", "cause", "--json").EndedWith(0).Json;
        Assert.AreEqual("h", json.GetProperty("unit").GetString());
        Assert.AreEqual(400, json.GetProperty("units").GetInt32());
        foreach (var fit in json.GetProperty("fits").EnumerateArray())
        {
            var laws = fit.GetProperty("laws").EnumerateArray().ToList();
            Assert.HasCount(5, laws);
            var best = laws.MinBy(law => law.GetProperty("aic").GetDouble());
            Assert.AreEqual(fit.GetProperty("best").GetString(), best.GetProperty("law").GetString());
            Assert.IsTrue(
                DistributionText.ParseLife(fit.GetProperty("time_to_failure").GetString()!).Succeeded);
            Assert.AreEqual(
                fit.GetProperty("failures").GetInt32(),
                fit.GetProperty("hazard").EnumerateArray().Sum(bin => bin.GetProperty("failures").GetInt32()));
            Assert.AreEqual(
                fit.GetProperty("watched").GetDouble(),
                fit.GetProperty("hazard").EnumerateArray().Sum(bin => bin.GetProperty("watched").GetDouble()), 1e-3);
        }
    }

    [TestMethod]
    public void Files_hold_the_same_and_figures_say_what_they_show()
    {
        using var scratch = new ScratchFolder();
        var answer = SigmaProcess.Run("fit", Sample, "--by", "cause", "--out", scratch.At("out")).EndedWith(0);
        string[] expected =
        [
            "out", "out/faults.yaml", "out/figures", "out/figures/hazard-by-age-fan.svg",
            "out/figures/hazard-by-age-memory.svg", "out/fits.csv", "out/hazard.csv", "out/report.html",
        ];
        CollectionAssert.AreEqual(expected, scratch.Entries.ToArray());
        Assert.AreEqual(answer.Output, File.ReadAllText(scratch.At("out/faults.yaml")));
        Assert.HasCount(11, File.ReadAllLines(scratch.At("out/fits.csv")));
        var svg = XDocument.Load(scratch.At("out/figures/hazard-by-age-memory.svg")).Root!;
        StringAssert.Contains(svg.Value, $"sigma fit {Sample} --by cause", StringComparison.Ordinal);
        foreach (var law in LawFamily.All) StringAssert.Contains(svg.Value, law.Name, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("unit,age_h,event\na,1,0\nb,2,0\n", "no unit failed")]
    [DataRow("unit,age_h,event\na,1,1\nb,2,0\n", "one failure fits any law")]
    [DataRow("unit,age_h,event\na,1,1\nb,2,1\n", "`cause`: no row names a cause", "--by", "cause")]
    [DataRow("unit,age_h,event\na,1,fan\nb,2,ecc\n", "no cause has two failures", "--by", "cause")]
    [DataRow("unit,age_h,event\na,-1,1\n", "log.csv:2: `age_h`: expected a time that is not negative")]
    [DataRow("unit,age_h,event\na,1,1\nb,2,1\n", "--by takes `cause`", "--by", "unit")]
    [DataRow("unit,age_h,event\na,1,1\nb,2,1\n", "--scope takes accelerator or node", "--scope", "rack")]
    [DataRow("unit,age,event\na,1,1\nb,2,1\n", "--unit takes one of ns", "--unit", "y")]
    [DataRow("unit,age_h,event\na,1,1\nb,2,1\n", "--unit says d", "--unit", "d")]
    [DataRow("unit,age_h,event\na,1,1\nb,2,1\n", "--bins takes a number from 0 to 200", "--bins", "-1")]
    public void A_log_that_says_too_little_ends_with_2(string text, string words, params string[] options)
    {
        using var scratch = new ScratchFolder();
        var log = scratch.Holding("log.csv", text);
        var answer = SigmaProcess.Run(["fit", log, .. options]).EndedWith(2).Saying(words);
        Assert.AreEqual("", answer.Output);
        Assert.HasCount(1, answer.Error.Trim().Split('\n'));
    }

    [TestMethod]
    public void Folders_devices_and_missing_files_are_refused()
    {
        SigmaProcess.Run("fit", "none.csv").EndedWith(1).Saying("there is no file `none.csv`");
        SigmaProcess.Run("fit", "scenarios").EndedWith(2).Saying("this is a folder");
        if (File.Exists("/dev/zero")) SigmaProcess.Run("fit", "/dev/zero").EndedWith(2).Saying("not a regular file");
        SigmaProcess.Run("fit", Sample, "--out", Sample).EndedWith(1).Saying("is a file");
    }

    [TestMethod]
    public void Names_that_no_file_or_scenario_could_have_are_written_so_that_they_can()
    {
        using var scratch = new ScratchFolder();
        var rows = new[] { "'it: #1", "it/ #1", "ecc" }.SelectMany((cause, i) => Enumerable.Range(1, 4)
            .Select(unit => $"{i}-{unit},{10 * unit + i},1,{cause}\n"));
        var log = scratch.Holding("log.csv", "unit,age_h,event,cause\n" + string.Concat(rows));
        var answer = SigmaProcess.Run("fit", log, "--by", "cause", "--out", scratch.At("out")).EndedWith(0);
        var from = SourceTree.PathOf("scenarios/small.yaml").Replace('\\', '/');
        var scenario = Scenario.Load(scratch.Holding("fitted.yaml", $"from: {from}\n{answer.Output}"), []);
        Assert.AreEqual("'it: #1|it/ #1|ecc", string.Join('|', scenario.Faults.Select(fault => fault.Name)));
        Assert.HasCount(3, scratch.Entries.Where(entry => entry.EndsWith(".svg", StringComparison.Ordinal)).ToList());
    }
}
