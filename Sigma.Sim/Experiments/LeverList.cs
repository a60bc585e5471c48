// The levers that a report tries one at a time: each changes one input of the campaign.
using Sigma.Sim.Campaign;
using Sigma.Sim.Faults;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Experiments;

/// <summary>Changed campaigns with a title for each.</summary>
internal static class LeverList
{
    public static IEnumerable<(string Title, CampaignSpec Changed)> Of(CampaignSpec campaign)
    {
        yield return ("step 10 % faster", campaign with { StepTime = campaign.StepTime.Scaled(1 / 1.1) });
        foreach (var fault in campaign.Faults)
        {
            var rarer = fault with { TimeToFailure = fault.TimeToFailure.Stretched(2) };
            var faults = Replaced(campaign, fault, rarer);
            yield return ($"{fault.Name}: life x 2", campaign with { Faults = faults });
        }

        if (campaign.Faults.Count > 0)
        {
            if (campaign.Faults.Any(fault => fault.Kind is FailStop or Hang or FailSlow))
            {
                var noticed = campaign.Faults.Select(fault => fault with { Kind = NoticedSooner(fault.Kind) });
                yield return ("detection twice as fast", campaign with { Faults = [.. noticed] });
            }

            var times = campaign.Recovery.Times;
            var quicker = times with
            {
                TearDown = times.TearDown.Scaled(0.5),
                Decide = times.Decide.Stretched(0.5),
                Schedule = times.Schedule.Scaled(0.5),
                Swap = times.Swap.Scaled(0.5),
                Initialize = times.Initialize.Scaled(0.5),
                FirstStep = times.FirstStep.Scaled(0.5),
                ManualDecide = times.ManualDecide.Stretched(0.5),
                HotSwap = times.HotSwap.Scaled(0.5),
                Reconfigure = times.Reconfigure.Scaled(0.5),
                Rejoin = times.Rejoin.Scaled(0.5),
            };
            var recovery = campaign.Recovery with { Times = quicker };
            yield return ("restart twice as fast", campaign with { Recovery = recovery });
            yield return OtherSpares(campaign);
        }

        if (campaign.Tiers.Count > 0)
        {
            yield return ("checkpoints twice as often", campaign with { Tiers = Spaced(campaign, 0.5) });
            yield return ("checkpoints half as often", campaign with { Tiers = Spaced(campaign, 2) });
        }
    }

    /// <summary>One spare less of the kind that the policy takes first, or one where there is none.</summary>
    private static (string Title, CampaignSpec Changed) OtherSpares(CampaignSpec campaign)
    {
        var spares = campaign.Cluster.Spares;
        var isHot = campaign.Recovery.Policy == PolicyKind.HotSpare;
        var now = isHot ? spares.Hot : spares.Warm;
        var then = now > 0 ? now - 1 : 1;
        var changed = isHot ? spares with { Hot = then } : spares with { Warm = then };
        return ($"{(isHot ? "hot" : "warm")} spares {now} -> {then}",
            campaign with { Cluster = campaign.Cluster with { Spares = changed } });
    }

    private static FaultSpec[] Replaced(CampaignSpec campaign, FaultSpec old, FaultSpec by) =>
        [.. campaign.Faults.Select(f => f == old ? by : f)];

    /// <summary>What was measured stays as it was measured.</summary>
    private static FaultKind NoticedSooner(FaultKind kind) => kind switch
    {
        FailStop stop => new FailStop(stop.Latency.Stretched(0.5)),
        Hang hang => new Hang(hang.Latency.Stretched(0.5)),
        FailSlow slow => slow with { Latency = slow.Latency.Stretched(0.5) },
        SilentCorruption or LinkFlap or FalseAlarm => kind,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static CheckpointTier[] Spaced(CampaignSpec campaign, double factor) =>
        [.. campaign.Tiers.Select(t => t with { Every = t.Every.Scaled(factor) })];
}
