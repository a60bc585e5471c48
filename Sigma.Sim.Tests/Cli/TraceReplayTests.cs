// `sigma replay --operations`: the answer of a shipped job, and what is said of a file that is none, since such files
// come from other people's tools.
using System.IO.Compression;
using System.Text;
using Sigma.Sim.Tests.Replay;

namespace Sigma.Sim.Tests.Cli;

[TestClass]
public sealed class TraceReplayTests
{
    private const string Operations = "scenarios/stragglers/ST.csv.gz", Layout = "scenarios/stragglers/ST.yaml";
    private const string SmallLayout = "trial_name: small\ndp_size: 2\npp_size: 2\n";

    private static readonly string Small = SmallJobs.Csv(SmallJobs.Uneven());

    [TestMethod]
    public void A_shipped_job_is_answered_twice_with_the_same_words_and_the_same_object()
    {
        var words = SigmaProcess.Run("replay", "--operations", Operations, "--layout", Layout).EndedWith(0).Output;
        StringAssert.Contains(words, "slowdown 1.179", StringComparison.Ordinal);
        StringAssert.Contains(words, "stage 3", StringComparison.Ordinal);
        string[] again = ["replay", "--json", "--layout", Layout, "--operations", Operations];
        var answer = SigmaProcess.Run(again).EndedWith(0);
        Assert.AreEqual(words, answer.Error);
        Assert.AreEqual(answer.Output, SigmaProcess.Run(again).EndedWith(0).Output);
        var json = answer.Json;
        Assert.AreEqual(2.2144, json.GetProperty("step_s").GetDouble(), 0.02 * 2.2144);
        Assert.AreEqual(2.2144, json.GetProperty("measured_s").GetDouble(), 0.001);
        Assert.AreEqual(1.8433, json.GetProperty("ideal_s").GetDouble(), 0.001);
        Assert.AreEqual(1.1787, json.GetProperty("slowdown").GetDouble(), 0.001);
        Assert.AreEqual(4, json.GetProperty("by_stage").GetArrayLength());
        Assert.AreEqual(2, json.GetProperty("by_replica").GetArrayLength());
        Assert.AreEqual(32, json.GetProperty("steps").GetArrayLength());
        Assert.AreEqual(1.087, json.GetProperty("by_operation").GetProperty("forward-compute").GetDouble(), 0.001);
        var balanced = json.GetProperty("mitigation").GetProperty("balance_stage");
        Assert.AreEqual(3, balanced.GetProperty("stage").GetInt32());
        Assert.AreEqual(1.771, balanced.GetProperty("step_s").GetDouble(), 0.001);
        Assert.AreEqual(1, json.GetProperty("mitigation").GetProperty("evict_rank").GetProperty("replica").GetInt32());
    }

    [TestMethod]
    public void A_plain_table_and_a_packed_one_are_the_same()
    {
        using var scratch = new ScratchFolder();
        var plain = Answer(scratch, "small.csv", Encoding.UTF8.GetBytes(Small), SmallLayout).EndedWith(0);
        Assert.AreEqual(144e-6, plain.Json.GetProperty("step_s").GetDouble(), 1e-12);
        var packed = Answer(scratch, "small.csv.gz", Packed(Small), SmallLayout).EndedWith(0);
        Assert.AreEqual(plain.Output, packed.Output);
        var spaced = Small.Replace("\n", "\r\n", StringComparison.Ordinal);
        var other = Answer(scratch, "small.csv", Encoding.UTF8.GetBytes(spaced), SmallLayout).EndedWith(0);
        Assert.AreEqual(plain.Output, other.Output);
    }

    [TestMethod]
    [DataRow("start_us", "start_uss", "1: there is no column `start_us` (is it `start_uss`?)")]
    [DataRow("mb_id", "op", "1: the column `op` is there twice")]
    [DataRow(",7,-1,0,4,10\n", ",7,-1,0,four,10\n", "`start_us`: expected microseconds")]
    [DataRow(",7,-1,0,4,10\n", ",7,-1,0,4,-10\n", "3: `duration_us`: expected microseconds")]
    [DataRow(",7,-1,0,4,10\n", ",7,-1,0,4,1e99\n", "`duration_us`: expected microseconds")]
    [DataRow(",7,-1,0,4,10\n", ",7,-2,0,4,10\n", "`mb_id`: expected a whole number of at least -1")]
    [DataRow(",7,-1,0,4,10\n", ",7,-1,0,4\n", "8 fields stand below 9 columns")]
    [DataRow("\n0,0,compute,f", "\n2,0,compute,f", "process 2 is none of the layout's 2 replicas")]
    [DataRow("\n0,0,compute,f", "\n0,2,compute,f", "pp_rank 2 is none of the layout's 2 stages")]
    [DataRow("\n0,0,compute,f", "\n99999999999,0,compute,f", "`process`: expected a whole number")]
    [DataRow("forward-compute", "foward-compute", "did you mean `forward-compute`?")]
    [DataRow("compute,forward-compute", "pp-comm,forward-compute", "runs on stream `compute`, found `pp-comm`")]
    [DataRow("0,0,pp-comm,forward-send,7,-1,1", "0,0,pp-comm,forward-send,7,-1,0", "stands on line 4 already")]
    [DataRow("0,1,pp-comm,forward-recv,7,-1,1", "0,1,pp-comm,forward-recv,7,-1,4", "has no partner: there is no")]
    [DataRow("\n0,0,compute,f", "\n0,0,pp-comm,backward-send,7,-1,0,0,1\n0,0,compute,f", "there is no stage -1")]
    [DataRow("0,1,dp-comm,params-all-gather,7", "0,1,dp-comm,params-all-gather,8", "no compute operations in step 8")]
    [DataRow("0,1,dp-comm,params-all-gather,7,-1,0", "0,1,dp-comm,params-all-gather,7,-1,1", "has no partner")]
    public void A_wrong_line_is_named_with_its_place(string sound, string wrong, string words)
    {
        using var scratch = new ScratchFolder();
        var start = Small.IndexOf(sound, StringComparison.Ordinal);
        Assert.IsGreaterThanOrEqualTo(0, start);
        var text = Small[..start] + wrong + Small[(start + sound.Length)..];
        Answer(scratch, "wrong.csv", Encoding.UTF8.GetBytes(text), SmallLayout).EndedWith(2)
            .Saying("wrong.csv:").Saying(words);
    }

