// Reads the tiers of checkpoints.
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Scenarios;

/// <summary>Binds `checkpoint`.</summary>
internal static class CheckpointReader
{
    private static readonly Dictionary<string, CheckpointTarget> Targets = new(StringComparer.Ordinal)
    {
        ["peer-memory"] = CheckpointTarget.PeerMemory,
        ["local-disk"] = CheckpointTarget.LocalDisk,
        ["storage"] = CheckpointTarget.Storage,
    };

    // Shared storage survives the whole cluster, which is no domain of it.
    private static readonly Dictionary<string, SurvivedDomain?> Domains = new(StringComparer.Ordinal)
    {
        ["node"] = SurvivedDomain.Node,
        ["rack"] = SurvivedDomain.Rack,
        ["power-zone"] = SurvivedDomain.PowerZone,
        ["cluster"] = null,
    };

    /// <param name="checkpoint">The section.</param>
    /// <param name="size">Bytes of a copy, or null where nobody says.</param>
    public static IReadOnlyList<CheckpointTierSpec> Read(MapReader checkpoint, out Bytes? size)
    {
        size = checkpoint.Absent("size", UnitParser.Bytes);
        var tiers = checkpoint.Items("tiers").Select(TierOf).ToList();
        checkpoint.Close();
        return tiers;
    }

    private static CheckpointTierSpec TierOf(MapReader item)
    {
        var findings = item.Log.Diagnostics.Count;
        var target = item.Word("to", Targets, null);
        var every = item.Required("every", LawWords.ValueOr("optimal", Words.PositiveDuration));
        var blocking = item.Optional("blocking", UnitParser.Duration, "0 s");
        var (write, read) = (item.Absent("write", UnitParser.Duration), item.Absent("read", UnitParser.Duration));
        var keep = Keep(item, target, item.Log.Diagnostics.Count == findings && item.Has("to"));
        var survives = Survives(item, target, item.Log.Diagnostics.Count == findings && item.Has("to"));
        item.Close();
        if (every is null && blocking.IsZero && item.Log.Diagnostics.Count == findings)
        {
            item.Reject(
                "every", item.PlaceIfGiven("blocking"), "S035",
                "sqrt(2 x 0 s blocking x MTTI) = 0 s: copies that stop nothing would be taken without a pause",
                "give `blocking`, or an interval: what limits it is then the time to write a copy");
        }

        return new CheckpointTierSpec(target, every, blocking)
        {
            Survives = survives,
            Keep = keep,
            Write = write,
            Read = read,
        };
    }

    /// <summary>Storage has room for many copies; nodes for the newest complete one and one being written.</summary>
    private static int? Keep(MapReader item, CheckpointTarget target, bool isKnown)
    {
        const string key = "keep";
        var isGiven = item.Has(key);
        if (!isKnown) return null;
        if (target == CheckpointTarget.Storage)
            return (int?)item.Optional(key, LawWords.ValueOr("all", Words.CountWithin(1, 1_000_000)), "all");
        if (!isGiven) return null;
        item.Reject(
            key, item.PlaceIfGiven("to"), "S053",
            "nodes have room for the newest complete copy and the one being written, and for no more",
            "take `keep` out, or say `to: storage`");
        return null;
    }

    /// <summary>Where a copy lies decides what it survives, but for the partner in whose memory it lies.</summary>
    private static SurvivedDomain Survives(MapReader item, CheckpointTarget target, bool isKnown)
    {
        const string key = "survives";
        var isPeer = target == CheckpointTarget.PeerMemory;
        if ((!isPeer && !item.Has(key)) || !isKnown) return SurvivedDomain.Node;
        var findings = item.Log.Diagnostics.Count;
        var domain = item.Word(key, Domains, "node");
        var isWrong = isPeer ? domain is null : target != CheckpointTarget.Storage || domain is not null;
        if (!isWrong || item.Log.Diagnostics.Count > findings) return domain ?? SurvivedDomain.Node;
        var (message, help) = target switch
        {
            CheckpointTarget.PeerMemory => ("what lies in memory of the cluster goes away with the cluster",
                "say `survives: power-zone`, or add a tier on storage"),
            CheckpointTarget.LocalDisk => ("a copy on a local disk goes away with its node",
                "take `survives` out, or say `to: peer-memory`"),
            _ => ("a copy on storage survives the whole cluster", "write `survives: cluster`, or take it out"),
        };
        item.Reject(key, item.PlaceIfGiven("to"), "S053", message, help);
        return SurvivedDomain.Node;
    }
}
