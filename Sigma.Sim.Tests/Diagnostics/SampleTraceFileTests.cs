// The traces that the wrong scenarios name, and the one sound trace beside them: made here byte for byte, so that they
// also pin the format. SIGMA_APPROVE=1 rewrites them; old traces of the same version can then no longer be read.
using System.Buffers.Binary;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.House;
using Sigma.Sim.Tests.Training;
using Sigma.Sim.Training;

namespace Sigma.Sim.Tests.Diagnostics;

[TestClass]
public sealed class SampleTraceFileTests
{
    private const string Folder = "Sigma.Sim.Tests/Diagnostics/base";

    [TestMethod]
    public void The_bytes_of_the_sample_traces_are_these()
    {
        var sound = RoutingTraceFormat.Encode(SampleTrace.Of(1, 32, 16, 4, 11), "sound");
        var damaged = sound.ToArray();
        damaged[^40] ^= 1;
        var newer = sound.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(newer.AsSpan(8), 2);
        var foreign = RoutingTraceFormat.Encode(SampleTrace.Of(1, 16, 8, 2, 0), "other");
        Same("sound.trace", sound);
        Same("damaged.trace", damaged);
        Same("newer.trace", newer);
        Same("other-experts.trace", foreign);
        Same("cut.trace", sound[..100]);
    }

    [TestMethod]
    public void A_trace_takes_the_place_of_sizes_that_a_lower_file_gives()
    {
        var scenario = Scenario.Load(SourceTree.PathOf($"{Folder}/with-trace.yaml"), []);
        var saved = (SavedRouting)scenario.Modelled.RealStep;
        Assert.AreEqual(64, saved.Routing.Trace.Tokens);
        var paths = scenario.Inputs.Select(input => input.Path)
            .Where(path => path.StartsWith("real_step", StringComparison.Ordinal));
        Assert.AreEqual("real_step.trace real_step.trace.sha256", string.Join(' ', paths));
    }

    [TestMethod]
    public void A_trace_on_the_command_line_counts_from_the_scenarios_folder_and_stands_for_its_sizes()
    {
        var sized = SourceTree.PathOf($"{Folder}/with-sizes.yaml");
        var trained = Scenario.Load(sized, []);
        var reused = Scenario.Load(sized, [new Override("real_step.trace", "sound.trace")]);
        Assert.IsInstanceOfType<RealStepSpec>(trained.Modelled.RealStep);
        Assert.AreEqual("sound.trace", ((SavedRouting)reused.Modelled.RealStep).File);
        Assert.AreNotEqual(trained.Hash, reused.Hash);
        var both = new[] { new Override("real_step.trace", "sound.trace"), new Override("real_step.steps", "9") };
        var error = Assert.ThrowsExactly<ScenarioException>(() => Scenario.Load(sized, both));
        Assert.AreEqual("S048", error.Diagnostics.InSourceOrder().Single().Code);
    }

    private static void Same(string name, byte[] bytes)
    {
        var path = SourceTree.PathOf($"{Folder}/{name}");
        if (Environment.GetEnvironmentVariable("SIGMA_APPROVE") == "1") File.WriteAllBytes(path, bytes);
        CollectionAssert.AreEqual(bytes, File.Exists(path) ? File.ReadAllBytes(path) : [], name);
    }
}
