// What each verb does with a scenario that states its step: the campaign is there, a step to play is not.
using System.Text.Json;

namespace Sigma.Sim.Tests.Cli;

[TestClass]
public sealed class StatedStepVerbTests
{
    private const string Sample = "scenarios/stated-step.yaml";

    [TestMethod]
    public void Verbs_that_play_or_train_a_step_refuse_it()
    {
        SigmaProcess.Run("replay", Sample).EndedWith(2)
            .Saying("the scenario states its step (`step: { time: 10 s }`), so there is none to play");
        SigmaProcess.Run("step", Sample).EndedWith(2).Saying("so there is none to train");
        SigmaProcess.Run("step", Sample, "--calibrate").EndedWith(2).Saying("so there is none to train");
    }

    [TestMethod]
    public void Check_derives_what_follows_without_a_model()
    {
        var derived = SigmaProcess.Run("check", Sample, "--json").EndedWith(0).Json.GetProperty("derived");
        Assert.AreEqual(4096, derived.GetProperty("accelerators").GetInt32());
        Assert.AreEqual(10, derived.GetProperty("step_s").GetInt32());
        Assert.AreEqual(64 * 8640, derived.GetProperty("steps").GetInt32());
        Assert.IsGreaterThan(0.9, derived.GetProperty("expected_ettr").GetDouble());
        Assert.IsFalse(derived.TryGetProperty("parameters", out _));
        Assert.IsFalse(derived.TryGetProperty("memory_gib", out _));
    }

    [TestMethod]
    public void A_run_answers_with_the_metrics_that_it_has()
    {
        using var scratch = new ScratchFolder();
        string[] quick = ["--replications", "2", "--set", "work=5 d", "--set", "step.tokens=", "--json"];
        var answer = SigmaProcess.Run(["run", Sample, "--out", scratch.At("out"), .. quick]).EndedWith(0).Json;
        var metrics = answer.GetProperty("metrics").EnumerateObject().Select(member => member.Name).ToList();
        CollectionAssert.Contains(metrics, "step_mfu");
        CollectionAssert.DoesNotContain(metrics, "goodput_tokens_per_s");
        CollectionAssert.DoesNotContain(metrics, "cost_per_trillion_tokens");
        Assert.IsTrue(answer.GetProperty("ledger_sum_ok").GetBoolean());
        Assert.IsTrue(answer.GetProperty("outputs").EnumerateArray().All(file => File.Exists(file.GetString())));
        Assert.AreEqual(JsonValueKind.Number, answer.GetProperty("elapsed_s").GetProperty("campaign").ValueKind);
    }

    [TestMethod]
    public void Work_that_cannot_be_done_is_given_up_with_a_sentence()
    {
        using var scratch = new ScratchFolder();
        SigmaProcess.Run("run", Sample, "--set", "work=8000 d", "--out", scratch.At("out")).EndedWith(2)
            .Saying("ask for fewer tokens or less work");
        Assert.IsEmpty(scratch.Entries);
    }
}
