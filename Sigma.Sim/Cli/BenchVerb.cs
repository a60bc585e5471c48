// `sigma bench`: how fast this machine runs the parts that a run is made of.
using System.CommandLine;
using Sigma.Sim.Campaign;
using Sigma.Sim.Engine;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Training;

namespace Sigma.Sim.Cli;

/// <summary>The verb `bench`.</summary>
internal static class BenchVerb
{
    private const long Timeouts = 20_000_000;

    public static Command Command(SharedOptions shared, CancellationToken interrupted)
    {
        var scenario = new Option<string>("--scenario")
        {
            Description = "scenario for replay and campaign",
            HelpName = "FILE",
            DefaultValueFactory = _ => "scenarios/sigma-moe-2048.yaml",
        };
        var command = new Command("bench",
            "Measure kernels, engine, replay and campaign on this machine; takes about a minute.\n\n"
            + "Example: sigma bench --json")
        {
            scenario, shared.Threads,
        };
        command.SetAction(parsed =>
        {
            var screen = shared.ScreenOf(parsed);
            var timed = Scenario.Load(parsed.GetValue(scenario)!, []);
            screen.Progress(new JobProgress("campaign of AIReSim", 0, 1));
            var airesim = AireSimBench.Milliseconds();
            var measured = Measure(timed, airesim, shared.ThreadsOf(parsed), screen, interrupted);
            screen.EndProgress();
            Show(measured, screen);
            screen.Answer(json => BenchAnswer.Write(measured, json));
            return ExitCode.Done;
        });
        return command;
    }

    private static Measured Measure(
        Scenario scenario, double airesim, int threads, Screen screen, CancellationToken interrupted)
    {
        screen.Progress(new JobProgress("engine", 0, 1));
        var one = EngineBench.Measure(1, Timeouts, Timeouts / 4);
        var many = EngineBench.Measure(2048, Timeouts, Timeouts / 4);
        BenchResult[] ceilings = [KernelBench.FmaCeiling(1), KernelBench.FmaCeiling(2)];
        var products = new List<BenchResult>();
        foreach (var n in Measured.ProductSizes)
        {
            interrupted.ThrowIfCancellationRequested();
            screen.Progress(new JobProgress($"matrix product {n}", 0, 1));
            products.Add(KernelBench.MatMulOf(n, 1));
            products.Add(KernelBench.MatMulOf(n, 2));
            // Once more beside each product: on a busy machine two threads seldom have two cores.
            for (var i = 0; i < ceilings.Length; i++)
                if (KernelBench.FmaCeiling(i + 1) is var again && again.GflopPerSecond > ceilings[i].GflopPerSecond)
                    ceilings[i] = again;
        }

        screen.Progress(new JobProgress("experts", 0, 1));
        var experts = KernelBench.ExpertsOf(1).Concat(KernelBench.ExpertsOf(2)).ToList();
        screen.Progress(new JobProgress("real step", 0, 1));
        var (model, wider) = (ReducedModelSpec.Default, KernelBench.Wider);
        var steps = new[]
        {
            new MeasuredStep(KernelBench.Step("default step", model, 20, 1), model),
            new MeasuredStep(KernelBench.Step("default step", model, 20, 2), model),
            new MeasuredStep(KernelBench.Step("wider step", wider, 9, 1), wider),
        };
        var (replays, campaign) = Prepare(scenario, threads, screen, interrupted);
        screen.Progress(new JobProgress("campaigns", 0, 1));
        var campaigns = CampaignBench.Measure(campaign, scenario.Seed, interrupted);
        return new Measured(
            one, many, products, experts, ceilings, steps, replays, campaigns,
            CampaignBench.Speedup(campaign, scenario.Seed, threads, interrupted), airesim);
    }

    /// <summary>The scenario's replays, none where it states its step, and its campaign.</summary>
    private static (IReadOnlyList<ReplayTiming> Replays, CampaignSpec Campaign) Prepare(
        Scenario scenario, int threads, Screen screen, CancellationToken interrupted)
    {
        if (scenario.Step is StatedStep stated) return ([], CampaignPlan.Of(scenario, stated));
        var job = new StepJob(scenario, threads, screen.Progress, interrupted);
        var trace = job.RealStep().Trace;
        var (plan, profile) = job.Replay(trace, scenario.Modelled.Parallelism.Routing);
        screen.Progress(new JobProgress("replay", 0, 1));
        var conditions = job.Study(trace).Conditions(StepInputs.Of(scenario), profile).Table;
        return (ReplayBench.Measure(scenario, trace), CampaignPlan.Of(scenario, plan, profile, conditions));
    }

    private static void Show(Measured measured, Screen screen)
    {
        var (one, many) = (measured.One.TimeoutsPerSecond, measured.Many.TimeoutsPerSecond);
        screen.Say(
            $"engine: {UnitText.Prefixed(one, "timeouts/s")} with 1 process, "
            + $"{UnitText.Prefixed(many, "timeouts/s")} with 2,048; "
            + $"{UnitText.ThreeDigits(measured.Many.BytesPerTimeout)} bytes allocated per timeout");
        var table = Tables.Plain("kernel", "threads", "ms", "GFLOP/s", "of FMA peak");
        foreach (var result in measured.Products.Concat(measured.Experts).Concat(measured.Steps.Select(s => s.Result)))
        {
            table.AddTexts(
                result.Name,
                UnitText.Count(result.Threads),
                UnitText.ThreeDigits(result.ElapsedMs),
                UnitText.ThreeDigits(result.GflopPerSecond),
                UnitText.Percent(measured.OfPeak(result), 0));
        }

        screen.Show(table);
        foreach (var replay in measured.Replays)
        {
            var detail = replay.IsFolded ? $"folded into {UnitText.Count(replay.PlayedRanks)}" : "at full detail";
            screen.Say(
                $"replay of one step: {UnitText.Count(replay.Ranks)} ranks {detail} "
                + $"in {UnitText.ThreeDigits(replay.Seconds)} s on one thread, {replay.Heap} on the heap");
        }

        var campaigns = Tables.Plain("campaign, one replication on one thread", "ms", "faults", "us per fault");
        foreach (var campaign in measured.Campaigns)
        {
            campaigns.AddTexts(
                campaign.Title,
                UnitText.ThreeDigits(campaign.Milliseconds),
                UnitText.Count((long)campaign.Faults),
                UnitText.ThreeDigits(campaign.Milliseconds * 1e3 / Math.Max(1, campaign.Faults)));
        }

        screen.Show(campaigns);
        screen.Say($"replications on all threads: {UnitText.ThreeDigits(measured.Speedup)} times as fast as on one");
        screen.Say(
            $"campaign of AIReSim: {UnitText.ThreeDigits(measured.AireSimMs)} ms of processor time per replication; "
            + $"AIReSim takes {UnitText.ThreeDigits(AireSimBench.ItsOwnSeconds)} s");
    }
}