    [TestMethod]
    public void A_file_that_is_no_table_of_operations_ends_with_2()
    {
        using var scratch = new ScratchFolder();
        Wrong("x.csv.gz", Encoding.UTF8.GetBytes(Small), "not packed with gzip");
        Wrong("x.csv.gz", Packed(Small)[..200], "damaged or cut short");
        Wrong("x.csv", [], "empty");
        Wrong("x.csv", Encoding.UTF8.GetBytes("\n\n"), "no table");
        Wrong("x.csv", [0x41, 0xFF, 0x80], "not UTF-8");
        Wrong("x.csv", Encoding.UTF8.GetBytes("{ \"traceEvents\": [] }"), "x.csv:1: this line is not one of a table");
        Wrong("x.csv", Encoding.UTF8.GetBytes("rank,name\n0,f\n"), "no column `process`");
        Wrong("x.csv", Encoding.UTF8.GetBytes(Small + "0,0,\"comp"), "3 fields stand below 9 columns");
        Wrong("x.csv", Encoding.UTF8.GetBytes(new string('a', 5000)), "not one of a table");
        Wrong("x.csv", Encoding.UTF8.GetBytes(Small[..(Small.IndexOf('\n') + 1)]), "no compute operations");
        Wrong("x.csv.gz", Packed(new string(' ', 300 << 20)), "the most that is read");

        void Wrong(string name, byte[] bytes, string words) =>
            Answer(scratch, name, bytes, SmallLayout).EndedWith(2).Saying(words);
    }

    [TestMethod]
    [DataRow("dp_size: 2", "dp_sise: 2", "did you mean `dp_size`?")]
    [DataRow("dp_size: 2", "dp_size: many", "S020")]
    [DataRow("pp_size: 2", "pp_size: 3", "stage 2 of replica 0 has no compute operations")]
    [DataRow("pp_size: 2", "pp_size: 2\nvpp_size: 2", "stages of 2 chunks")]
    [DataRow("pp_size: 2", "pp_size: 2\nworld_size: 5", "but `world_size` is 5")]
    [DataRow("trial_name: small", "- small", "S0")]
    public void A_wrong_layout_ends_with_2(string sound, string wrong, string words)
    {
        using var scratch = new ScratchFolder();
        var layout = SmallLayout.Replace(sound, wrong, StringComparison.Ordinal);
        Answer(scratch, "small.csv", Encoding.UTF8.GetBytes(Small), layout).EndedWith(2).Saying(words);
    }

    [TestMethod]
    public void A_missing_file_ends_with_1()
    {
        SigmaProcess.Run("replay", "--operations", "none.csv", "--layout", Layout).EndedWith(1).Saying("`none.csv`");
        SigmaProcess.Run("replay", "--operations", Operations, "--layout", "no.yaml").EndedWith(1).Saying("`no.yaml`");
        SigmaProcess.Run("replay", "--operations", "docs", "--layout", Layout).EndedWith(1).Saying("is a folder");
    }

    [TestMethod]
    [DataRow("a SCENARIO, or --operations")]
    [DataRow("needs --layout", "--operations", Operations)]
    [DataRow("belongs to --operations", "--layout", Layout)]
    [DataRow("belongs to --operations", "scenarios/small.yaml", "--layout", Layout)]
    [DataRow("takes no SCENARIO", "scenarios/small.yaml", "--operations", Operations, "--layout", Layout)]
    [DataRow("--set belongs", "--set", "seed=1", "--operations", Operations, "--layout", Layout)]
    [DataRow("--timeline belongs", "--timeline", "x.json", "--operations", Operations, "--layout", Layout)]
    [DataRow("is empty", "--operations", "", "--layout", Layout)]
    public void Half_a_question_or_two_end_with_2(string words, params string[] arguments) =>
        SigmaProcess.Run(["replay", .. arguments]).EndedWith(2).Saying(words);

    private static SigmaAnswer Answer(ScratchFolder scratch, string name, byte[] bytes, string layout)
    {
        File.WriteAllBytes(scratch.At(name), bytes);
        return SigmaProcess.Run(
            "replay", "--json", "--quiet", "--operations", scratch.At(name),
            "--layout", scratch.Holding("layout.yaml", layout));
    }

    private static byte[] Packed(string text)
    {
        using var stream = new MemoryStream();
        using (var packing = new GZipStream(stream, CompressionLevel.Fastest))
            packing.Write(Encoding.UTF8.GetBytes(text));
        return stream.ToArray();
    }
}
