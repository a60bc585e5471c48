// Slow twins, in double, of the kernels that work row by row; their gradients are proven by differences of these.
namespace Sigma.Sim.Kernels.Reference;

/// <summary>y = x / sqrt(mean(x^2) + eps) * w.</summary>
public static class RmsNormTwin
{
    /// <summary>y [rows, width] from x [rows, width], w [width].</summary>
    public static double[] Forward(double[] x, double[] w, double epsilon)
    {
        var y = new double[x.Length];
        for (var row = 0; row < x.Length; row += w.Length)
        {
            var squares = 0.0;
            for (var i = 0; i < w.Length; i++) squares += x[row + i] * x[row + i];
            var scale = 1 / Math.Sqrt((squares / w.Length) + epsilon);
            for (var i = 0; i < w.Length; i++) y[row + i] = x[row + i] * scale * w[i];
        }

        return y;
    }
}

/// <summary>Rotates the pairs (i, i + head_dim/2) of each head by its position's angles.</summary>
public static class RopeTwin
{
    /// <summary>y [tokens, heads, head_dim] from x of that shape; token t has the position t mod sequence.</summary>
    public static double[] Forward(double[] x, int sequence, int heads, int headDim, double theta)
    {
        var y = new double[x.Length];
        for (var first = 0; first < x.Length; first += headDim)
            for (var i = 0; i < headDim / 2; i++)
            {
                var position = first / (heads * headDim) % sequence;
                var angle = position * Math.Pow(theta, -2.0 * i / headDim);
                var (low, high) = (x[first + i], x[first + i + (headDim / 2)]);
                y[first + i] = (low * Math.Cos(angle)) - (high * Math.Sin(angle));
                y[first + i + (headDim / 2)] = (high * Math.Cos(angle)) + (low * Math.Sin(angle));
            }

        return y;
    }
}

/// <summary>weight * silu(gate) * up.</summary>
public static class SwiGluTwin
{
    /// <summary>[rows, width] from gate, up [rows, width] and weight [rows].</summary>
    public static double[] Forward(double[] gate, double[] up, double[] weight)
    {
        var width = weight.Length == 0 ? 0 : gate.Length / weight.Length;
        var y = new double[gate.Length];
        for (var i = 0; i < y.Length; i++) y[i] = weight[i / width] * gate[i] / (1 + Math.Exp(-gate[i])) * up[i];
        return y;
    }
}

/// <summary>Cross-entropy of a softmax, row by row.</summary>
public static class CrossEntropyTwin
{
    /// <summary>losses [rows] from logits [rows, vocabulary] and targets [rows].</summary>
    public static double[] Forward(double[] logits, int[] targets, int vocabulary)
    {
        var losses = new double[targets.Length];
        for (var row = 0; row < losses.Length; row++)
        {
            var line = logits.AsSpan(row * vocabulary, vocabulary);
            losses[row] = LogSum(line) - line[targets[row]];
        }

        return losses;
    }

    /// <summary>Logarithm of the sum of exponentials.</summary>
    internal static double LogSum(ReadOnlySpan<double> row)
    {
        var largest = double.NegativeInfinity;
        foreach (var x in row) largest = Math.Max(largest, x);
        var sum = 0.0;
        foreach (var x in row) sum += Math.Exp(x - largest);
        return largest + Math.Log(sum);
    }
}

/// <summary>AdamW with bias correction, element by element.</summary>
public static class AdamWTwin
{
    /// <summary>Updates value and both moments in place.</summary>
    public static void Update(double[] gradient, AdamWStep step, double[] value, double[] first, double[] second)
    {
        for (var i = 0; i < gradient.Length; i++)
        {
            var g = gradient[i] * step.GradientScale;
            first[i] = (step.Beta1 * first[i]) + ((1 - step.Beta1) * g);
            second[i] = (step.Beta2 * second[i]) + ((1 - step.Beta2) * g * g);
            var root = Math.Sqrt(second[i] * step.Correction2) + step.Epsilon;
            value[i] -= step.LearningRate * ((first[i] * step.Correction1 / root) + (step.Decay * value[i]));
        }
    }
}
