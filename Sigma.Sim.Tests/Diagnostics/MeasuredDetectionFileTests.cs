// A measured detection on its way from a file of its own into a scenario: where the file is looked for, what of it is
// shown as an input, and that its counts are part of the scenario's hash.
using Sigma.Sim.Faults;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.Cli;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Diagnostics;

[TestClass]
public sealed class MeasuredDetectionFileTests
{
    private const string Fault = """
        - name: silent data corruption
          scope: accelerator
          kind: silent-corruption
          time_to_failure: exponential 3000000 h
          detection: { measured: ../counted/detection.yaml }
        """;

    private static readonly string Counts = SourceTree.Read("Sigma.Sim.Tests/Diagnostics/base/detection.yaml");

    [TestMethod]
    public void Counts_are_read_and_shown_as_measured_here()
    {
        var scenario = Load(Counts, []);
        var fault = scenario.Faults.Single();
        var detection = (MeasuredDetection)((SilentCorruption)fault.Kind).Detection;
        Assert.AreEqual("sigma step --inject 2000 --seed 1", detection.MadeBy);
        Assert.AreEqual((2000, 310, 78, 1612, 20), (
            detection.Trials, detection.Noticed, detection.Unnoticed, detection.Harmless, detection.HorizonSteps));
        Assert.AreEqual("120 90 150 160", string.Join(' ', detection.Monitors.Select(monitor => monitor.Noticed)));
        Assert.AreEqual("0 1 7", string.Join(' ', detection.Delays.Select(delay => delay.AfterSteps)));
        Assert.AreEqual(3e6 * 3600, fault.TimeToFailure.MeanSeconds);

        var counted = scenario.Inputs
            .Where(i => i.Path.StartsWith("faults.0.detection.measured.", StringComparison.Ordinal)).ToList();
        Assert.HasCount(9 + 2 * 4 + 2 * 3, counted);
        Assert.IsTrue(counted.All(input => input.Origin == InputOrigin.MeasuredHere));
        Assert.IsTrue(counted.All(input => input.Place!.Contains("detection.yaml:", StringComparison.Ordinal)));
        Assert.AreEqual("310", counted.Single(i => i.Path == "faults.0.detection.measured.noticed").Text);
    }

    [TestMethod]
    public void Other_counts_make_another_scenario()
    {
        var other = Counts.Replace("trials: 2000", "trials: 2001", StringComparison.Ordinal)
            .Replace("harmless: 1612", "harmless: 1613", StringComparison.Ordinal);
        Assert.AreNotEqual(Load(Counts, []).Hash, Load(other, []).Hash);
        Assert.AreEqual(Load(Counts, []).Hash, Load(Counts + "# a remark\n", []).Hash);
    }

    [TestMethod]
    public void A_name_on_the_command_line_counts_from_the_folder_of_the_scenario()
    {
        var gone = Load(Counts, [new Override("faults.0.detection.measured", "beside.yaml")]);
        var detection = (MeasuredDetection)((SilentCorruption)gone.Faults.Single().Kind).Detection;
        Assert.AreEqual(1, detection.Noticed);
    }

    [TestMethod]
    public void A_kind_may_be_given_on_the_command_line_with_its_detection()
    {
        var changes = new[]
        {
            new Override("faults.0.kind", "fail-stop"), new Override("faults.0.detection", "{ latency: 5 s }"),
        };
        Assert.IsInstanceOfType<FailStop>(Load(Counts, changes).Faults.Single().Kind);
        var error = Assert.ThrowsExactly<ScenarioException>(() => Load(Counts, changes[..1]));
        Assert.AreEqual("S050", error.Diagnostics.InSourceOrder().Single().Code);
    }

    /// <summary>A scenario whose faults are in a file of another folder, which names the counts from there.</summary>
    private static Scenario Load(string counts, IReadOnlyList<Override> changes)
    {
        using var scratch = new ScratchFolder();
        foreach (var folder in new[] { "runs", "faults", "counted" }) Directory.CreateDirectory(scratch.At(folder));
        var sound = SourceTree.PathOf("Sigma.Sim.Tests/Diagnostics/base/sound.yaml").Replace('\\', '/');
        var indented = string.Join('\n', Fault.ReplaceLineEndings("\n").Split('\n').Select(line => "  " + line));
        scratch.Holding("faults/silent.yaml", $"from: {sound}\nfaults:\n{indented}\n");
        scratch.Holding("counted/detection.yaml", counts);
        scratch.Holding("runs/beside.yaml", Smallest);
        return Scenario.Load(scratch.Holding("runs/run.yaml", "from: ../faults/silent.yaml\n"), changes);
    }

    private const string Smallest = """
        measured: silent-corruption
        version: 1
        made_by: hand
        step: none
        trials: 1
        noticed: 1
        unnoticed: 0
        harmless: 0
        horizon_steps: 0
        monitors: [{ name: any, noticed: 1 }]
        latency: [{ after_steps: 0, trials: 1 }]
        """;
}
