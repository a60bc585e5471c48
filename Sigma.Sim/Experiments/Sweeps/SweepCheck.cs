// A sweep is checked whole before anything runs: a mistake in its last point must not cost a night.
using Sigma.Sim.Scenarios.Sweeps;

namespace Sigma.Sim.Experiments.Sweeps;

/// <summary>A plan whose points are all sound.</summary>
/// <param name="Plan">What was asked.</param>
/// <param name="Points">In order.</param>
/// <param name="Hashes">Of each point's scenario.</param>
/// <param name="Steps">For each distinct step the first point that has it, and the points' keys.</param>
/// <param name="Head">Of the results.</param>
public sealed record CheckedSweep(
    SweepPlan Plan, IReadOnlyList<SweepPoint> Points, IReadOnlyList<string> Hashes, IReadOnlyList<string> Steps,
    SweepHead Head)
{
    /// <summary>
    /// Loads every point. Throws <see cref="SweepException"/> for a plan without points or with too many, and
    /// <see cref="VariantException"/> for the first point that is no sound scenario, with its values.
    /// </summary>
    public static CheckedSweep Of(
        SweepPlan plan, string version, string command, int threads, Action<JobProgress> progress,
        CancellationToken cancellation)
    {
        var points = plan.Points();
        // A path that does not exist is wrong in every point: one look is enough.
        var first = plan.Load(points[0]);
        var (hashes, steps) = (new string[points.Count], new string[points.Count]);
        var wrong = new VariantException?[points.Count];
        var done = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        Parallel.For(0, points.Count, options, (i, state) =>
        {
            if (i > (state.LowestBreakIteration ?? long.MaxValue)) return;
            try
            {
                var scenario = plan.Load(points[i]);
                hashes[i] = scenario.Hash;
                steps[i] = StepShelf.KeyOf(scenario);
                if (scenario.Replications != first.Replications)
                    throw new SweepException($"point {i + 1} ({points[i]}) has another number of replications");
            }
            catch (VariantException error)
            {
                wrong[i] = error;
                state.Break();
            }

            var count = Interlocked.Increment(ref done);
            if (count % 500 == 0) progress(new JobProgress("points checked", count, points.Count));
        });
        if (wrong.FirstOrDefault(error => error is not null) is { } earliest) throw earliest;
        return new CheckedSweep(
            plan, points, hashes, steps, SweepHead.Of(plan, hashes, first.Replications, version, command));
    }
}
