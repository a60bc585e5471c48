// The picture of docs/ARCHITECTURE.md is made from its tables; SIGMA_APPROVE=1 draws it again.
namespace Sigma.Sim.Tests.House;

[TestClass]
public sealed class RoomGraphTests
{
    private const string Fence = "```mermaid\n";

    [TestMethod]
    public void The_picture_of_the_rooms_is_that_of_the_tables()
    {
        var page = SourceTree.Read(RoomTable.Document).ReplaceLineEndings("\n");
        var graph = string.Concat(RoomGraph.Of(RoomTable.Parse(page)).Select(line => line + "\n"));
        var start = page.IndexOf(Fence, StringComparison.Ordinal) + Fence.Length;
        var end = page.IndexOf("```", start, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("SIGMA_APPROVE") == "1")
            File.WriteAllText(SourceTree.PathOf(RoomTable.Document), page[..start] + graph + page[end..]);
        else
            Assert.AreEqual(graph, page[start..end], $"{RoomTable.Document}: SIGMA_APPROVE=1 draws the picture again");
    }

    [TestMethod]
    public void An_arrow_that_follows_from_others_is_left_out()
    {
        var table = RoomTable.Parse(
            """
            | room | holds | may import |
            |---|---|---|
            | Quantities | x | - |
            | Engine | x | Quantities |
            | Kernels | x | - |
            | Replay | x | Quantities, Engine |
            | Cli | x | all |

            | package | does | only in |
            |---|---|---|
            | CsvHelper | x | Replay, Cli |
            """);
        Assert.AreEqual(
            """
            graph BT
              Engine --> Quantities
              Replay --> Engine
              Cli --> Kernels
              Cli --> Replay
              Replay -.- CsvHelper([CsvHelper])
              Cli -.- CsvHelper([CsvHelper])
            """,
            string.Join('\n', RoomGraph.Of(table)));
    }
}
