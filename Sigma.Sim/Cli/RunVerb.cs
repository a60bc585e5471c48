// `sigma run`: the main job, from scenario to report.
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Sigma.Sim.Accounting;
using Sigma.Sim.Campaign;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Reporting;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Cli;

/// <summary>The verb `run`.</summary>
internal static class RunVerb
{
    public static Command Command(SharedOptions shared, CancellationToken interrupted)
    {
        var output = new Option<string?>("--out")
        {
            Description = "folder of the results (default results/<scenario>)",
            HelpName = "DIR",
        };
        var precision = new Option<string?>("--until-precision")
        {
            Description = "run until the 95 % interval of --metric (default ettr) is within this share of its mean on "
                + "either side, such as 0.1%",
            HelpName = "SHARE",
        };
        var command = new Command("run",
            "The main job: real step, scaled step on the cluster, the whole campaign replicated; report, figures, CSV."
            + "\n\nExamples:\n  sigma run scenarios/sigma-moe-2048.yaml"
            + "\n  sigma run scenarios/small.yaml --set recovery.policy=restart --out results/restart"
            + "\n  sigma run scenarios/stated-step.yaml --until-precision 0.05%")
        {
            shared.Scenario, shared.Set, shared.Replications, precision, shared.Metric, shared.Seed, shared.Threads,
            output,
        };
        command.SetAction(parsed =>
        {
            var screen = shared.ScreenOf(parsed);
            var scenario = shared.ScenarioOf(parsed);
            var folder = parsed.GetValue(output) ?? Path.Combine("results", scenario.Name);
            if (folder.Length == 0) throw new UsageException("--out takes the name of a folder");
            // A planner waits ten seconds for a result: a folder that cannot be written to is said before, not after.
            OutputFolder.Begin(folder).Dispose();
            var goal = GoalOf(parsed.GetValue(precision), parsed.GetValue(shared.Metric));
            var job = new MainJob(scenario, shared.ThreadsOf(parsed), screen.Progress, interrupted) { Goal = goal };
            var outcome = job.Run();
            screen.EndProgress();
            interrupted.ThrowIfCancellationRequested();
            var began = Stopwatch.GetTimestamp();
            var again = CommandOf(parsed, shared, goal);
            var files = RunReport.Write(outcome, folder, SigmaProgram.Version, again);
            var reported = Stopwatch.GetElapsedTime(began).TotalSeconds;
            Summarize(outcome, screen);
            if (goal is not null) screen.Say(Reached(goal, outcome.Set));
            screen.Say("");
            screen.Say($"report: {Path.Combine(folder, "report.html")}");
            Answer(outcome, goal, folder, files, reported, screen);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>The command that gives the same files again, which neither their folder nor threads change.</summary>
    private static string CommandOf(ParseResult parsed, SharedOptions shared, PrecisionGoal? goal)
    {
        List<string> words = ["sigma run", ShellWord.Of(parsed.GetValue(shared.Scenario)!), .. shared.WordsOf(parsed)];
        if (goal is not null)
            words.Add(string.Create(
                CultureInfo.InvariantCulture, $"--until-precision {goal.HalfWidth} --metric {goal.Metric}"));
        return string.Join(' ', words);
    }

    private static PrecisionGoal? GoalOf(string? text, string? metric)
    {
        if (text is null)
        {
            return metric is null
                ? null
                : throw new UsageException("--metric says what --until-precision is about, which is not given");
        }

        var share = UnitParser.Fraction(text);
        if (!share.Succeeded || share.Value.Value is <= 0 or >= 1)
        {
            throw new UsageException(
                $"--until-precision takes a share between 0 and 1, such as `0.1%`, found `{text}`");
        }


        if (metric is not null && RunMetrics.Names.All(known => known.Name != metric))
        {
            var near = NearestName.Of(metric, RunMetrics.Names.Select(known => known.Name));
            throw new UsageException(
                $"there is no metric `{metric}`{(near is null ? "" : $"; did you mean `{near}`?")}");
        }

        return new PrecisionGoal(metric ?? "ettr", share.Value.Value);
    }

    private static void Summarize(RunOutcome outcome, Screen screen)
    {
        var scenario = outcome.Scenario;
        screen.Say($"{scenario.Name}: {scenario.About}");
        screen.Say(
            $"seed {scenario.Seed}, {outcome.Set.Runs.Count} replications; "
            + "95 % intervals over fault histories at one step time");
        if (scenario.Step is ModelledStep { RealStep: SavedRouting saved })
            screen.Say($"routing read from {saved.File}: {saved.Story}");
        var table = Tables.Plain("metric", "mean", "95 % low", "95 % high", "unit");
        foreach (var metric in outcome.Set.Names)
        {
            var estimate = outcome.Set.Metrics[metric.Name];
            table.AddTexts(
                metric.Title,
                Show(metric, estimate.Mean),
                Show(metric, estimate.Low),
                Show(metric, estimate.High),
                Wording.IsShare(metric) ? "%" : metric.Unit);
        }

        screen.Show(table);
        if (ControlWords.Of(outcome) is { } controlled) screen.Say(controlled);
        if (outcome.Played is { } step) Summarize(step, screen);
        var total = TimeBuckets.All.Sum(outcome.Set.MeanHours);
        var lost = TimeBuckets.All
            .Where(b => !TimeBuckets.IsProductive(b) && outcome.Set.MeanHours(b) > 0)
            .OrderByDescending(outcome.Set.MeanHours)
            .Take(4)
            .Select(b => $"{Wording.Of(b)} {UnitText.Percent(outcome.Set.MeanHours(b) / total, 1)}");
        screen.Say($"where accelerator time went besides kept steps: {string.Join(", ", lost)}");
        foreach (var fault in CorruptionTables.FaultsOf(outcome)) screen.Say(CorruptionTables.LineOf(outcome, fault));
        if (outcome.Spares is not { } spares) return;
        screen.Say(
            $"{Wording.Plural(spares.Knee, $"{spares.Kind} spare")} would do: the least number whose ETTR is within "
            + $"{UnitText.ThreeDigits(SpareStudy.Tolerance * 100)} points of the best");
    }

    private static string Reached(PrecisionGoal goal, ReplicationSet set) =>
        $"asked: {goal.Metric} within {UnitText.ThreeDigits(goal.HalfWidth * 100)} % of its mean; reached: "
        + $"{UnitText.ThreeDigits(goal.RelativeHalfWidth(set) * 100)} % after "
        + Wording.Plural(set.Runs.Count, "replication");

    private static void Summarize(PlayedStep step, Screen screen)
    {
        var shares = step.Profile.Shares;
        screen.Say(
            $"step {UnitText.Of(step.Profile.StepTime)}: compute {UnitText.Percent(shares.Compute, 1)}, "
            + $"exposed communication {UnitText.Percent(shares.ExposedCommunication, 1)}, "
            + $"bubble {UnitText.Percent(shares.PipelineBubble, 1)}, "
            + $"straggler wait {UnitText.Percent(shares.StragglerWait, 1)}");
        var price = step.Profile.StepTime.Over(step.Balanced.StepTime) - 1;
        screen.Say($"real routing costs {UnitText.Percent(price, 1)} over perfectly balanced experts");
    }

    private static string Show(MetricName metric, double value) => !double.IsFinite(value) ? "-"
        : Wording.IsShare(metric) ? (value * 100).ToString("F2", CultureInfo.InvariantCulture)
        : UnitText.ThreeDigits(value);

    private static void Answer(
        RunOutcome outcome, PrecisionGoal? goal, string folder, IReadOnlyList<string> files, double reported,
        Screen screen)
    {
        var cluster = outcome.Scenario.Cluster;
        var accelerators = (Int128)cluster.AllNodes * cluster.AcceleratorsPerNode;
        screen.Answer(json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("metrics");
            foreach (var metric in outcome.Set.Names)
                json.WriteEstimate(metric.Name, outcome.Set.Metrics[metric.Name]);
            json.WriteEndObject();
            if (goal is not null)
            {
                json.WriteStartObject("precision");
                json.WriteString("metric", goal.Metric);
                json.WriteNumber("asked", goal.HalfWidth);
                json.WriteNumber("reached", goal.RelativeHalfWidth(outcome.Set));
                json.WriteEndObject();
            }

            json.WriteStartObject("controlled");
            foreach (var (metric, controlled) in outcome.Controlled)
            {
                json.WriteEstimate(metric.Name, controlled.Estimate);
                json.WriteNumber($"{metric.Name}_gain", controlled.Gain);
            }

            json.WriteEndObject();
            json.WriteStartObject("ledger");
            foreach (var bucket in TimeBuckets.All) json.WriteNumber(bucket.ToString(), outcome.Set.MeanHours(bucket));
            json.WriteEndObject();
            json.WriteBoolean("ledger_sum_ok", outcome.Set.Runs.All(AddsUp));
            StudyAnswer.Write(outcome, json);
            json.WriteOutputs(folder, files);
            json.WriteStartObject("elapsed_s");
            json.WriteNumber("real_step", outcome.Elapsed.RealStep);
            json.WriteNumber("replay", outcome.Elapsed.Replay);
            json.WriteNumber("campaign", outcome.Elapsed.Campaign);
            json.WriteNumber("report", reported);
            json.WriteEndObject();
            json.WriteEndObject();
        });

        bool AddsUp(CampaignRun run) => run.Ledger.Total == accelerators * run.Wall.Nanoseconds;
    }
}
