// What `sigma step` does besides training: references out and in, calibration, flipped bits.
using System.Text.Json;

namespace Sigma.Sim.Tests.Cli;

[TestClass]
public sealed class StepModeTests
{
    private const string Small = "scenarios/small.yaml";

    [TestMethod]
    [DataRow("fp32")]
    [DataRow("bf16")]
    public void What_is_exported_verifies_without_a_difference(string precision)
    {
        using var scratch = new ScratchFolder();
        SigmaProcess.Run("step", Small, "--export", scratch.At("ours"), "--precision", precision).EndedWith(0);
        CollectionAssert.AreEqual(
            new[] { "ours", "ours/manifest.json", "ours/tensors.bin" }, scratch.Entries.ToArray());
        var answer = Json(SigmaProcess.Run("step", "--verify", scratch.At("ours"), "--json").EndedWith(0).Output);
        Assert.AreEqual(precision, answer.GetProperty("precision").GetString());
        Assert.AreEqual(0, answer.GetProperty("worst_relative").GetDouble());
        Assert.AreEqual(0, answer.GetProperty("worst_loss_difference").GetDouble());
    }

    [TestMethod]
    public void A_training_leaves_its_course_and_its_routing_where_it_is_told_to()
    {
        using var scratch = new ScratchFolder();
        SigmaProcess.Run("step", Small, "--steps", "3", "--out", scratch.At("out")).EndedWith(0);
        CollectionAssert.AreEqual(
            new[] { "out", "out/routing.csv", "out/training.csv" }, scratch.Entries.ToArray());
        Assert.HasCount(4, File.ReadAllLines(scratch.At("out/training.csv")));
        Assert.AreEqual("layer,expert,tokens", File.ReadAllLines(scratch.At("out/routing.csv"))[0]);
    }

    [TestMethod]
    public void A_calibration_leaves_tables_and_a_figure_that_names_its_command()
    {
        using var scratch = new ScratchFolder();
        var answer = Json(SigmaProcess.Run(
            "step", Small, "--calibrate", "--steps", "1", "--out", scratch.At("out"), "--json").EndedWith(0).Output);
        Assert.AreEqual(2, answer.GetProperty("precisions").GetArrayLength());
        Assert.AreEqual(11, answer.GetProperty("kernels").GetArrayLength());
        CollectionAssert.AreEqual(
            new[] { "out", "out/figures", "out/figures/calibration.svg", "out/kernels.csv", "out/steps.csv" },
            scratch.Entries.ToArray());
        StringAssert.Contains(
            File.ReadAllText(scratch.At("out/figures/calibration.svg")),
            "sigma step scenarios/small.yaml --calibrate --steps 1<", StringComparison.Ordinal);
        Assert.HasCount(14, File.ReadAllLines(scratch.At("out/steps.csv")));
        Assert.HasCount(12, File.ReadAllLines(scratch.At("out/kernels.csv")));
    }

    [TestMethod]
    public void Flipped_bits_leave_the_same_files_for_the_same_seed()
    {
        using var scratch = new ScratchFolder();
        string[] names = ["silent-corruption.yaml", "trials.csv", "by-bit.csv", "figures/flipped-bits.svg"];
        foreach (var (folder, threads) in new[] { ("one", "1"), ("two", "2") })
            SigmaProcess.Run(
                "step", "--inject", "12", "--seed", "5", "--threads", threads, "--out", scratch.At(folder))
                .EndedWith(0);
        foreach (var name in names)
            CollectionAssert.AreEqual(
                File.ReadAllBytes(scratch.At($"one/{name}")), File.ReadAllBytes(scratch.At($"two/{name}")), name);
        StringAssert.Contains(
            File.ReadAllText(scratch.At("one/silent-corruption.yaml")),
            "made_by: sigma step --inject 12 --seed 5\n", StringComparison.Ordinal);
        Assert.HasCount(13, File.ReadAllLines(scratch.At("one/trials.csv")));

        // What was measured is what a scenario may use, however little was noticed.
        var scenario = scratch.Holding("corrupted.yaml", $$"""
            from: {{House.SourceTree.PathOf(Small)}}
            faults:
              - name: silent corruption
                scope: accelerator
                kind: silent-corruption
                time_to_failure: exponential 3000000 h
                detection: { measured: one/silent-corruption.yaml }
                remedy: { replace: 1 }
            """);
        SigmaProcess.Run("check", scenario).EndedWith(0);
    }

