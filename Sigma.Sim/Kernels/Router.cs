// The router of a mixture of experts: scores over experts, the top k renormalized to sum 1. Scores are a softmax or,
// one by one, a sigmoid (DeepSeek-AI 2024); a balancing bias may be added for the choice alone (Wang et al. 2024).
// Balance loss of Shazeer et al. (2017) in the form of Fedus et al. (2021), z loss of Zoph et al. (2022).
using System.Runtime.Intrinsics;

namespace Sigma.Sim.Kernels;

/// <summary>How logits become scores.</summary>
public enum RouterKind
{
    Softmax,
    Sigmoid,
}

/// <summary>How many experts there are, how many a token uses, and how it scores them.</summary>
public readonly record struct RouterShape(int Experts, int TopK, RouterKind Kind);

/// <summary>Routing of rows of logits; threads take different rows.</summary>
public static class Router
{
    /// <summary>
    /// scores [rows, experts] from logits [rows, experts]; index, weight [rows, top_k]: the largest score + bias first,
    /// of equals the lower expert; logSum [rows]: logarithm of the sum of exponentials of the logits. An empty bias is
    /// none; it moves the choice, never a weight. A row that is not finite gets weights that are not numbers.
    /// </summary>
    public static void Forward(
        ReadOnlySpan<float> logits, ReadOnlySpan<float> bias, int rows, RouterShape shape, Span<float> scores,
        Span<ushort> index, Span<float> weight, Span<float> logSum)
    {
        var biased = Scratch.Rent(ScratchUse.BiasedScores, bias.Length);
        for (var row = 0; row < rows; row++)
        {
            var line = scores.Slice(row * shape.Experts, shape.Experts);
            logSum[row] = Score(logits.Slice(row * shape.Experts, shape.Experts), shape.Kind, line);
            var chosen = index.Slice(row * shape.TopK, shape.TopK);
            var weights = weight.Slice(row * shape.TopK, shape.TopK);
            if (bias.IsEmpty) Choose(line, chosen, weights);
            else
            {
                line.CopyTo(biased);
                Lanes.Add(bias, biased);
                Choose(biased, chosen, weights);
            }

            if (!float.IsFinite(logSum[row]))
            {
                weights.Fill(float.NaN);
                continue;
            }

            var kept = 0.0;
            foreach (var expert in chosen) kept += line[expert];
            for (var slot = 0; slot < chosen.Length; slot++) weights[slot] = (float)(line[chosen[slot]] / kept);
        }
    }

