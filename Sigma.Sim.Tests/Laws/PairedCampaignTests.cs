// Paired runs on the same dice: a policy never moves a fault, and what should help does.
using Sigma.Sim.Campaign;
using Sigma.Sim.Cluster;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Recovery;
using Sigma.Sim.Tests.Campaign;

namespace Sigma.Sim.Tests.Laws;

[TestClass]
public sealed class PairedCampaignTests
{
    [TestMethod]
    public void Two_policies_meet_identical_faults_while_spares_last()
    {
        // No node comes back and spares never run out, so that the same nodes are in the job under both.
        var spec = NoReturn();
        var warm = FaultsMet(Run(spec, PolicyKind.WarmSpare, 0));
        var restart = FaultsMet(Run(spec, PolicyKind.Restart, 0));
        Assert.IsGreaterThan(30, restart.Length);
        Assert.IsGreaterThanOrEqualTo(restart.Length, warm.Length);
        CollectionAssert.AreEqual(restart, warm.Take(restart.Length).ToArray());
    }

    [TestMethod]
    public void Every_node_fails_at_the_same_operating_ages_whatever_the_policy()
    {
        var compared = 0;
        for (var number = 0; number < 80; number++)
        {
            var spec = Campaigns.Random(number);
            var lives = new[] { PolicyKind.WarmSpare, PolicyKind.Restart }
                .Select(policy => AgesAtFaults(Run(spec, policy, number % 3), spec.Cluster)).ToArray();
            for (var node = 0; node < spec.Cluster.AllNodes; node++)
            {
                var both = Math.Min(lives[0][node].Count, lives[1][node].Count);
                var (a, b) = (lives[0][node].Take(both).ToArray(), lives[1][node].Take(both).ToArray());
                CollectionAssert.AreEqual(a, b, $"campaign {number}, node {node}");
                compared += both;
            }
        }

        Assert.IsGreaterThan(300, compared);
    }

    [TestMethod]
    public void A_faster_restart_never_keeps_fewer_steps()
    {
        for (var replication = 0; replication < 30; replication++)
        {
            var spec = NoReturn();
            var last = 0L;
            foreach (var factor in new[] { 4, 2, 1, 0.5, 0 })
            {
                var recovery = spec.Recovery with { Times = Campaigns.Times(factor) };
                var kept = Kept(spec with { Recovery = recovery }, replication);
                Assert.IsGreaterThanOrEqualTo(last, kept, $"replication {replication}, factor {factor}");
                last = kept;
            }
        }
    }

    [TestMethod]
    public void Longer_lives_never_bring_more_interruptions()
    {
        var spec = NoReturn();
        for (var replication = 0; replication < 30; replication++)
        {
            var shorter = CampaignSimulation.Run(spec, 3, replication, false).Metrics["interruptions"];
            var longer = CampaignSimulation.Run(Stretched(spec, 3), 3, replication, false).Metrics["interruptions"];
            Assert.IsLessThan(shorter, longer, $"replication {replication}");
        }
    }

    [TestMethod]
    public void What_should_help_helps_on_average()
    {
        // A better cluster can be unlucky in one run: another node is in the job, and that one fails sooner.
        double fewer = 0, faster = 0, spare = 0, campaigns = 0;
        for (var number = 0; number < 250; number++)
        {
            var spec = Campaigns.Random(number);
            if (spec.Horizon is null || spec.Faults.Count == 0 || spec.Tiers.Count == 0) continue;
            campaigns++;
            double own = Kept(spec, 0);
            var spares = spec.Cluster.Spares;
            fewer += Change(Kept(spec with { Faults = [.. spec.Faults.Skip(1)] }, 0));
            faster += Change(Kept(spec with { Recovery = spec.Recovery with { Times = Campaigns.Times(0) } }, 0));
            var larger = spec.Cluster with { Spares = spares with { Warm = spares.Warm + 1 } };
            spare += Change(Kept(spec with { Cluster = larger }, 0));

            double Change(long kept)
            {
                Assert.IsGreaterThan(0.9 * own, kept, $"campaign {number}");
                return kept / Math.Max(1, own) - 1;
            }
        }

        Assert.IsGreaterThan(50.0, campaigns);
        foreach (var gain in new[] { fewer, faster, spare }) Assert.IsGreaterThan(0.005, gain / campaigns);
    }

    private static CampaignSpec NoReturn()
    {
        var never = new Constant(Duration.FromDays(3_000));
        return Campaigns.Plain with
        {
            Horizon = Duration.FromDays(30),
            Cluster = Campaigns.ClusterOf(8, 400, 0),
            Lifecycle = Campaigns.Lifecycle(Duration.FromHours(1), 4) with { Triage = never },
            Tiers =
            [
                Campaigns.Tier(CheckpointTarget.Storage, Duration.FromMinutes(30), Duration.FromSeconds(4), default),
            ],
            Faults =
            [
                Campaigns.Fault("wear", FaultScope.Accelerator, new Weibull(1.6, Duration.FromDays(40))),
                Campaigns.Fault("chance", FaultScope.Node, new Exponential(Duration.FromDays(9))),
            ],
        };
    }

    private static CampaignSpec Stretched(CampaignSpec spec, long times) => spec with
    {
        Faults = [.. spec.Faults.Select(fault => fault with
        {
            TimeToFailure = fault.TimeToFailure switch
            {
                Weibull law => new Weibull(law.Shape, law.Mean * times),
                Exponential law => new Exponential(law.Mean * times),
                _ => fault.TimeToFailure,
            },
        })],
    };

    private static CampaignRun Run(CampaignSpec spec, PolicyKind policy, int replication) =>
        CampaignSimulation.Run(spec with { Recovery = spec.Recovery with { Policy = policy } }, 3, replication, true);

    private static long Kept(CampaignSpec spec, int replication)
    {
        var run = CampaignSimulation.Run(spec, 3, replication, false);
        return (long)Math.Round(run.Metrics["ettr"] * run.Wall.Seconds / spec.StepTime.Seconds);
    }

    private static (int Node, string Unit, Duration Computed)[] FaultsMet(CampaignRun run) =>
        [.. run.Events.Where(e => e.What == "fault").Select(e => (e.Node, UnitOf(e), ComputedAt(run, e.At)))];

    /// <summary>By node: which unit failed at which operating age, from the events alone.</summary>
    private static List<(string Unit, Duration Age)>[] AgesAtFaults(CampaignRun run, ClusterSpec cluster)
    {
        var ages = new Duration[cluster.AllNodes];
        var joined = new Duration?[cluster.AllNodes];
        for (var node = 0; node < cluster.Nodes; node++) joined[node] = Duration.Zero;
        var found = ages.Select(_ => new List<(string, Duration)>()).ToArray();
        foreach (var told in run.Events)
        {
            if (told.What == "standby") joined[told.Node] = ComputedAt(run, told.At);
            if (told.What != "fault") continue;
            ages[told.Node] += ComputedAt(run, told.At) - joined[told.Node]!.Value;
            joined[told.Node] = null;
            found[told.Node].Add((UnitOf(told), ages[told.Node]));
        }

        return found;
    }

    private static string UnitOf(CampaignEvent told) => told.Detail;

    private static Duration ComputedAt(CampaignRun run, Instant at) => new(run.Phases
        .Where(phase => phase.Phase == JobPhase.Computing && phase.Begin < at)
        .Sum(phase => (Instant.Min(phase.End, at) - phase.Begin).Nanoseconds));
}