    [TestMethod]
    public void A_reference_without_its_files_is_the_machines_fault()
    {
        using var scratch = new ScratchFolder();
        SigmaProcess.Run("step", "--verify", scratch.Path).EndedWith(1).Saying("manifest.json`");
        SigmaProcess.Run("step", "--verify", scratch.At("none")).EndedWith(1).Saying("there is no folder");
    }

    [TestMethod]
    [DataRow("--precision takes fp32, bf16 or fp8", "--precision", "fp16")]
    [DataRow("--precision takes fp32, bf16 or fp8", "--precision", "")]
    [DataRow("--inject takes a number from 1", "--inject", "0")]
    [DataRow("--inject takes a number from 1", "--inject", "-3")]
    [DataRow("--inject takes a number from 1", "--inject", "1000001")]
    [DataRow("takes a whole number", "--inject", "many")]
    [DataRow("takes a number that is not negative", "--inject", "3", "--seed", "-1")]
    [DataRow("take one at a time", "--inject", "3", "--calibrate")]
    [DataRow("take one at a time", "--verify", "a", "--export", "b")]
    [DataRow("--steps says nothing to --inject", "--inject", "3", "--steps", "4")]
    [DataRow("SCENARIO says nothing to --inject", "scenarios/small.yaml", "--inject", "3")]
    [DataRow("--steps says nothing to --export", "--export", "b", "--steps", "4")]
    [DataRow("--seed says nothing to --verify", "--verify", "b", "--seed", "4")]
    [DataRow("--precision says nothing to --calibrate", "--calibrate", "--precision", "bf16")]
    [DataRow("--trace says nothing to --calibrate", "--calibrate", "--trace", "x")]
    [DataRow("--out takes the name of a folder", "--calibrate", "--out", "")]
    [DataRow("--export takes the name of a folder", "--export", "")]
    [DataRow("--verify takes the name of a folder", "--verify", "")]
    [DataRow("--verify takes a folder; `README.md` is a file", "--verify", "README.md")]
    [DataRow("there is no option `--calibrte`; did you mean `--calibrate`?", "--calibrte")]
    [DataRow("--set says nothing to a step without SCENARIO", "--set", "real_step.router=sigmoid")]
    [DataRow("did you mean `sigmoid`?", "scenarios/small.yaml", "--set", "real_step.router=sigmod")]
    public void A_mode_that_cannot_be_is_refused_in_a_sentence(string words, params string[] arguments) =>
        SigmaProcess.Run(["step", .. arguments]).EndedWith(2).Saying(words);

    [TestMethod]
    [DataRow("--export")]
    [DataRow("--calibrate", "--out")]
    [DataRow("--inject", "3", "--out")]
    public void A_place_that_cannot_be_written_to_is_said_before_the_work(params string[] arguments)
    {
        using var scratch = new ScratchFolder();
        var file = scratch.Holding("file", "keep me");
        SigmaProcess.Run(["step", .. arguments, file]).EndedWith(1).Saying("need a folder of that name");
        Assert.AreEqual("keep me", File.ReadAllText(file));
    }

    [TestMethod]
    public void A_step_from_a_weight_that_is_not_a_number_names_it()
    {
        using var scratch = new ScratchFolder();
        SigmaProcess.Run("step", Small, "--export", scratch.At("ours")).EndedWith(0);
        using var manifest = JsonDocument.Parse(File.ReadAllText(scratch.At("ours/manifest.json")));
        var tensor = manifest.RootElement.GetProperty("tensors").EnumerateArray()
            .Single(entry => entry.GetProperty("name").GetString() == "param/layers.0.router");
        var bytes = File.ReadAllBytes(scratch.At("ours/tensors.bin"));
        BitConverter.GetBytes(float.NaN).CopyTo(bytes, (int)tensor.GetProperty("offset").GetInt64() + 4);
        File.WriteAllBytes(scratch.At("ours/tensors.bin"), bytes);
        SigmaProcess.Run("step", "--verify", scratch.At("ours")).EndedWith(2)
            .Saying("sigma: tensor param/layers.0.router holds NaN at element [0, 1]");
    }

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
