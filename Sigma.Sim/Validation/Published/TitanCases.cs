// Three years of Titan's accelerators (Ostrouchov et al., SC'20): errors by age, which no law of one line follows. The
// hazard of the table is played as it is; the best law of one line is shown row by row beside it.
using Sigma.Sim.Campaign;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Validation.Published;

/// <summary>Errors per accelerator and year, by age.</summary>
internal sealed record TitanCases() : PublishedReliability("TITAN")
{
    private const double SecondsPerYear = 365.25 * 86_400, Deviations = 3;

    /// <summary>A bin of ages in the table.</summary>
    private sealed record Bin(double From, double To, double Years, int Events)
    {
        public double Rate => Events / Years;

        /// <summary>
        /// The lives that such a row counts: each accelerator watched through the bin, its errors evenly apart.
        /// </summary>
        public IEnumerable<Life> Lives()
        {
            var (from, width) = (From * SecondsPerYear, (To - From) * SecondsPerYear);
            for (var k = 0; k < Events; k++)
            {
                // An accelerator goes on after its error, so that all of them are at risk in all of the bin.
                var at = from + (k + 0.5) / Events * width;
                yield return new Life(from, at, true);
                yield return new Life(at, from + width, false);
            }

            var units = (int)Math.Round(Years / (To - From));
            for (var k = Events; k < units; k++) yield return new Life(from, from + width, false);
        }
    }

    public override IEnumerable<CaseResult> Cases(PublishedFolder folder)
    {
        var bins = BinsOf(folder.Table(
            "titan-by-age.csv", "age_to_years", "gpu_years", "dbe_events", "otb_events"));
        var run = folder.Run("titan.yaml");
        var seen = Empirical.Of([.. bins.SelectMany(bin => bin.Lives())]);
        var played = run.Campaign with { Faults = [run.Fault with { TimeToFailure = seen }] };
        var (ofTable, ofLaw) = (
            Rates(played, run.Scenario, bins, folder), Rates(run.Campaign, run.Scenario, bins, folder));
        foreach (var (bin, i) in bins.Select((bin, i) => (bin, i)))
        {
            var ages = $"errors per accelerator-year, {UnitText.ThreeDigits(bin.From)} to "
                + $"{UnitText.ThreeDigits(bin.To)} years old";
            // Both counts are of chance: the table's, and the mean of so many runs.
            var tolerance = Deviations * Math.Sqrt(bin.Rate / bin.Years * (1 + 1.0 / run.Scenario.Replications));
            yield return run.Case(Id, $"{ages}, lives of the table", ofTable[i], bin.Rate, tolerance) with
            {
                Fitted = "",
            };
            yield return run.Case(Id, $"{ages}, {run.Fault.TimeToFailure}", ofLaw[i], bin.Rate, tolerance) with
            {
                IsRow = true,
            };
        }
    }

    private static List<Bin> BinsOf(IReadOnlyList<PublishedRow> rows)
    {
        var bins = new List<Bin>();
        foreach (var row in rows)
        {
            var from = bins.Count > 0 ? bins[^1].To : 0;
            bins.Add(new Bin(
                from, row.Number("age_to_years"), row.Number("gpu_years"),
                row.Count("dbe_events") + row.Count("otb_events")));
        }

        return bins;
    }

    /// <summary>All accelerators are new at the start and mended at their age: the run's time is their age.</summary>
    private static double[] Rates(
        CampaignSpec campaign, Scenario scenario, IReadOnlyList<Bin> bins, PublishedFolder folder)
    {
        // Every replication tells its story here: the moments of its faults are what is wanted.
        var years = Enumerable.Range(0, scenario.Replications)
            .AsParallel().AsOrdered().WithDegreeOfParallelism(folder.Threads).WithCancellation(folder.Cancellation)
            .SelectMany(run => CampaignSimulation.Run(campaign, scenario.Seed, run, tellsStory: true).Events)
            .Where(told => told.What == "fault")
            .Select(told => told.At.SinceStart.Seconds / SecondsPerYear)
            .ToList();
        var units = (double)campaign.Cluster.Accelerators * scenario.Replications;
        return [.. bins.Select(bin =>
            years.Count(year => year > bin.From && year <= bin.To) / (units * (bin.To - bin.From)))];
    }
}
