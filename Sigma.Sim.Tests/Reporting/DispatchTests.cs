// The all-to-all in figure, table and words: what is sent is received, the title names the busiest receiver of the
// table, and a group that a screen cannot show leaves no figure.
using Sigma.Sim.Quantities;
using Sigma.Sim.Reporting;

namespace Sigma.Sim.Tests.Reporting;

[TestClass]
public sealed class DispatchTests
{
    [TestMethod]
    public void All_that_is_sent_is_received_and_no_token_travels_more_than_top_k_times()
    {
        var plan = SmallRun.Step.Plan;
        var dispatch = plan.MeanDispatch(sample: 0);
        var sums = DispatchSums.Of(dispatch);
        Assert.AreEqual(sums.Sent.Sum(), sums.Received.Sum());
        var token = plan.Model.Hidden * 2.0;
        for (var member = 0; member < dispatch.Members; member++)
        {
            var visits = dispatch.Bytes.Skip(member * dispatch.Members).Take(dispatch.Members).Sum()
                / token / plan.Model.Sequence;
            Assert.IsGreaterThan(1 - 1e-6, visits);
            Assert.IsLessThanOrEqualTo(plan.Model.Experts.TopK, visits);
        }
    }

    [TestMethod]
    public void Balanced_experts_exchange_equal_shares()
    {
        var dispatch = SmallRun.WithStep("parallelism.routing=balanced").Played!.Plan.MeanDispatch(sample: 0);
        Assert.HasCount(1, dispatch.Bytes.Distinct().ToList());
        Assert.IsFalse(DispatchSums.Of(dispatch).IsUneven);
    }

    [TestMethod]
    public void The_title_names_the_busiest_receiver_of_the_table()
    {
        var busiest = SmallRun.Rows("traffic.csv").Skip(1)
            .Where(row => row[0] != row[1])
            .GroupBy(row => row[1], row => double.Parse(row[2], System.Globalization.CultureInfo.InvariantCulture))
            .Select(to => (Member: to.Key, Bytes: to.Sum()))
            .OrderByDescending(to => to.Bytes)
            .ToList();
        var ratio = UnitText.ThreeDigits(busiest[0].Bytes / busiest.Average(to => to.Bytes));
        var figure = SmallRun.Files["figures/all-to-all.svg"];
        SmallRun.Holds(figure, $"Member {busiest[0].Member} of the first expert-parallel group receives");
        SmallRun.Holds(string.Join(' ', figure.Split('\n')), $"{ratio} times the mean");
    }

    [TestMethod]
    public void Where_nothing_travels_there_is_no_figure_and_no_table()
    {
        var files = SmallRun.FilesOf(SmallRun.WithStep("parallelism.ep=1"));
        Assert.IsFalse(files.ContainsKey("figures/all-to-all.svg"));
        Assert.IsFalse(files.ContainsKey("traffic.csv"));
        SmallRun.Lacks(files["report.html"], "Its collectives", "a step without collectives has a part about them");
    }

    [TestMethod]
    public void The_page_gives_the_reasons_of_algorithms_and_says_what_was_folded()
    {
        var folded = SmallRun.WithStep(
            "parallelism.tp=4", "parallelism.ep=4", "parallelism.routing=balanced", "noise.kernel.cv=0");
        var page = SmallRun.FilesOf(folded)["report.html"];
        SmallRun.Holds(page, "Halving-doubling: ");
        SmallRun.Holds(page, "cross between nodes where");
        SmallRun.Holds(page, "16 of the 64 ranks stand for all");
        var asked = SmallRun.FilesOf(SmallRun.WithStep("parallelism.all_to_all=direct"))["report.html"];
        SmallRun.Holds(asked, ", as the layout asks");
        SmallRun.Lacks(SmallRun.Files["report.html"], "stand for all", "a run that played all ranks says otherwise");
    }
}
