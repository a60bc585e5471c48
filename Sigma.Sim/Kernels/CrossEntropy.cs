// Mean cross-entropy of a softmax, forward and backward at once: the gradient is (probability - one at the target) /
// tokens.
namespace Sigma.Sim.Kernels;

/// <summary>The loss of the language model; threads take different rows.</summary>
public static class CrossEntropy
{
    /// <summary>
    /// losses [rows] from logits [rows, vocabulary] and targets [rows]; dlogits [rows, vocabulary] = (p - one hot) *
    /// scale. dlogits may be logits itself.
    /// </summary>
    public static void ForwardBackward(
        ReadOnlySpan<float> logits, ReadOnlySpan<int> targets, int rows, int vocabulary, float scale,
        Span<double> losses, Span<float> dlogits)
    {
        for (var row = 0; row < rows; row++)
        {
            var line = dlogits.Slice(row * vocabulary, vocabulary);
            logits.Slice(row * vocabulary, vocabulary).CopyTo(line);
            var largest = Lanes.Largest(line);
            var atTarget = line[targets[row]] - largest;
            var sum = Lanes.ExpInPlace(line, 1f, largest);
            losses[row] = Lanes.Log(sum) - atTarget;
            Lanes.Divide(line, sum);
            line[targets[row]] -= 1f;
            Lanes.Scale(line, scale);
        }
    }
}
