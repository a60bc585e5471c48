// A count whose mean is known before anything is simulated: the units that fail within a time of being new. It moves
// with what a replication meets, so that it can take the luck of the draw out of a mean (control variates).
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Faults;

/// <summary>First failures of new units that would stop the job, weighted by the share that does.</summary>
/// <param name="faults">Ways to fail.</param>
/// <param name="tree">Which units there are.</param>
/// <param name="lemons">Which share of nodes carries more hazard, or null.</param>
/// <param name="span">Age up to which failures count, above zero.</param>
public sealed class FirstFailures(
    IReadOnlyList<FaultSpec> faults, DomainTree tree, LemonSpec? lemons, Duration span)
{
    /// <summary>
    /// The expected count: a unit's first life ends by an age t with probability 1 - exp(-k H(t)), where H is the
    /// cumulative hazard with early life and k the factor of its node.
    /// </summary>
    public double Expected() => faults.Sum(fault => WeightOf(fault) * ExpectedOf(fault));

    /// <summary>The count of one replication, whose units' first lives end at these ages in nanoseconds.</summary>
    internal double CountIn(Func<int, int, long> failsAt)
    {
        var sum = 0.0;
        for (var fault = 0; fault < faults.Count; fault++)
        {
            var weight = WeightOf(faults[fault]);
            if (weight == 0) continue;
            var (units, failed) = (tree.UnitsOf(faults[fault].Scope), 0);
            for (var unit = 0; unit < units; unit++)
                if (failsAt(fault, unit) <= span.Nanoseconds) failed++;
            sum += weight * failed;
        }

        return sum;
    }

    /// <summary>A constant life ends on its day in every replication, so it says nothing of luck.</summary>
    private static double WeightOf(FaultSpec fault) =>
        fault is { TimeToFailure: Constant } or { Scope: FaultScope.Storage } ? 0 : fault.Kind.StoppingShare;

    private double ExpectedOf(FaultSpec fault)
    {
        // Fixes in the fleet are drawn when a failure comes, not before.
        var hazard = (fault with { Growth = null }).ExpectedFailures(span);
        var (units, perNode) = (tree.UnitsOf(fault.Scope), tree.UnitsPerNode(fault.Scope));
        var bad = lemons is null ? 0 : lemons.CountOf(tree.Nodes) * perNode;
        return (units - bad) * (1 - Math.Exp(-hazard)) + bad * (1 - Math.Exp(-hazard * (lemons?.Factor ?? 1)));
    }
}
