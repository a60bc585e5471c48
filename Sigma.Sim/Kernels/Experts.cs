// The experts' products over tokens sorted by expert: dispatch, three grouped matrices and combine. No token is
// dropped; the router's weight enters before the last matrix, so that the combine is a plain sum and its gradient a
// dot product.
namespace Sigma.Sim.Kernels;

/// <summary>Sizes of a layer of experts.</summary>
public readonly record struct ExpertShape(int Experts, int TopK, int Hidden, int Ffn);

/// <summary>Where every (token, slot) choice lies once sorted by expert, tokens of one expert in text order.</summary>
public sealed class ExpertOrder
{
    private readonly RouterShape _shape;
    private readonly int[] _next;

    public ExpertOrder(int tokens, RouterShape shape)
    {
        _shape = shape;
        _next = new int[shape.Experts];
        Start = new int[shape.Experts + 1];
        (Choice, Place) = (new int[tokens * shape.TopK], new int[tokens * shape.TopK]);
    }

    /// <summary>First sorted place of each expert, and after the last one the number of choices.</summary>
    public int[] Start { get; }

    /// <summary>The choice (token * top_k + slot) at each sorted place.</summary>
    public int[] Choice { get; }

    /// <summary>The sorted place of each choice.</summary>
    public int[] Place { get; }

    public int CountOf(int expert) => Start[expert + 1] - Start[expert];

    /// <summary>Counting sort of index [tokens, top_k].</summary>
    public void Sort(ReadOnlySpan<ushort> index)
    {
        if (index.Length != Choice.Length)
            throw new ArgumentException($"expected {Choice.Length} choices, found {index.Length}");
        Array.Clear(Start);
        foreach (var expert in index) Start[expert + 1]++;
        for (var e = 0; e < _shape.Experts; e++)
        {
            Start[e + 1] += Start[e];
            _next[e] = Start[e];
        }

        for (var choice = 0; choice < index.Length; choice++)
        {
            var place = _next[index[choice]]++;
            Choice[place] = choice;
            Place[choice] = place;
        }
    }
}

/// <summary>One call does one expert; threads take different experts, and different tokens of a combine.</summary>
public static class Experts
{
    /// <summary>
    /// x [tokens, hidden]; weight [tokens, top_k]; gateMatrix, upMatrix [ffn, hidden] and downMatrix [hidden, ffn] of
    /// this expert. gate, up [choices, ffn] and output [choices, hidden] are in sorted order.
    /// </summary>
    public static void Forward(
        ReadOnlySpan<float> x, ReadOnlySpan<float> weight, ExpertOrder order, int expert,
        ReadOnlySpan<float> gateMatrix, ReadOnlySpan<float> upMatrix, ReadOnlySpan<float> downMatrix, ExpertShape shape,
        Span<float> gate, Span<float> up, Span<float> output)
    {
        var (start, rows) = (order.Start[expert], order.CountOf(expert));
        if (rows == 0) return;
        var gathered = Scratch.Rent(ScratchUse.Gathered, rows * (shape.Hidden + 1));
        var inputs = gathered[..(rows * shape.Hidden)];
        var weights = gathered[(rows * shape.Hidden)..];
        Gather(x, weight, order, expert, shape, inputs, weights);
        var g = gate.Slice(start * shape.Ffn, rows * shape.Ffn);
        var u = up.Slice(start * shape.Ffn, rows * shape.Ffn);
        MatMul.Forward(inputs, gateMatrix, rows, shape.Hidden, shape.Ffn, LinearFormat.Float32, g);
        MatMul.Forward(inputs, upMatrix, rows, shape.Hidden, shape.Ffn, LinearFormat.Float32, u);
        var activated = Scratch.Rent(ScratchUse.Activated, rows * shape.Ffn);
        SwiGlu.Forward(g, u, weights, rows, shape.Ffn, activated);
        MatMul.Forward(
            activated, downMatrix, rows, shape.Ffn, shape.Hidden, LinearFormat.Float32,
            output.Slice(start * shape.Hidden, rows * shape.Hidden));
    }

