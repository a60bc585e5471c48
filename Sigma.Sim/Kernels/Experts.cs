// The experts' products over tokens sorted by expert: dispatch, three grouped matrices and combine. The router's weight
// enters before the last matrix, so that the combine is a plain sum and its gradient a dot product.
namespace Sigma.Sim.Kernels;

/// <summary>Sizes of a layer of experts.</summary>
public readonly record struct ExpertShape(int Experts, int TopK, int Hidden, int Ffn);

/// <summary>The matrices of one expert, or their gradients: gate, up [ffn, hidden] and down [hidden, ffn].</summary>
public readonly ref struct ExpertMatrices(Span<float> gate, Span<float> up, Span<float> down)
{
    public Span<float> Gate { get; } = gate;

    public Span<float> Up { get; } = up;

    public Span<float> Down { get; } = down;
}

/// <summary>Formats of the products with gate and up, which read one input, and with down.</summary>
public readonly record struct ExpertFormats(LinearFormat Inner, LinearFormat Down);

/// <summary>One call does one expert; threads take different experts, and different tokens of a combine.</summary>
public static class Experts
{
    /// <summary>
    /// x [tokens, hidden]; weight [tokens, top_k]. gate, up [choices, ffn] and output [choices, hidden] are in sorted
    /// order. largest [experts] receives the largest magnitude that goes into down; empty when nobody asks.
    /// </summary>
    public static void Forward(
        ReadOnlySpan<float> x, ReadOnlySpan<float> weight, ExpertOrder order, int expert, ExpertMatrices matrices,
        ExpertShape shape, ExpertFormats formats, Span<float> gate, Span<float> up, Span<float> output,
        Span<float> largest)
    {
        var (start, rows) = (order.Start[expert], order.CountOf(expert));
        if (!largest.IsEmpty) largest[expert] = 0;
        if (rows == 0) return;
        var gathered = Scratch.Rent(ScratchUse.Gathered, rows * (shape.Hidden + 1));
        var inputs = gathered[..(rows * shape.Hidden)];
        var weights = gathered[(rows * shape.Hidden)..];
        Gather(x, weight, order, expert, shape, inputs, weights);
        var g = gate.Slice(start * shape.Ffn, rows * shape.Ffn);
        var u = up.Slice(start * shape.Ffn, rows * shape.Ffn);
        MatMul.Forward(inputs, matrices.Gate, rows, shape.Hidden, shape.Ffn, formats.Inner, g);
        MatMul.Forward(inputs, matrices.Up, rows, shape.Hidden, shape.Ffn, formats.Inner, u);
        var activated = Scratch.Rent(ScratchUse.Activated, rows * shape.Ffn);
        SwiGlu.Forward(g, u, weights, rows, shape.Ffn, activated);
        if (!largest.IsEmpty) largest[expert] = Lanes.LargestMagnitude(activated);
        MatMul.Forward(
            activated, matrices.Down, rows, shape.Ffn, shape.Hidden, formats.Down,
            output.Slice(start * shape.Hidden, rows * shape.Hidden));
    }

    /// <summary>
    /// From dy [tokens, hidden]: this expert's matrix gradients (overwritten), dx [choices, hidden] in sorted order and
    /// dweight [tokens, top_k], where dropped choices are left alone. gate and up [choices, ffn] as Forward left them.
    /// largest [experts] receives the largest magnitude among the gradients of gate and up; empty when nobody asks.
    /// </summary>
    public static void Backward(
        ReadOnlySpan<float> dy, ReadOnlySpan<float> x, ReadOnlySpan<float> weight, ExpertOrder order, int expert,
        ExpertMatrices matrices, ExpertShape shape, ExpertFormats formats, ReadOnlySpan<float> gate,
        ReadOnlySpan<float> up, ExpertMatrices gradients, Span<float> dx, Span<float> dweight, Span<float> largest)
    {
        var (start, rows, ffn, hidden) = (order.Start[expert], order.CountOf(expert), shape.Ffn, shape.Hidden);
        var gathered = Scratch.Rent(ScratchUse.Gathered, rows * (hidden + 1));
        var inputs = gathered[..(rows * hidden)];
        var weights = gathered[(rows * hidden)..];
        Gather(x, weight, order, expert, shape, inputs, weights);
        var gatheredGradients = Scratch.Rent(ScratchUse.GatheredGradients, rows * (hidden + 1));
        var outputs = gatheredGradients[..(rows * hidden)];
        var dweights = gatheredGradients[(rows * hidden)..];
        Gather(dy, weight, order, expert, shape, outputs, dweights);

        var activations = Scratch.Rent(ScratchUse.Activated, rows * ffn);
        var inner = Scratch.Rent(ScratchUse.ActivatedGradients, 2 * rows * ffn);
        var dgate = inner[..(rows * ffn)];
        var dup = inner[(rows * ffn)..];
        MatMul.BackwardInput(outputs, matrices.Down, rows, ffn, hidden, formats.Down, accumulate: false, dup);
        SwiGlu.Backward(
            dup, gate.Slice(start * ffn, rows * ffn), up.Slice(start * ffn, rows * ffn), weights, rows, ffn,
            activations, dgate, dup, dweights);
        if (!largest.IsEmpty) largest[expert] = Lanes.LargestMagnitude(inner);
        for (var row = 0; row < rows; row++) dweight[order.Choice[start + row]] = dweights[row];
        MatMul.BackwardWeight(
            outputs, activations, rows, ffn, hidden, 0, hidden, formats.Down, accumulate: false, gradients.Down);
        MatMul.BackwardWeight(
            dgate, inputs, rows, hidden, ffn, 0, ffn, formats.Inner, accumulate: false, gradients.Gate);
        MatMul.BackwardWeight(dup, inputs, rows, hidden, ffn, 0, ffn, formats.Inner, accumulate: false, gradients.Up);
        var place = dx.Slice(start * hidden, rows * hidden);
        MatMul.BackwardInput(dgate, matrices.Gate, rows, hidden, ffn, formats.Inner, accumulate: false, place);
        MatMul.BackwardInput(dup, matrices.Up, rows, hidden, ffn, formats.Inner, accumulate: true, place);
    }

    /// <summary>
    /// y [rows, hidden] of tokens first .. first + rows - 1 = (or +=) the sum of their kept choices in sorted
    /// [choices, hidden], in the order of the slots.
    /// </summary>
    public static void Combine(
        ReadOnlySpan<float> sorted, ExpertOrder order, int first, int rows, ExpertShape shape, bool accumulate,
        Span<float> y)
    {
        for (var row = 0; row < rows; row++)
        {
            var sum = y.Slice(row * shape.Hidden, shape.Hidden);
            if (!accumulate) sum.Clear();
            for (var choice = (first + row) * shape.TopK; choice < (first + row + 1) * shape.TopK; choice++)
                if (order.Place[choice] is >= 0 and var place)
                    Lanes.Add(sorted.Slice(place * shape.Hidden, shape.Hidden), sum);
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
