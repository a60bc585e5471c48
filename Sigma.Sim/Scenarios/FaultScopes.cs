// The words of fault scopes, and which kinds and keys mean anything for each: storage is never slow here, software has
// no NIC, a cable computes nothing.
using Sigma.Sim.Faults;

namespace Sigma.Sim.Scenarios;

/// <summary>What a scope, a kind and the other keys of a fault may be together.</summary>
internal static class FaultScopes
{
    public static readonly IReadOnlyDictionary<string, FaultScope> Words =
        new Dictionary<string, FaultScope>(StringComparer.Ordinal)
        {
            ["accelerator"] = FaultScope.Accelerator,
            ["node"] = FaultScope.Node,
            ["nic"] = FaultScope.Nic,
            ["link"] = FaultScope.Link,
            ["rack"] = FaultScope.Rack,
            ["leaf-switch"] = FaultScope.LeafSwitch,
            ["power-zone"] = FaultScope.PowerZone,
            ["storage"] = FaultScope.Storage,
            ["job"] = FaultScope.Job,
        };

    /// <summary>What people call one unit.</summary>
    public static string NounOf(FaultScope scope) => scope switch
    {
        FaultScope.Nic => "NIC",
        FaultScope.LeafSwitch => "leaf switch",
        FaultScope.PowerZone => "power zone",
        _ => Words.First(pair => pair.Value == scope).Key,
    };

    /// <summary>Reports what means nothing about a fault whose single values are sound.</summary>
    public static void Check(FaultSpec fault, MapReader item)
    {
        if (WhyNot(fault.Scope, fault.Kind) is { } reason)
        {
            item.Reject(
                "kind", item.PlaceIfGiven("scope"), "S053", $"{KindReader.NounOf(fault.Kind)} of `scope: "
                + $"{Words.First(pair => pair.Value == fault.Scope).Key}` means nothing: {reason.Why}", reason.Help);
        }

        foreach (var key in new[] { "precursor", "diagnosis" })
        {
            if (!item.Has(key)) continue;
            if (!DomainTree.TakesNodes(fault.Scope))
            {
                var asked = key == "precursor" ? "no node could leave before it" : "no node is blamed for it";
                item.Reject(
                    key, item.PlaceIfGiven("scope"), "S053",
                    $"a fault of the {NounOf(fault.Scope)} has no `{key}`: {asked}", $"take `{key}` out");
            }
            else if (fault.Kind is FalseAlarm)
            {
                item.Reject(
                    key, item.PlaceIfGiven("kind"), "S053",
                    $"a false alarm has no `{key}`: nothing is wrong that could be found", $"take `{key}` out");
            }
        }

        if (fault.Scope == FaultScope.Storage && item.Has("detection"))
        {
            item.Reject(
                "detection", item.PlaceIfGiven("scope"), "S053",
                "a fault of the storage needs no `detection`: the job knows when it saves or restores",
                "take `detection` out; how long it lasts is its `outage`");
        }

        var computes = fault.Scope is not (FaultScope.Nic or FaultScope.Link or FaultScope.LeafSwitch);
        if (fault.Kind is FailSlow { Kernels: > 1 } && !computes)
        {
            item.Sub("fail_slow").Reject(
                "kernels", item.PlaceIfGiven("scope"), "S053",
                $"a {NounOf(fault.Scope)} runs no `kernels` that could be slow", "give `nics`, the share that is left");
        }
    }

    private static (string Why, string? Help)? WhyNot(FaultScope scope, FaultKind kind) => (scope, kind) switch
    {
        (FaultScope.Storage, not FailStop) =>
            ("the storage is there or it is not", "say `kind: fail-stop`; `cluster.storage.busy` makes it slower"),
        (FaultScope.Job, FailSlow) =>
            ("a slow program is a longer step, and the step is computed", "change the model or `noise` instead"),
        (FaultScope.Job, FalseAlarm) =>
            ("a false alarm takes a node, and the job has none of its own", "say `scope: node`"),
        (not (FaultScope.Nic or FaultScope.Link), LinkFlap) =>
            ("only links go down and come up again", "say `scope: link` or `scope: nic`"),
        (not (FaultScope.Accelerator or FaultScope.Node or FaultScope.Job), SilentCorruption) =>
            ($"a {NounOf(scope)} computes no numbers that could be wrong",
                "say `scope: accelerator`, `scope: node` or `scope: job`"),
        _ => null,
    };
}
