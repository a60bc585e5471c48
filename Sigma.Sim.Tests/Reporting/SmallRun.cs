// One run of the small scenario for all tests of this room, and one folder that it left; a run takes seconds, its
// checks none.
using System.Xml.Linq;
using Sigma.Sim.Accounting;
using Sigma.Sim.Campaign;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;
using Sigma.Sim.Reporting;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Tests.Reporting;

/// <summary>The small scenario, run once.</summary>
internal static class SmallRun
{
    public const string Version = "1.2.3", Command = "sigma run scenarios/small.yaml";

    private static readonly Lazy<RunOutcome> Once = new(Run);
    private static readonly Lazy<IReadOnlyDictionary<string, string>> Left = new(() => FilesOf(Once.Value));

    public static RunOutcome Outcome => Once.Value;

    /// <summary>The step that it played.</summary>
    public static PlayedStep Step => Outcome.Played!;

    /// <summary>Every file of the run by its name.</summary>
    public static IReadOnlyDictionary<string, string> Files => Left.Value;

    /// <summary>Every figure as XML, by its file's name.</summary>
    public static IEnumerable<(string Name, XElement Svg)> Figures => Files
        .Where(file => file.Key.EndsWith(".svg", StringComparison.Ordinal))
        .Select(file => (file.Key, XDocument.Parse(file.Value).Root!));

    /// <summary>The run with another sentence about it and another name for its faults.</summary>
    public static RunOutcome Saying(string words) => Outcome with
    {
        Scenario = Outcome.Scenario with { About = words },
        Campaign = Outcome.Campaign with
        {
            Faults = [.. Outcome.Campaign.Faults.Select(fault => fault with { Name = words })],
        },
        Levers = [.. Outcome.Levers.Select(lever => lever with { Title = words })],
    };

    /// <summary>A run of one replication that kept no step: a token has no price, a lever no effect.</summary>
    public static RunOutcome Hopeless()
    {
        var ledger = new Ledger([]);
        ledger.Post(TimeBucket.SpareWait, Ledger.NoCause, 72, Duration.FromDays(14));
        var counts = new RunCounts(
            Duration.FromDays(14), 64, 72, 0, Duration.FromSeconds(1), 1, 1, FlopRate.FromTeraflops(1), 0,
            Duration.Zero, 0, new Money(3));
        var run = new CampaignRun(0, counts.Wall, ledger, new RunMetrics(ledger, counts), [], [], [], 0);
        var set = new ReplicationSet([run]);
        return Outcome with
        {
            Campaign = Outcome.Campaign with { Faults = [] },
            Set = set,
            Policies = [new PolicyOutcome(PolicyKind.Restart, set), new PolicyOutcome(PolicyKind.WarmSpare, set)],
            Levers = [new Lever("no use", Estimate.Of([double.NaN]))],
            Played = Step with { Balanced = Step.Profile },
        };
    }

    /// <summary>The run with the step of a changed scenario, and the campaign of its own.</summary>
    /// <param name="sets">What is changed, as on the command line.</param>
    public static RunOutcome WithStep(params string[] sets)
    {
        var scenario = Load(sets);
        var job = new StepJob(scenario, 2, _ => { }, CancellationToken.None);
        var (plan, profile) = job.Replay(Step.RealStep.Trace, scenario.Modelled.Parallelism.Routing);
        var (_, balanced) = job.Replay(Step.RealStep.Trace, RoutingMode.Balanced);
        return Outcome with { Played = Step with { Plan = plan, Profile = profile, Balanced = balanced } };
    }

    /// <summary>The run with a schedule that no interleaving precedes.</summary>
    public static RunOutcome WithSchedule(string schedule) => WithStep(
        $"parallelism.schedule={schedule}", "parallelism.virtual_stages=1", "parallelism.global_batch=512");

    /// <summary>A run whose real routing is the faster one.</summary>
    public static RunOutcome Gaining() =>
        Outcome with { Played = Step with { Profile = Step.Balanced, Balanced = Step.Profile } };

    /// <summary>Writes a run and reads all that it left.</summary>
    public static IReadOnlyDictionary<string, string> FilesOf(RunOutcome outcome)
    {
        using var folder = new TemporaryFolder();
        var final = Path.Combine(folder.Root, "run");
        return RunReport.Write(outcome, final, Version, Command)
            .ToDictionary(name => name, name => File.ReadAllText(Path.Combine(final, name)), StringComparer.Ordinal);
    }

    /// <summary>A table's cells, of a file without quotes.</summary>
    public static List<string[]> Rows(string file) =>
        [.. Files[file].TrimEnd('\n').Split('\n').Select(line => line.Split(','))];

    /// <summary>Asserts that a text contains another.</summary>
    public static void Holds(string text, string part) =>
        Assert.IsTrue(text.Contains(part, StringComparison.Ordinal), $"`{part}` is not in `{Short(text)}`");

    /// <summary>Asserts that it does not.</summary>
    public static void Lacks(string text, string part, string complaint) =>
        Assert.IsFalse(text.Contains(part, StringComparison.Ordinal), complaint);

    private static string Short(string text) => text.Length <= 200 ? text : text[..200] + "...";

    private static RunOutcome Run() => new MainJob(Load([]), 2, _ => { }, CancellationToken.None).Run();

    private static Scenario Load(IReadOnlyList<string> sets)
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Sigma.Sim.sln"))) root = Path.GetDirectoryName(root)!;
        return Scenario.Load(
            Path.Combine(root, "scenarios", "small.yaml"), [.. sets.Select(set => Override.Parse(set)!)]);
    }
}

/// <summary>A folder that is gone when its test is.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("sigma-reporting-").FullName;

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
