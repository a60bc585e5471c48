// Climbs a likelihood: Nelder and Mead's simplex finds the hill from afar, Newton's method its top, whose curvature is
// what is known of the parameters.
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace Sigma.Sim.Fitting;

/// <summary>The top of a function of a few coordinates.</summary>
/// <param name="At">Its coordinates.</param>
/// <param name="Value">Its height.</param>
/// <param name="Covariance">Inverse of the curvature there; null where the function does not fall on all sides.</param>
internal sealed record Climb(double[] At, double Value, Matrix<double>? Covariance)
{
    private const double Step = 1e-4, Tolerance = 1e-10, FarBelow = -1e100;
    private const int MostMoves = 4_000, MostNewtonSteps = 12;

    /// <summary>The highest top that is found from several places.</summary>
    public static Climb From(Func<double[], double> height, IEnumerable<double[]> starts) =>
        starts.Select(start => Rough(height, start)).MaxBy(top => top.Height) is { Height: > FarBelow } best
            ? Refined(height, best.At)
            : throw new InvalidOperationException("no place to begin a fit from lies within its family");

    /// <summary>Newton's method from a place near the top.</summary>
    public static Climb Refined(Func<double[], double> height, double[] start)
    {
        var (at, value) = (start, Above(height, start));
        for (var round = 0; round < MostNewtonSteps; round++)
        {
            var (gradient, curvature) = Slopes(height, at, value);
            if (!IsSound(curvature) || curvature.Determinant() == 0) break;
            var move = curvature.Solve(gradient);
            var factor = 1.0;
            while (factor > 1e-3 && !(Above(height, Moved(at, move, factor)) >= value)) factor /= 2;
            if (factor <= 1e-3) break;
            at = Moved(at, move, factor);
            value = Above(height, at);
            if (move.InfinityNorm() * factor < Tolerance) break;
        }

        return new Climb(at, value, CovarianceAt(height, at, value));
    }

    private static (double[] At, double Height) Rough(Func<double[], double> height, double[] start)
    {
        var objective = ObjectiveFunction.Value(at => -Above(height, at.AsArray()));
        try
        {
            var found = NelderMeadSimplex.Minimum(
                objective, Vector<double>.Build.DenseOfArray(start), Tolerance, MostMoves);
            return (found.MinimizingPoint.ToArray(), -found.FunctionInfoAtMinimum.Value);
        }
        catch (MaximumIterationsException)
        {
            // A ridge without an end; another start has found something, or none has.
            return (start, Above(height, start));
        }
    }

    private static double Above(Func<double[], double> height, double[] at)
    {
        var value = height(at);
        return double.IsFinite(value) ? value : FarBelow;
    }

    private static Matrix<double>? CovarianceAt(Func<double[], double> height, double[] at, double value)
    {
        var (_, curvature) = Slopes(height, at, value);
        if (!IsSound(curvature)) return null;
        try
        {
            return curvature.Cholesky().Solve(Matrix<double>.Build.DenseIdentity(at.Length));
        }
        catch (ArgumentException)
        {
            // Not a top: a ridge, or the edge of a family.
            return null;
        }
    }

    // Beside the edge of a family a difference is one of a height and of none.
    private static bool IsSound(Matrix<double> curvature) =>
        curvature.Enumerate().All(entry => Math.Abs(entry) < -FarBelow);

    /// <summary>The gradient, and the curvature downwards, by differences.</summary>
    private static (Vector<double> Gradient, Matrix<double> Curvature) Slopes(
        Func<double[], double> height, double[] at, double value)
    {
        var count = at.Length;
        var gradient = Vector<double>.Build.Dense(count);
        var curvature = Matrix<double>.Build.Dense(count, count);
        for (var i = 0; i < count; i++)
        {
            var (up, down) = (Above(height, Shifted(at, i, Step)), Above(height, Shifted(at, i, -Step)));
            gradient[i] = (up - down) / (2 * Step);
            curvature[i, i] = -(up - 2 * value + down) / (Step * Step);
            for (var j = 0; j < i; j++)
            {
                var mixed = (Cross(i, j, 1, 1) - Cross(i, j, 1, -1) - Cross(i, j, -1, 1) + Cross(i, j, -1, -1))
                    / (4 * Step * Step);
                curvature[i, j] = curvature[j, i] = -mixed;
            }
        }

        return (gradient, curvature);

        double Cross(int i, int j, int a, int b) => Above(height, Shifted(Shifted(at, i, a * Step), j, b * Step));
    }

    private static double[] Shifted(double[] at, int coordinate, double by)
    {
        var moved = at.ToArray();
        moved[coordinate] += by;
        return moved;
    }

    private static double[] Moved(double[] at, Vector<double> move, double factor) =>
        [.. at.Select((value, i) => value + factor * move[i])];
}
