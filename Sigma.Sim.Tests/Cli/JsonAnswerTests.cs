// With --json a script reads one object from standard output and nothing else; the keys are a contract. Every verb is
// run once, as small as it goes.
using System.Text.Json;
using Sigma.Sim.Accounting;

namespace Sigma.Sim.Tests.Cli;

[TestClass]
public sealed class JsonAnswerTests
{
    private const string Small = "scenarios/small.yaml";

    [TestMethod]
    public void Check_answers_with_every_input_and_what_follows_from_them()
    {
        var answer = Ask("check", Small);
        Has(answer, "scenario", "hash", "inputs", "derived");
        foreach (var input in Rows(answer, "inputs")) Has(input, "path", "value", "origin", "remark", "place");
        Assert.AreEqual(64, answer.GetProperty("hash").GetString()!.Length);
        Assert.AreEqual("small", answer.GetProperty("scenario").GetString());
    }

    [TestMethod]
    public void Step_answers_with_loss_and_kernels()
    {
        var answer = Ask("step", "--steps", "2");
        Has(answer, "loss", "gradient_norm", "step_ms", "gflop", "gflop_per_s", "kernels", "expert_load");
        Assert.AreEqual(2, answer.GetProperty("loss").GetArrayLength());
        foreach (var kernel in Rows(answer, "kernels")) Has(kernel, "name", "ms", "gflop");
        Has(answer.GetProperty("expert_load"), "max_over_mean", "layers");
    }

    [TestMethod]
    public void Step_against_a_reference_answers_with_the_worst_differences()
    {
        var answer = Ask("step", "--verify", "Sigma.Sim.Tests/Reference/moe-odd");
        Has(answer,
            "tensors", "worst_relative", "worst_tensor", "lowest_cosine", "worst_loss_difference", "abnormal");
        Assert.AreEqual(0, answer.GetProperty("abnormal").GetArrayLength());
    }

    [TestMethod]
    public void Replay_answers_with_the_step()
    {
        var answer = Ask("replay", Small);
        Has(answer,
            "step_s", "mfu", "mfu_full_attention", "hfu", "bubble_s", "exposed_communication_s", "straggler_wait_s",
            "tokens_per_s", "memory_gib", "events", "elapsed_s");
        Assert.IsGreaterThan(0, answer.GetProperty("step_s").GetDouble());
    }

    [TestMethod]
    public void Run_answers_with_every_metric_and_every_bucket()
    {
        using var scratch = new ScratchFolder();
        var answer = Ask("run", Small, "--replications", "3", "--out", scratch.At("out"));
        Has(answer, "metrics", "ledger", "ledger_sum_ok", "idle", "spares", "outputs", "elapsed_s");
        Has(answer.GetProperty("spares"), "kind", "own", "knee", "knee_within", "best", "most_productive");
        foreach (var point in Rows(answer.GetProperty("spares"), "points"))
            Has(point, "spares", "ettr", "utilization_non_idle", "utilization_productive", "ettr_difference");
        var nonIdle = answer.GetProperty("metrics").GetProperty("utilization_non_idle").GetProperty("mean").GetDouble();
        Assert.AreEqual(1 - nonIdle, Rows(answer, "idle").Sum(cause => cause.GetProperty("total").GetDouble()), 1e-12);
        string[] metrics =
        [
            "ettr", "utilization_productive", "utilization_non_idle", "step_mfu", "campaign_mfu", "step_s",
            "goodput_tokens_per_s", "interruptions", "mtti_h", "mttr_min", "wall_h", "cost_per_trillion_tokens",
        ];
        Has(answer.GetProperty("metrics"), metrics);
        foreach (var metric in answer.GetProperty("metrics").EnumerateObject())
            Has(metric.Value, "mean", "sd", "low", "high", "n");
        Has(answer.GetProperty("ledger"), Enum.GetNames<TimeBucket>());
        Assert.IsTrue(answer.GetProperty("ledger_sum_ok").GetBoolean());
        Has(answer.GetProperty("elapsed_s"), "real_step", "replay", "campaign", "report");
        foreach (var output in Rows(answer, "outputs"))
            Assert.IsTrue(File.Exists(output.GetString()), $"{output} is missing");
        Assert.Contains("out/manifest.json", scratch.Entries);
        Assert.DoesNotContain("partial", string.Join(' ', scratch.Entries), StringComparison.Ordinal);
    }

    [TestMethod]
    public void Validate_answers_with_a_verdict_per_case()
    {
        var answer = Ask("validate", "--case", "C");
        foreach (var row in Rows(answer, "cases"))
            Has(row, "id", "quantity", "predicted", "published", "error", "tolerance", "verdict", "fitted");
    }

    [TestMethod]
    public void Quiet_leaves_the_object_alone_and_silences_the_rest()
    {
        var answer = SigmaProcess.Run("check", Small, "--quiet", "--json").EndedWith(0);
        Assert.AreEqual(JsonValueKind.Object, answer.Json.ValueKind);
        Assert.AreEqual("", answer.Error);
        answer = SigmaProcess.Run("--quiet", "replay", Small).EndedWith(0);
        Assert.AreEqual("", answer.Output + answer.Error);
    }

    [TestMethod]
    public void A_pipe_gets_neither_colours_nor_progress_even_where_the_terminal_could_show_them()
    {
        (string, string)[] colourful = [("TERM", "xterm-256color"), ("COLORTERM", "truecolor")];
        var plain = SigmaProcess.Run(colourful, "replay", Small).EndedWith(0);
        Assert.DoesNotContain('\r', plain.Output + plain.Error);
        Assert.AreEqual("", plain.Error);
        Assert.AreEqual(plain.Output, SigmaProcess.Run([("NO_COLOR", "1")], "replay", Small).EndedWith(0).Output);
    }

    [TestMethod]
    public void Every_verb_explains_itself_with_an_example()
    {
        var whole = SigmaProcess.Run("--help").EndedWith(0).Output;
        StringAssert.Contains(whole, "sigma run scenarios/", StringComparison.Ordinal);
        foreach (var verb in new[] { "run", "step", "replay", "check", "validate", "bench", "fit" })
        {
            var help = SigmaProcess.Run(verb, "--help").EndedWith(0).Output;
            StringAssert.Contains(help, "Example", StringComparison.Ordinal);
            StringAssert.Contains(help, $"sigma {verb}", StringComparison.Ordinal);
        }
    }

    private static JsonElement Ask(params string[] arguments) =>
        SigmaProcess.Run([.. arguments, "--json"]).EndedWith(0).Json;

    private static List<JsonElement> Rows(JsonElement element, string key)
    {
        var rows = element.GetProperty(key).EnumerateArray().ToList();
        Assert.IsNotEmpty(rows);
        return rows;
    }

    private static void Has(JsonElement element, params string[] keys)
    {
        var missing = keys.Where(key => !element.TryGetProperty(key, out _));
        Assert.AreEqual("", string.Join(", ", missing));
    }
}
