// Reads a step that is worked out: cluster, model, layout, routing and noise.
using Sigma.Sim.Cluster;

namespace Sigma.Sim.Scenarios;

/// <summary>Binds what a scenario says of a step that is played.</summary>
internal static class ModelledStepReader
{
    /// <summary>The step, or null after reporting why its routing cannot be one.</summary>
    public static ModelledStep? Read(MapReader top, out ClusterSpec cluster)
    {
        var sampledSteps = top.Optional("sampled_steps", Words.CountWithin(1, 1000), "4");
        cluster = ClusterReader.Read(top.Section("cluster"), out var fabric);
        var model = ModelReader.Read(top.Section("model"));
        var parallelism = ParallelismReader.Read(top.Section("parallelism"));
        var realStep = RoutingReader.Read(top.Sub("real_step"), model);
        var noise = NoiseReader.Read(top.Sub("noise"));
        return realStep is null
            ? null
            : new ModelledStep(fabric, model, parallelism, realStep, noise, (int)sampledSteps);
    }
}
