// A published long run: its scenario, whose step is stated, run from text to numbers. Every comparison that rests on it
// carries the inputs that were fitted or assumed.
using Sigma.Sim.Campaign;
using Sigma.Sim.Experiments;
using Sigma.Sim.Faults;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Validation.Published;

/// <summary>The folder of published cases, and how to run what is in it.</summary>
/// <param name="Folder">Where scenarios and tables are.</param>
/// <param name="Threads">Replications at a time.</param>
/// <param name="Cancellation">Ends runs early.</param>
internal sealed record PublishedFolder(string Folder, int Threads, CancellationToken Cancellation)
{
    /// <summary>A scenario with changes such as <c>("cluster.nodes", "256")</c>; it runs when first asked.</summary>
    public ReliabilityRun Run(string file, params IEnumerable<(string Path, string Value)> changes)
    {
        var scenario = Scenario.Load(
            Path.Combine(Folder, file), [.. changes.Select(change => new Override(change.Path, change.Value))]);
        if (scenario.Step is not StatedStep step)
            throw new InvalidOperationException($"{file} does not state its step.");
        var campaign = CampaignPlan.Of(scenario, step);
        return new ReliabilityRun(scenario, campaign, new Lazy<ReplicationSet>(() =>
            ReplicationSet.Run(campaign, scenario.Seed, scenario.Replications, Threads, Cancellation)));
    }

    /// <summary>The rows of a table.</summary>
    public IReadOnlyList<PublishedRow> Table(string file, params IReadOnlyList<string> columns) =>
        PublishedTable.Load(Path.Combine(Folder, file), columns);
}

/// <summary>What a scenario came to.</summary>
internal sealed record ReliabilityRun(Scenario Scenario, CampaignSpec Campaign, Lazy<ReplicationSet> Results)
{
    public ReplicationSet Set => Results.Value;

    /// <summary>A metric, averaged over the replications.</summary>
    public double Mean(string metric) => Set.Metrics[metric].Mean;

    /// <summary>The one fault of the scenario.</summary>
    public FaultSpec Fault => Campaign.Faults.Single();

    /// <summary>Something that is counted by fault, averaged over the replications, for the faults of these names.
    /// </summary>
    public double Mean(IReadOnlyCollection<string> faults, Func<FaultCost, double> counted) =>
        Set.Runs.Average(run =>
            run.Costs.Where(cost => faults.Contains(cost.Fault, StringComparer.Ordinal)).Sum(counted));

    /// <summary>A comparison that rests on this run.</summary>
    public CaseResult Case(string id, string quantity, double predicted, double known, double tolerance) =>
        new CaseResult(id, quantity, predicted, known, tolerance, "").RestingOn(Scenario);

    /// <summary>A comparison with a published bound.</summary>
    public CaseResult Bound(string id, string quantity, double predicted, KnownAs known, double bound) =>
        Case(id, quantity, predicted, bound, 0) with { Known = known };
}
