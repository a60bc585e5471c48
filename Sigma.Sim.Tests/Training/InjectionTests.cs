using Sigma.Sim.Training;
using Sigma.Sim.Training.Numerics;

namespace Sigma.Sim.Tests.Training;

[TestClass]
public sealed class InjectionTests
{
    private static readonly InjectionReport Report = Injected(60, StepPrecision.Fp32, threads: 2);

    [TestMethod]
    [DataRow(StepPrecision.Fp32)]
    [DataRow(StepPrecision.Fp8)]
    public void Any_number_of_threads_finds_the_same(StepPrecision precision)
    {
        var (one, two) = (Injected(20, precision, threads: 1), Injected(20, precision, threads: 2));
        for (var trial = 0; trial < 20; trial++)
        {
            Assert.AreEqual(one.Trials[trial].Corruption, two.Trials[trial].Corruption);
            Assert.AreEqual(one.Trials[trial].Damage, two.Trials[trial].Damage);
            CollectionAssert.AreEqual(
                one.Trials[trial].NoticedAfter.ToArray(), two.Trials[trial].NoticedAfter.ToArray());
        }
    }

    [TestMethod]
    public void More_trials_leave_the_first_ones_as_they_were()
    {
        var fewer = Injected(20, StepPrecision.Fp32, threads: 2);
        for (var trial = 0; trial < 20; trial++)
            Assert.AreEqual(fewer.Trials[trial].Damage, Report.Trials[trial].Damage);
    }

    [TestMethod]
    public void Outcomes_are_a_partition_and_the_lowest_bits_do_no_harm()
    {
        Assert.AreEqual(60, Enum.GetValues<InjectionOutcome>().Sum(Report.Count));
        foreach (var trial in Report.Trials)
        {
            Assert.IsTrue(trial.Corruption.Step is >= 21 and <= 40, $"{trial.Corruption}");
            if (trial.Corruption.Bit < 10) Assert.AreEqual(InjectionOutcome.Harmless, trial.Outcome, $"{trial}");
            if (double.IsNaN(trial.Damage)) Assert.AreEqual(InjectionOutcome.Noticed, trial.Outcome, $"{trial}");
        }
    }

    /// <summary>The training itself must do nothing that looks like trouble, or every trial would be noticed.</summary>
    [TestMethod]
    public void The_clean_training_raises_no_alarm() => Assert.AreEqual(0, Report.FalseAlarms.Sum());

    [TestMethod]
    public void Healthy_trainings_of_other_seeds_hardly_ever_alarm()
    {
        var (alarms, watched) = (new int[StepMonitors.All.Count], 0);
        for (ulong seed = 1; seed <= 12; seed++)
        {
            var report = Injection.Run(
                InjectionSpec.Default(1, seed, KernelPrecisions.Of(StepPrecision.Fp32), threads: 1), _ => { }, default);
            for (var monitor = 0; monitor < alarms.Length; monitor++) alarms[monitor] += report.FalseAlarms[monitor];
            watched += report.CleanSteps;
        }

        foreach (var (monitor, count) in StepMonitors.All.Zip(alarms))
            Assert.IsTrue(count <= watched / 200, $"{monitor.Name}: {count} alarms in {watched} healthy steps");
    }

    [TestMethod]
    public void Flips_are_uniform_over_site_bit_class_and_step()
    {
        var spec = InjectionSpec.Default(1, 1, KernelPrecisions.Of(StepPrecision.Fp32), 1).Training;
        using var model = new ReducedModel(spec.Model, spec.Optimizer, spec.Precisions, 1);
        const int draws = 20_000;
        var hits = Enumerable.Range(0, draws).Select(trial => Corruption.Draw(
            model, new Sigma.Sim.Randomness.StreamKey(7, 0, "test", trial).Open(), 21, 20)).ToList();
        Even(hits.GroupBy(hit => (int)hit.Site), 4);
        Even(hits.GroupBy(hit => hit.Bit), 32);
        Even(hits.GroupBy(hit => hit.Step), 20);
        var weights = hits.Where(hit => hit.Site == CorruptionSite.Weight).ToList();
        Even(weights.GroupBy(hit => (int)hit.Class), 6);
        Even(hits.Where(hit => hit.Site == CorruptionSite.Activation).GroupBy(hit => (int)hit.Class), 3);
        foreach (var hit in weights)
            Assert.IsTrue(hit.Element < model.Parameters[hit.Tensor].Value.Length && hit.Element >= 0, $"{hit}");

        // Five standard deviations of a binomial share.
        static void Even(IEnumerable<IGrouping<int, Corruption>> groups, int expected)
        {
            var counts = groups.Select(group => group.Count()).ToList();
            Assert.HasCount(expected, counts);
            var mean = (double)counts.Sum() / expected;
            foreach (var count in counts) Assert.AreEqual(mean, count, 5 * Math.Sqrt(mean));
        }
    }

    [TestMethod]
    public void A_flip_done_twice_has_not_happened()
    {
        float[] values = [1.5f, -2.25f];
        for (var bit = 0; bit < 32; bit++)
        {
            var flip = new Corruption(CorruptionSite.Weight, TensorClass.Head, "head", 0, false, 1, bit, 1);
            flip.Apply(values);
            Assert.AreNotEqual(-2.25f, values[1]);
            flip.Apply(values);
            Assert.AreEqual(-2.25f, values[1]);
        }
    }

    [TestMethod]
    public void The_top_of_the_exponent_of_a_weight_is_noticed_at_once()
    {
        var hits = Injected(240, StepPrecision.Fp32, threads: 2).Trials
            .Where(trial => trial.Corruption is { Bit: 30, Site: CorruptionSite.Weight }).ToList();
        Assert.IsTrue(hits.Count > 0, $"{hits.Count}");
        foreach (var hit in hits) Assert.IsTrue(hit.FirstNotice is <= 3, $"{hit}");
    }

    private static InjectionReport Injected(int trials, StepPrecision precision, int threads) => Injection.Run(
        InjectionSpec.Default(trials, seed: 1, KernelPrecisions.Of(precision), threads), _ => { }, default);
}
