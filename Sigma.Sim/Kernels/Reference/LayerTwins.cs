// Slow twins, in double, of attention, router and experts: plain loops over the equations of the reference.
namespace Sigma.Sim.Kernels.Reference;

/// <summary>Causal attention with grouped queries, one score at a time.</summary>
public static class AttentionTwin
{
    /// <summary>[sequence, heads, head_dim] from q of that shape and k, v [sequence, kv_heads, head_dim].</summary>
    public static double[] Forward(double[] q, double[] k, double[] v, AttentionShape shape)
    {
        var output = new double[q.Length];
        var (dim, group) = (shape.HeadDim, shape.Heads / shape.KvHeads);
        for (var head = 0; head < shape.Heads; head++)
            for (var query = 0; query < shape.Sequence; query++)
            {
                var row = ((query * shape.Heads) + head) * dim;
                var scores = new double[query + 1];
                for (var key = 0; key <= query; key++)
                {
                    var column = ((key * shape.KvHeads) + (head / group)) * dim;
                    for (var i = 0; i < dim; i++) scores[key] += q[row + i] * k[column + i] / Math.Sqrt(dim);
                }

                var logSum = CrossEntropyTwin.LogSum(scores);
                for (var key = 0; key <= query; key++)
                {
                    var column = ((key * shape.KvHeads) + (head / group)) * dim;
                    for (var i = 0; i < dim; i++) output[row + i] += Math.Exp(scores[key] - logSum) * v[column + i];
                }
            }

        return output;
    }
}

/// <summary>Scores, the top k by sorting, and both auxiliary losses.</summary>
public static class RouterTwin
{
    /// <summary>Scores [rows, experts] of logits [rows, experts].</summary>
    public static double[] Scores(double[] logits, RouterShape shape)
    {
        var scores = new double[logits.Length];
        for (var i = 0; i < scores.Length; i++)
        {
            var row = logits.AsSpan(i / shape.Experts * shape.Experts, shape.Experts);
            scores[i] = shape.Kind == RouterKind.Softmax
                ? Math.Exp(logits[i] - CrossEntropyTwin.LogSum(row)) : 1 / (1 + Math.Exp(-logits[i]));
        }

        return scores;
    }

    /// <summary>The experts of one row of scores: the largest first, of equals the lower index.</summary>
    public static int[] Choose(double[] row, int topK) =>
        Enumerable.Range(0, row.Length).OrderByDescending(e => row[e]).ThenBy(e => e).Take(topK).ToArray();

    /// <summary>Renormalized weights [rows, top_k] of given choices [rows, top_k].</summary>
    public static double[] Weights(double[] scores, ushort[] index, RouterShape shape)
    {
        var weights = new double[index.Length];
        for (var slot = 0; slot < index.Length; slot++)
        {
            var row = slot / shape.TopK;
            var kept = 0.0;
            for (var other = row * shape.TopK; other < (row + 1) * shape.TopK; other++)
                kept += scores[(row * shape.Experts) + index[other]];
            weights[slot] = scores[(row * shape.Experts) + index[slot]] / kept;
        }

        return weights;
    }

    /// <summary>experts * sum of share * mean share of the scores.</summary>
    public static double Balance(double[] scores, double[] share)
    {
        var (experts, sum) = (share.Length, 0.0);
        for (var row = 0; row < scores.Length; row += experts)
        {
            var all = scores.AsSpan(row, experts).ToArray().Sum();
            for (var e = 0; e < experts; e++) sum += scores[row + e] / all * share[e];
        }

        return sum * experts / (scores.Length / experts);
    }

    /// <summary>Mean of the squared logarithms of the sums of exponentials.</summary>
    public static double Z(double[] logits, int experts)
    {
        var sum = 0.0;
        for (var row = 0; row < logits.Length; row += experts)
            sum += Math.Pow(CrossEntropyTwin.LogSum(logits.AsSpan(row, experts)), 2);
        return sum / (logits.Length / experts);
    }
}

/// <summary>Every chosen expert of every token, one after another.</summary>
public static class ExpertsTwin
{
    /// <summary>
    /// y [tokens, hidden] from x [tokens, hidden], weight [tokens, top_k], gate, up [experts, ffn, hidden] and down
    /// [experts, hidden, ffn]; an expert serves the first <c>capacity</c> choices that fall to it.
    /// </summary>
    public static double[] Forward(
        double[] x, double[] weight, ushort[] index, int capacity, double[] gate, double[] up, double[] down,
        ExpertShape shape)
    {
        var (y, served) = (new double[x.Length], new int[shape.Experts]);
        for (var slot = 0; slot < index.Length; slot++)
        {
            var (token, expert) = (slot / shape.TopK, index[slot]);
            if (served[expert]++ >= capacity) continue;
            for (var f = 0; f < shape.Ffn; f++)
            {
                var (g, u) = (0.0, 0.0);
                for (var i = 0; i < shape.Hidden; i++)
                {
                    var place = (((expert * shape.Ffn) + f) * shape.Hidden) + i;
                    g += gate[place] * x[(token * shape.Hidden) + i];
                    u += up[place] * x[(token * shape.Hidden) + i];
                }

                var activated = g / (1 + Math.Exp(-g)) * u * weight[slot];
                for (var i = 0; i < shape.Hidden; i++)
                    y[(token * shape.Hidden) + i] += activated * down[(((expert * shape.Hidden) + i) * shape.Ffn) + f];
            }
        }

        return y;
    }
}
