// One scenario with every key of the long run, so that a key that is read into the wrong place, or left out, is seen.
using Sigma.Sim.Cluster;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Recovery;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Diagnostics;

[TestClass]
public sealed class EveryKeyTests
{
    private const string Folder = "Sigma.Sim.Tests/Diagnostics/base";

    private static readonly Scenario Read = Scenario.Load(SourceTree.PathOf($"{Folder}/every-key.yaml"), []);

    [TestMethod]
    public void A_cluster_has_its_spares_its_domains_and_its_disks()
    {
        var cluster = Read.Cluster;
        Assert.AreEqual(new SpareSpec(3, 4) { Hot = 2, Borrowed = 5 }, cluster.Spares);
        Assert.AreEqual(new DomainSpec(5, 2, 6, 4), cluster.Domains);
        Assert.AreEqual(new StorageSpec(Rate(7), Rate(14)), cluster.Storage);
        Assert.AreEqual(new DiskSpec(Rate(2), Rate(3)), cluster.LocalDisk);
    }

    [TestMethod]
    public void A_fault_has_all_that_is_said_of_it()
    {
        var first = Read.Faults[0];
        var expected = new FaultSpec(
            "accelerator fault", FaultScope.Accelerator, new FailStop(Seconds(80)),
            new Weibull(0.8, Duration.FromHours(2500)), new EarlyLife(4, Duration.FromDays(30)), first.Remedies)
        {
            Ages = AgeClock.Calendar,
            Growth = new ReliabilityGrowth(0.6, Duration.FromDays(10)),
            Precursor = new Precursor(new Fraction(0.25), new Exponential(Duration.FromMinutes(30))),
            Diagnosis = new DiagnosisErrors(new Fraction(0.05), new Fraction(0.02)),
            Unknown = new UnknownModes(20, 3),
        };
        Assert.AreEqual(expected, first);
        Assert.AreEqual((0.5, 0.3, 0.2), Shares(first));
    }

    [TestMethod]
    public void Every_kind_has_what_it_does_and_how_it_is_known()
    {
        var kinds = Read.Faults.ToDictionary(fault => fault.Name, fault => fault.Kind, StringComparer.Ordinal);
        Assert.AreEqual(new Hang(Hours(0.25)), kinds["hung driver"]);
        Assert.AreEqual(new FailSlow(1.5, new Fraction(0.5), Hours(2), Seconds(1200)), kinds["slow node"]);
        Assert.AreEqual(new SilentCorruption(new StatedDetection(0.9, 6000)), kinds["numbers gone wrong"]);
        Assert.AreEqual(310.0 / 2000, ((SilentCorruption)kinds["counted corruption"]).Detection.NoticedShare);
        Assert.AreEqual(
            new LinkFlap(Seconds(20), 6, Seconds(120), Duration.FromSeconds(40), 4), kinds["flapping link"]);
        Assert.AreEqual(int.MaxValue, ((LinkFlap)kinds["quiet flaps"]).AlarmAfter);
        Assert.AreEqual(new FalseAlarm(), kinds["nervous rule"]);
    }

    [TestMethod]
    public void Every_scope_is_known_and_domains_have_outages()
    {
        Assert.AreEqual(
            "Accelerator Node Node Job Accelerator Link Nic Node Rack LeafSwitch PowerZone Storage",
            string.Join(' ', Read.Faults.Select(fault => fault.Scope)));
        var outages = Read.Faults.Skip(8).Select(fault => fault.Outage).ToArray();
        CollectionAssert.AreEqual(
            new Distribution[] { new LogNormal(Duration.FromHours(4), 0.5), Hours(5), Hours(6), Hours(7) }, outages);
        Assert.IsTrue(Read.Faults.All(fault => Math.Abs(fault.Remedies.Values.Sum() - 1) < 1e-12));
    }

    [TestMethod]
    public void A_lifecycle_has_all_its_rules()
    {
        var life = Read.Lifecycle;
        var expected = new LifecycleSpec(
            Seconds(660), life.Remedies,
            new ValidationSpec(Seconds(1500), new Fraction(0.8), new Fraction(0.03)), 100_000, Seconds(1320), null)
        {
            ManualTriage = Hours(2.5),
            Library = new LibrarySpec(4, false),
            Parts = new PartsSpec(7, new Exponential(Duration.FromDays(14))),
            Lemons = new LemonSpec(new Fraction(0.1), 20, true),
            Retirement = new RetirementSpec(3, Duration.FromDays(30), Hours(60 * 24)),
            MassAlarm = new MassAlarmSpec(6, Duration.FromMinutes(12)),
        };
        Assert.AreEqual(expected, life);
        Assert.AreEqual(new RemedySpec(Seconds(360), new Fraction(0.5)), life.Remedies[Remedy.Reset]);
        Assert.AreEqual(new RemedySpec(Seconds(1260), new Fraction(0.75)), life.Remedies[Remedy.Reboot]);
        Assert.AreEqual(new RemedySpec(Hours(30), new Fraction(0.98)), life.Remedies[Remedy.Replace]);
    }

