// `sigma sweep`: many points, kept as they finish, on this machine or as parts of an array.
using System.CommandLine;
using Sigma.Sim.Experiments;
using Sigma.Sim.Experiments.Sweeps;
using Sigma.Sim.Reporting;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Scenarios.Sweeps;

namespace Sigma.Sim.Cli;

/// <summary>The verb `sweep`.</summary>
internal sealed class SweepVerb
{
    private readonly Argument<string> _file = new("PLAN")
    {
        Description = "plan (begins with `sweep:`), or a scenario with axes from --set",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "an axis where it gives several values (PATH=4,8,16 or PATH=5 min..60 min:12:log), otherwise a "
            + "change of every point (repeatable)",
        HelpName = "PATH=VALUES",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _shard = new("--shard")
    {
        Description = "run part K of N only; `sigma merge` puts the parts together",
        HelpName = "K/N",
    };

    private readonly Option<int?> _shards = new("--shards")
    {
        Description = "run the part of N that SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX names",
        HelpName = "N",
    };

    private readonly Option<bool> _restart = new("--restart")
    {
        Description = "throw away what an earlier, other sweep left in the folder",
    };

    private readonly Option<string?> _out = new("--out")
    {
        Description = "folder of the results (default results/<sweep>)",
        HelpName = "DIR",
    };

    private readonly SharedOptions _shared;
    private readonly ArrayOptions _array = new();
    private readonly CancellationToken _interrupted;

    private SweepVerb(SharedOptions shared, CancellationToken interrupted) =>
        (_shared, _interrupted) = (shared, interrupted);

    public static Command Command(SharedOptions shared, CancellationToken interrupted)
    {
        var verb = new SweepVerb(shared, interrupted);
        var command = new Command("sweep",
            "Grids, ranges and Latin hypercubes over any input; all cores; every finished point is kept, and the same\n"
            + "command goes on where it was killed. The folder gets a row per point and one per replication."
            + "\n\nExamples:\n  sigma sweep scenarios/sweeps/spares-and-interval.yaml"
            + "\n  sigma sweep scenarios/stated-step.yaml --set cluster.spares.warm=2,4,8"
            + " --set \"checkpoint.tiers.0.every=10 min..3 h:6:log\""
            + "\n  sigma sweep PLAN --shard 3/8; sigma merge results/NAME"
            + "\n  sigma sweep PLAN --slurm --tasks 8 --partition cpu --time 2:00:00")
        {
            verb._file, verb._set, shared.Metric, shared.Replications, shared.Seed, shared.Threads, verb._shard,
            verb._shards, verb._restart, verb._out,
        };
        verb._array.AddTo(command);
        command.SetAction(verb.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var screen = _shared.ScreenOf(parsed);
        var plan = PlanOf(parsed);
        var folder = parsed.GetValue(_out) ?? Path.Combine("results", plan.Name);
        if (folder.Length == 0) throw new UsageException("--out takes the name of a folder");
        MetricChoice.Check(parsed.GetValue(_shared.Metric));
        if (parsed.GetValue(_shard) is not null && parsed.GetValue(_shards) is not null)
            throw new UsageException("--shard says which part of how many: --shards does not go with it");
        var request = _array.RequestOf(parsed, _shared);
        if (request is not null && (parsed.GetValue(_shard) ?? parsed.GetValue(_shards)?.ToString()) is not null)
            throw new UsageException("an array gives its tasks their shards itself: --shard does not go with it");
        var sweep = CheckedSweep.Of(
            plan, SigmaProgram.Build, $"sigma {string.Join(' ', WordsOf(parsed).Select(ShellWord.Of))}",
            _shared.ThreadsOf(parsed), screen.Progress, _interrupted);
        screen.EndProgress();
        if (request is { IsDryRun: true })
        {
            var text = request.Text(plan.Name, folder, WordsOf(parsed));
            screen.Give(text);
            screen.Answer(json =>
            {
                json.WriteStartObject();
                json.WriteString(request.Image is null ? "script" : "manifest", text);
                json.WriteEndObject();
            });
            return ExitCode.Done;
        }

        // Whoever asks for the impossible hears of it before the night, not after.
        OutputFolder.Begin(folder).Dispose();
        if (parsed.GetValue(_restart)) SweepJob.Forget(folder);
        return request is null
            ? RunHere(parsed, sweep, folder, screen)
            : RunAsArray(parsed, request, sweep, folder, screen);
    }

    private int RunHere(ParseResult parsed, CheckedSweep sweep, string folder, Screen screen)
    {
        var shard = parsed.GetValue(_shard) is { } text
            ? Shard.Parse(text)
            : Shard.OfScheduler(parsed.GetValue(_shards), Environment.GetEnvironmentVariable);
        var job = new SweepJob(sweep, shard, folder, _shared.ThreadsOf(parsed));
        var before = job.Run(screen.Progress, _interrupted);
        screen.EndProgress();
        if (before > 0) screen.Say($"{Wording.Plural(before, "point")} were there from before");
        if (shard == Shard.All) return Finish(parsed, folder, screen);
        screen.Say($"shard {shard} is complete; `sigma merge {ShellWord.Of(folder)}` puts all parts together");
        SweepAnswer.WriteShard(shard, SweepResults.In(folder), screen);
        return ExitCode.Done;
    }

    private int RunAsArray(
        ParseResult parsed, ArrayRequest request, CheckedSweep sweep, string folder, Screen screen)
    {
        var missing = SweepJob.MissingIn(folder, sweep.Head, request.Slurm.Tasks);
        if (missing.Count == 0) return Finish(parsed, folder, screen);
        var array = request.SlurmArray(sweep.Plan.Name, folder, WordsOf(parsed));
        var job = array.Submit(missing);
        screen.Say($"job {job}: tasks {SlurmArray.Ranges(missing)} of {request.Slurm.Tasks}");
        SlurmArray.Follow(
            job, () => SweepJob.MissingIn(folder, sweep.Head, request.Slurm.Tasks).Count == 0,
            (waiting, known) => screen.Progress(new JobProgress(
                $"job {job}: {waiting} waiting, {known - waiting} running", 0, 1)),
            _interrupted);
        screen.EndProgress();
        var left = SweepJob.MissingIn(folder, sweep.Head, request.Slurm.Tasks);
        if (left.Count == 0) return Finish(parsed, folder, screen);
        throw new IncompleteSweepException(
            left, request.Slurm.Tasks, "the same command submits only these again; what they said is in "
            + Path.Combine(SweepJournal.FolderOf(folder), $"slurm-{job}_*.log"));
    }

    private int Finish(ParseResult parsed, string folder, Screen screen)
    {
        _interrupted.ThrowIfCancellationRequested();
        var results = SweepResults.In(folder);
        var summary = SweepSummary.Of(results, parsed.GetValue(_shared.Metric));
        var files = SweepFiles.Write(results, summary, folder, SigmaProgram.Version);
        SweepAnswer.Say(results, summary, folder, screen);
        SweepAnswer.Write(results, summary, folder, files, screen);
        return ExitCode.Done;
    }

    private SweepPlan PlanOf(ParseResult parsed)
    {
        var file = parsed.GetValue(_file)!;
        var sets = SharedOptions.OverridesOf("--set", parsed.GetValue(_set)!, "PATH=VALUE or PATH=VALUE,VALUE");
        var (changes, axes) = (new List<Override>(), new List<SweepAxis>());
        foreach (var set in sets)
        {
            var values = AxisValues.Of(set.Value);
            if (set.Value.Length == 0) changes.Add(set);
            else if (values.Problem is { } problem) throw new UsageException($"--set {set.Path}: {problem}");
            else if (values.Value.Count == 1) changes.Add(set);
            else axes.Add(AxisOf(set.Path, values.Value));
        }

        changes.AddRange(_shared.SeedAndReplicationsOf(parsed));
        if (SweepPlanFile.IsPlan(file))
        {
            if (axes.Count > 0)
                throw new UsageException($"--set {axes[0].Paths[0]} gives several values, but a plan has its own axes");
            var plan = SweepPlanFile.Load(file);
            return plan with
            {
                // What the command line says of a path counts, whatever the plan says.
                Changes = [.. plan.Changes.Where(old => changes.All(set => set.Path != old.Path)), .. changes],
            };
        }

        var name = Scenario.Load(file, changes).Name;
        if (axes.Count == 0)
        {
            throw new UsageException(
                "a sweep of a scenario takes an axis: --set PATH=VALUE,VALUE or --set \"PATH=LOW..HIGH:COUNT\"");
        }

        return new SweepPlan(
            $"{name}-sweep", new SweptFile(file, IsAireSim: false), changes, [new SweepGrid(axes)], []);
    }

    private static SweepAxis AxisOf(string path, IReadOnlyList<string> values)
    {
        SharedOptions.RefuseRunPath("--set", path, mayBeSeed: true);
        SharedOptions.RefuseTwice("--set", path, values);
        return new SweepAxis([path], [.. values.Select(value => (IReadOnlyList<string>)[value])]);
    }

    /// <summary>The words that ask for the same sweep, without where and with how many threads it runs.</summary>
    private List<string> WordsOf(ParseResult parsed)
    {
        var words = new List<string> { "sweep", parsed.GetValue(_file)! };
        foreach (var set in parsed.GetValue(_set)!) words.AddRange(["--set", set]);
        foreach (var change in _shared.SeedAndReplicationsOf(parsed))
            words.AddRange([$"--{change.Path}", change.Value]);
        return words;
    }
}
