// What a monitor sees of a training step: what every framework logs anyway, and the norms of the parameters by depth.
namespace Sigma.Sim.Training.Numerics;

/// <summary>One step as a monitor sees it.</summary>
/// <param name="Loss">Before the update, nats.</param>
/// <param name="GradientNorm">Before clipping.</param>
/// <param name="NormWeights">Root mean square of the norms' weights in each layer, after the update.</param>
/// <param name="Matrices">Root mean square of all other weights in each layer, after the update.</param>
public sealed record StepObservation(
    double Loss, double GradientNorm, IReadOnlyList<double> NormWeights, IReadOnlyList<double> Matrices)
{
    internal static StepObservation Of(ReducedModel model, double loss, double gradientNorm)
    {
        var layers = model.Spec.Layers;
        var (norms, matrices) = (new Mean[layers], new Mean[layers]);
        foreach (var tensor in model.Parameters)
        {
            if (tensor.Layer is not { } layer) continue;
            var means = tensor.Class == TensorClass.Norm ? norms : matrices;
            means[layer].Squares += Kernels.AdamW.SumOfSquares(tensor.Value);
            means[layer].Count += tensor.Value.Length;
        }

        double[] Roots(Mean[] means) => Array.ConvertAll(means, mean => Math.Sqrt(mean.Squares / mean.Count));
        return new StepObservation(loss, gradientNorm, Roots(norms), Roots(matrices));
    }

    private struct Mean
    {
        internal double Squares;
        internal double Count;
    }
}
