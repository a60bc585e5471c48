// What a recovery needs of the rest of a scenario: spares where its policy takes them, peers that hold the state, and
// copies to save it in.
using Sigma.Sim.Cluster;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Scenarios;

/// <summary>Checks whether a scenario can be recovered as it says.</summary>
/// <param name="scenario">What was read.</param>
/// <param name="top">Where it was read.</param>
/// <param name="diagnostics">Where findings go.</param>
internal sealed class RecoveryLaws(Scenario scenario, MapReader top, DiagnosticList diagnostics)
{
    private readonly ClusterSpec _cluster = scenario.Cluster;

    public void Check()
    {
        Spares();
        Peers();
        Copies();
    }

    private void Spares()
    {
        var (spares, policy) = (_cluster.Spares, scenario.Recovery.Policy);
        var word = RecoveryReader.WordOf(policy);
        // Who says `hot: 0` knows it: every failure then places the whole job.
        if (policy == PolicyKind.HotSpare && spares.Hot == 0 && !top.Sub("cluster").Sub("spares").Has("hot"))
        {
            AddAboutSpares("hot", "`policy: hot-spare` takes a spare inside the job, and there are 0 `hot` ones",
                "say `cluster: { spares: { hot: 1 } }`, or `policy: warm-spare`");
        }
        else if (policy == PolicyKind.WarmSpare && spares.Total == 0)
        {
            AddAboutSpares("warm", "`policy: warm-spare` takes a spare, and the cluster has none of any kind",
                "say `cluster: { spares: { warm: 1 } }`, or `policy: restart`");
        }
        else if (policy != PolicyKind.HotSpare && spares.Hot > 0)
        {
            AddAboutSpares("hot", $"`policy: {word}` gives a spare inside the job no state: the {spares.Hot} `hot` "
                + $"{(spares.Hot == 1 ? "one is" : "ones are")} no sooner ready than warm ones",
                "make them `warm`, or say `policy: hot-spare`");
        }
    }

    /// <summary>Who goes on without a node, or takes state from a peer, needs a second copy of the model.</summary>
    private void Peers()
    {
        var policy = scenario.Recovery.Policy;
        if (policy is PolicyKind.Restart or PolicyKind.WarmSpare || scenario.Groups > 1) return;
        var message = $"`policy: {RecoveryReader.WordOf(policy)}` needs a second part of the job that holds the model, "
            + "and there is one";
        diagnostics.Add(new Diagnostic("S054", message)
        {
            At = Place("recovery", "policy"),
            Also = scenario.Step is ModelledStep ? Place("parallelism", "ep") : Place("cluster", "nodes"),
            Note = scenario.Step is ModelledStep step ? Parts(step) : "of a stated step each node is a part",
            Help = "say `policy: warm-spare`, or take a layout with more replicas",
        });
    }

    private string Parts(ModelledStep step)
    {
        var (data, expert) = (step.DataParallelOn(_cluster), step.Parallelism.Expert);
        var groups = data / expert;
        return $"data-parallel size {data} / ep {expert} = {groups} {(groups == 1 ? "group" : "groups")} with all "
            + $"experts, in {scenario.Groups} part of whole nodes";
    }

    private void Copies()
    {
        var (policy, proactive) = (scenario.Recovery.Policy, scenario.Recovery.Proactive);
        if (scenario.Tiers.Count > 0) return;
        var keeps = policy is not (PolicyKind.Restart or PolicyKind.WarmSpare);
        var reader = top.Sub("recovery").Sub("proactive");
        if (proactive.Drains && !keeps) Rejects("drain", "a node that leaves");
        if (proactive.EvictsSlowerThan is not null && !keeps)
            Rejects("evict_slower_than", "a slow node that leaves");
        if (proactive.QuickValidation is not null)
        {
            reader.Reject(
                "quick_validation", "S054", "quick validation comes with a checkpoint, and there is none",
                "add `checkpoint: { tiers: ... }`");
        }

        void Rejects(string key, string what) => reader.Reject(
            key, top.Sub("recovery").PlaceIfGiven("policy"), "S054",
            $"{what} under `policy: {RecoveryReader.WordOf(policy)}` takes the job's state with it: there is no "
            + "checkpoint to save it in", "add `checkpoint: { tiers: ... }`, or keep the node");
    }

    private void AddAboutSpares(string key, string message, string help) =>
        diagnostics.Add(new Diagnostic("S054", message)
        {
            At = Place("recovery", "policy"),
            Also = top.Sub("cluster").Sub("spares") is { IsGiven: true } spares
                ? spares.PlaceOf(key)
                : Place("cluster", "spares"),
            Help = help,
        });

    private SourceSpan? Place(string section, string key) =>
        top.Sub(section) is { IsGiven: true } map ? map.PlaceOf(key) : top.PlaceOf(section);
}
