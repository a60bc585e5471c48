// One point while its replications run on any thread: its campaign is made when the first of them begins, and dropped
// when the last has ended, since a sweep may have a million points.
using Sigma.Sim.Campaign;

namespace Sigma.Sim.Experiments.Sweeps;

/// <summary>A point's campaign with its seed.</summary>
internal sealed record PointCampaign(CampaignSpec Spec, ulong Seed);

/// <summary>Collects the replications of a point.</summary>
internal sealed class PointRun(int replications, Func<PointCampaign> prepare)
{
    private readonly Lazy<PointCampaign> _campaign = new(prepare);
    private readonly IReadOnlyList<double>[] _runs = new IReadOnlyList<double>[replications];
    private int _left = replications;
    private volatile bool _isEndless;

    /// <summary>Runs one replication; true where it was the last that was missing.</summary>
    public bool Run(int replication, IReadOnlyList<string> metrics)
    {
        if (!_isEndless)
        {
            try
            {
                var campaign = _campaign.Value;
                var run = CampaignSimulation.Run(campaign.Spec, campaign.Seed, replication, tellsStory: false);
                _runs[replication] = PointResult.MetricsOf(run, metrics);
            }
            catch (EndlessCampaignException)
            {
                // One that never ends is enough: such a point has no mean.
                _isEndless = true;
            }
        }

        return Interlocked.Decrement(ref _left) == 0;
    }

    /// <summary>By replication its metrics; none where the run would never end.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Runs => _isEndless ? [] : _runs;
}
