// `sigma replay --operations FILE --layout FILE`: a measured job, replayed with its own and with typical durations.
using System.CommandLine;
using System.Globalization;
using Sigma.Sim.Quantities;
using Sigma.Sim.Replay;
using Sigma.Sim.Reporting;
using Sigma.Sim.Scenarios;
using Spectre.Console;

namespace Sigma.Sim.Cli;

/// <summary>The mode of `replay` that reads operations in place of a scenario.</summary>
internal sealed class TraceReplay
{
    private readonly Option<string?> _operations = new("--operations")
    {
        Description = "replay a measured job from its operations (.csv or .csv.gz), with --layout and no SCENARIO",
        HelpName = "FILE",
    };

    private readonly Option<string?> _layout = new("--layout")
    {
        Description = "how the measured job was spread over ranks (YAML)",
        HelpName = "FILE",
    };

    public IEnumerable<Option> Options => [_operations, _layout];

    /// <summary>
    /// Whether a measured job is asked for; throws where the command line asks for two things or for half of one.
    /// </summary>
    public bool IsAskedFor(ParseResult parsed, bool hasScenario, IEnumerable<Option> ofScenario)
    {
        var (operations, layout) = (parsed.GetValue(_operations), parsed.GetValue(_layout));
        if (operations is null && layout is null)
        {
            return hasScenario
                ? false
                : throw new UsageException("replay takes a SCENARIO, or --operations FILE with --layout FILE");
        }

        if (operations is null) throw new UsageException("--layout belongs to --operations FILE");
        if (layout is null) throw new UsageException("--operations needs --layout FILE, how the job was spread");
        if (hasScenario) throw new UsageException("--operations takes no SCENARIO: the operations say it all");
        var stray = ofScenario.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false });
        return stray is null
            ? true
            : throw new UsageException($"{stray.Name} belongs to a SCENARIO, not to --operations");
    }

    public void Run(ParseResult parsed, Screen screen)
    {
        var layout = TraceLayoutReader.Load(parsed.GetValue(_layout)!);
        var trace = OperationTraceFile.Load(parsed.GetValue(_operations)!, layout);
        var found = StragglerAnalysis.Of(trace);
        Summarize(trace, found, screen);
        Answer(found, screen);
    }

    private static void Summarize(OperationTrace trace, StragglerReport found, Screen screen)
    {
        var layout = trace.Layout;
        screen.Say(
            $"{layout.Name}: {Wording.Plural(layout.Replicas, "replica")} of "
            + $"{Wording.Plural(layout.Stages, "stage")}, {Wording.Plural(found.Steps.Count, "step")}, "
            + $"{UnitText.Count(trace.Operations.Count)} operations");
        screen.Say(
            $"step {Seconds(found.Replayed)} replayed, {Seconds(found.Measured)} measured "
            + $"({Signed(found.ReplayError)}); ideal {Seconds(found.Ideal)}: slowdown {Times(found.Slowdown)}");
        var slow = Tables.Plain("only this keeps its own durations", "slowdown");
        for (var i = 0; i < found.ByStage.Count; i++) slow.AddTexts($"stage {i}", Times(found.ByStage[i]));
        for (var i = 0; i < found.ByReplica.Count; i++) slow.AddTexts($"replica {i}", Times(found.ByReplica[i]));
        foreach (var (part, slowdown) in found.ByPart.OrderByDescending(p => p.Slowdown))
            slow.AddTexts(part, Times(slowdown));
        screen.Show(slow);
        var better = Tables.Plain("what would help", "", "step", "of the loss");
        better.Columns[1].Alignment = Justify.Left;
        foreach (var (_, words, measure) in Measures(found))
            better.AddTexts(words, Where(measure), Seconds(measure.Step), UnitText.Percent(measure.Explains, 1));
        screen.Show(better);
    }

    private static IEnumerable<(string Key, string Words, Mitigation Measure)> Measures(StragglerReport found) =>
    [
        ("balance_stage", "balance the slowest stage", found.BalanceStage),
        ("evict_replica", "evict the slowest replica", found.EvictReplica),
        ("evict_rank", "evict the slowest rank", found.EvictRank),
    ];

    private static string Where(Mitigation measure) => string.Join(
        ", ",
        new[] { ("stage", measure.Stage), ("replica", measure.Replica) }
            .Where(place => place.Item2 is not null).Select(place => $"{place.Item1} {place.Item2}"));

    private static void Answer(StragglerReport found, Screen screen) => screen.Answer(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("step_s", found.Replayed.Seconds);
        json.WriteNumber("measured_s", found.Measured.Seconds);
        json.WriteNumber("ideal_s", found.Ideal.Seconds);
        json.WriteNumber("slowdown", found.Slowdown);
        json.WriteNumbers("by_stage", found.ByStage);
        json.WriteNumbers("by_replica", found.ByReplica);
        json.WriteStartObject("by_operation");
        foreach (var (part, slowdown) in found.ByPart) json.WriteNumber(part, slowdown);
        json.WriteEndObject();
        json.WriteStartObject("mitigation");
        foreach (var (key, _, measure) in Measures(found))
        {
            json.WriteStartObject(key);
            if (measure.Stage is { } stage) json.WriteNumber("stage", stage);
            if (measure.Replica is { } replica) json.WriteNumber("replica", replica);
            json.WriteNumber("step_s", measure.Step.Seconds);
            json.WriteNumber("of_the_loss", measure.Explains);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartArray("steps");
        foreach (var step in found.Steps)
        {
            json.WriteStartObject();
            json.WriteNumber("step", step.Step);
            json.WriteNumber("measured_s", step.Measured.Seconds);
            json.WriteNumber("step_s", step.Replayed.Seconds);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    // Stragglers are a matter of per cent: three digits would hide them.
    private static string Times(double slowdown) => slowdown.ToString("F3", CultureInfo.InvariantCulture);

    private static string Seconds(Duration time) => time.Seconds.ToString("F3", CultureInfo.InvariantCulture) + " s";

    private static string Signed(double share) => (share < 0 ? "" : "+") + UnitText.Percent(share, 2);
}
