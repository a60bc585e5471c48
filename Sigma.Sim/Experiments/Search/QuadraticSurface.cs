// A small surrogate: the quadratic that lies nearest to what was measured around a point. It averages the noise of all
// its points, where the best of them would be the luckiest.
using MathNet.Numerics.LinearAlgebra;

namespace Sigma.Sim.Experiments.Search;

/// <summary>A quadratic in one or two variables.</summary>
internal sealed class QuadraticSurface
{
    private const int Steps = 200;

    private readonly double[] _coefficients;
    private readonly int _axes;

    private QuadraticSurface(double[] coefficients, int axes) => (_coefficients, _axes) = (coefficients, axes);

    /// <summary>Points that a fit takes at least: one more than it has coefficients.</summary>
    public static int LeastPoints(int axes) => (axes + 1) * (axes + 2) / 2 + 1;

    /// <summary>The least-squares fit of values at places.</summary>
    public static QuadraticSurface Of(IReadOnlyList<double[]> places, IReadOnlyList<double> values)
    {
        var terms = Matrix<double>.Build.DenseOfRows(places.Select(Terms));
        // A singular system (all points in one line) has a solution of least length by SVD.
        var solution = terms.Svd().Solve(Vector<double>.Build.DenseOfEnumerable(values));
        return new QuadraticSurface(solution.ToArray(), places[0].Length);
    }

    public double At(double[] place) => Terms(place).Zip(_coefficients, (term, factor) => term * factor).Sum();

    /// <summary>
    /// The place in a box at which the surface is highest: found on a fine grid, then by halving its steps.
    /// </summary>
    public double[] Highest(double[] low, double[] high)
    {
        var best = (Place: low, Value: double.NegativeInfinity);
        var grid = _axes == 1 ? Steps : Steps / 4;
        for (var i = 0; i <= grid; i++)
        {
            for (var j = 0; j <= (_axes == 1 ? 0 : grid); j++)
            {
                double[] place = _axes == 1
                    ? [low[0] + (high[0] - low[0]) * i / grid]
                    : [low[0] + (high[0] - low[0]) * i / grid, low[1] + (high[1] - low[1]) * j / grid];
                Try(place);
            }
        }

        for (var step = 1.0 / grid; step > 1e-5; step /= 2)
        {
            for (var axis = 0; axis < _axes; axis++)
            {
                foreach (var sign in (double[])[-1, 1])
                {
                    var place = (double[])best.Place.Clone();
                    var moved = place[axis] + sign * step * (high[axis] - low[axis]);
                    place[axis] = Math.Clamp(moved, low[axis], high[axis]);
                    Try(place);
                }
            }
        }

        return best.Place;

        void Try(double[] place)
        {
            var value = At(place);
            if (value > best.Value) best = (place, value);
        }
    }

    private static double[] Terms(double[] place) => place.Length == 1
        ? [1, place[0], place[0] * place[0]]
        : [1, place[0], place[1], place[0] * place[0], place[1] * place[1], place[0] * place[1]];
}
