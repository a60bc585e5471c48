// Tables are read by programs: numbers come back to the same bits, the ledger sums to what was paid for, and no cell is
// a formula.
using System.Globalization;
using System.Text.Json;
using Sigma.Sim.Accounting;
using Sigma.Sim.Reporting;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Reporting;

[TestClass]
public sealed class TableTests
{
    [TestMethod]
    public void The_summary_reads_back_to_the_same_numbers()
    {
        var rows = SmallRun.Rows("summary.csv");
        CollectionAssert.AreEqual(
            new[] { "metric", "title", "unit", "mean", "sd", "low_95", "high_95", "replications" }, rows[0]);
        Assert.HasCount(RunMetrics.Names.Count + 1, rows);
        foreach (var row in rows.Skip(1))
        {
            var estimate = SmallRun.Outcome.Set.Metrics[row[0]];
            CollectionAssert.AreEqual(
                new[] { estimate.Mean, estimate.Deviation, estimate.Low, estimate.High },
                row[3..7].Select(Number).ToArray());
        }
    }

    [TestMethod]
    public void A_replication_has_a_row_and_a_metric_a_column()
    {
        var rows = SmallRun.Rows("replications.csv");
        Assert.HasCount(SmallRun.Outcome.Set.Runs.Count + 1, rows);
        for (var i = 0; i < RunMetrics.Names.Count; i++)
        {
            for (var run = 0; run < SmallRun.Outcome.Set.Runs.Count; run++)
                Assert.AreEqual(
                    SmallRun.Outcome.Set.Runs[run].Metrics[RunMetrics.Names[i].Name], Number(rows[run + 1][i + 1]));
        }
    }

    [TestMethod]
    public void The_numbers_of_spares_read_back_to_the_same_numbers()
    {
        var (rows, study) = (SmallRun.Rows("spares.csv"), SmallRun.Outcome.Spares!);
        Assert.AreEqual(
            "kind spares is_own is_knee metric mean sd low_95 high_95 replications", string.Join(' ', rows[0]));
        Assert.HasCount(1 + 4 * study.Points.Count, rows);
        foreach (var row in rows.Skip(1))
        {
            var point = study.Points.Single(point => point.Spares == Number(row[1]));
            var estimate = row[4] == "ettr_difference" ? point.Difference : point.Set.Metrics[row[4]];
            CollectionAssert.AreEqual(
                new[] { estimate.Mean, estimate.Deviation, estimate.Low, estimate.High },
                row[5..9].Select(Number).ToArray());
            Assert.AreEqual(point.Spares == study.Own, row[2] == "1");
            Assert.AreEqual(point.Spares == study.Knee, row[3] == "1");
        }
    }

    [TestMethod]
    public void The_ledger_sums_to_the_horizon_times_all_accelerators()
    {
        var cluster = SmallRun.Outcome.Scenario.Cluster;
        var owed = SmallRun.Outcome.Scenario.Horizon!.Value.Hours * cluster.AllNodes * cluster.AcceleratorsPerNode;
        foreach (var replication in SmallRun.Rows("ledger.csv").Skip(1).GroupBy(row => row[0], StringComparer.Ordinal))
        {
            Assert.AreEqual(
                owed, replication.Sum(row => Number(row[3])), owed * 1e-12, $"replication {replication.Key}");
            Assert.AreEqual(
                TimeBuckets.All.Count, replication.Select(row => row[1]).Distinct(StringComparer.Ordinal).Count());
        }
    }

    [TestMethod]
    public void The_times_of_a_rank_sum_to_its_total()
    {
        foreach (var row in SmallRun.Rows("step.csv").Skip(1))
            Assert.AreEqual(Number(row[8]), row[4..8].Sum(Number), 1e-9, $"rank {row[0]}");
    }

    [TestMethod]
    public void No_cell_is_a_formula()
    {
        string[] formulas =
        [
            "=1+1", "+1+1", "-1+cmd|' /C calc'!A0", "-2 h", "--1", "-", "+A1", "@SUM(A1)", "\tx", "\t1", "\r=1", "\n=1",
            "\uFF1D1+1", "-Infinity", "-1e999",
        ];
        foreach (var text in formulas)
        {
            Assert.AreEqual("'" + text, CsvTable.Neutralized(text));
            Assert.AreEqual("'" + text, CsvTable.Neutralized(CsvTable.Neutralized(text)), "twice is once");
        }

        string[] harmless = ["", "storage", "8 min of work is lost", "a=b", "-1", "+1", "-0.5", "-1E-05", "'=1", "1-1"];
        foreach (var text in harmless) Assert.AreEqual(text, CsvTable.Neutralized(text));
        var files = SmallRun.FilesOf(SmallRun.Outcome with
        {
            Set = new(
                [SmallRun.Outcome.Set.Runs[0] with { Events = [new(default, "fault", 3, "=HYPERLINK(1)", default)] }]),
        });
        SmallRun.Holds(files["events.csv"], "'=HYPERLINK");
    }

    [TestMethod]
    public void Every_table_is_written_where_formulas_are_looked_for()
    {
        var writers = SourceTree.Program.Where(file => file.Text.Contains("CsvWriter", StringComparison.Ordinal))
            .Select(file => file.Path).ToList();
        CollectionAssert.AreEqual(new[] { "Sigma.Sim/Reporting/CsvTable.cs" }, writers);
    }

    [TestMethod]
    public void Lines_end_in_a_line_feed_on_every_system()
    {
        foreach (var (name, text) in SmallRun.Files) SmallRun.Lacks(text, "\r", $"{name} holds a carriage return");
    }

    [TestMethod]
    public void The_manifest_holds_every_input_with_its_origin()
    {
        using var manifest = JsonDocument.Parse(SmallRun.Files["manifest.json"]);
        Assert.AreEqual(SmallRun.Outcome.Scenario.Hash, manifest.RootElement.GetProperty("hash_sha256").GetString());
        Assert.AreEqual(
            SmallRun.Outcome.Scenario.Inputs.Count, manifest.RootElement.GetProperty("inputs").GetArrayLength());
        foreach (var metric in RunMetrics.Names)
        {
            var value = manifest.RootElement.GetProperty("metrics").GetProperty(metric.Name).GetDouble();
            Assert.AreEqual(SmallRun.Outcome.Set.Metrics[metric.Name].Mean, value);
        }
    }

    [TestMethod]
    public void Two_writings_differ_in_nothing_but_the_machine_and_the_durations()
    {
        var again = SmallRun.FilesOf(SmallRun.Outcome);
        CollectionAssert.AreEqual(SmallRun.Files.Keys.ToArray(), again.Keys.ToArray());
        foreach (var (name, text) in SmallRun.Files)
        {
            if (string.Equals(name, "manifest.json", StringComparison.Ordinal))
                Assert.AreEqual(BeforeMachine(text), BeforeMachine(again[name]));
            else
                Assert.AreEqual(text, again[name], name);
        }
    }

    private static string BeforeMachine(string manifest) =>
        manifest[..manifest.IndexOf("\"machine\"", StringComparison.Ordinal)];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
