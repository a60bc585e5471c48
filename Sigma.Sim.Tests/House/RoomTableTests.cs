// The table that rules the house is itself read with suspicion: a row that cannot be right stops the build by name.
namespace Sigma.Sim.Tests.House;

[TestClass]
public sealed class RoomTableTests
{
    private const string Doors = "\n\n| package | does | only in |\n|---|---|---|\n| YamlDotNet | reads | Faults |\n";

    [TestMethod]
    public void A_row_is_a_list_of_rooms_above_it_or_a_dash_or_all()
    {
        var table = RoomTable.Parse(
            Rooms("Quantities|x|-", "Cluster|x|-", "Faults|x|Quantities, Cluster", "Cli|x|all") + Doors);
        Assert.IsEmpty(table.MayImport["Quantities"]);
        CollectionAssert.AreEqual(new[] { "Quantities", "Cluster" }, table.MayImport["Faults"].ToArray());
        CollectionAssert.AreEqual(new[] { "Quantities", "Cluster", "Faults", "Cli" }, table.MayImport["Cli"].ToArray());
        Assert.IsTrue(table.MayImportAll("Cli"));
        Assert.IsFalse(table.MayImportAll("Faults"));
        CollectionAssert.AreEqual(new[] { "Faults" }, table.Doors["YamlDotNet"].ToArray());
    }

    [TestMethod]
    [DataRow("Cluster|x|Faults;Faults|x|-", "Cluster is allowed Faults, which is no room above it")]
    [DataRow("Faults|x|Clutser", "Faults is allowed Clutser, which is no room above it")]
    [DataRow("Faults|x|-;Faults|x|-", "Faults has two rows")]
    [DataRow("Faults|-", "the row of Faults has 2 columns, not 3")]
    [DataRow("Cluster|x|-", "YamlDotNet is allowed in Faults, which is no room")]
    public void A_row_that_cannot_be_right_is_refused(string rows, string message)
    {
        var refusal = Assert.ThrowsExactly<FormatException>(() => RoomTable.Parse(Rooms(rows.Split(';')) + Doors));
        Assert.AreEqual($"docs/ARCHITECTURE.md: error: {message}", refusal.Message);
    }

    [TestMethod]
    public void A_document_without_the_table_is_refused()
    {
        var refusal = Assert.ThrowsExactly<FormatException>(() => RoomTable.Parse(Doors));
        Assert.AreEqual(
            "docs/ARCHITECTURE.md: error: no table with the columns room | holds | may import", refusal.Message);
    }

    private static string Rooms(params string[] rows) =>
        "| room | holds | may import |\n|---|---|---|\n" + string.Join('\n', rows.Select(row => $"|{row}|"));
}
