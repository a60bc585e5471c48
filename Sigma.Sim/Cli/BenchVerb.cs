// `sigma bench`: how fast this machine runs the parts that a run is made of.
using System.CommandLine;
using System.Diagnostics;
using Sigma.Sim.Campaign;
using Sigma.Sim.Engine;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Replay;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Training;

namespace Sigma.Sim.Cli;

/// <summary>The verb `bench`.</summary>
internal static class BenchVerb
{
    private const long Timeouts = 20_000_000;
    private static readonly int[] Products = [64, 128, 256, 512, 1024];

    private sealed record Measured(
        EngineBench.Result One, EngineBench.Result Many,
        IReadOnlyList<BenchResult> Products, IReadOnlyList<BenchResult> Ceilings,
        BenchResult Step, int Tokens, IReadOnlyList<(int Ranks, double Seconds)> Replays, double CampaignMs);

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
            scenario,
        };
        command.SetAction(parsed =>
        {
            var screen = shared.ScreenOf(parsed);
            var measured = Measure(Scenario.Load(parsed.GetValue(scenario)!, []), screen, interrupted);
            screen.EndProgress();
            Show(measured, screen);
            Answer(measured, screen);
            return ExitCode.Done;
        });
        return command;
    }

    private static Measured Measure(Scenario scenario, Screen screen, CancellationToken interrupted)
    {
        screen.Progress(new JobProgress("engine", 0, 1));
        var one = EngineBench.Measure(1, Timeouts, Timeouts / 4);
        var many = EngineBench.Measure(2048, Timeouts, Timeouts / 4);
        var ceilings = new[] { KernelBench.FmaCeiling(1), KernelBench.FmaCeiling(2) };
        var products = new List<BenchResult>();
        foreach (var n in Products)
        {
            interrupted.ThrowIfCancellationRequested();
            screen.Progress(new JobProgress($"matrix product {n}", 0, 1));
            products.Add(KernelBench.MatMulOf(n, 1));
            products.Add(KernelBench.MatMulOf(n, 2));
        }

        screen.Progress(new JobProgress("real step", 0, 1));
        var step = KernelBench.DefaultStep(20, Math.Min(2, Environment.ProcessorCount));
        var job = new MainJob(scenario, Environment.ProcessorCount, screen.Progress, interrupted);
        var trace = job.RealStep().Trace;
        var (plan, profile) = job.Replay(trace, scenario.Parallelism.Routing);
        var replay = new StepReplay(plan, scenario.Noise, scenario.Seed);
        var seconds = Median(5, () => replay.Play(0));
        var campaign = CampaignPlan.Of(scenario, plan, profile);
        var replication = 0;
        var campaignSeconds = Median(
            21, () => CampaignSimulation.Run(campaign, scenario.Seed, replication++, tellsStory: false));
        return new Measured(
            one, many, products, ceilings, step, ReducedModelSpec.Default.Tokens, [(plan.Layout.Ranks, seconds)],
            campaignSeconds * 1e3);
    }

    /// <summary>Median seconds of a call, after a second in which the runtime compiles it for good.</summary>
    private static double Median(int times, Action call)
    {
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began).TotalSeconds < 1;) call();
        var seconds = new double[times];
        for (var i = 0; i < times; i++)
        {
            var began = Stopwatch.GetTimestamp();
            call();
            seconds[i] = Stopwatch.GetElapsedTime(began).TotalSeconds;
        }

        Array.Sort(seconds);
        return seconds[times / 2];
    }

    private static void Show(Measured measured, Screen screen)
    {
        var (one, many) = (measured.One.TimeoutsPerSecond, measured.Many.TimeoutsPerSecond);
        screen.Say(
            $"engine: {UnitText.Prefixed(one, "timeouts/s")} with 1 process, "
            + $"{UnitText.Prefixed(many, "timeouts/s")} with 2,048; "
            + $"{UnitText.ThreeDigits(measured.Many.BytesPerTimeout)} bytes allocated per timeout");
        var table = Tables.Plain("matrix product", "threads", "GFLOP/s", "of FMA peak");
        foreach (var product in measured.Products)
        {
            var ceiling = measured.Ceilings[product.Threads - 1].GflopPerSecond;
            table.AddTexts(
                product.Name,
                UnitText.Count(product.Threads),
                UnitText.ThreeDigits(product.GflopPerSecond),
                UnitText.Percent(product.GflopPerSecond / ceiling, 0));
        }

        screen.Show(table);
        var step = measured.Step;
        screen.Say(
            $"real step: {UnitText.ThreeDigits(step.ElapsedMs)} ms, "
            + $"{UnitText.ThreeDigits(step.GflopPerSecond)} GFLOP/s on {step.Threads} threads");
        foreach (var (ranks, seconds) in measured.Replays)
        {
            screen.Say(
                $"replay of one step at full detail: {UnitText.Count(ranks)} ranks "
                + $"in {UnitText.ThreeDigits(seconds)} s on one thread");
        }

        screen.Say($"campaign: {UnitText.ThreeDigits(measured.CampaignMs)} ms per replication on one thread");
    }

    private static void Answer(Measured measured, Screen screen) => screen.Answer(json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("engine");
        json.WriteNumber("timeouts_per_s_1", measured.One.TimeoutsPerSecond);
        json.WriteNumber("timeouts_per_s_2048", measured.Many.TimeoutsPerSecond);
        json.WriteNumber("bytes_per_timeout", measured.Many.BytesPerTimeout);
        json.WriteEndObject();
        json.WriteStartArray("matmul");
        foreach (var (product, i) in measured.Products.Select((p, i) => (p, i)))
        {
            json.WriteStartObject();
            json.WriteNumber("n", Products[i / 2]);
            json.WriteNumber("threads", product.Threads);
            json.WriteNumber("gflop_per_s", product.GflopPerSecond);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("fma_peak_gflop_per_s");
        foreach (var ceiling in measured.Ceilings)
            json.WriteNumber(UnitText.Count(ceiling.Threads), ceiling.GflopPerSecond);
        json.WriteEndObject();
        json.WriteStartObject("step");
        json.WriteNumber("ms", measured.Step.ElapsedMs);
        json.WriteNumber("tokens_per_s", measured.Tokens / measured.Step.ElapsedMs * 1e3);
        json.WriteEndObject();
        json.WriteStartArray("replay");
        foreach (var (ranks, seconds) in measured.Replays)
        {
            json.WriteStartObject();
            json.WriteNumber("ranks", ranks);
            json.WriteNumber("step_elapsed_s", seconds);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("campaign");
        json.WriteNumber("ms_per_replication", measured.CampaignMs);
        json.WriteEndObject();
        json.WriteEndObject();
    });
}
