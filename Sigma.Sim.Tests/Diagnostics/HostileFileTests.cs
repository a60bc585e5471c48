// Files that no planner writes but that arrive all the same: a picture under the wrong name, a bomb, a generated list.
// Each is refused in words and soon; an exception or a minute of silence would be ours to explain.
using System.Diagnostics;
using System.Text;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Tests.Diagnostics;

[TestClass]
public sealed class HostileFileTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    [ClassInitialize]
    public static void Warm(TestContext context)
    {
        // The first parse pays for compiling the parser; no limit is about that.
        Refusal("seed: 1\n"u8.ToArray());
    }

    [TestMethod]
    public void Binary_junk_is_not_text()
    {
        var junk = new byte[4096];
        for (var i = 0; i < junk.Length; i++) junk[i] = (byte)(1 + (i * 7919 % 255));
        StringAssert.Contains(Refusal(junk), "error[S003]", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_zero_byte_is_not_text() => Refuses("scenario: a\0b\n", "S003");

    [TestMethod]
    public void Ten_mebibytes_are_refused_by_size() => Refuses(new string('#', 10 << 20), "S002");

    [TestMethod]
    public void Control_characters_are_no_name() => Refuses("scenario: \u0001\u0002\u001b[31m\n", "S0");

    [TestMethod]
    public void An_alias_bomb_does_not_go_off()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (var i = 1; i < 30; i++) bomb.Append($"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n");
        Refuses(bomb.ToString(), "S010");
    }

    [TestMethod]
    [DataRow("[", "")]
    [DataRow("{a: ", "")]
    [DataRow("[", "]")]
    [DataRow("- ", "x")]
    [DataRow("? ", "x")]
    public void A_nesting_of_100_000_levels_is_refused(string open, string close)
    {
        var text = new StringBuilder();
        for (var i = 0; i < 100_000; i++) text.Append(open);
        for (var i = 0; i < 100_000 * close.Length; i++) text.Append(close);
        Refuses(text.ToString(), "S00");
    }

    [TestMethod]
    public void A_file_of_50_000_keys_is_refused() =>
        Refuses(string.Concat(Enumerable.Range(0, 50_000).Select(i => $"key{i}: {i}\n")), "S008");

    [TestMethod]
    public void A_file_of_9_000_unknown_keys_is_answered_with_twenty()
    {
        var keys = string.Concat(Enumerable.Range(0, 9000).Select(i => $"key{i}: {i}\n"));
        var words = Refusal(Encoding.UTF8.GetBytes(keys));
        Assert.HasCount(21, words.Split("error["));
        StringAssert.Contains(words, " more", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_word_of_a_megabyte_is_shown_shortened()
    {
        var words = Refusal(Encoding.UTF8.GetBytes($"scenario: {new string('x', 1_000_000)}\n"));
        StringAssert.Contains(words, "error[S020]", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Every_beginning_of_a_sound_scenario_is_read_or_refused_in_words()
    {
        var text = House.SourceTree.Read("Sigma.Sim.Tests/Diagnostics/base/sound.yaml");
        for (var length = 0; length < text.Length; length += 7)
        {
            var words = Words(Encoding.UTF8.GetBytes(text[..length]));
            Assert.IsTrue(words.Length == 0 || words.Contains("error[S", StringComparison.Ordinal), words);
        }
    }

    private static void Refuses(string text, string code) =>
        StringAssert.Contains(Refusal(Encoding.UTF8.GetBytes(text)), $"error[{code}", StringComparison.Ordinal);

    private static string Refusal(byte[] bytes)
    {
        var began = Stopwatch.GetTimestamp();
        var words = Words(bytes);
        Assert.AreNotEqual("", words);
        Assert.IsLessThan(Soon, Stopwatch.GetElapsedTime(began));
        return words;
    }

    private static string Words(byte[] bytes)
    {
        var folder = Directory.CreateTempSubdirectory("sigma-test-");
        try
        {
            var path = Path.Combine(folder.FullName, "scenario.yaml");
            File.WriteAllBytes(path, bytes);
            Scenario.Load(path, []);
            return "";
        }
        catch (ScenarioException error)
        {
            return error.Diagnostics.Render();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
