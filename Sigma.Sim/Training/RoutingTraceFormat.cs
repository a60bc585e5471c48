// The bytes of a routing trace: who made it, then every choice in as few bits as the experts need, then a checksum.
// The same routing has the same bytes; bytes come from outside, so everything is checked before memory is taken for it.
using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Sigma.Sim.Training;

/// <summary>A routing trace that cannot be written or read; the message is one plain sentence with the file.</summary>
public sealed class RoutingTraceException(string message) : Exception(message);

/// <summary>Routing to bytes and back; docs/MODEL.md has the layout.</summary>
public static class RoutingTraceFormat
{
    public const int Version = 1;

    // A byte beyond ASCII and a line end, as in PNG: what mangles text mangles these first.
    private static ReadOnlySpan<byte> Magic => [0x89, (byte)'S', (byte)'G', (byte)'T', (byte)'R', (byte)'C', 13, 10];

    /// <summary>Magic, version and total length.</summary>
    internal const int PreambleBytes = 20;

    /// <summary>Bits that tell all experts and a dropped choice apart.</summary>
    public static int BitsPerChoice(int experts) => BitOperations.Log2((uint)experts) + 1;

    public static byte[] Encode(LearnedRouting routing, string name)
    {
        var (origin, trace) = (routing.Origin, routing.Trace);
        var wrong = origin.Violations().FirstOrDefault() ?? Mismatch(origin, trace);
        if (wrong is not null)
            throw new RoutingTraceException($"the routing trace `{name}` cannot be written: {wrong}");
        using var bytes = new MemoryStream();
        using var to = new BinaryWriter(bytes, Encoding.Latin1);
        to.Write(Magic);
        to.Write(Version);
        to.Write(0L);
        Word(to, origin.Text);
        Word(to, origin.Precision);
        to.Write(origin.Seed);
        foreach (var size in SizesOf(origin.Model)) to.Write(size);
        to.Write(origin.TraceSteps);
        to.Write(origin.Steps.Count);
        to.Write(origin.LearningRate);
        to.Write(origin.FlopPerStep);
        foreach (var step in origin.Steps)
        {
            to.Write(step.Losses.Total);
            to.Write(step.Losses.CrossEntropy);
            to.Write(step.Losses.Balance);
            to.Write(step.Losses.Z);
            to.Write(step.GradientNorm);
        }

        Pack(trace, to);
        to.Flush();
        var body = bytes.GetBuffer().AsSpan(0, (int)bytes.Length);
        BinaryPrimitives.WriteInt64LittleEndian(body[12..], body.Length + SHA256.HashSizeInBytes);
        return [.. body, .. SHA256.HashData(body)];
    }

    /// <summary>The routing in these bytes, which the user knows under this name.</summary>
    public static LearnedRouting Decode(ReadOnlySpan<byte> bytes, string name)
    {
        var length = ReadPreamble(bytes, name);
        if (bytes.Length < length) throw Wrong(name, $"is cut short: it has {bytes.Length} of {length} bytes");
        if (bytes.Length > length)
            throw Wrong(name, $"goes on after its end: {bytes.Length} bytes instead of {length}");
        var body = bytes[..^SHA256.HashSizeInBytes];
        if (!SHA256.HashData(body).AsSpan().SequenceEqual(bytes[body.Length..]))
            throw Wrong(name, "is damaged: its checksum does not match its bytes");
        var from = new TraceCursor(body[PreambleBytes..], name);
        var (text, precision, seed) = (from.Word(), from.Word(), from.Seed());
        var model = new TrainedSizes(
            from.Whole(), from.Whole(), from.Whole(), from.Whole(), from.Whole(), from.Whole(), from.Whole(),
            from.Whole(), from.Whole(), from.Whole(), from.Whole());
        var (traceSteps, count) = (from.Whole(), from.Whole());
        var (rate, flop) = (from.Number(), from.Number());
        if (count is < 0 or > RoutingOrigin.MostSteps) throw Inconsistent(name, $"it has {count} steps");
        var steps = new List<TrainedStep>();
        for (var step = 1; step <= count; step++)
        {
            var losses = new StepLosses(from.Number(), from.Number(), from.Number(), from.Number());
            steps.Add(new TrainedStep(step, losses, from.Number()));
        }

        var origin = new RoutingOrigin(text, precision, seed, model, rate, flop, traceSteps, steps);
        if (origin.Violations().FirstOrDefault() is { } wrong) throw Inconsistent(name, wrong);
        var choices = Unpack(from.Rest(), origin, name);
        return new LearnedRouting(
            origin, new RoutingTrace(model.Layers, origin.TracedTokens, model.Experts, model.TopK, choices));
    }

