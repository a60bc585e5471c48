// Reads the full-size model: its layers, attention, feed-forward networks and experts.
using Sigma.Sim.Workload;

namespace Sigma.Sim.Scenarios;

/// <summary>Binds `model`.</summary>
internal static class ModelReader
{
    private static readonly Dictionary<string, Activation> Activations = new(StringComparer.Ordinal)
    {
        ["swiglu"] = Activation.SwiGlu,
        ["gelu"] = Activation.Gelu,
    };

    public static ModelSpec Read(MapReader model)
    {
        int Size(string key, long most) => (int)model.Required(key, Words.CountWithin(1, most));
        var name = model.Optional("name", Words.Sentence, "model");
        var (layers, hidden) = (Size("layers", 1024), Size("hidden", 131_072));
        var (heads, kvHeads, headDim) = (Size("heads", 4096), Size("kv_heads", 4096), Size("head_dim", 1024));
        var latent = Latent(model);
        var (vocabulary, sequence) = (Size("vocabulary", 10_000_000), Size("sequence", 1_048_576));
        var ffn = (int?)model.Absent("ffn", Words.CountWithin(1, 1_048_576));
        var denseLayers = (int)model.Optional("dense_layers", Words.CountWithin(0, 1024), "0");
        var experts = Experts(model, ffn);
        var activation = model.Word("activation", Activations, "swiglu");
        var biases = model.Word("biases", Words.YesNo, "false");
        var positions = model.Word("learned_positions", Words.YesNo, "false");
        var tied = model.Word("tied_embedding", Words.YesNo, "false");
        var precision = model.Word("precision", AcceleratorReader.PrecisionWords, "bf16");
        Check(model, layers, denseLayers, ffn);
        model.Close();
        return new ModelSpec(
            name, layers, hidden, heads, kvHeads, headDim, vocabulary, sequence, experts, precision)
        {
            Activation = activation,
            Latent = latent,
            DenseLayers = denseLayers,
            DenseFfn = ffn ?? 0,
            Biases = biases,
            LearnedPositions = positions,
            TiedEmbedding = tied,
        };
    }

    private static LatentAttention? Latent(MapReader model)
    {
        if (!model.Has("latent_attention")) return null;
        var latent = model.Section("latent_attention");
        int Size(string key) => (int)latent.Required(key, Words.CountWithin(1, 131_072));
        var spec = new LatentAttention(Size("query_rank"), Size("kv_rank"), Size("rotary_dim"), Size("value_dim"));
        latent.Close();
        return spec;
    }

    /// <summary>The experts; without them every layer has one network of width `ffn`.</summary>
    private static ExpertSpec Experts(MapReader model, int? ffn)
    {
        if (!model.Has("experts") && ffn is { } width) return new ExpertSpec(1, 1, width, 0);
        var experts = model.Section("experts");
        var spec = new ExpertSpec(
            (int)experts.Required("count", Words.CountWithin(1, 1024)),
            (int)experts.Required("top_k", Words.CountWithin(1, 1024)),
            (int)experts.Required("ffn", Words.CountWithin(1, 1_048_576)),
            (int)experts.Optional("shared", Words.CountWithin(0, 64), "0"))
        {
            Groups = (int)experts.Optional("groups", Words.CountWithin(1, 1024), "1"),
            GroupsPerToken = (int)experts.Optional("groups_per_token", Words.CountWithin(1, 1024), "1"),
        };
        if (spec.Count % Math.Max(1, spec.Groups) != 0)
            experts.Reject("groups", "S043", $"{spec.Groups} groups do not divide {spec.Count} experts", null);
        if (spec.GroupsPerToken > spec.Groups)
        {
            experts.Reject("groups_per_token", "S043",
                $"a token cannot visit {spec.GroupsPerToken} of {spec.Groups} groups", null);
        }
        else if (spec.TopK > (long)spec.GroupsPerToken * spec.Count / Math.Max(1, spec.Groups) && spec.Groups > 1)
        {
            experts.Reject("groups_per_token", "S043",
                $"{spec.GroupsPerToken} groups of {spec.Count / spec.Groups} experts have no {spec.TopK} for a token",
                null);
        }

        experts.Close();
        return spec;
    }

    private static void Check(MapReader model, int layers, int denseLayers, int? ffn)
    {
        if (denseLayers > 0 && ffn is null)
        {
            model.Reject("dense_layers", "S043", "`dense_layers` need a width: `ffn`",
                "add `ffn: ...`, the inner width of a layer without experts");
        }

        if (denseLayers > 0 && denseLayers >= layers)
        {
            model.Reject("dense_layers", "S043",
                $"{denseLayers} of {layers} layers are dense, which leaves none with experts",
                "leave `experts` and `dense_layers` out of a dense model, and give `ffn`");
        }

        if (ffn is not null && denseLayers == 0 && model.Has("experts"))
        {
            model.Reject("ffn", "S043", "`ffn` is the width of layers without experts, and there are none",
                "give `dense_layers`, or take `experts` out");
        }
    }
}
