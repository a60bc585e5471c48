// A sweep of which parts are missing: whoever runs it must know which.
namespace Sigma.Sim.Experiments.Sweeps;

/// <summary>Parts left no complete result.</summary>
/// <param name="missing">Their numbers, from 1.</param>
/// <param name="of">How many parts there are.</param>
/// <param name="what">What is to be done, as the end of a sentence.</param>
public sealed class IncompleteSweepException(IReadOnlyList<int> missing, int of, string what)
    : Exception(
        $"{(missing.Count == 1 ? "shard" : "shards")} {SlurmArray.Ranges(missing)} of {of} left no complete result; "
        + what);
