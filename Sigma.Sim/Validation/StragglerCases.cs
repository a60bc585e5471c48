// Two measured jobs, replayed operation by operation: the step that was measured, and the slowdown that the authors of
// the method found (Lin et al., arXiv 2505.05713, and the results that they published with the traces).
using Sigma.Sim.Replay;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Validation;

/// <summary>A job whose last stage is slow, and one with a slow rank.</summary>
internal static class StragglerCases
{
    public const string Family = "STRAGGLER";

    public static IEnumerable<CaseResult> All(string scenarioFolder)
    {
        var folder = Path.Combine(scenarioFolder, "stragglers");
        return Of(folder, "ST", 2.2144, 1.1787, 1.771).Concat(Of(folder, "AR", 46.649, 1.9730, null));
    }

    /// <param name="folder">Where the traces are.</param>
    /// <param name="job">Name of its files.</param>
    /// <param name="measured">Mean step time as measured, in seconds.</param>
    /// <param name="slowdown">The authors' ratio of replayed to ideal.</param>
    /// <param name="balanced">Their step with the last stage typical, in seconds, where it is the slowest.</param>
    private static IEnumerable<CaseResult> Of(
        string folder, string job, double measured, double slowdown, double? balanced)
    {
        var layout = TraceLayoutReader.Load(Path.Combine(folder, job + ".yaml"));
        var found = StragglerAnalysis.Of(OperationTraceFile.Load(Path.Combine(folder, job + ".csv.gz"), layout));
        yield return Case($"step of job {job}, replayed and measured [s]", found.Replayed.Seconds, measured, 0.02);
        yield return Case($"slowdown of job {job} by stragglers", found.Slowdown, slowdown, 0.005);
        if (balanced is { } step)
        {
            var ours = found.BalanceStage.Step.Seconds;
            yield return Case($"step of job {job} with its slowest stage balanced [s]", ours, step, 0.005);
        }

        static CaseResult Case(string quantity, double ours, double theirs, double share) =>
            new(Family, quantity, ours, theirs, share * theirs, "");
    }
}
