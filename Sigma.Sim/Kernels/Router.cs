// The router of a mixture of experts: softmax over experts, the top k renormalized to sum 1; balance loss of Shazeer et
// al. (2017) in the form of Fedus et al. (2021), z loss of Zoph et al. (2022), and the gradients of all three.
using System.Runtime.Intrinsics;

namespace Sigma.Sim.Kernels;

/// <summary>How many experts there are and how many a token uses.</summary>
public readonly record struct RouterShape(int Experts, int TopK);

/// <summary>Routing of rows of logits; threads take different rows.</summary>
public static class Router
{
    /// <summary>
    /// logits [rows, experts] become probabilities in place. index, weight [rows, top_k]: the largest first, of
    /// equals the lower expert; logSum [rows]: logarithm of the sum of exponentials.
    /// </summary>
    public static void Forward(
        Span<float> logits, int rows, RouterShape shape, Span<ushort> index, Span<float> weight, Span<float> logSum)
    {
        for (var row = 0; row < rows; row++)
        {
            var line = logits.Slice(row * shape.Experts, shape.Experts);
            var largest = Lanes.Largest(line);
            var sum = Lanes.ExpInPlace(line, 1f, largest);
            logSum[row] = (float)(largest + Lanes.Log(sum));
            Lanes.Divide(line, sum);
            var chosen = index.Slice(row * shape.TopK, shape.TopK);
            var weights = weight.Slice(row * shape.TopK, shape.TopK);
            Choose(line, chosen, weights);
            var kept = 0.0;
            foreach (var p in weights) kept += p;
            foreach (ref var p in weights) p = (float)(p / kept);
        }
    }

    /// <summary>
    /// Mean probability of each expert over all rows: probabilities [rows, experts] to mean [experts].
    /// </summary>
    public static void MeanProbability(ReadOnlySpan<float> probabilities, int rows, int experts, Span<double> mean)
    {
        mean[..experts].Clear();
        for (var row = 0; row < rows; row++)
        {
            var line = probabilities.Slice(row * experts, experts);
            for (var e = 0; e < line.Length; e++) mean[e] += line[e];
        }

        for (var e = 0; e < experts; e++) mean[e] /= rows;
    }

    /// <summary>experts * sum of share * mean probability; 1 when both are even.</summary>
    public static double BalanceLoss(ReadOnlySpan<double> share, ReadOnlySpan<double> mean)
    {
        var sum = 0.0;
        for (var e = 0; e < share.Length; e++) sum += share[e] * mean[e];
        return sum * share.Length;
    }

    /// <summary>Mean of the squared logarithms of the sums of exponentials.</summary>
    public static double ZLoss(ReadOnlySpan<float> logSum)
    {
        var sum = 0.0;
        foreach (var z in logSum) sum += (double)z * z;
        return sum / logSum.Length;
    }

    /// <summary>
    /// dlogits [rows, experts] from dweight [rows, top_k]; balance [experts] is the balance loss's gradient by each
    /// probability of a row, z the factor of 2 logSum p, both with their coefficients and divided by the number of
    /// rows.
    /// </summary>
    public static void Backward(
        ReadOnlySpan<float> dweight, ReadOnlySpan<float> probabilities, ReadOnlySpan<ushort> index,
        ReadOnlySpan<float> weight, ReadOnlySpan<float> logSum, ReadOnlySpan<float> balance, float z,
        int rows, RouterShape shape, Span<float> dlogits)
    {
        for (var row = 0; row < rows; row++)
        {
            var line = probabilities.Slice(row * shape.Experts, shape.Experts);
            var gradient = dlogits.Slice(row * shape.Experts, shape.Experts);
            balance[..shape.Experts].CopyTo(gradient);
            var (kept, pull) = (0.0, 0.0);
            for (var slot = row * shape.TopK; slot < (row + 1) * shape.TopK; slot++)
            {
                kept += line[index[slot]];
                pull += (double)dweight[slot] * weight[slot];
            }

            for (var slot = row * shape.TopK; slot < (row + 1) * shape.TopK; slot++)
                gradient[index[slot]] += (float)((dweight[slot] - pull) / kept);
            SoftmaxBackward(line, Lanes.Dot(line, gradient) - (2 * z * logSum[row]), gradient);
        }
    }

    // A sorted list of the best so far; a candidate must be strictly larger to pass, so the lower index wins.
    private static void Choose(ReadOnlySpan<float> line, Span<ushort> chosen, Span<float> weights)
    {
        weights.Fill(-1f);
        var last = weights.Length - 1;
        for (var e = 0; e < line.Length; e++)
        {
            var p = line[e];
            if (!(p > weights[last])) continue;
            var place = last;
            for (; place > 0 && p > weights[place - 1]; place--)
                (weights[place], chosen[place]) = (weights[place - 1], chosen[place - 1]);
            (weights[place], chosen[place]) = (p, (ushort)e);
        }
    }

    // gradient = p (gradient - pull)
    private static void SoftmaxBackward(ReadOnlySpan<float> p, float pull, Span<float> gradient)
    {
        var i = 0;
        for (; i + Lanes.Count <= p.Length; i += Lanes.Count)
        {
            var value = (Vector256.Create(gradient[i..]) - Vector256.Create(pull)) * Vector256.Create(p[i..]);
            value.CopyTo(gradient[i..]);
        }

        for (; i < p.Length; i++) gradient[i] = (gradient[i] - pull) * p[i];
    }
}
