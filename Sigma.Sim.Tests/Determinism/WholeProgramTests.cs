// Same scenario, same seed, same bytes: at any number of threads and on any instruction set. The program runs as a
// process of its own, since a runtime reads what instructions it may use only once.
using System.Text.Json.Nodes;
using Sigma.Sim.Tests.Cli;

namespace Sigma.Sim.Tests.Determinism;

[TestClass]
public sealed class WholeProgramTests
{
    private const string Manifest = "manifest.json";

    private static readonly Lazy<IReadOnlyDictionary<string, string>> Once = new(() => FilesOfRun(threads: 2));

    [TestMethod]
    public void A_second_run_writes_the_same_bytes() => AreSame(FilesOfRun(threads: 2));

    [TestMethod]
    public void One_thread_writes_the_bytes_of_two() => AreSame(FilesOfRun(threads: 1));

    [TestMethod]
    public void Without_wide_instructions_the_bytes_are_the_same() =>
        AreSame(FilesOfRun(threads: 2, ("DOTNET_EnableAVX2", "0")));

    [TestMethod]
    public void Without_the_widest_instructions_the_bytes_are_the_same() =>
        AreSame(FilesOfRun(threads: 2, ("DOTNET_EnableAVX512", "0")));

    [TestMethod]
    public void Without_any_vector_instructions_the_bytes_are_the_same() =>
        AreSame(FilesOfRun(threads: 2, ("DOTNET_EnableHWIntrinsic", "0")));

    [TestMethod]
    public void Another_language_and_time_zone_write_the_same_bytes() =>
        AreSame(FilesOfRun(threads: 2, ("LC_ALL", "de_DE.UTF-8"), ("TZ", "Asia/Kathmandu")));

    private static void AreSame(IReadOnlyDictionary<string, string> files)
    {
        Assert.Contains(Manifest, Once.Value.Keys);
        Assert.AreEqual(string.Join('\n', Once.Value.Keys), string.Join('\n', files.Keys));
        var different = Once.Value.Keys.Where(name => !Once.Value[name].Equals(files[name], StringComparison.Ordinal));
        Assert.AreEqual("", string.Join(", ", different));
    }

    /// <summary>Every file that a run of the small scenario writes, the manifest without what may differ.</summary>
    private static SortedDictionary<string, string> FilesOfRun(
        int threads, params (string Name, string Value)[] environment)
    {
        using var scratch = new ScratchFolder();
        var output = scratch.At("out");
        // Fewer training steps, since without wide instructions each takes a second.
        SigmaProcess.Run(
            environment, "run", "scenarios/small.yaml", "--set", "real_step.steps=3",
            "--set", "real_step.trace_steps=2", "--quiet", "--threads", $"{threads}", "--out", output).EndedWith(0);
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(output, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(output, file).Replace('\\', '/');
            // Latin-1 keeps every byte, also those that are no text.
            var bytes = File.ReadAllText(file, System.Text.Encoding.Latin1);
            files.Add(name, name == Manifest ? WithoutTheMachine(bytes) : bytes);
        }

        return files;
    }

    private static string WithoutTheMachine(string text)
    {
        var manifest = JsonNode.Parse(text)!.AsObject();
        Assert.IsTrue(manifest.Remove("machine") && manifest.Remove("durations_s"));
        return manifest.ToJsonString();
    }
}