    /// <summary>
    /// From dy [tokens, hidden]: this expert's matrix gradients (overwritten), dx [choices, hidden] in sorted order and
    /// dweight [tokens, top_k]. gate and up [choices, ffn] as Forward left them.
    /// </summary>
    public static void Backward(
        ReadOnlySpan<float> dy, ReadOnlySpan<float> x, ReadOnlySpan<float> weight, ExpertOrder order, int expert,
        ReadOnlySpan<float> gateMatrix, ReadOnlySpan<float> upMatrix, ReadOnlySpan<float> downMatrix, ExpertShape shape,
        ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> dgateMatrix, Span<float> dupMatrix,
        Span<float> ddownMatrix,
        Span<float> dx, Span<float> dweight)
    {
        var (start, rows, ffn, hidden) = (order.Start[expert], order.CountOf(expert), shape.Ffn, shape.Hidden);
        var gathered = Scratch.Rent(ScratchUse.Gathered, rows * (hidden + 1));
        var inputs = gathered[..(rows * hidden)];
        var weights = gathered[(rows * hidden)..];
        Gather(x, weight, order, expert, shape, inputs, weights);
        var gradients = Scratch.Rent(ScratchUse.GatheredGradients, rows * (hidden + 1));
        var outputs = gradients[..(rows * hidden)];
        var dweights = gradients[(rows * hidden)..];
        Gather(dy, weight, order, expert, shape, outputs, dweights);

        var activations = Scratch.Rent(ScratchUse.Activated, rows * ffn);
        var inner = Scratch.Rent(ScratchUse.ActivatedGradients, 2 * rows * ffn);
        var dgate = inner[..(rows * ffn)];
        var dup = inner[(rows * ffn)..];
        MatMul.BackwardInput(outputs, downMatrix, rows, ffn, hidden, LinearFormat.Float32, accumulate: false, dup);
        SwiGlu.Backward(
            dup, gate.Slice(start * ffn, rows * ffn), up.Slice(start * ffn, rows * ffn), weights, rows, ffn,
            activations, dgate, dup, dweights);
        for (var row = 0; row < rows; row++) dweight[order.Choice[start + row]] = dweights[row];
        MatMul.BackwardWeight(
            outputs, activations, rows, ffn, hidden, 0, hidden, LinearFormat.Float32, accumulate: false, ddownMatrix);
        MatMul.BackwardWeight(
            dgate, inputs, rows, hidden, ffn, 0, ffn, LinearFormat.Float32, accumulate: false, dgateMatrix);
        MatMul.BackwardWeight(
            dup, inputs, rows, hidden, ffn, 0, ffn, LinearFormat.Float32, accumulate: false, dupMatrix);
        var place = dx.Slice(start * hidden, rows * hidden);
        MatMul.BackwardInput(dgate, gateMatrix, rows, hidden, ffn, LinearFormat.Float32, accumulate: false, place);
        MatMul.BackwardInput(dup, upMatrix, rows, hidden, ffn, LinearFormat.Float32, accumulate: true, place);
    }

    /// <summary>
    /// y [rows, hidden] of tokens first .. first + rows - 1 = (or +=) the sum of their choices in sorted
    /// [choices, hidden], in the order of the slots.
    /// </summary>
    public static void Combine(
        ReadOnlySpan<float> sorted, ExpertOrder order, int first, int rows, ExpertShape shape, bool accumulate,
        Span<float> y)
    {
        for (var row = 0; row < rows; row++)
        {
            var place = y.Slice(row * shape.Hidden, shape.Hidden);
            if (!accumulate) place.Clear();
            for (var choice = (first + row) * shape.TopK; choice < (first + row + 1) * shape.TopK; choice++)
                Lanes.Add(sorted.Slice(order.Place[choice] * shape.Hidden, shape.Hidden), place);
        }
    }

    private static void Gather(
        ReadOnlySpan<float> x, ReadOnlySpan<float> weight, ExpertOrder order, int expert, ExpertShape shape,
        Span<float> rows, Span<float> weights)
    {
        var start = order.Start[expert];
        for (var row = 0; row < weights.Length; row++)
        {
            var choice = order.Choice[start + row];
            x.Slice(choice / shape.TopK * shape.Hidden, shape.Hidden).CopyTo(
                rows.Slice(row * shape.Hidden, shape.Hidden));
            weights[row] = weight[choice];
        }
    }
}
