// Reads the reduced model that is trained for its routing.
using System.Globalization;
using Sigma.Sim.Training;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Scenarios;

/// <summary>Binds `real_step`.</summary>
internal static class RealStepReader
{
    public static RealStepSpec Read(MapReader real, ModelSpec model)
    {
        var standard = ReducedModelSpec.Default;
        int Size(string key, int most, int fallback) => (int)real.Optional(
            key, Words.CountWithin(1, most), fallback.ToString(CultureInfo.InvariantCulture));

        var (layers, hidden) = (Size("layers", 64, standard.Layers), Size("hidden", 1024, standard.Hidden));
        var (heads, kvHeads) = (Size("heads", 64, standard.Heads), Size("kv_heads", 64, standard.KvHeads));
        var headDim = Size("head_dim", 256, standard.HeadDim);
        var ffn = Size("expert_ffn", 4096, standard.ExpertFfn);
        var sequence = Size("sequence", 8192, standard.Sequence);
        var tokens = Size("tokens_per_step", 1 << 20, standard.Tokens);
        var (steps, traceSteps) = (Size("steps", 100_000, 40), Size("trace_steps", 1000, 8));
        var reduced = standard with
        {
            Layers = layers,
            Hidden = hidden,
            Heads = heads,
            KvHeads = kvHeads,
            HeadDim = headDim,
            ExpertFfn = ffn,
            Experts = Math.Max(1, model.Experts.Count),
            TopK = Math.Clamp(model.Experts.TopK, 1, Math.Max(1, model.Experts.Count)),
            Sequence = sequence,
            Batch = Math.Max(1, tokens / sequence),
            AuxLoss = real.Optional("aux_loss", Words.NumberWithin(0, 10), "0.01"),
            ZLoss = real.Optional("z_loss", Words.NumberWithin(0, 10), "0.001"),
            Router = real.Word("router", ReducedModelSpec.Routers, "softmax"),
            BiasRate = real.Optional("bias_rate", Words.NumberWithin(0, 1), "0"),
            SharedExperts = (int)real.Optional("shared_experts", Words.CountWithin(0, 64), "0"),
            // One that could not be read has been reported; dropping nothing then makes no second error of it.
            CapacityFactor = real.Absent("capacity_factor", Words.NumberWithin(0.01, 1000)) is > 0 and var factor
                ? factor : null,
        };
        var precision = real.Word("precision", KernelPrecisions.Words, "fp32");
        var optimizer = OptimizerSpec.Default with
        {
            LearningRate = real.Optional("learning_rate", Words.NumberWithin(1e-6, 1), "0.004"),
        };
        var spec = new RealStepSpec(reduced, optimizer, precision, steps, traceSteps);
        Check(spec, tokens, real);
        real.Close();
        return spec;
    }

    private static void Check(RealStepSpec spec, int tokens, MapReader real)
    {
        var sequence = spec.Model.Sequence;
        if (tokens % sequence != 0)
        {
            real.Reject(
                "tokens_per_step", "S032",
                $"`tokens_per_step` {tokens} is not a multiple of `sequence` {sequence}",
                $"take {Math.Max(1, tokens / sequence) * sequence}");
        }

        foreach (var violation in spec.Model.ViolationsOn(Corpus.Version1.Length))
            real.Reject(KeyIn(violation), "S032", $"`real_step`: {violation}", null);
        // Balanced traffic is counted in whole blocks of tokens.
        if ((long)spec.TraceSteps * spec.Model.Tokens < RoutedTraffic.BlockTokens)
        {
            real.Reject(
                "tokens_per_step", "S032",
                $"the trace would hold {(long)spec.TraceSteps * spec.Model.Tokens} tokens a layer; a step needs at "
                + $"least {RoutedTraffic.BlockTokens}",
                "train more tokens a step, or trace more steps");
        }

        if (spec.TraceSteps > spec.Steps)
        {
            real.Reject(
                "trace_steps", "S032",
                $"`trace_steps` {spec.TraceSteps} is more than the {spec.Steps} steps",
                "trace at most all steps");
        }
    }

    /// <summary>The key that a sentence speaks of, to point at its value.</summary>
    private static string KeyIn(string violation) => violation switch
    {
        _ when violation.Contains("KV heads", StringComparison.Ordinal) => "kv_heads",
        _ when violation.Contains("head_dim", StringComparison.Ordinal) => "head_dim",
        _ when violation.Contains("sequence", StringComparison.Ordinal) => "tokens_per_step",
        _ when violation.Contains("aux_loss", StringComparison.Ordinal) => "aux_loss",
        _ when violation.Contains("parameters", StringComparison.Ordinal) => "hidden",
        _ => "layers",
    };
}
