// SIGMA's published figures against its scenarios, run from text to numbers. Each scenario names what was fitted to
// what.
using Sigma.Sim.Experiments;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Validation;

/// <summary>21.08 % and 94.45 % of today's platform, 9.86 % and 2.5 h of the early one (arXiv 2512.13488).</summary>
internal static class SigmaCases
{
    public static IEnumerable<CaseResult> All(string folder, int threads, CancellationToken cancellation)
    {
        var today = Path.Combine(folder, "sigma-moe-2048.yaml");
        var early = Path.Combine(folder, "sigma-moe-2048-early.yaml");
        foreach (var path in new[] { today, early })
        {
            if (!File.Exists(path))
                throw new FileNotFoundException($"there is no file `{path}`; `--scenarios` says where SIGMA's are");
        }

        var late = Run(today, threads, cancellation);
        yield return Of(late, "step_mfu", "step MFU today", 0.2108, 0.005);
        yield return Of(late, "utilization_non_idle", "non-idle utilization today", 0.9445, 0.01);
        var manual = Run(early, threads, cancellation);
        yield return Of(manual, "step_mfu", "step MFU on the early platform", 0.0986, 0.005);
        yield return Of(manual, "mttr_min", "recovery on the early platform [min]", 150, 15);
    }

    private static RunOutcome Run(string path, int threads, CancellationToken cancellation) =>
        new MainJob(Scenario.Load(path, []), threads, _ => { }, cancellation).Run();

    private static CaseResult Of(RunOutcome outcome, string metric, string quantity, double published, double tolerance)
    {
        var ours = outcome.Set.Metrics[metric].Mean;
        return new CaseResult("SIGMA", quantity, ours, published, tolerance, "").RestingOn(outcome.Scenario);
    }
}
