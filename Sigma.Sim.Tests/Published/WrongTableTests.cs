// Tables come from users: whatever is wrong with one is said in a sentence that names the file and the line, and a row
// that makes no step is an error of that row. The program itself ends with 2, or with 1 where there is no file.
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.Cli;
using Sigma.Sim.Tests.House;
using Sigma.Sim.Validation;

namespace Sigma.Sim.Tests.Published;

[TestClass]
public sealed class WrongTableTests
{
    private const string Gpt =
        "accelerators,global_batch_sequences,micro_batch_sequences,hidden,heads,layers,sequence_length,tp,dp,pp,"
        + "iteration_ms\n";

    private const string MegaScale = "method,gpus,batch_seqs,iteration_s\n";
    private const string DeepEp = "kind,ep_size,op,latency_us,bandwidth_GBps\n";
    private const string Llama =
        "name,accelerators,tp,cp,pp,dp,sequence_length,batch_per_replica,tflops_per_gpu,mfu_pct\n";

    [TestMethod]
    [DataRow("8,64,1,1024,16,16,1024,1,4,1,9", ":2: this row makes no step that can be replayed: tp 1 x pp 1 x dp 4")]
    [DataRow("8,63,1,1024,16,16,1024,1,8,1,9", ":2: this row makes no step that can be replayed: global_batch 63")]
    [DataRow("8,64,1,1024,15,16,1024,1,8,1,9", ":2: 15 heads do not divide a width of 1024")]
    [DataRow("12,64,1,1024,16,16,1024,1,12,1,9", ":2: 12 accelerators do not fill nodes of 8")]
    [DataRow("8,64,1,-1024,16,16,1024,1,8,1,9", ":2: `hidden`: expected a number above zero, found `-1024`")]
    [DataRow("8,64,1,1024,16,16,1024,1,8,1,NaN", ":2: `iteration_ms`: expected a number above zero, found `NaN`")]
    [DataRow("8,64,1,1024,16,16,1024,1,8,1,Infinity", "found `Infinity`")]
    [DataRow("8,64,1,1024,16,16,1024,1,8,1,1e400", "found `1e400`")]
    [DataRow("8,64,1,1024,16,16,1024,1,8,1,0", "found `0`")]
    [DataRow("8,64,1,1024,16,16.5,1024,1,8,1,9", ":2: `layers`: expected a whole number, found `16.5`")]
    [DataRow("8,64,1,1024,16,1e12,1024,1,8,1,9", ":2: `layers`: expected a whole number, found `1e12`")]
    [DataRow("8,many,1,1024,16,16,1024,1,8,1,9", "found `many`")]
    [DataRow("8,64,1,\"1,024\",16,16,1024,1,8,1,9", "found `1,024`")]
    [DataRow("8,,1,1024,16,16,1024,1,8,1,9", ":2: `global_batch_sequences` is empty or missing")]
    [DataRow("8,64,1,1024,16,16,1024,1,8,1", ":2: 10 fields stand below 11 columns")]
    [DataRow("8,64,1,1024,16,16,1024,1,8,1,9,9", ":2: 12 fields stand below 11 columns")]
    [DataRow("8,64,1,1024,16,16,1024,1,8,1,1\"7.9", ":2: this line is not one of a table with commas")]
    [DataRow("8,64,1,1024,16,16,1024,2000000000,8,1,9", ":2: this row makes no step that can be replayed")]
    [DataRow("8,64,1,1000000000,16,16,1024,1,8,1,9", ":2: this row makes no step that can be replayed")]
    [DataRow("2147483640,64,1,1024,16,16,1024,1,8,1,9", ":2: this row makes no step that can be replayed")]
    [DataRow("8,64,1,1024,16,16,1024,16384,8,16384,9", ":2: this row makes no step that can be replayed")]
    [DataRow("8,64,8,16384,128,100,1024,1,8,1,9", ":2: this row makes no step that can be replayed: a rank of stage")]
    [DataRow("", "this table has no rows")]
    [DataRow("\n\n8,63,1,1024,16,16,1024,1,8,1,9", ":4: this row makes no step that can be replayed")]
    public void A_wrong_row_of_a_GPT_table_is_named_by_its_line(string rows, string words) =>
        Refused("VTRAIN", Gpt + rows + "\n", words);

    [TestMethod]
    [DataRow("MEGASCALE", MegaScale + "Megatron,256,768,40\n", "`MegaScale` or `Megatron-LM`, found `Megatron`")]
    [DataRow("MEGASCALE", MegaScale + "MegaScale,257,768,40\n", ":2: 257 accelerators do not fill nodes of 8")]
    [DataRow("DEEPEP", DeepEp + "normal,8,dispatched,,153\n", ":2: `op`: expected `dispatch` or `combine`")]
    [DataRow("DEEPEP", DeepEp + "fast,8,dispatch,,153\n", ":2: `kind`: expected `normal` or `low_latency`")]
    [DataRow("DEEPEP", DeepEp + "normal,12,dispatch,,153\n", ":2: `ep_size`: expected a size that divides 256")]
    [DataRow("DEEPEP", DeepEp + "normal,1,dispatch,,153\n", ":2: `ep_size`")]
    [DataRow("DEEPEP", DeepEp + "low_latency,8,dispatch,,153\n", ":2: `latency_us` is empty or missing")]
    [DataRow("LLAMA3", Llama + "x,8192,8,1,16,2000000000,8192,32,430,43\n", ":2: this row makes no step")]
    [DataRow("LLAMA3", Llama + "x,8192,16384,16384,16384,64,8192,32,430,43\n", ":2: this row makes no step")]
    [DataRow("LLAMA3", Llama + "x,8190,8,1,16,64,8192,32,430,43\n", ":2: 8190 accelerators do not fill nodes of 8")]
    public void A_wrong_word_or_size_of_the_other_tables_is_named_by_its_line(string id, string table, string words) =>
        Refused(id, table, words);

