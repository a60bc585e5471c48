// Reads a reference of the real step: manifest.json (configuration, scalars, tensors with type, shape and offset) and
// tensors.bin (little-endian, row-major). A folder comes from outside, so everything about it is checked.
using System.Buffers.Binary;
using System.Text.Json;

namespace Sigma.Sim.Training;

/// <summary>A reference folder that cannot be read; the message is one plain sentence.</summary>
public sealed class ReferenceFormatException(string message) : Exception(message);

/// <summary>The reference's configuration, scalars and tensors.</summary>
public sealed class ReferenceFolder
{
    private readonly JsonElement _root;
    private readonly Dictionary<string, JsonElement> _tensors = new(StringComparer.Ordinal);
    private readonly byte[] _bytes;

    private ReferenceFolder(JsonElement root, byte[] bytes)
    {
        (_root, _bytes) = (root, bytes);
        var tensors = Member(root, "tensors", JsonValueKind.Array, "the manifest");
        foreach (var tensor in tensors.EnumerateArray())
            _tensors[Member(tensor, "name", JsonValueKind.String, "a tensor of the manifest").GetString()!] = tensor;
        var config = Member(root, "config", JsonValueKind.Object, "the manifest");
        var shared = config.TryGetProperty("shared_experts", out _) ? Whole(config, "shared_experts") : 0;
        Model = new ReducedModelSpec(
            Whole(config, "layers"), Whole(config, "hidden"), Whole(config, "heads"), Whole(config, "kv_heads"),
            Whole(config, "head_dim"), Whole(config, "experts"), Whole(config, "top_k"), Whole(config, "expert_ffn"),
            Whole(config, "vocab"), Whole(config, "seq"), Whole(config, "batch"), Number(config, "init_std"),
            Number(config, "norm_eps"), Number(config, "rope_theta"), Number(config, "aux_loss"),
            Number(config, "z_loss"), Word(config, "router", ReducedModelSpec.Routers, "softmax"),
            Optional(config, "bias_rate") ?? 0,
            shared, Optional(config, "capacity_factor"));
        Precision = Word(config, "precision", KernelPrecisions.Words, "fp32");
        Optimizer = new OptimizerSpec(
            Number(config, "lr"), 0, Number(config, "beta1"), Number(config, "beta2"), Number(config, "adam_eps"),
            Number(config, "weight_decay"), Number(config, "clip"));
        Steps = Whole(config, "steps");
        var wrong = Model.Violations().Concat(Optimizer.Violations()).FirstOrDefault()
            ?? (Steps < 1 ? $"steps must be at least 1, found {Steps}" : null);
        if (wrong is not null) throw new ReferenceFormatException(
            $"the configuration of the manifest is wrong: {wrong}");
    }

    public ReducedModelSpec Model { get; }

    public OptimizerSpec Optimizer { get; }

    /// <summary>In which the reference was computed, as far as it says; fp32 otherwise.</summary>
    public StepPrecision Precision { get; }

    /// <summary>Optimizer steps that the reference took on its one batch.</summary>
    public int Steps { get; }

    /// <summary>Names in the manifest's order.</summary>
    public IEnumerable<string> Tensors => _tensors.Keys;

    public static ReferenceFolder Open(string folder)
    {
        var manifest = ReadFile(folder, "manifest.json");
        var bytes = ReadFile(folder, "tensors.bin");
        try
        {
            return new ReferenceFolder(JsonDocument.Parse(manifest).RootElement, bytes);
        }
        catch (JsonException broken)
        {
            throw new ReferenceFormatException(
                $"manifest.json is not JSON: line {broken.LineNumber + 1} cannot be read");
        }
    }

    /// <summary>Losses of step i + 1: total, cross-entropy, balance, z.</summary>
    public StepLosses LossesOf(int step)
    {
        var row = Row("loss_total_ce_balance_z", step);
        if (row.ValueKind != JsonValueKind.Array || row.GetArrayLength() != 4)
            throw new ReferenceFormatException($"scalars.loss_total_ce_balance_z[{step}] must hold four numbers");
        var values = row.EnumerateArray().Select(value => Finite(value, "loss_total_ce_balance_z")).ToArray();
        return new StepLosses(values[0], values[1], values[2], values[3]);
    }

    public double GradientNormOf(int step) => Finite(Row("gradient_norm", step), "gradient_norm");

