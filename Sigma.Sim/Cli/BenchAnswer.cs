// What `sigma bench --json` prints of the speeds that it measured.
using System.Text.Json;
using Sigma.Sim.Engine;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Training;

namespace Sigma.Sim.Cli;

/// <summary>A step of the reduced model, and its model.</summary>
internal sealed record MeasuredStep(BenchResult Result, ReducedModelSpec Model);

/// <summary>Everything that `bench` measures.</summary>
internal sealed record Measured(
    EngineBench.Result One, EngineBench.Result Many,
    IReadOnlyList<BenchResult> Products, IReadOnlyList<BenchResult> Experts, IReadOnlyList<BenchResult> Ceilings,
    IReadOnlyList<MeasuredStep> Steps, IReadOnlyList<ReplayTiming> Replays,
    IReadOnlyList<CampaignTiming> Campaigns, double Speedup, double AireSimMs)
{
    /// <summary>Sizes of the matrix products, each on one thread and on two.</summary>
    public static IReadOnlyList<int> ProductSizes { get; } = [64, 128, 256, 512, 1024];

    /// <summary>A rate as a share of what the same threads reach on registers alone.</summary>
    public double OfPeak(BenchResult result) =>
        result.GflopPerSecond / Ceilings[result.Threads - 1].GflopPerSecond;
}

/// <summary>The answer of `bench` for scripts.</summary>
internal static class BenchAnswer
{
    /// <summary>The one object of the answer.</summary>
    public static void Write(Measured measured, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject("engine");
        json.WriteNumber("timeouts_per_s_1", measured.One.TimeoutsPerSecond);
        json.WriteNumber("timeouts_per_s_2048", measured.Many.TimeoutsPerSecond);
        json.WriteNumber("bytes_per_timeout", measured.Many.BytesPerTimeout);
        json.WriteEndObject();
        WriteKernels(measured, json);
        WriteSteps(measured, json);
        json.WriteStartArray("replay");
        foreach (var replay in measured.Replays)
        {
            json.WriteStartObject();
            json.WriteNumber("ranks", replay.Ranks);
            json.WriteNumber("played_ranks", replay.PlayedRanks);
            json.WriteNumber("step_elapsed_s", replay.Seconds);
            json.WriteNumber("heap_bytes", replay.Heap.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("campaign");
        json.WriteNumber("ms_per_replication", measured.Campaigns[0].Milliseconds);
        foreach (var campaign in measured.Campaigns)
        {
            json.WriteStartObject(campaign.Key);
            json.WriteNumber("ms_per_replication", campaign.Milliseconds);
            json.WriteNumber("faults", campaign.Faults);
            json.WriteEndObject();
        }

        json.WriteNumber("speedup_of_threads", measured.Speedup);
        json.WriteNumber("airesim_ms_per_replication", measured.AireSimMs);

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteKernels(Measured measured, Utf8JsonWriter json)
    {
        json.WriteStartArray("matmul");
        foreach (var (product, i) in measured.Products.Select((p, i) => (p, i)))
        {
            json.WriteStartObject();
            json.WriteNumber("n", Measured.ProductSizes[i / 2]);
            json.WriteNumber("threads", product.Threads);
            json.WriteNumber("gflop_per_s", product.GflopPerSecond);
            json.WriteNumber("of_fma_peak", measured.OfPeak(product));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("experts");
        foreach (var pass in measured.Experts)
        {
            json.WriteStartObject();
            json.WriteString("pass", pass.Name.Split(' ')[^1]);
            json.WriteNumber("threads", pass.Threads);
            json.WriteNumber("ms", pass.ElapsedMs);
            json.WriteNumber("gflop_per_s", pass.GflopPerSecond);
            json.WriteNumber("of_fma_peak", measured.OfPeak(pass));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("fma_peak_gflop_per_s");
        foreach (var ceiling in measured.Ceilings)
            json.WriteNumber(UnitText.Count(ceiling.Threads), ceiling.GflopPerSecond);
        json.WriteEndObject();
    }

    // The default step on two threads stands by itself, as readers of earlier answers expect; all of them follow.
    private static void WriteSteps(Measured measured, Utf8JsonWriter json)
    {
        json.WritePropertyName("step");
        WriteStep(measured, measured.Steps.First(step => step.Result.Threads == 2), json);
        json.WriteStartArray("steps");
        foreach (var step in measured.Steps) WriteStep(measured, step, json);
        json.WriteEndArray();
    }

    private static void WriteStep(Measured measured, MeasuredStep step, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", step.Result.Name);
        json.WriteNumber("threads", step.Result.Threads);
        json.WriteNumber("ms", step.Result.ElapsedMs);
        json.WriteNumber("tokens_per_s", step.Model.Tokens / step.Result.ElapsedMs * 1e3);
        json.WriteNumber("gflop_per_s", step.Result.GflopPerSecond);
        json.WriteNumber("of_fma_peak", measured.OfPeak(step.Result));
        json.WriteEndObject();
    }
}