    [TestMethod]
    [DataRow("", "this is empty, or not a regular file")]
    [DataRow("\n\n\n", "this holds no table")]
    [DataRow("a,b\n1,2\n", ":1: there is no column `accelerators`; such a table has accelerators")]
    [DataRow("accelerator,global_batch_sequences\n1,2\n", "is no column `accelerators` (is it `accelerator`?)")]
    [DataRow("a,b,a\n1,2,3\n", ":1: the column `a` is there twice")]
    [DataRow("a;b\n1;2\n", ":1: there is no column `accelerators`")]
    [DataRow("\0\0\0\0", "sigma-test")]
    public void What_is_no_table_is_said_to_be_none(string text, string words) => Refused("VTRAIN", text, words);

    [TestMethod]
    public void A_field_without_end_is_refused()
    {
        var row = $"8,64,1,1024,16,16,1024,1,8,1,{new string('1', 5_000)}\n";
        Refused("VTRAIN", Gpt + row, ":2: this line is not one of a table with commas");
    }

    [TestMethod]
    public void Bytes_that_are_no_text_are_refused()
    {
        using var scratch = new ScratchFolder();
        File.WriteAllBytes(scratch.At("table.csv"), [0x61, 0x2c, 0xc3, 0x28, 0x0a]);
        StringAssert.Contains(Problem("VTRAIN", scratch.At("table.csv")), "not UTF-8 text", StringComparison.Ordinal);
    }

    [TestMethod]
    public void The_program_says_it_in_a_line_and_ends_with_2_or_with_1_without_a_file()
    {
        using var scratch = new ScratchFolder();
        var wrong = scratch.Holding("wrong.csv", Gpt + "8,64,1,1024,15,16,1024,1,8,1,9\n");
        Nothing(["--case", "VTRAIN", "--data", wrong, "--json"], 2, "wrong.csv:2: 15 heads");
        Nothing(["--case", "VTRAIN", "--data", scratch.Path], 2, "this is a folder");
        Nothing(["--case", "VTRAIN", "--data", scratch.At("none.csv")], 1, "there is no file");
        Nothing(["--data", wrong], 2, "--data needs --case");
        Nothing(["--case", "E3", "--data", wrong], 2, "no case with a table is called `E3`");
        if (File.Exists("/dev/zero"))
            Nothing(["--case", "VTRAIN", "--data", "/dev/zero"], 2, "not a regular file");

        static void Nothing(string[] options, int code, string words)
        {
            var answer = SigmaProcess.Run(["validate", .. options]);
            Assert.AreEqual("", answer.EndedWith(code).Saying(words).Output);
            Assert.HasCount(1, answer.Error.Trim().Split('\n'));
        }
    }

    [TestMethod]
    public void Json_has_one_entry_a_row_in_the_order_of_the_file()
    {
        using var scratch = new ScratchFolder();
        var layers = new[] { 7, 3, 5, 3, 9 };
        var rows = layers.Select(count => $"8,64,1,1024,16,{count},1024,1,8,1,{10 * count}\n\n");
        var table = scratch.Holding("table.csv", Gpt + string.Concat(rows));
        var answer = SigmaProcess.Run("validate", "--case", "VTRAIN", "--data", table, "--json").EndedWith(0);
        var cases = answer.Json.GetProperty("cases").EnumerateArray().ToArray();
        Assert.HasCount(layers.Length, cases);
        foreach (var (found, count) in cases.Zip(layers))
        {
            Assert.AreEqual("VTRAIN", found.GetProperty("id").GetString());
            Assert.AreEqual(10.0 * count, found.GetProperty("published").GetDouble());
            Assert.IsGreaterThan(0, found.GetProperty("predicted").GetDouble());
            var quantity = found.GetProperty("quantity").GetString()!;
            StringAssert.Contains(quantity, $"{count} layers", StringComparison.Ordinal);
        }

        Assert.AreEqual(
            cases[1].GetProperty("predicted").GetDouble(), cases[3].GetProperty("predicted").GetDouble());
    }

    private static void Refused(string id, string table, string words)
    {
        using var scratch = new ScratchFolder();
        var problem = Problem(id, scratch.Holding("table.csv", table));
        StringAssert.Contains(problem, words, StringComparison.Ordinal);
        StringAssert.Contains(problem, "table.csv:", StringComparison.Ordinal);
    }

    private static string Problem(string id, string path) => Assert.ThrowsExactly<TableException>(
        () => ValidationSuite.RunOn(id, path, SourceTree.PathOf("scenarios"), default)!.ToList()).Message;
}