    public float[] Floats(string name, params int[] shape)
    {
        var bytes = Find(name, "float32", shape);
        var values = new float[bytes.Length / 4];
        for (var i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]);
        return TensorCheck.FirstIn(values, shape) is { } found
            ? throw new ReferenceFormatException($"tensor {name} holds {found}")
            : values;
    }

    public int[] Integers(string name, params int[] shape)
    {
        var bytes = Find(name, "int32", shape);
        var values = new int[bytes.Length / 4];
        for (var i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]);
        return values;
    }

    private ReadOnlySpan<byte> Find(string name, string type, int[] shape)
    {
        if (!_tensors.TryGetValue(name, out var tensor))
            throw new ReferenceFormatException($"the manifest has no tensor {name}");
        var foundType = Member(tensor, "type", JsonValueKind.String, $"tensor {name}").GetString();
        if (foundType is not ("float32" or "int32"))
            throw new ReferenceFormatException(
                $"tensor {name} has the unknown type {foundType}; expected float32 or int32");
        if (foundType != type) throw new ReferenceFormatException($"tensor {name} is {foundType}, expected {type}");
        var found = Member(tensor, "shape", JsonValueKind.Array, $"tensor {name}").EnumerateArray()
            .Select(size => size.ValueKind == JsonValueKind.Number && size.TryGetInt32(out var value) ? value
                : -1).ToArray();
        if (!found.AsSpan().SequenceEqual(shape))
            throw new ReferenceFormatException(
                $"tensor {name} has the shape [{string.Join(", ", found)}], expected [{string.Join(", ", shape)}]");
        if (!Member(tensor, "offset", JsonValueKind.Number, $"tensor {name}").TryGetInt64(out var offset) || offset < 0)
            throw new ReferenceFormatException($"tensor {name} must start at a whole byte offset of at least 0");
        var length = 4 * shape.Aggregate(1L, (product, size) => checked(product * size));
        if (offset > _bytes.Length - length)
            throw new ReferenceFormatException(
                $"tensors.bin is truncated: tensor {name} is {length} bytes from {offset} on, found {_bytes.Length}");
        return _bytes.AsSpan((int)offset, (int)length);
    }

    private JsonElement Row(string name, int step)
    {
        var rows = Member(Member(_root, "scalars", JsonValueKind.Object, "the manifest"), name, JsonValueKind.Array,
            "scalars");
        if (step >= rows.GetArrayLength())
            throw new ReferenceFormatException(
                $"scalars.{name} has {rows.GetArrayLength()} entries, expected at least {step + 1}");
        return rows[step];
    }

    private static byte[] ReadFile(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileNotFoundException($"there is no file `{path}`", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"`{path}` cannot be read: {failure.Message}", failure);
        }
    }

    private static JsonElement Member(JsonElement owner, string name, JsonValueKind kind, string where) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) && value.ValueKind == kind
            ? value
            : throw new ReferenceFormatException(
                $"{where} must have {Article(kind)} {kind.ToString().ToLowerInvariant()} named {name}");

    private static string Article(JsonValueKind kind) =>
        kind is JsonValueKind.Array or JsonValueKind.Object ? "an" : "a";

    private static int Whole(JsonElement config, string name) =>
        Member(config, name, JsonValueKind.Number, "config").TryGetInt32(out var value)
            ? value
            : throw new ReferenceFormatException($"config.{name} must be a whole number");

    // Keys that the plain mathematics does not need, absent in references that keep to it.
    private static double? Optional(JsonElement config, string name) =>
        config.TryGetProperty(name, out var value) ? Finite(value, $"config.{name}") : null;

    private static T Word<T>(
        JsonElement config, string name, IReadOnlyDictionary<string, T> words, string fallback)
    {
        var word = !config.TryGetProperty(name, out _) ? fallback
            : Member(config, name, JsonValueKind.String, "config").GetString()!;
        return words.TryGetValue(word, out var value) ? value : throw new ReferenceFormatException(
            $"config.{name} must be one of {string.Join(", ", words.Keys)}, found {word}");
    }

    private static double Number(JsonElement config, string name) =>
        Finite(Member(config, name, JsonValueKind.Number, "config"), $"config.{name}");

    private static double Finite(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw new ReferenceFormatException($"{name} must be a finite number");
}
