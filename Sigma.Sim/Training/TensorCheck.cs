// Finds where a step stopped being arithmetic: the first tensor, in the order of computation, that holds something
// which is not a number.
using System.Globalization;

namespace Sigma.Sim.Training;

/// <summary>A step whose numbers ran away or came in broken; the message names the tensor.</summary>
public sealed class NonFiniteTensorException(string message) : Exception(message);

/// <summary>Looks through weights, the residual stream and gradients.</summary>
internal static class TensorCheck
{
    /// <summary>Throws when losses are not finite, before the optimizer spoils the weights as well.</summary>
    internal static void Losses(ReducedModel model, int step, StepLosses losses)
    {
        if (!double.IsFinite(losses.Total)) throw Found(model, step, "the loss is not a number");
    }

    /// <summary>Throws when the gradient norm is not finite; the optimizer has then moved nothing.</summary>
    internal static void Norm(ReducedModel model, int step, double norm)
    {
        if (!double.IsFinite(norm)) throw Found(model, step, "the gradient norm is not a number");
    }

    /// <summary>`NaN at element [3, 17]`, or null when all is finite.</summary>
    internal static string? FirstIn(ReadOnlySpan<float> values, IReadOnlyList<int> shape)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (float.IsFinite(values[i])) continue;
            var place = new int[shape.Count];
            var rest = i;
            for (var dimension = shape.Count - 1; dimension >= 0; dimension--)
                (rest, place[dimension]) = Math.DivRem(rest, shape[dimension]);
            var what = float.IsNaN(values[i]) ? "NaN" : values[i] > 0 ? "infinity" : "-infinity";
            return $"{what} at element [{string.Join(", ", place)}]";
        }

        return null;
    }

    private static NonFiniteTensorException Found(ReducedModel model, int step, string symptom)
    {
        var where = Weight(model) ?? Stream(model) ?? Logits(model) ?? Gradient(model)
            ?? "no single tensor shows it, so a sum of them overflowed";
        return new NonFiniteTensorException(
            string.Create(CultureInfo.InvariantCulture, $"{symptom} in step {step}: {where}"));
    }

    private static string? Weight(ReducedModel model) => model.Parameters
        .Select(tensor => Named($"tensor {tensor.Name}", FirstIn(tensor.Value, tensor.Shape)))
        .FirstOrDefault(found => found is not null);

    private static string? Stream(ReducedModel model)
    {
        var spec = model.Spec;
        int[] shape = [spec.Batch, spec.Sequence, spec.Hidden];
        for (var place = 0; place < model.Residual.Count; place++)
        {
            var name = place == 0 ? "embedded tokens"
                : $"layers.{(place - 1) / 2}.{(place % 2 == 1 ? "hidden after attention" : "hidden")}";
            if (FirstIn(model.Residual[place], shape) is { } found) return $"tensor {name} holds {found}";
        }

        return null;
    }

    private static string? Logits(ReducedModel model) => Named(
        "tensor logits", FirstIn(model.Logits, [model.Spec.Batch, model.Spec.Sequence, model.Spec.Vocabulary]));

    private static string? Gradient(ReducedModel model) => model.Parameters
        .Select(tensor => Named($"the gradient of tensor {tensor.Name}", FirstIn(tensor.Gradient, tensor.Shape)))
        .FirstOrDefault(found => found is not null);

    private static string? Named(string tensor, string? found) => found is null ? null : $"{tensor} holds {found}";
}
