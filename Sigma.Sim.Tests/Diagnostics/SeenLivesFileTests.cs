// A life that a scenario takes from a log of lives: where the log is looked for, what it comes to, and that its bytes
// are part of the scenario's hash.
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.Cli;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Diagnostics;

[TestClass]
public sealed class SeenLivesFileTests
{
    private const string Lives = "age_h\n100\n300\n200\n";

    [TestMethod]
    public void Lives_are_read_from_the_folder_of_the_file_that_names_them()
    {
        var life = Load(Lives).Faults.Single().TimeToFailure;
        Assert.AreEqual(Empirical.Of([.. new[] { 100, 200, 300 }.Select(Failed)]), life);
        Assert.AreEqual(1 / 3.0, life.CumulativeHazard(100 * 3600), 1e-12);
        var cut = Load("unit,time_h,event\na,100,1\na,300,0\n").Faults.Single().TimeToFailure;
        Assert.AreEqual(Empirical.Of([Failed(100), Failed(200) with { Failed = false }]), cut);
    }

    [TestMethod]
    public void Other_lives_make_another_scenario()
    {
        Assert.AreNotEqual(Load(Lives).Hash, Load(Lives + "400\n").Hash);
        Assert.AreEqual(Load(Lives).Hash, Load(Lives).Hash);
        var input = Load(Lives).Inputs.Single(one => one.Path == "faults.0.time_to_failure.sha256");
        Assert.AreEqual((64, InputOrigin.MeasuredHere), (input.Text.Length, input.Origin));
    }

    [TestMethod]
    public void Units_of_seen_lives_fail_as_often_as_their_hazard_says()
    {
        var fault = Load("age_h\n20\n50\n90\n140\n").Faults.Single();
        var expected = fault.ExpectedFailures(Duration.FromHours(300));
        const int units = 3_000;
        var failures = 0;
        for (var unit = 0; unit < units; unit++)
        {
            var stream = new StreamKey(2, 0, "seen", unit).Open();
            for (var age = 0.0; (age = fault.NextFailureAge(age, 1, ref stream)) < 300 * 3600;) failures++;
        }

        Assert.AreEqual(expected, failures / (double)units, 4 * Math.Sqrt(expected / units));
    }

    private static Life Failed(int hours) => new(0, hours * 3600.0, true);

    private static Scenario Load(string lives)
    {
        using var scratch = new ScratchFolder();
        foreach (var folder in new[] { "runs", "faults" }) Directory.CreateDirectory(scratch.At(folder));
        var sound = SourceTree.PathOf("Sigma.Sim.Tests/Diagnostics/base/sound.yaml").Replace('\\', '/');
        scratch.Holding("faults/lives.csv", lives);
        scratch.Holding("faults/seen.yaml", $"""
            from: {sound}
            faults:
              - name: seen
                scope: node
                time_to_failure: empirical lives.csv
            """);
        return Scenario.Load(scratch.Holding("runs/run.yaml", "from: ../faults/seen.yaml\n"), []);
    }
}
