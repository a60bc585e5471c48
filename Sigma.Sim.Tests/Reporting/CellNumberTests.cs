// What the page sorts by: the amount that a cell shows, whatever unit of time or prefix it is written in.
using Sigma.Sim.Reporting;

namespace Sigma.Sim.Tests.Reporting;

[TestClass]
public sealed class CellNumberTests
{
    [TestMethod]
    [DataRow("1,234", 1234.0, "")]
    [DataRow("-0.5", -0.5, "")]
    [DataRow("+9.61 %", 9.61, "%")]
    [DataRow("< 0.01 %", 0.01, "%")]
    [DataRow("410 ms", 0.41, "time")]
    [DataRow("3.82 s", 3.82, "time")]
    [DataRow("17.5 min", 1050.0, "time")]
    [DataRow("2 d", 172_800.0, "time")]
    [DataRow("16.8 MB", 16.8e6, "B")]
    [DataRow("64 kB", 64e3, "B")]
    [DataRow("3.2 GB/s", 3.2e9, "B/s")]
    [DataRow("16.8 M", 16.8e6, "")]
    [DataRow("4.09 million tokens/s", 4.09e6, "tokens/s")]
    [DataRow("46.63 ± 0.50", 46.63, "")]
    [DataRow("71 % (60 % to 80 %)", 71.0, "%")]
    [DataRow("1.31 x", 1.31, "x")]
    [DataRow("2.5e-06", 2.5e-6, "")]
    public void A_cell_is_read_as_the_amount_it_shows(string cell, double value, string kind)
    {
        var number = CellNumber.Of(cell);
        Assert.IsNotNull(number);
        Assert.AreEqual(value, number.Value.Value, 1e-9 * Math.Abs(value));
        Assert.AreEqual(kind, number.Value.Kind);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("none")]
    [DataRow("the same in every replication")]
    [DataRow("±")]
    [DataRow("lognormal median 48 s")]
    public void Words_are_no_number(string cell) => Assert.IsNull(CellNumber.Of(cell));

    [TestMethod]
    public void A_column_is_sorted_by_number_where_all_its_cells_count_the_same()
    {
        var table = new SortableTable([Column.Words("what"), Column.Number("time"), Column.Number("mixed")]);
        table.Read([TableRow.Of("a", "410 ms", "3 s"), TableRow.Of("b", "2 s", "5 %"), TableRow.Of("c", "none", "1")]);
        StringAssert.Contains(table.HeadAttributes(0), "words", StringComparison.Ordinal);
        StringAssert.Contains(table.HeadAttributes(1), "number", StringComparison.Ordinal);
        Assert.AreEqual(" class=\"number\"", table.HeadAttributes(2));
        Assert.AreEqual(" class=\"number\" data-v=\"0.41\"", table.CellAttributes(1, "410 ms"));
        Assert.AreEqual(" class=\"number\"", table.CellAttributes(1, "none"));
    }
}