    /// <summary>Mean share of each expert in the scores of a row: scores [rows, experts] to mean [experts].</summary>
    public static void MeanProbability(ReadOnlySpan<float> scores, int rows, RouterShape shape, Span<double> mean)
    {
        mean[..shape.Experts].Clear();
        for (var row = 0; row < rows; row++)
        {
            var line = scores.Slice(row * shape.Experts, shape.Experts);
            if (shape.Kind == RouterKind.Softmax)
            {
                Lanes.AddWidened(line, mean);
                continue;
            }

            var sum = Sum(line);
            for (var e = 0; e < line.Length; e++) mean[e] += line[e] / sum;
        }

        for (var e = 0; e < shape.Experts; e++) mean[e] /= rows;
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
    /// mean probability, z the factor of 2 logSum softmax(logits), both with their coefficients and divided by the
    /// number of rows.
    /// </summary>
    public static void Backward(
        ReadOnlySpan<float> dweight, ReadOnlySpan<float> logits, ReadOnlySpan<float> scores,
        ReadOnlySpan<ushort> index, ReadOnlySpan<float> weight, ReadOnlySpan<float> logSum,
        ReadOnlySpan<float> balance, float z, int rows, RouterShape shape, Span<float> dlogits)
    {
        for (var row = 0; row < rows; row++)
        {
            var line = scores.Slice(row * shape.Experts, shape.Experts);
            var gradient = dlogits.Slice(row * shape.Experts, shape.Experts);
            var pulls = 2 * z * logSum[row];
            if (shape.Kind == RouterKind.Softmax) balance[..shape.Experts].CopyTo(gradient);
            else BalanceOfSigmoids(line, balance, gradient);
            AddOfWeights(
                line, dweight, index, weight, row * shape.TopK, shape.TopK, gradient);
            if (shape.Kind == RouterKind.Softmax) SoftmaxBackward(line, Lanes.Dot(line, gradient) - pulls, gradient);
            else SigmoidBackward(line, logits.Slice(row * shape.Experts, shape.Experts), logSum[row], pulls, gradient);
        }
    }

    // The scores of a row, and the logarithm of its sum of exponentials.
    private static float Score(ReadOnlySpan<float> logits, RouterKind kind, Span<float> line)
    {
        logits.CopyTo(line);
        var largest = Lanes.Largest(line);
        var sum = Lanes.ExpInPlace(line, 1f, largest);
        switch (kind)
        {
            case RouterKind.Softmax:
                Lanes.Divide(line, sum);
                break;
            case RouterKind.Sigmoid:
                var i = 0;
                for (; i + Lanes.Count <= line.Length; i += Lanes.Count)
                    Lanes.Sigmoid(Vector256.Create(logits[i..])).CopyTo(line[i..]);
                if (i < line.Length) Lanes.StoreTail(Lanes.Sigmoid(Lanes.LoadTail(logits[i..], 0)), line[i..]);
                break;
        }

        return float.IsFinite(sum) ? (float)(largest + Lanes.Log(sum)) : float.NaN;
    }

    // A sorted list of the best so far; a candidate must be strictly larger to pass, so the lower index wins. Eight
    // candidates are refused at once: after the first few, hardly any is better than the last of the list.
    private static void Choose(ReadOnlySpan<float> line, Span<ushort> chosen, Span<float> values)
    {
        for (var slot = 0; slot < chosen.Length; slot++) chosen[slot] = (ushort)slot;
        values.Fill(float.NegativeInfinity);
        var last = values.Length - 1;
        for (var first = 0; first < line.Length; first += Lanes.Count)
        {
            var end = Math.Min(line.Length, first + Lanes.Count);
            if (end == first + Lanes.Count
                && !Vector256.GreaterThanAny(Vector256.Create(line[first..]), Vector256.Create(values[last])))
                continue;
            for (var e = first; e < end; e++)
            {
                var p = line[e];
                if (!(p > values[last])) continue;
                var place = last;
                for (; place > 0 && p > values[place - 1]; place--)
                    (values[place], chosen[place]) = (values[place - 1], chosen[place - 1]);
                (values[place], chosen[place]) = (p, (ushort)e);
            }
        }
    }

    // Through the renormalization: dscore = (dweight - sum of dweight weight) / sum of the kept scores.
    private static void AddOfWeights(
        ReadOnlySpan<float> line, ReadOnlySpan<float> dweight, ReadOnlySpan<ushort> index, ReadOnlySpan<float> weight,
        int first, int topK, Span<float> gradient)
    {
        var (kept, pull) = (0.0, 0.0);
        for (var slot = first; slot < first + topK; slot++)
        {
            kept += line[index[slot]];
            pull += (double)dweight[slot] * weight[slot];
        }

        for (var slot = first; slot < first + topK; slot++)
            gradient[index[slot]] += (float)((dweight[slot] - pull) / kept);
    }

    // The balance loss sees a row's scores as shares of their sum.
    private static void BalanceOfSigmoids(ReadOnlySpan<float> line, ReadOnlySpan<float> balance, Span<float> gradient)
    {
        var sum = Sum(line);
        var pull = 0.0;
        for (var e = 0; e < line.Length; e++) pull += balance[e] * line[e] / sum;
        for (var e = 0; e < line.Length; e++) gradient[e] = (float)((balance[e] - pull) / sum);
    }

    private static double Sum(ReadOnlySpan<float> line)
    {
        var sum = 0.0;
        foreach (var score in line) sum += score;
        return sum;
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

    // gradient = gradient s (1 - s) + pulls softmax(logits)
    private static void SigmoidBackward(
        ReadOnlySpan<float> s, ReadOnlySpan<float> logits, float logSum, float pulls, Span<float> gradient)
    {
        var (one, shift) = (Vector256<float>.One, Vector256.Create(logSum));
        for (var i = 0; i < s.Length; i += Lanes.Count)
        {
            var left = Math.Min(Lanes.Count, s.Length - i);
            var (score, slope) = (Lanes.LoadTail(s.Slice(i, left), 0), Lanes.LoadTail(gradient.Slice(i, left), 0));
            var p = Lanes.Exp(Lanes.LoadTail(logits.Slice(i, left), 0) - shift);
            var value = Vector256.FusedMultiplyAdd(p, Vector256.Create(pulls), slope * score * (one - score));
            Lanes.StoreTail(value, gradient.Slice(i, left));
        }
    }
}
