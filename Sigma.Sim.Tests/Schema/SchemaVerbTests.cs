// What `sigma schema` prints and writes, as scripts and editors find it.
using System.Text.Json;
using Sigma.Sim.Tests.Cli;

namespace Sigma.Sim.Tests.Schema;

[TestClass]
public sealed class SchemaVerbTests
{
    [TestMethod]
    public void The_schema_is_one_object_with_a_sentence_on_every_key()
    {
        var schema = SigmaProcess.Run("schema", "--json").EndedWith(0).Json;
        Assert.AreEqual("http://json-schema.org/draft-07/schema#", schema.GetProperty("$schema").GetString());
        var keys = 0;
        Look(schema);
        Assert.IsGreaterThan(190, keys);
        var spares = schema.GetProperty("properties").GetProperty("cluster").GetProperty("properties")
            .GetProperty("accelerators_per_node");
        Assert.AreEqual(8, spares.GetProperty("default").GetInt32());
        Assert.AreEqual(
            "Accelerators of each node. Takes a whole number from 1 to 72. Default: `8`.",
            spares.GetProperty("description").GetString());

        void Look(JsonElement section)
        {
            Assert.IsFalse(section.GetProperty("additionalProperties").GetBoolean());
            foreach (var key in section.GetProperty("properties").EnumerateObject())
            {
                keys++;
                StringAssert.EndsWith(
                    key.Value.GetProperty("description").GetString(), ".", StringComparison.Ordinal, key.Name);
                if (key.Value.TryGetProperty("properties", out _)) Look(key.Value);
                if (key.Value.TryGetProperty("items", out var item)) Look(item);
            }
        }
    }

    [TestMethod]
    public void The_same_schema_is_written_to_a_file_as_a_whole()
    {
        using var scratch = new ScratchFolder();
        var file = scratch.Holding("scenario.schema.json", "what was there");
        var answer = SigmaProcess.Run("schema", "--out", file).EndedWith(0).Saying("schema: ");
        Assert.AreEqual("", answer.Output);
        CollectionAssert.AreEqual(new[] { "scenario.schema.json" }, scratch.Entries.ToArray());
        Assert.AreEqual(SigmaProcess.Run("schema", "--quiet").EndedWith(0).Output, File.ReadAllText(file));
    }

    [TestMethod]
    public void A_section_has_a_schema_of_its_own()
    {
        var schema = SigmaProcess.Run("schema", "cluster.accelerator").EndedWith(0).Json;
        Assert.IsTrue(schema.GetProperty("properties").TryGetProperty("hbm", out _));
        Assert.AreEqual("name", schema.GetProperty("else").GetProperty("required")[0].GetString());
    }

    [TestMethod]
    public void What_cannot_be_is_said_in_a_sentence()
    {
        using var scratch = new ScratchFolder();
        SigmaProcess.Run("schema", "cluster.acelerator").EndedWith(2)
            .Saying("no section `cluster.acelerator`; did you mean `cluster.accelerator`?");
        SigmaProcess.Run("schema", "faults").EndedWith(2).Saying("no section `faults`");
        SigmaProcess.Run("schema", "--out", "").EndedWith(2).Saying("--out takes the name of a file");
        SigmaProcess.Run("schema", "--out", scratch.Path).EndedWith(2).Saying("is a folder");
        SigmaProcess.Run("schema", "--out", scratch.At("none/a.json")).EndedWith(1).Saying("Could not find");
        Assert.IsEmpty(scratch.Entries);
    }
}
