// Runs the points of a sweep on all cores and keeps each in the journal as soon as it is finished. Killed at any moment
// and started again, it goes on with the points that are missing.
using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Sigma.Sim.Quantities;
using Sigma.Sim.Scenarios.Sweeps;

namespace Sigma.Sim.Experiments.Sweeps;

/// <summary>A sweep that was interrupted; what was finished is kept.</summary>
public sealed class SweepInterruptedException(int done, int of) : OperationCanceledException(
    $"interrupted; {UnitText.Count(done)} of {UnitText.Count(of)} points are kept, and the same command goes on from "
    + "there");

/// <summary>Runs a checked sweep.</summary>
/// <param name="sweep">What is run.</param>
/// <param name="shard">Which of its points.</param>
/// <param name="results">Folder of the results, which holds the journal.</param>
/// <param name="threads">At a time; no result depends on them.</param>
public sealed class SweepJob(CheckedSweep sweep, Shard shard, string results, int threads)
{
    private readonly SweepHead _head = sweep.Head;

    /// <summary>
    /// Takes away what an earlier sweep left; throws <see cref="IOException"/> where a process still writes it.
    /// </summary>
    public static void Forget(string results) => SweepJournal.Forget(results);

    /// <summary>
    /// Of so many parts those that have no complete result yet. Throws <see cref="SweepException"/> where the folder
    /// holds results of another sweep.
    /// </summary>
    public static IReadOnlyList<int> MissingIn(string results, SweepHead head, int shards)
    {
        return SweepResults.Of(head, results)?.MissingOf(shards)
            ?? [.. Enumerable.Range(1, Math.Min(shards, head.Points))];
    }

    /// <summary>Runs what is missing; returns how many points were there before.</summary>
    public int Run(Action<JobProgress> progress, CancellationToken cancellation)
    {
        var own = Enumerable.Range(0, sweep.Points.Count).Where(shard.Holds).ToList();
        using var journal = SweepJournal.Open(results, _head, shard);
        var pending = own.Where(point => !journal.Done.Contains(point)).ToList();
        var (before, done) = (own.Count - pending.Count, own.Count - pending.Count);
        try
        {
            var shelf = new StepShelf(threads, progress, cancellation);
            PlaySteps(shelf, pending, progress);
            Run(pending, shelf, cancellation, batch =>
            {
                journal.Add(batch);
                done += batch.Count;
                progress(new JobProgress("points", done, own.Count));
            });
        }
        catch (OperationCanceledException)
        {
            throw new SweepInterruptedException(done, own.Count);
        }

        return before;
    }

    /// <summary>Each distinct step once, with all threads, before points share them.</summary>
    private void PlaySteps(StepShelf shelf, List<int> pending, Action<JobProgress> progress)
    {
        var distinct = pending.DistinctBy(point => sweep.Steps[point], StringComparer.Ordinal)
            .Where(point => sweep.Steps[point].Length > 0).ToList();
        foreach (var (point, played) in distinct.Select((point, i) => (point, i)))
        {
            progress(new JobProgress("steps", played, distinct.Count));
            shelf.CampaignOf(sweep.Plan.Load(sweep.Points[point]));
        }
    }

    /// <summary>
    /// Workers take replications in order, so that points finish in about their order and no core waits for a long
    /// point at the end; this thread alone writes.
    /// </summary>
    private void Run(
        List<int> pending, StepShelf shelf, CancellationToken cancellation, Action<List<PointResult>> keep)
    {
        var runs = pending.Select(point => new PointRun(_head.Replications, () => Prepare(point, shelf))).ToArray();
        using var finished = new BlockingCollection<PointResult>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var next = -1L;
        var workers = Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(
            Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        var all = Task.Factory.ContinueWhenAll(workers, _ => finished.CompleteAdding(), CancellationToken.None);
        try
        {
            Keep(finished, keep);
        }
        finally
        {
            // A disk that is full ends the work as well.
            stop.Cancel();
            all.Wait(CancellationToken.None);
        }

        if (workers.FirstOrDefault(worker => worker.IsFaulted)?.Exception is { } error)
            ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        cancellation.ThrowIfCancellationRequested();

        void Work()
        {
            try
            {
                while (!stop.IsCancellationRequested && Interlocked.Increment(ref next) is var task
                    && task < (long)runs.Length * _head.Replications)
                {
                    var place = (int)(task / _head.Replications);
                    var run = runs[place];
                    if (!run.Run((int)(task % _head.Replications), _head.Metrics)) continue;
                    finished.Add(ResultOf(pending[place], run), CancellationToken.None);
                    runs[place] = null!;
                }
            }
            catch
            {
                stop.Cancel();
                throw;
            }
        }
    }

    /// <summary>What has come together while the last points went to the disk goes there at once.</summary>
    private static void Keep(BlockingCollection<PointResult> finished, Action<List<PointResult>> keep)
    {
        foreach (var first in finished.GetConsumingEnumerable())
        {
            var batch = new List<PointResult> { first };
            while (finished.TryTake(out var more)) batch.Add(more);
            keep(batch);
        }
    }

    private PointCampaign Prepare(int point, StepShelf shelf)
    {
        var scenario = sweep.Plan.Load(sweep.Points[point]);
        return new PointCampaign(shelf.CampaignOf(scenario), scenario.Seed);
    }

    private PointResult ResultOf(int point, PointRun run) => new(
        point, sweep.Hashes[point], sweep.Points[point].ValuesOf(_head.Paths), run.Runs);
}