    /// <summary>The whole length that the first bytes of a file declare; throws where they are not ours.</summary>
    internal static long ReadPreamble(ReadOnlySpan<byte> bytes, string name)
    {
        if (!bytes.StartsWith(Magic)) throw Wrong(name, "is not a routing trace");
        if (bytes.Length < PreambleBytes) throw Wrong(name, $"is cut short: it has only {bytes.Length} bytes");
        var version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (version != Version)
            throw Wrong(name, $"is a routing trace of version {version}; this program reads version {Version}");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(bytes[12..]);
        if (length is < PreambleBytes + SHA256.HashSizeInBytes or > RoutingTraceFile.MostBytes)
            throw Inconsistent(name, $"a length of {length} bytes is impossible");
        return (long)length;
    }

    internal static RoutingTraceException Wrong(string name, string what) => new($"`{name}` {what}");

    internal static RoutingTraceException Inconsistent(string name, string what) =>
        Wrong(name, $"contradicts itself as a routing trace: {what}");

    private static int[] SizesOf(TrainedSizes model) =>
    [
        model.Layers, model.Hidden, model.Heads, model.KvHeads, model.HeadDim, model.ExpertFfn, model.Vocabulary,
        model.Sequence, model.Batch, model.Experts, model.TopK,
    ];

    private static string? Mismatch(RoutingOrigin origin, RoutingTrace trace)
    {
        var model = origin.Model;
        var (said, found) = (
            (model.Layers, origin.TracedTokens, model.Experts, model.TopK),
            (trace.Layers, trace.Tokens, trace.Experts, trace.TopK));
        return said == found ? null : $"its origin says {said} layers, tokens, experts and top_k, its choices {found}";
    }

    private static void Word(BinaryWriter to, string word)
    {
        to.Write((byte)word.Length);
        to.Write(Encoding.Latin1.GetBytes(word));
    }

    /// <summary>Choices in order, from the lowest free bit on; dropped is the code after the last expert.</summary>
    private static void Pack(RoutingTrace trace, BinaryWriter to)
    {
        var bits = BitsPerChoice(trace.Experts);
        var (held, count) = (0U, 0);
        foreach (var choice in trace.Choices)
        {
            held |= (choice == RoutingTrace.Dropped ? (uint)trace.Experts : choice) << count;
            for (count += bits; count >= 8; count -= 8)
            {
                to.Write((byte)(held & 0xFF));
                held >>= 8;
            }
        }

        if (count > 0) to.Write((byte)held);
    }

    private static ushort[] Unpack(ReadOnlySpan<byte> packed, RoutingOrigin origin, string name)
    {
        var model = origin.Model;
        var (bits, total) = (BitsPerChoice(model.Experts), (long)model.Layers * origin.TracedTokens * model.TopK);
        if (packed.Length != (total * bits + 7) / 8)
            throw Inconsistent(name, $"{total} choices of {bits} bits do not fill its {packed.Length} bytes");
        var choices = new ushort[total];
        var (held, count, next) = (0U, 0, 0);
        for (var i = 0; i < choices.Length; i++)
        {
            for (; count < bits; count += 8) held |= (uint)packed[next++] << count;
            var code = held & ((1U << bits) - 1);
            (held, count) = (held >> bits, count - bits);
            if (code > model.Experts) throw Inconsistent(name, $"a choice names expert {code} of {model.Experts}");
            choices[i] = code == model.Experts ? RoutingTrace.Dropped : (ushort)code;
        }

        if (held != 0) throw Inconsistent(name, "bits are set after the last choice");
        return choices;
    }
}

/// <summary>Walks over the head of a trace and never beyond its end.</summary>
internal ref struct TraceCursor(ReadOnlySpan<byte> bytes, string name)
{
    private ReadOnlySpan<byte> _left = bytes;

    public int Whole() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public ulong Seed() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public double Number() => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    public string Word() => Encoding.Latin1.GetString(Take(Take(1)[0]));

    public readonly ReadOnlySpan<byte> Rest() => _left;

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _left.Length) throw RoutingTraceFormat.Inconsistent(name, "its head is longer than the file");
        var taken = _left[..count];
        _left = _left[count..];
        return taken;
    }
}
