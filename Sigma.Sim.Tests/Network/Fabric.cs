// Small fabrics for tests of the network: a switch or a mesh in the node, one NIC an accelerator, nothing
// oversubscribed.
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Tests.Network;

internal static class Fabric
{
    public static FabricSpec Of(int perNode) => Of(perNode, 450_000_000_000, 50_000_000_000);

    public static FabricSpec Of(int perNode, long scaleUp, long nic) =>
        Of(perNode, scaleUp, nic, ScaleUpKind.Switch, new Duration(1_500), new Duration(4_000));

    public static FabricSpec Of(
        int perNode, long scaleUp, long nic, ScaleUpKind kind, Duration upLatency, Duration outLatency) => new(
        new ScaleUpSpec(kind, new Bandwidth(scaleUp), upLatency),
        new ScaleOutSpec(ScaleOutKind.RailFatTree, perNode, new Bandwidth(nic), outLatency, 1_000, 1), perNode);
}
