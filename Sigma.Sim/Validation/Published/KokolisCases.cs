// A cluster of research whose failures and ETTR are published (Kokolis et al., HPCA'25). Its formula is of first order:
// where much is lost, a run loses less than the formula says, since half an interval is lost only where failures are
// rare.
namespace Sigma.Sim.Validation.Published;

/// <summary>The formula of the paper, the run, and the exact expectation of the run.</summary>
internal sealed record KokolisCases() : PublishedReliability("KOKOLIS")
{
    public override IEnumerable<CaseResult> Cases(PublishedFolder folder)
    {
        var run = folder.Run("kokolis.yaml");
        var (campaign, times) = (run.Campaign, run.Campaign.Recovery.Times);
        var between = run.Fault.TimeToFailure.MeanSeconds / campaign.Cluster.Nodes;
        var tier = campaign.Tiers.Single();
        var restart = run.Fault.Kind.MeanUndetectedSeconds + times.Decide.MeanSeconds
            + (times.TearDown + times.Swap + times.Initialize + times.FirstStep).Seconds;
        var interval = tier.Every.Seconds;
        const string where = "2,000 nodes, checkpoint every hour";
        var formula = (1 - (restart + interval / 2) / between) / (1 + tier.Blocking.Seconds / interval);
        yield return run.Case(Id, $"ETTR by the formula, {where}", formula, 0.684, 0.01);

        // An interval is computed again until one passes without a failure: e^(D/M) - 1 failures, M of computing each.
        var exact = interval / ((between + restart) * (Math.Exp(interval / between) - 1));
        yield return run.Case(Id, $"ETTR of the run and as renewals, {where}", run.Mean("ettr"), exact, 0.01);

        var larger = folder.Run("kokolis.yaml", ("cluster.nodes", "2048"));
        yield return larger.Case(
            Id, "computing time between failures, 2,048 nodes [h]",
            ReliabilityCases.ComputingBetween(larger.Set, larger.Campaign.Cluster.Accelerators), 1.80, 0.03 * 1.80);
    }
}
