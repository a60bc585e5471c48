// A folder of results is whole or absent: whoever finds a file under its final name may trust it.
using Sigma.Sim.Reporting;

namespace Sigma.Sim.Tests.Reporting;

[TestClass]
public sealed class OutputFolderTests
{
    [TestMethod]
    public void A_failure_leaves_nothing_behind()
    {
        using var folder = new TemporaryFolder();
        Assert.ThrowsExactly<IOException>(() =>
        {
            using var output = OutputFolder.Begin(Path.Combine(folder.Root, "run"));
            output.Write("figures/done.svg", to => to.Write("whole"));
            output.Write("summary.csv", to =>
            {
                to.Write("half");
                throw new IOException("No space left on device");
            });
        });
        Assert.IsEmpty(Directory.GetFileSystemEntries(folder.Root));
    }

    [TestMethod]
    public void A_failure_leaves_the_earlier_run_as_it_was()
    {
        using var folder = new TemporaryFolder();
        var final = Path.Combine(folder.Root, "run");
        Publish(final, "old");
        using (var output = OutputFolder.Begin(final)) output.Write("summary.csv", to => to.Write("new"));
        Assert.AreEqual("old", File.ReadAllText(Path.Combine(final, "summary.csv")));
        Assert.HasCount(1, Directory.GetFileSystemEntries(folder.Root));
    }

    [TestMethod]
    public void Publishing_replaces_files_of_the_same_name_and_leaves_others_alone()
    {
        using var folder = new TemporaryFolder();
        var final = Path.Combine(folder.Root, "run");
        Publish(final, "old");
        File.WriteAllText(Path.Combine(final, "notes.txt"), "mine");
        Publish(final, "new");
        Assert.AreEqual("new", File.ReadAllText(Path.Combine(final, "summary.csv")));
        Assert.AreEqual("mine", File.ReadAllText(Path.Combine(final, "notes.txt")));
        Assert.HasCount(1, Directory.GetFileSystemEntries(folder.Root));
    }

    [TestMethod]
    public void A_file_in_the_way_is_found_before_the_work_begins()
    {
        using var folder = new TemporaryFolder();
        var final = Path.Combine(folder.Root, "run");
        File.WriteAllText(final, "in the way");
        Assert.ThrowsExactly<IOException>(() => OutputFolder.Begin(final));
        Assert.HasCount(1, Directory.GetFileSystemEntries(folder.Root));
    }

    [TestMethod]
    public void No_name_leads_out_of_the_folder()
    {
        using var folder = new TemporaryFolder();
        using var output = OutputFolder.Begin(Path.Combine(folder.Root, "run"));
        Assert.ThrowsExactly<ArgumentException>(() => output.PathOf("../elsewhere.csv"));
        Assert.ThrowsExactly<ArgumentException>(() => output.PathOf(Path.Combine(folder.Root, "elsewhere.csv")));
    }

    private static void Publish(string final, string content)
    {
        using var output = OutputFolder.Begin(final);
        output.Write("summary.csv", to => to.Write(content));
        output.Publish();
    }
}
