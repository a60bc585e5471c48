// How fast kernels and steps run on this machine, beside its ceiling; measured with a stopwatch, reported only.
using System.Diagnostics;
using Sigma.Sim.Kernels;

namespace Sigma.Sim.Training;

/// <summary>
/// One measurement: the median of its rounds, in milliseconds and 10^9 floating-point operations a second.
/// </summary>
public sealed record BenchResult(string Name, int Threads, double ElapsedMs, double GflopPerSecond);

/// <summary>Measurements for the bench command.</summary>
public static class KernelBench
{
    /// <summary>Twice the default width and more, with few large experts: matrices that fill the tiles.</summary>
    public static ReducedModelSpec Wider { get; } = ReducedModelSpec.Default with
    {
        Hidden = 256,
        Heads = 8,
        HeadDim = 32,
        Experts = 16,
        TopK = 2,
        ExpertFfn = 512,
        Batch = 4,
    };

    /// <summary>Register-only fused multiply-adds: what no kernel can exceed, so the best of its rounds.</summary>
    public static BenchResult FmaCeiling(int threads) => new("fma peak", threads, 0, FmaPeak.Measure(threads));

    /// <summary>A product of n x n matrices; threads take bands of rows.</summary>
    public static BenchResult MatMulOf(int n, int threads)
    {
        using var team = new WorkerTeam(threads);
        var (left, right, product) = (Ramp(n * n), Ramp(n * n), new float[n * n]);
        var packed = new PackedMatrix(n, n);
        // Eight bands a thread, so that one whose core is disturbed leaves its share to the others; the right matrix
        // is packed once for all, so that small bands cost little.
        var tile = PackedMatrix.RowsOfTile;
        var band = threads == 1 ? n : Math.Max(1, n / (8 * threads) / tile) * tile;
        return Median($"matmul {n}", threads, 2.0 * n * n * n, () =>
        {
            team.Run(packed.Parts, part => packed.Pack(new Strided(right, n, n).Transposed, part));
            team.Run((n + band - 1) / band, task =>
            {
                var (first, rows) = (task * band, Math.Min(band, n - (task * band)));
                MatMul.Multiply(
                    new Strided(left.Rows(first, rows, n), rows, n), packed, accumulate: false,
                    product.Rows(first, rows, n), n);
            });
        });
    }

    /// <summary>The experts of a default layer, as many choices each as a trained router gives them.</summary>
    public static IReadOnlyList<BenchResult> ExpertsOf(int threads)
    {
        using var team = new WorkerTeam(threads);
        var layer = new ExpertBench(ReducedModelSpec.Default);
        return
        [
            Median("experts forward", threads, layer.Flop, () => team.Run(layer.Shape.Experts, layer.Forward)),
            Median("experts backward", threads, 2 * layer.Flop, () => team.Run(layer.Shape.Experts, layer.Backward)),
        ];
    }

    /// <summary>The median of a model's step over a number of steps, after three that warm up.</summary>
    public static BenchResult Step(string name, ReducedModelSpec model, int steps, int threads)
    {
        const int warmup = 3;
        var spec = new TrainingSpec(
            model, OptimizerSpec.Default, KernelPrecisions.Of(StepPrecision.Fp32), Corpus.Version1, Seed: 1,
            steps + warmup, threads, TraceSteps: 1);
        var record = TrainingRun.Run(spec, _ => { });
        var median = MiddleOf(record.Steps.Skip(warmup).Select(step => step.ElapsedMs));
        return new BenchResult(name, threads, median, record.FlopPerStep / median / 1e6);
    }

    internal static float[] Ramp(int length)
    {
        var values = new float[length];
        for (var i = 0; i < length; i++) values[i] = ((i * 7919L % 1000) - 500) / 1000f;
        return values;
    }

    // Rounds of half a second, after a third in which the runtime compiles anew what it has seen run.
    private static BenchResult Median(string name, int threads, double flop, Action round)
    {
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began).TotalSeconds < 0.3;) round();
        var elapsed = new List<double>();
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began).TotalSeconds < 0.5;)
        {
            var started = Stopwatch.GetTimestamp();
            round();
            elapsed.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        var median = MiddleOf(elapsed);
        return new BenchResult(name, threads, median, flop / median / 1e6);
    }

    private static double MiddleOf(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
