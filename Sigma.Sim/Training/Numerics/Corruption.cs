// A single flipped bit somewhere in a training step: what silent data corruption leaves.
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Training.Numerics;

/// <summary>Which kind of state a flip hits.</summary>
public enum CorruptionSite
{
    Weight,
    Activation,
    Gradient,
    OptimizerState,
}

/// <summary>
/// One flip. Weights flip before a step's forward pass, activations (the residual stream behind embedding, attention or
/// experts) during it, gradients and moments before its update.
/// </summary>
/// <param name="Site">What is hit.</param>
/// <param name="Class">What the tensor does in the model.</param>
/// <param name="Name">The tensor's name; for an activation, that of the block behind which it lies.</param>
/// <param name="Tensor">
/// Place in the model's parameters; for an activation, place in the residual stream.
/// </param>
/// <param name="Second">Whether a moment is the second rather than the first.</param>
/// <param name="Element">Place in the tensor.</param>
/// <param name="Bit">0 is the lowest of the mantissa, 31 the sign.</param>
/// <param name="Step">Counted from 1.</param>
public readonly record struct Corruption(
    CorruptionSite Site, TensorClass Class, string Name, int Tensor, bool Second, int Element, int Bit, int Step)
{
    /// <summary>
    /// Uniform over site, bit, class, and steps first .. first + steps - 1; within a class over its elements.
    /// </summary>
    internal static Corruption Draw(ReducedModel model, RandomStream stream, int first, int steps)
    {
        var site = (CorruptionSite)stream.NextIndex(Enum.GetValues<CorruptionSite>().Length);
        var bit = stream.NextIndex(32);
        var step = first + stream.NextIndex(steps);
        if (site == CorruptionSite.Activation)
        {
            var kinds = new[] { TensorClass.Embedding, TensorClass.Attention, TensorClass.Experts };
            var kind = kinds[stream.NextIndex(kinds.Length)];
            var layer = stream.NextIndex(model.Spec.Layers);
            var place = kind == TensorClass.Embedding ? 0 : (2 * layer) + (kind == TensorClass.Attention ? 1 : 2);
            var name = place == 0 ? "embedding" : $"layers.{layer}.{kind.ToString().ToLowerInvariant()}";
            return new Corruption(
                site, kind, name, place, false, stream.NextIndex(model.Residual[place].Length), bit, step);
        }

        var classes = Enum.GetValues<TensorClass>();
        var hit = classes[stream.NextIndex(classes.Length)];
        var element = stream.NextIndex(model.Parameters.Where(p => p.Class == hit).Sum(p => p.Value.Length));
        var tensor = 0;
        while (model.Parameters[tensor].Class != hit || element >= model.Parameters[tensor].Value.Length)
        {
            if (model.Parameters[tensor].Class == hit) element -= model.Parameters[tensor].Value.Length;
            tensor++;
        }

        var second = site == CorruptionSite.OptimizerState && stream.NextIndex(2) == 1;
        return new Corruption(site, hit, model.Parameters[tensor].Name, tensor, second, element, bit, step);
    }

    /// <summary>Flips the bit; done twice, nothing has happened.</summary>
    internal void Apply(float[] values) => values[Element] = BitConverter.UInt32BitsToSingle(
        BitConverter.SingleToUInt32Bits(values[Element]) ^ (1u << Bit));
}
