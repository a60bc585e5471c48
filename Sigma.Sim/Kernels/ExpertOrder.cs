// Tokens sorted by expert: the dispatch of a mixture of experts, with the token drop of "GShard" (Lepikhin et al. 2020)
// where experts have a capacity.
namespace Sigma.Sim.Kernels;

/// <summary>
/// Where every (token, slot) choice lies once sorted by expert, tokens of one expert in text order. An expert takes its
/// capacity of choices; those later in the text are dropped.
/// </summary>
public sealed class ExpertOrder
{
    private readonly int[] _next, _lighter;
    private readonly int _experts, _capacity;

    /// <summary>No expert takes more than <paramref name="capacity"/> choices.</summary>
    public ExpertOrder(int tokens, RouterShape shape, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (_experts, _capacity) = (shape.Experts, capacity);
        (_next, Demand, Start) = (new int[shape.Experts], new int[shape.Experts], new int[shape.Experts + 1]);
        (_lighter, HeaviestFirst) = (new int[shape.Experts], new int[shape.Experts]);
        (Choice, Place) = (new int[tokens * shape.TopK], new int[tokens * shape.TopK]);
    }

    /// <summary>How many choices each expert got, dropped ones among them.</summary>
    public int[] Demand { get; }

    /// <summary>First sorted place of each expert, and after the last one the number of choices kept.</summary>
    public int[] Start { get; }

    /// <summary>The choice (token * top_k + slot) at each sorted place.</summary>
    public int[] Choice { get; }

    /// <summary>The sorted place of each choice, -1 for a dropped one.</summary>
    public int[] Place { get; }

    /// <summary>
    /// The experts by falling number of choices kept: a hot expert taken last would keep one thread busy alone.
    /// </summary>
    public int[] HeaviestFirst { get; }

    public int Dropped => Choice.Length - Start[_experts];

    /// <summary>Choices that an expert takes: its even share times a factor, rounded up.</summary>
    public static int CapacityOf(double factor, int tokens, RouterShape shape)
    {
        // A factor such as 0.28 is a little more in binary; of a product that is whole in decimal none is added.
        var share = factor * tokens * shape.TopK / shape.Experts * (1 - 1e-12);
        return (int)Math.Clamp(Math.Ceiling(share), 1, int.MaxValue);
    }

    public int CountOf(int expert) => Start[expert + 1] - Start[expert];

    /// <summary>Counting sort of index [tokens, top_k].</summary>
    public void Sort(ReadOnlySpan<ushort> index)
    {
        if (index.Length != Choice.Length)
            throw new ArgumentException($"expected {Choice.Length} choices, found {index.Length}");
        Array.Clear(Demand);
        foreach (var expert in index) Demand[expert]++;
        for (var e = 0; e < _experts; e++)
        {
            _next[e] = Start[e];
            Start[e + 1] = Start[e] + Math.Min(Demand[e], _capacity);
            (_lighter[e], HeaviestFirst[e]) = (-CountOf(e), e);
        }

        Array.Sort(_lighter, HeaviestFirst);

        for (var choice = 0; choice < index.Length; choice++)
        {
            var expert = index[choice];
            if (_next[expert] == Start[expert + 1])
            {
                Place[choice] = -1;
                continue;
            }

            var place = _next[expert]++;
            Choice[place] = choice;
            Place[choice] = place;
        }
    }
}
