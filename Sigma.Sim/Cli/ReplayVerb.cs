// `sigma replay`: only one training step, on the cluster of a scenario or as it was measured.
using System.CommandLine;
using System.Diagnostics;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Replay;
using Sigma.Sim.Reporting;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Training;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Cli;

/// <summary>The verb `replay`.</summary>
internal static class ReplayVerb
{
    private const int MostFollowed = 20_000;

    public static Command Command(SharedOptions shared, CancellationToken interrupted)
    {
        var (timeline, traces) = (TimelineOption(), ChakraTraces.Option());
        var named = new Argument<string?>("SCENARIO")
        {
            Description = "scenario file (YAML)",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var measured = new TraceReplay();
        var study = new Option<bool>("--study")
        {
            Description = "play it again with something changed: since the earlier state, noise, broken nodes",
        };
        Option[] ofScenario = [shared.Set, shared.Seed, shared.Threads, timeline, traces, study];
        var command = new Command("replay",
            "Play one training step on the cluster: step time, MFU, bubble, exposed communication, memory per rank;\n"
            + "or replay a measured job, and find its stragglers.\n\nExamples:\n"
            + "  sigma replay scenarios/sigma-moe-2048.yaml --timeline step.json\n"
            + "  sigma replay scenarios/small.yaml --chakra traces\n"
            + "  sigma replay --operations scenarios/stragglers/ST.csv.gz --layout scenarios/stragglers/ST.yaml")
        {
            named,
        };
        foreach (var option in ofScenario.Concat(measured.Options)) command.Add(option);
        command.SetAction(parsed =>
        {
            var screen = shared.ScreenOf(parsed);
            var path = parsed.GetValue(named);
            if (measured.IsAskedFor(parsed, path is not null, ofScenario))
            {
                measured.Run(parsed, screen);
                return ExitCode.Done;
            }

            var file = parsed.GetValue(timeline);
            var chakra = ChakraTraces.Of(parsed.GetValue(traces), file);
            // A place that cannot be written to is said before the work, not after.
            if (file is not null) File.Delete(StagedFor(file));
            var scenario = shared.ScenarioOf(parsed, path!);
            var step = SharedOptions.ModelledStepOf(scenario, "play");
            var job = new StepJob(scenario, shared.ThreadsOf(parsed), screen.Progress, interrupted);
            chakra.Try(scenario);
            var trace = job.NeedsRealStep ? job.RealStep().Trace : null;
            var began = Stopwatch.GetTimestamp();
            var (plan, profile) = job.Replay(trace, step.Parallelism.Routing);
            var elapsed = Stopwatch.GetElapsedTime(began).TotalSeconds;
            // The path takes memory for every collective of every rank.
            var follows = profile.Samples[0].PlayedRanks <= MostFollowed;
            var follower = new StepReplay(plan, step.Noise, scenario.Seed)
            {
                FollowsPath = follows,
                KeepsTranscript = chakra.AreAsked,
            };
            var followed = follows || chakra.AreAsked ? follower.Play(0, NodeHealth.Even) : null;
            var critical = followed?.CriticalPath;
            var studies = parsed.GetValue(study) ? Studies(scenario, job, trace, profile) : [];
            screen.EndProgress();
            Summarize(scenario, plan, profile, screen);
            if (critical is not null) screen.Say(PathIn(critical));
            if (file is not null)
            {
                WriteTimeline(file, profile.Samples[0], plan);
                screen.Say($"timeline: {file}");
            }

            chakra.Write(plan, followed?.Transcript, scenario.Name, screen, interrupted);
            foreach (var (title, outcomes) in studies) Show(title, outcomes, screen);
            Answer(plan, profile, critical, elapsed, studies, chakra, screen);
            return ExitCode.Done;
        });
        return command;
    }

    private static Option<string?> TimelineOption() => new("--timeline")
    {
        Description = "write the step of one expert-parallel group for Perfetto (ui.perfetto.dev) or Chrome",
        HelpName = "FILE",
    };

    private static IEnumerable<(string Name, Duration Length)> PartsOf(CriticalPath path) =>
    [
        ("kernels", path.Kernels), ("collectives", path.Collectives), ("sends", path.Sends), ("pauses", path.Pauses),
        ("gradient exchange", path.GradientExchange), ("optimizer", path.Optimizer),
    ];

    private static string PathIn(CriticalPath path)
    {
        var parts = PartsOf(path).Where(part => part.Length > Duration.Zero)
            .Select(part => $"{part.Name} {UnitText.Percent(part.Length.Over(path.Total), 1)}");
        var stages = path.ByStage.Select((length, stage) => (length, stage))
            .OrderByDescending(pair => pair.length).Take(3)
            .Select(pair => $"{pair.stage} ({UnitText.Percent(pair.length.Over(path.Total), 0)})");
        return $"critical path of sample 0: {string.Join(", ", parts)}; through stages {string.Join(", ", stages)}";
    }

    private static List<(string Title, IReadOnlyList<StepOutcome> Outcomes)> Studies(
        Scenario scenario, StepJob job, RoutingTrace? trace, StepProfile profile)
    {
        var inputs = StepInputs.Of(scenario);
        var study = job.Study(trace);
        return
        [
            ("earlier", job.Ladder(trace, profile)),
            ("mitigations", study.Mitigations(inputs, profile)),
            ("conditions", study.Conditions(inputs, profile).Rows),
        ];
    }

    private static void Show(string title, IReadOnlyList<StepOutcome> outcomes, Screen screen)
    {
        if (outcomes.Count < 2) return;
        var table = Tables.Plain(title, "step", "MFU", "against the first");
        foreach (var outcome in outcomes)
        {
            table.AddTexts(
                outcome.Title, UnitText.Of(outcome.StepTime), UnitText.Percent(outcome.Mfu, 2),
                UnitText.Percent(outcome.StepTime.Seconds / outcomes[0].StepTime.Seconds - 1, 1));
        }

        screen.Show(table);
    }

    private static void Summarize(Scenario scenario, StepPlan plan, StepProfile profile, Screen screen)
    {
        var (layout, figures) = (plan.Layout, profile.Figures);
        screen.Say(
            $"{scenario.Name}: {UnitText.Count(layout.Ranks)} ranks (tp {layout.Tensor} x pp {layout.Pipeline} "
            + $"x dp {layout.Data}, ep {layout.Expert}), {plan.MicroBatches} micro-batches");
        screen.Say(
            $"step {UnitText.Of(profile.StepTime)} {Spread(profile)}, "
            + UnitText.Prefixed(figures.TokensPerSecond, "tokens/s"));
        if (profile.Slowed.Count > 0)
        {
            var slowed = Duration.FromSeconds(profile.Slowed.Average(step => step.StepTime.Seconds));
            var sound = Duration.FromSeconds(profile.Samples.Average(step => step.StepTime.Seconds));
            screen.Say($"{UnitText.Of(sound)} where no node is slow, as in the table and the path below; "
                + $"{UnitText.Of(slowed)} in the {UnitText.Percent(profile.ChanceOfSlowed, 0)} of steps that have a "
                + "slow node");
        }

        screen.Say(
            $"MFU {UnitText.Percent(figures.Mfu, 2)} (full attention {UnitText.Percent(figures.MfuFullAttention, 2)}, "
            + $"HFU {UnitText.Percent(figures.Hfu, 2)})");
        var table = Tables.Plain("stage", "compute", "exposed communication", "bubble", "straggler wait", "memory");
        for (var stage = 0; stage < layout.Pipeline; stage++)
        {
            var ranks = Enumerable.Range(0, layout.Ranks)
                .Where(r => layout.Of(r).Stage == stage)
                .Select(r => profile.Samples[0].Ranks[r])
                .ToList();
            table.AddTexts(
                UnitText.Count(stage),
                Mean(ranks, r => r.Compute),
                Mean(ranks, r => r.ExposedCommunication),
                Mean(ranks, r => r.PipelineBubble),
                Mean(ranks, r => r.StragglerWait),
                $"{UnitText.ThreeDigits(plan.MemoryOf(stage).Total.Gibibytes)} GiB");
        }

        screen.Show(table);
    }

    private static string Spread(StepProfile profile) => profile.Samples.Count == 1
        ? "in 1 sample"
        : $"+- {UnitText.Of(Duration.FromSeconds(profile.StepTimeDeviationSeconds))} over {profile.Samples.Count} "
            + "samples";

    private static string Mean(List<RankTimes> ranks, Func<RankTimes, Duration> part) =>
        UnitText.Of(new Duration((long)ranks.Average(r => part(r).Nanoseconds)));

    /// <summary>Opens the file beside the wanted one that takes its place when it is complete.</summary>
    private static string StagedFor(string file)
    {
        if (file.Length == 0) throw new UsageException("--timeline takes the name of a file");
        if (Directory.Exists(file)) throw new UsageException($"--timeline takes a file; `{file}` is a folder");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var staged = file + ".partial";
        File.Create(staged).Dispose();
        return staged;
    }

    private static void WriteTimeline(string file, ReplayedStep step, StepPlan plan)
    {
        var staged = StagedFor(file);
        try
        {
            using (var writer = new StreamWriter(staged)) Timeline.Write(step, plan, writer);
            File.Move(staged, file, overwrite: true);
        }
        finally
        {
            File.Delete(staged);
        }
    }

    private static void Answer(
        StepPlan plan, StepProfile profile, CriticalPath? path, double elapsed,
        List<(string Title, IReadOnlyList<StepOutcome> Outcomes)> studies, ChakraTraces chakra, Screen screen) =>
        screen.Answer(json =>
        {
            var step = profile.StepTime.Seconds;
            json.WriteStartObject();
            json.WriteNumber("step_s", step);
            json.WriteNumber("mfu", profile.Figures.Mfu);
            json.WriteNumber("mfu_full_attention", profile.Figures.MfuFullAttention);
            json.WriteNumber("hfu", profile.Figures.Hfu);
            json.WriteNumber("bubble_s", profile.Shares.PipelineBubble * step);
            json.WriteNumber("exposed_communication_s", profile.Shares.ExposedCommunication * step);
            json.WriteNumber("straggler_wait_s", profile.Shares.StragglerWait * step);
            json.WriteNumber("tokens_per_s", profile.Figures.TokensPerSecond);
            json.WriteNumber("memory_gib", plan.LargestMemory.Total.Gibibytes);
            json.WriteNumber("events", profile.Samples[0].Events);
            json.WriteNumber("elapsed_s", elapsed);
            json.WriteNumber("played_ranks", profile.Samples[0].PlayedRanks);
            if (path is not null)
            {
                json.WriteStartObject("critical_path_s");
                foreach (var (name, length) in PartsOf(path)) json.WriteNumber(name.Replace(' ', '_'), length.Seconds);
                json.WriteEndObject();
            }

            chakra.Answer(json);
            foreach (var (title, outcomes) in studies)
            {
                json.WriteStartArray(title);
                foreach (var outcome in outcomes)
                {
                    json.WriteStartObject();
                    json.WriteString("title", outcome.Title);
                    json.WriteNumber("step_s", outcome.StepTime.Seconds);
                    json.WriteNumber("mfu", outcome.Mfu);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        });
}
