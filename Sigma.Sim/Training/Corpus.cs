// The text that the reduced model reads: a frozen snapshot of this project's documents and sources, as bytes. Results
// depend on it, so it changes only under a new version; a test pins its length and hash.
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Training;

/// <summary>The bytes of one version of the text.</summary>
public sealed class Corpus
{
    private readonly byte[] _bytes;

    public Corpus(string version, byte[] bytes) => (Version, _bytes) = (version, bytes);

    /// <summary>The snapshot that ships with the program.</summary>
    public static Corpus Version1 { get; } = new("corpus-v1", ReadResource("Sigma.Sim.Training.corpus-v1.txt"));

    public string Version { get; }

    public int Length => _bytes.Length;

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>
    /// Fills tokens and targets [batch, sequence] for a step: contiguous stretches at places that depend on seed and
    /// step alone; each target is the byte after its token.
    /// </summary>
    public void Fill(ulong seed, int step, int sequence, int[] tokens, int[] targets)
    {
        var stream = new StreamKey(seed, 0, "training/batch", step).Open();
        for (var first = 0; first < tokens.Length; first += sequence)
        {
            var place = stream.NextIndex(_bytes.Length - sequence);
            for (var i = 0; i < sequence; i++)
                (tokens[first + i], targets[first + i]) = (_bytes[place + i], _bytes[place + i + 1]);
        }
    }

    private static byte[] ReadResource(string name)
    {
        using var stream = typeof(Corpus).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the program was built without its text {name}");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
