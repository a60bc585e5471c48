// The grouped products of one layer of experts with the ragged counts of a trained router, for the bench command.
using Sigma.Sim.Kernels;

namespace Sigma.Sim.Training;

/// <summary>A layer's experts on numbers that mean nothing; the hottest takes six times the mean.</summary>
internal sealed class ExpertBench
{
    // Counts fall from expert to expert by an equal ratio, e^6 in all: the spread of a default step after training.
    private const double HottestOverMean = 6;

    private static readonly ExpertFormats Formats = new(LinearFormat.Float32, LinearFormat.Float32);

    private readonly ExpertOrder _order;
    private readonly float[] _x, _dy, _weight, _dweight, _gate, _up, _sorted;
    private readonly float[][] _values, _gradients;

    internal ExpertBench(ReducedModelSpec spec)
    {
        Shape = new ExpertShape(spec.Experts, spec.TopK, spec.Hidden, spec.ExpertFfn);
        var choices = spec.Tokens * spec.TopK;
        _order = new ExpertOrder(spec.Tokens, new RouterShape(spec.Experts, spec.TopK, spec.Router), int.MaxValue);
        _order.Sort(Choices(choices, spec.Experts));
        (_x, _dy) = (KernelBench.Ramp(spec.Tokens * spec.Hidden), KernelBench.Ramp(spec.Tokens * spec.Hidden));
        (_weight, _dweight) = (KernelBench.Ramp(choices), new float[choices]);
        (_gate, _up) = (new float[choices * spec.ExpertFfn], new float[choices * spec.ExpertFfn]);
        _sorted = new float[choices * spec.Hidden];
        var size = spec.Experts * spec.Hidden * spec.ExpertFfn;
        _values = [KernelBench.Ramp(size), KernelBench.Ramp(size), KernelBench.Ramp(size)];
        _gradients = [new float[size], new float[size], new float[size]];
        Flop = 6.0 * choices * spec.Hidden * spec.ExpertFfn;
    }

    internal ExpertShape Shape { get; }

    /// <summary>Operations of the forward products; the backward ones are twice as many.</summary>
    internal double Flop { get; }

    internal void Forward(int task)
    {
        var expert = _order.HeaviestFirst[task];
        Experts.Forward(
            _x, _weight, _order, expert, Of(_values, expert), Shape, Formats, _gate, _up, _sorted, largest: []);
    }

    internal void Backward(int task)
    {
        var expert = _order.HeaviestFirst[task];
        Experts.Backward(
            _dy, _x, _weight, _order, expert, Of(_values, expert), Shape, Formats, _gate, _up, Of(_gradients, expert),
            _sorted, _dweight, largest: []);
    }

    // Choices of every expert by its share, strewn over the text; the steps are odd, so that each place is met once.
    private static ushort[] Choices(int choices, int experts)
    {
        var share = Enumerable.Range(0, experts).Select(e => Math.Exp(-e * HottestOverMean / experts)).ToList();
        var index = new ushort[choices];
        var (total, reached) = (share.Sum(), 0.0);
        for (int e = 0, filled = 0; e < experts; e++)
        {
            reached += share[e];
            for (var end = e == experts - 1 ? choices : (int)(choices * reached / total); filled < end; filled++)
                index[(int)(filled * 7919L % choices)] = (ushort)(e * 37L % experts);
        }

        return index;
    }

    private ExpertMatrices Of(float[][] tensors, int expert)
    {
        var size = Shape.Hidden * Shape.Ffn;
        return new ExpertMatrices(
            tensors[0].AsSpan(expert * size, size), tensors[1].AsSpan(expert * size, size),
            tensors[2].AsSpan(expert * size, size));
    }
}
