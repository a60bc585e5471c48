// How fast kernels and steps run on this machine, beside its ceiling; measured with a stopwatch, reported only.
using System.Diagnostics;
using Sigma.Sim.Kernels;

namespace Sigma.Sim.Training;

/// <summary>
/// One measurement: the best of its rounds, in milliseconds and 10^9 floating-point operations a second.
/// </summary>
public sealed record BenchResult(string Name, int Threads, double ElapsedMs, double GflopPerSecond);

/// <summary>Measurements for the bench command.</summary>
public static class KernelBench
{
    /// <summary>Register-only fused multiply-adds: what no kernel can exceed.</summary>
    public static BenchResult FmaCeiling(int threads) => new("fma peak", threads, 0, FmaPeak.Measure(threads));

    /// <summary>A product of n x n matrices; threads take bands of rows.</summary>
    public static BenchResult MatMulOf(int n, int threads)
    {
        using var team = new WorkerTeam(threads);
        var (left, right, product) = (Ramp(n * n), Ramp(n * n), new float[n * n]);
        var band = (n + threads - 1) / threads;
        var flop = 2.0 * n * n * n;
        var best = double.MaxValue;
        // Half a second at least: the runtime compiles the product anew once it has seen it run.
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began).TotalSeconds < 0.5;)
        {
            var started = Stopwatch.GetTimestamp();
            team.Run(threads, task =>
            {
                var first = Math.Min(n, task * band);
                var rows = Math.Min(band, n - first);
                MatMul.Forward(
                    left.Rows(first, rows, n), right, rows, n, n, LinearFormat.Float32, product.Rows(first, rows, n));
            });
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return new BenchResult($"matmul {n}", threads, best * 1e3, flop / best / 1e9);
    }

    /// <summary>The median of the default step over a number of steps, after three that warm up.</summary>
    public static BenchResult DefaultStep(int steps, int threads)
    {
        var spec = new TrainingSpec(
            ReducedModelSpec.Default, OptimizerSpec.Default, KernelPrecisions.Of(StepPrecision.Fp32), Corpus.Version1,
            Seed: 1, steps + 3, threads, TraceSteps: 1);
        var record = TrainingRun.Run(spec, _ => { });
        var elapsed = record.Steps.Skip(3).Select(step => step.ElapsedMs).Order().ToList();
        var median = elapsed[elapsed.Count / 2];
        return new BenchResult("default step", threads, median, record.FlopPerStep / median / 1e6);
    }

    private static float[] Ramp(int length)
    {
        var values = new float[length];
        for (var i = 0; i < length; i++) values[i] = ((i * 7919L % 1000) - 500) / 1000f;
        return values;
    }
}
