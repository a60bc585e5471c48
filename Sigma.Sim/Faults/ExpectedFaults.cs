// What closed forms expect of a scenario's faults before anything is simulated: how often each strikes, how often that
// stops the job, and so the mean time to an interruption.
using Sigma.Sim.Cluster;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Faults;

/// <summary>One way to fail, over a span of time.</summary>
/// <param name="Fault">Its specification.</param>
/// <param name="Units">Those that can strike the job.</param>
/// <param name="Strikes">Expected, of units that are new at the start and, where they age by operation, operate all the
/// time.</param>
/// <param name="Stops">Of these, those that stop the job, if nothing is done before they strike.</param>
public sealed record ExpectedStrikes(FaultSpec Fault, int Units, double Strikes, double Stops);

/// <summary>All ways to fail, over a span of time; nodes are never given up, mended ones never relapse.</summary>
public sealed class ExpectedFaults
{
    /// <param name="faults">Ways to fail.</param>
    /// <param name="cluster">Its job's nodes fail the job; its spares do not.</param>
    /// <param name="lemonExcess">What lemons add to the hazard of a mean node, as a share of it; 0 for none.</param>
    /// <param name="span">Over which strikes are counted, above zero.</param>
    public ExpectedFaults(IReadOnlyList<FaultSpec> faults, ClusterSpec cluster, double lemonExcess, Duration span)
    {
        Span = span;
        var tree = DomainTree.Of(cluster);
        ByFault = [.. faults.Select(fault => Of(fault, tree.UnitsOf(fault.Scope, cluster.Nodes), lemonExcess, span))];
    }

    public Duration Span { get; }

    public IReadOnlyList<ExpectedStrikes> ByFault { get; }

    public double Stops => ByFault.Sum(fault => fault.Stops);

    /// <summary>Mean time to an interruption, or null where none is expected.</summary>
    public Duration? MeanTimeToInterruption => Stops > 0 ? Duration.FromHours(Span.Hours / Stops) : null;

    /// <summary>Mean time, in seconds, that an interruption keeps the job waiting before anyone knows.</summary>
    public double MeanUndetectedSeconds =>
        ByFault.Sum(fault => fault.Fault.Kind.MeanUndetectedSeconds * fault.Stops) / Stops;

    private static ExpectedStrikes Of(FaultSpec fault, int units, double lemonExcess, Duration span)
    {
        var hazard = DomainTree.IsInNode(fault.Scope) ? 1 + lemonExcess : 1;
        var strikes = units * fault.ExpectedFailures(span) * hazard;
        return new ExpectedStrikes(fault, units, strikes, strikes * StoppingShareOf(fault));
    }

    /// <summary>
    /// A flapping link stops the job where it is down too long in one of its flaps; the job goes on without storage.
    /// </summary>
    private static double StoppingShareOf(FaultSpec fault) => fault switch
    {
        { Scope: FaultScope.Storage } => 0,
        { Kind: LinkFlap flap } => 1 - Math.Pow(ShareUpTo(flap.Survives.Seconds, flap.Down), flap.Times),
        _ => fault.Kind.StoppingShare,
    };

    /// <summary>The share of draws that are no longer than a span: laws state quantiles, so it is found by halving.
    /// </summary>
    private static double ShareUpTo(double seconds, Distribution law)
    {
        var (low, high) = (0.0, 1.0);
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            if (middle is <= 0 or >= 1) break;
            if (law.QuantileSeconds(middle) <= seconds) low = middle;
            else high = middle;
        }

        return (low + high) / 2;
    }
}
