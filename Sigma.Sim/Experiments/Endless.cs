// A run that ends with its work may never end, where faults undo it. What was asked for then fails; a variant of it is
// only left out.
using Sigma.Sim.Campaign;

namespace Sigma.Sim.Experiments;

/// <summary>Runs what may never end.</summary>
internal static class Endless
{
    /// <summary>What was run, or null where it would never end.</summary>
    public static T? OrNull<T>(Func<T> run)
        where T : class
    {
        try
        {
            return run();
        }
        catch (EndlessCampaignException)
        {
            return null;
        }
        catch (AggregateException error) when (error.Flatten().InnerExceptions.All(e => e is EndlessCampaignException))
        {
            return null;
        }
    }
}
