// Machines that fail and are repaired, against birth-death chains and Palm's theorem; and the wall time of a job whose
// faults strike at any time, against the closed form of first-order restarts.
using Sigma.Sim.Campaign;
using Sigma.Sim.Cluster;
using Sigma.Sim.Experiments;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Validation;

/// <summary>E4, E5 and C3.</summary>
internal static class RepairCases
{
    private const double Life = 100;

    public static IEnumerable<CaseResult> All(int threads, CancellationToken cancellation) =>
        Insensitivity(threads, cancellation).Concat(Crews(threads, cancellation));

    /// <summary>
    /// With a crew for every node, each is out of service by itself: r / (L + r) of its time, whatever the law of the
    /// repair, and the number that are out is binomial (for rare faults Poisson).
    /// </summary>
    private static IEnumerable<CaseResult> Insensitivity(int threads, CancellationToken cancellation)
    {
        Distribution[] laws =
        [
            new Constant(Duration.FromHours(5)), new Exponential(Duration.FromHours(5)),
            new LogNormal(Duration.FromHours(5 * Math.Exp(-0.5)), 1),
        ];
        foreach (var law in laws)
        {
            var spec = Machines(60, 20, law, crews: 80);
            var (mean, tolerance) = Interval(Runs(spec, threads, cancellation), "out_of_service");
            yield return new CaseResult(
                "E4", $"80 nodes out of service, repair {law}", mean, 80 * 5 / (Life + 5), tolerance, "");
        }
    }

    /// <summary>(N - k) failures and min(k, c) repairs: nodes out of service, and how often too few are left.</summary>
    private static IEnumerable<CaseResult> Crews(int threads, CancellationToken cancellation)
    {
        foreach (var (crews, hours) in new[] { (1, 4.0), (2, 10.0), (4, 20.0) })
        {
            var spec = Machines(16, 4, new Exponential(Duration.FromHours(hours)), crews);
            var chain = BirthDeath(20, 1 / Life, 1 / hours, crews);
            var title = $"16 of 20 nodes, {crews} crews, repair {UnitText.ThreeDigits(hours)} h";
            var runs = Runs(spec, threads, cancellation);
            var (mean, tolerance) = Interval(runs, "out_of_service");
            yield return new CaseResult(
                "E5", $"{title}: nodes out of service", mean, chain.Select((p, k) => p * k).Sum(), tolerance, "");
            var (ready, within) = Interval(runs, "ettr");
            yield return new CaseResult("E5", $"{title}: enough nodes", ready, chain.Take(5).Sum(), within, "");
        }
    }

    /// <summary>T = (Ts / tau) M e^(R / M) (e^((tau + delta) / M) - 1): faults strike saves and restarts too.</summary>
    public static IEnumerable<CaseResult> WallTime(int threads, CancellationToken cancellation)
    {
        const int segments = 4000;
        foreach (var (mean, interval, save, restart) in new[] { (120.0, 20.0, 1.0, 5.0), (30.0, 10.0, 2.0, 10.0) })
        {
            var fault = new FaultSpec(
                "fault", FaultScope.Job, new FailStop(ReferenceJob.AtOnce),
                new Exponential(Duration.FromMinutes(mean)), null, new Dictionary<Remedy, double>())
            {
                Ages = AgeClock.Calendar,
            };
            var spec = ReferenceJob.On(1, new SpareSpec(0, 0));
            spec = spec with
            {
                Horizon = null,
                Steps = segments * (Duration.FromMinutes(interval) / spec.StepTime),
                Faults = [fault],
                Tiers = [new CheckpointTier(
                    CheckpointTarget.Storage, Duration.FromMinutes(interval), Duration.FromMinutes(save),
                    Duration.Zero, Duration.Zero)],
                Recovery = new RecoverySpec(
                    PolicyKind.Restart, ReferenceJob.NoTime with { Initialize = Duration.FromMinutes(restart) }),
            };
            var set = ReplicationSet.Run(spec, seed: 1, count: 240, threads, cancellation);
            var expected = segments * mean / 60 * Math.Exp(restart / mean)
                * (Math.Exp((interval + save) / mean) - 1);
            yield return new CaseResult(
                "C3", $"wall time, a fault every {mean} min, {interval} min between saves [h]",
                set.Runs.Average(run => run.Wall.Hours), expected, 0.003 * expected, "");
        }
    }

    /// <summary>Nodes that age by the calendar, in the job or beside it; only repairs take time.</summary>
    private static CampaignSpec Machines(int job, int spares, Distribution repair, int crews)
    {
        var fault = ReferenceJob.NodeFault("node", new Exponential(Duration.FromHours(Life)), Duration.Zero) with
        {
            Ages = AgeClock.Calendar,
        };
        var spec = ReferenceJob.On(job, new SpareSpec(spares, 0));
        return spec with
        {
            // A step so short that a cut one counts for nothing; peers have the state, so nothing else is lost.
            StepTime = Duration.FromMilliseconds(1),
            Horizon = Duration.FromHours(40_000),
            Faults = [fault],
            Lifecycle = ReferenceJob.RepairedBy(repair, crews),
            Recovery = new RecoverySpec(
                PolicyKind.HotSpare, ReferenceJob.NoTime with { HotSwap = Duration.Zero }),
        };
    }

    /// <summary>Twelve runs that begin with all nodes sound, over four hundred lives each.</summary>
    private static ReplicationSet Runs(CampaignSpec spec, int threads, CancellationToken cancellation) =>
        ReplicationSet.Run(spec, seed: 1, count: 12, threads, cancellation);

    private static (double Mean, double Tolerance) Interval(ReplicationSet set, string metric)
    {
        var estimate = Estimate.Of([.. set.Runs.Select(run => run.Metrics[metric])], 0.99);
        return (estimate.Mean, (estimate.High - estimate.Low) / 2);
    }

    /// <summary>Steady state of k nodes being out, k = 0 .. n.</summary>
    private static double[] BirthDeath(int n, double fails, double mends, int crews)
    {
        var weights = new double[n + 1];
        weights[0] = 1;
        for (var k = 0; k < n; k++) weights[k + 1] = weights[k] * (n - k) * fails / (Math.Min(k + 1, crews) * mends);
        var sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }
}
