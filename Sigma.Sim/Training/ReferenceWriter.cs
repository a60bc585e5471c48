// Our own step as a reference: the format that cross-stack validation reads, so that another stack can be checked
// against ours. Ten optimizer steps on one batch, from the weights that a training with this seed starts from.
using System.Buffers.Binary;
using System.Text.Json;

namespace Sigma.Sim.Training;

/// <summary>Writes manifest.json and tensors.bin.</summary>
public sealed class ReferenceWriter
{
    /// <summary>Optimizer steps of an exported reference.</summary>
    public const int Steps = 10;

    private readonly List<(string Name, string Type, int[] Shape, long Offset)> _tensors = [];
    private readonly List<(StepLosses Losses, double Norm)> _scalars = [];
    private readonly Stream _tensorStream;
    private readonly TrainingSpec _spec;

    private ReferenceWriter(TrainingSpec spec, Stream tensors) => (_spec, _tensorStream) = (spec, tensors);

    /// <summary>
    /// Computes the reference of a run's first batch; its learning rate is not warmed up, as the format has none.
    /// </summary>
    public static void Write(
        TrainingSpec spec, Stream manifest, Stream tensors, CancellationToken cancellation)
    {
        var writer = new ReferenceWriter(spec, tensors);
        writer.Compute(cancellation);
        writer.WriteManifest(manifest);
    }

    private void Compute(CancellationToken cancellation)
    {
        var model = _spec.Model;
        using var ours = new ReducedModel(
            model, _spec.Optimizer with { WarmupSteps = 0 }, _spec.Precisions, _spec.Threads);
        ours.Initialize(_spec.Seed);
        var (tokens, targets) = (new int[model.Tokens], new int[model.Tokens]);
        _spec.Text.Fill(_spec.Seed, 1, model.Sequence, tokens, targets);
        Integers("tokens", tokens, model.Batch, model.Sequence);
        Integers("targets", targets, model.Batch, model.Sequence);
        PerParameter("param/", ours, parameter => parameter.Value);
        CrossStackCheck.Measure(ours, tokens, targets);
        for (var step = 1; step <= Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            var losses = ours.ForwardBackward(tokens, targets);
            TensorCheck.Losses(ours, step, losses);
            if (step == 1) Forward(ours);
            var norm = ours.Step();
            TensorCheck.Norm(ours, step, norm);
            _scalars.Add((losses, norm));
            if (step is 1 or 10) PerParameter($"after_{step}/", ours, parameter => parameter.Value);
        }
    }

    private void Forward(ReducedModel ours)
    {
        var model = _spec.Model;
        for (var layer = 0; layer < model.Layers; layer++)
        {
            var name = $"forward/layers.{layer}.";
            var index = Array.ConvertAll(ours.RoutingIndex(layer).ToArray(), expert => (int)expert);
            Integers(name + "routing_index", index, model.Tokens, model.TopK);
            Floats(name + "routing_weight", ours.RoutingWeight(layer), model.Tokens, model.TopK);
            Floats(name + "hidden", ours.HiddenAfter(layer), model.Batch, model.Sequence, model.Hidden);
        }

        Floats("forward/logits", ours.Logits, model.Batch, model.Sequence, model.Vocabulary);
        PerParameter("grad/", ours, parameter => parameter.Gradient);
    }

    private void PerParameter(string prefix, ReducedModel ours, Func<Parameter, float[]> part)
    {
        foreach (var parameter in ours.Parameters)
            Floats(prefix + parameter.Name, part(parameter), [.. parameter.Shape]);
    }

    private void Floats(string name, ReadOnlySpan<float> values, params int[] shape)
    {
        var bytes = new byte[4 * values.Length];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), values[i]);
        Add(name, "float32", shape, bytes);
    }

    private void Integers(string name, int[] values, params int[] shape)
    {
        var bytes = new byte[4 * values.Length];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4 * i), values[i]);
        Add(name, "int32", shape, bytes);
    }

    private void Add(string name, string type, int[] shape, byte[] bytes)
    {
        _tensors.Add((name, type, shape, _tensorStream.Position));
        _tensorStream.Write(bytes);
    }

    private void WriteManifest(Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteStartObject("config");
        WriteConfig(json);
        json.WriteEndObject();
        json.WriteStartObject("scalars");
        json.WriteStartArray("loss_total_ce_balance_z");
        foreach (var (losses, _) in _scalars)
        {
            json.WriteStartArray();
            foreach (var loss in new[] { losses.Total, losses.CrossEntropy, losses.Balance, losses.Z })
                json.WriteNumberValue(loss);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("gradient_norm");
        foreach (var (_, norm) in _scalars) json.WriteNumberValue(norm);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("tensors");
        foreach (var (name, type, shape, offset) in _tensors)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("type", type);
            json.WriteStartArray("shape");
            foreach (var size in shape) json.WriteNumberValue(size);
            json.WriteEndArray();
            json.WriteNumber("offset", offset);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteConfig(Utf8JsonWriter json)
    {
        var (model, optimizer) = (_spec.Model, _spec.Optimizer);
        (string Name, int Value)[] sizes =
        [
            ("layers", model.Layers), ("hidden", model.Hidden), ("heads", model.Heads), ("kv_heads", model.KvHeads),
            ("head_dim", model.HeadDim), ("experts", model.Experts), ("top_k", model.TopK),
            ("expert_ffn", model.ExpertFfn), ("vocab", model.Vocabulary), ("batch", model.Batch),
            ("seq", model.Sequence), ("steps", Steps), ("shared_experts", model.SharedExperts),
        ];
        foreach (var (name, value) in sizes) json.WriteNumber(name, value);
        json.WriteNumber("seed", _spec.Seed);
        (string Name, double Value)[] numbers =
        [
            ("init_std", model.InitStd), ("norm_eps", model.NormEps), ("rope_theta", model.RopeTheta),
            ("aux_loss", model.AuxLoss), ("z_loss", model.ZLoss), ("bias_rate", model.BiasRate),
            ("lr", optimizer.LearningRate), ("beta1", optimizer.Beta1), ("beta2", optimizer.Beta2),
            ("adam_eps", optimizer.AdamEps), ("weight_decay", optimizer.WeightDecay), ("clip", optimizer.Clip),
        ];
        foreach (var (name, value) in numbers) json.WriteNumber(name, value);
        if (model.CapacityFactor is { } factor) json.WriteNumber("capacity_factor", factor);
        json.WriteString("router", ReducedModelSpec.Routers.First(word => word.Value == model.Router).Key);
        json.WriteString("precision", _spec.Precisions.Name);
    }
}
