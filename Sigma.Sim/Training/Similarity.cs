// How alike two tensors are: what cross-stack validation and calibration judge by.
namespace Sigma.Sim.Training;

/// <summary>Collects one or several pairs of tensors, found against expected.</summary>
internal sealed class Similarity
{
    private double _worst, _largest, _dot, _found, _expected, _difference;

    /// <summary>
    /// The largest difference over the expected tensor's largest element; two tensors of zeros agree.
    /// </summary>
    internal double Relative => _worst == 0 ? 0 : _worst / _largest;

    /// <summary>Cosine similarity; 1 for two tensors of zeros.</summary>
    internal double Cosine => _found == 0 && _expected == 0 ? 1 : _dot / Math.Sqrt(_found * _expected);

    /// <summary>Norm of the found over that of the expected; 1 for two tensors of zeros.</summary>
    internal double Length => _found == 0 && _expected == 0 ? 1 : Math.Sqrt(_found / _expected);

    /// <summary>Norm of the difference over the norm of the expected; 0 for two tensors of zeros.</summary>
    internal double Error => _difference == 0 ? 0 : Math.Sqrt(_difference / _expected);

    internal void Add(ReadOnlySpan<float> found, ReadOnlySpan<float> expected)
    {
        for (var i = 0; i < expected.Length; i++) Add(found[i], expected[i]);
    }

    internal void Add(double found, double expected)
    {
        var difference = found - expected;
        _worst = Math.Max(_worst, Math.Abs(difference));
        _largest = Math.Max(_largest, Math.Abs(expected));
        _dot += found * expected;
        _found += found * found;
        _expected += expected * expected;
        _difference += difference * difference;
    }
}
