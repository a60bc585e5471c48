// Every table that a command writes opens cleanly in a spreadsheet and in a program: a name that looks like a formula
// stands there as text, a number as a number, and what was written once can be gone on with.
using System.Globalization;
using System.Text;

namespace Sigma.Sim.Tests.Cli;

[TestClass]
public sealed class SpreadsheetTests
{
    private const string Stated = "scenarios/stated-step.yaml", Formula = "=1+1", FormulaStarts = "=+-@\t\r\n";

    [TestMethod]
    public void A_fault_named_like_a_formula_is_text_in_every_table_of_a_run()
    {
        using var scratch = new ScratchFolder();
        SigmaProcess.Run(
            "run", "scenarios/small.yaml", "--set", $"faults.0.name={Formula}", "--replications", "2", "--out",
            scratch.At("out")).EndedWith(0);
        var cells = Checked(scratch, "out", tables: 8);
        Holds(cells["ledger.csv"], "'" + Formula);
        Assert.IsTrue(cells["events.csv"].Any(cell => cell.Contains(Formula, StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Alternatives_named_like_formulas_are_text_in_every_table_of_a_comparison()
    {
        using var scratch = new ScratchFolder();
        SigmaProcess.Run(
            "compare", Stated, "--vary", $"faults.0.name={Formula},+A1", "--replications", "2", "--out",
            scratch.At("out")).EndedWith(0);
        var cells = Checked(scratch, "out", tables: 4);
        Assert.IsTrue(cells["alternatives.csv"].Any(cell => cell.EndsWith(Formula, StringComparison.Ordinal)));

        // A name of a scenario may begin with a minus, and is its label where files are compared.
        var one = scratch.Holding("one.yaml", Copy("-1+A1"));
        var two = scratch.Holding("two.yaml", Copy("-b"));
        SigmaProcess.Run("check", one).EndedWith(2).Saying("expected a name");
        File.WriteAllText(one, Copy("-a"));
        SigmaProcess.Run(
            "compare", one, two, "--replications", "2", "--metric", "ettr", "--out", scratch.At("named"))
            .EndedWith(0);
        cells = Checked(scratch, "named", tables: 4);
        Holds(cells["alternatives.csv"], "'-a");
        Holds(cells["pairs.csv"], "'-b");
    }

    [TestMethod]
    public void Values_like_formulas_are_text_in_every_table_of_a_sweep_and_a_sweep_goes_on_from_them()
    {
        using var scratch = new ScratchFolder();
        string[] sweep =
        [
            "sweep", Stated, "--set", $"faults.0.name={Formula},-5,+A1", "--replications", "2", "--out",
            scratch.At("out"),
        ];
        SigmaProcess.Run(sweep).EndedWith(0);
        var cells = Checked(scratch, "out", tables: 2);
        foreach (var value in new[] { "'" + Formula, "-5", "'+A1" })
        {
            Holds(cells["points.csv"], value);
            Holds(cells["replications.csv"], value);
        }

        var before = File.ReadAllText(scratch.At("out/points.csv"));
        SigmaProcess.Run(sweep).EndedWith(0);
        SigmaProcess.Run("merge", scratch.At("out")).EndedWith(0);
        Assert.AreEqual(before, File.ReadAllText(scratch.At("out/points.csv")));
    }

    [TestMethod]
    public void Causes_like_formulas_are_text_in_every_table_of_a_fit_and_can_be_fitted_again()
    {
        using var scratch = new ScratchFolder();
        string[] names = ["=1+1", "@fan", "-memory"];
        foreach (var (folder, mark) in new[] { ("raw", ""), ("again", "'") })
        {
            var log = new StringBuilder("unit,time_h,event,cause\n");
            for (var unit = 0; unit < 60; unit++)
            {
                log.Append(CultureInfo.InvariantCulture, $"u{unit},{100 + 37 * unit % 900},failure,")
                    .Append(mark).Append(names[unit % names.Length]).Append('\n');
            }

            SigmaProcess.Run(
                "fit", scratch.Holding($"{folder}.csv", log.ToString()), "--by", "cause", "--out", scratch.At(folder))
                .EndedWith(0);
            var cells = Checked(scratch, folder, tables: 2);
            foreach (var table in cells.Values) Holds(table, "'=1+1", "'@fan", "'-memory");
        }

        // Whoever takes a cause from our table finds it again under the same name.
        Assert.AreEqual(
            File.ReadAllText(scratch.At("raw/fits.csv")), File.ReadAllText(scratch.At("again/fits.csv")));
    }

    private static string Copy(string name) =>
        $"from: {House.SourceTree.PathOf(Stated).Replace('\\', '/')}\nscenario: {name}\n";

    private static void Holds(IReadOnlyList<string> cells, params string[] texts)
    {
        foreach (var text in texts) CollectionAssert.Contains(cells.ToList(), text);
    }

    /// <summary>The cells of every table in a folder by its name, none of them a formula, no number among the texts.
    /// </summary>
    private static Dictionary<string, IReadOnlyList<string>> Checked(ScratchFolder scratch, string folder, int tables)
    {
        var found = scratch.Entries.Where(name => name.StartsWith(folder + "/", StringComparison.Ordinal)
            && name.EndsWith(".csv", StringComparison.Ordinal)).ToList();
        Assert.IsGreaterThanOrEqualTo(tables, found.Count);
        var all = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var name in found)
        {
            var rows = Rows(File.ReadAllText(scratch.At(name)));
            foreach (var row in rows)
            {
                Assert.HasCount(rows[0].Count, row, name);
                foreach (var cell in row)
                {
                    if (cell.Length > 0 && FormulaStarts.Contains(cell[0], StringComparison.Ordinal))
                        Assert.IsTrue(IsNumber(cell), $"{name}: {cell} is a formula");
                    Assert.IsFalse(cell.StartsWith('\'') && IsNumber(cell[1..]), $"{name}: {cell} is a number");
                }
            }

            all[Path.GetFileName(name)] = [.. rows.SelectMany(row => row)];
        }

        return all;
    }

    private static bool IsNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    /// <summary>A table as RFC 4180 has it.</summary>
    private static List<List<string>> Rows(string text)
    {
        var (rows, row, cell, quoted) = (new List<List<string>>(), new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted)
            {
                if (c != '"') cell.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"') cell.Append(text[++i]);
                else quoted = false;
            }
            else if (c == '"')
            {
                quoted = true;
            }
            else if (c is ',' or '\n')
            {
                row.Add(cell.ToString());
                cell.Clear();
                if (c == ',') continue;
                rows.Add(row);
                row = [];
            }
            else
            {
                cell.Append(c);
            }
        }

        Assert.IsEmpty(row, "a table ends with its last line");
        return rows;
    }
}