    [TestMethod]
    public void Tiers_say_where_copies_lie_and_what_they_survive()
    {
        var expected = new[]
        {
            new CheckpointTierSpec(
                CheckpointTarget.PeerMemory, Duration.FromMinutes(10), Duration.FromMilliseconds(500))
            {
                Survives = SurvivedDomain.Rack,
            },
            new CheckpointTierSpec(CheckpointTarget.LocalDisk, Duration.FromMinutes(20), Duration.FromSeconds(1)),
            new CheckpointTierSpec(CheckpointTarget.Storage, null, Duration.FromSeconds(4)) { Keep = 3 },
        };
        CollectionAssert.AreEqual(expected, Read.Tiers.ToArray());
    }

    [TestMethod]
    public void A_recovery_has_its_policy_its_times_and_what_it_does_before_anything_stops()
    {
        var times = new RestartTimes(
            Span(61), Seconds(10), Span(31), Span(11), Span(121), Span(41))
        {
            ManualDecide = Hours(2),
            HotSwap = Span(32),
            Reconfigure = Span(33),
            Rejoin = Span(34),
            Preempt = Span(1200),
        };
        var tests = new QuickValidationSpec(Duration.FromDays(1), Duration.FromMinutes(5), new Fraction(0.6));
        var expected = new RecoverySpec(PolicyKind.HotSpare, times)
        {
            Proactive = new ProactiveSpec(true, 1.2, tests),
            PromotesSpares = false,
        };
        Assert.AreEqual(expected, Read.Recovery);
    }

    [TestMethod]
    public void What_others_report_is_kept_in_their_words()
    {
        CollectionAssert.AreEqual(
            new[] { new PublishedMetric("mttr_min", "under 10 min") }, Read.Published.ToArray());
        Assert.IsEmpty(Scenario.Load(SourceTree.PathOf($"{Folder}/sound.yaml"), []).Published);
    }

    [TestMethod]
    public void What_nobody_says_is_what_the_specifications_say()
    {
        var sound = Scenario.Load(SourceTree.PathOf($"{Folder}/sound.yaml"), []);
        Assert.AreEqual(DomainSpec.Common, sound.Cluster.Domains);
        Assert.AreEqual(DiskSpec.Common, sound.Cluster.LocalDisk);
        Assert.AreEqual(new SpareSpec(0, 0), sound.Cluster.Spares);
        var fault = sound.Faults.Single();
        Assert.AreEqual(new FaultSpec(
            fault.Name, FaultScope.Node, new FailStop(Seconds(90)), fault.TimeToFailure, null, fault.Remedies), fault);
        var life = sound.Lifecycle;
        Assert.AreEqual(new LifecycleSpec(
            life.Triage, life.Remedies, life.Validation, 4, life.ColdBoot,
            new Exponential(Duration.FromHours(2))), life);
        var times = new RestartTimes(Span(60), Seconds(0), Span(30), Span(10), Span(120), Span(40));
        Assert.AreEqual(new RecoverySpec(PolicyKind.Restart, times), sound.Recovery);
    }

    [TestMethod]
    public void Everything_that_is_said_is_shown_with_its_place()
    {
        var given = File.ReadAllLines(SourceTree.PathOf($"{Folder}/every-key.yaml"));
        var shown = Read.Inputs
            .Where(input => input.Place?.Contains("every-key.yaml", StringComparison.Ordinal) == true)
            .Select(input => int.Parse(input.Place!.Split(':')[^2], System.Globalization.CultureInfo.InvariantCulture))
            .ToHashSet();
        var silent = given.Select((text, i) => (Text: text, Number: i + 1))
            .Where(line => line.Text.Contains(": ", StringComparison.Ordinal)
                && !line.Text.StartsWith('#') && !line.Text.StartsWith("from:", StringComparison.Ordinal))
            .Where(line => !shown.Contains(line.Number));
        SourceTree.AssertNone(silent.Select(line => $"every-key.yaml:{line.Number}: {line.Text} is not shown"));
    }

    private static (double, double, double) Shares(FaultSpec fault) =>
        (fault.Remedies[Remedy.Reset], fault.Remedies[Remedy.Reboot], fault.Remedies[Remedy.Replace]);

    private static Bandwidth Rate(double gigabytes) => Bandwidth.FromGigabytesPerSecond(gigabytes);

    private static Duration Span(double seconds) => Duration.FromSeconds(seconds);

    private static Constant Seconds(double seconds) => new(Span(seconds));

    private static Constant Hours(double hours) => new(Duration.FromHours(hours));
}
