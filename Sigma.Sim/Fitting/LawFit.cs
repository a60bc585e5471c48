// One family fitted to one sample by maximum likelihood, and how well it does.
using MathNet.Numerics.LinearAlgebra;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Fitting;

/// <summary>The most likely law of a family.</summary>
/// <param name="Family">The family.</param>
/// <param name="Law">The law.</param>
/// <param name="Parameters">Its parameters in the family's order, times in seconds.</param>
/// <param name="Errors">Their standard errors; NaN where the likelihood does not say.</param>
/// <param name="LogLikelihood">In 1/s.</param>
/// <param name="Failures">Densities that the likelihood counts.</param>
/// <param name="IsAtEdge">True where a parameter ran into the limit of what is tried: the sample does not say.</param>
/// <param name="Distance">Kolmogorov and Smirnov's, from the product-limit estimate.</param>
/// <param name="PValue">Of that distance, by parametric bootstrap; null where that is not valid or too long.</param>
public sealed record LawFit(
    LawFamily Family, Distribution Law, IReadOnlyList<double> Parameters, IReadOnlyList<double> Errors,
    double LogLikelihood, int Failures, bool IsAtEdge, double Distance, double? PValue)
{
    private const int MostAgesToBegin = 20_000, MostLivesToDraw = 5_000, LeastFailuresOfBathtub = 20,
        LeastFailuresToBegin = 20;
    private const double JacobianStep = 1e-5;

    /// <summary>The law in the words of a scenario.</summary>
    public string Words => DistributionText.Words(Law);

    /// <summary>The log-likelihood where densities are counted per <paramref name="unitSeconds"/>.</summary>
    public double LogLikelihoodPer(double unitSeconds) => LogLikelihood + Failures * Math.Log(unitSeconds);

    /// <summary>Akaike's criterion of that likelihood; differences between laws are the same in any unit.</summary>
    public double AicPer(double unitSeconds) => Aic - 2 * Failures * Math.Log(unitSeconds);

    /// <summary>Akaike's criterion: twice the parameters less twice the log-likelihood; the least is best.</summary>
    public double Aic => 2 * Parameters.Count - 2 * LogLikelihood;

    /// <summary>
    /// The best law of a family; null where the sample has too few failures for it.
    /// </summary>
    /// <param name="family">The family.</param>
    /// <param name="sample">Lives, at least one of which ended in a failure.</param>
    /// <param name="draws">Samples to draw for the probability of the distance; 0 for none.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static LawFit? Of(LawFamily family, LifeSample sample, int draws, CancellationToken cancellation)
    {
        var isBathtub = family.Parameters.Count > 2;
        if (isBathtub && sample.Failures < LeastFailuresOfBathtub) return null;
        var unit = sample.ExposureSeconds / sample.Failures;
        var height = Height(family, sample, unit, cancellation);
        var few = sample.Ages > MostAgesToBegin ? sample.Thinned(MostAgesToBegin / 4) : sample;
        // A thinned sample of rare failures may hold none of them, and would begin anywhere.
        var top = few == sample || few.Failures < LeastFailuresToBegin
            ? Climb.From(height, family.Starts)
            : Climb.Refined(height, Climb.From(Height(family, few, unit, cancellation), family.Starts).At);
        var law = family.LawAt(top.At, unit)!;
        var parameters = family.At(top.At, unit)!;
        var distance = ProductLimit.DistanceOf(sample.Lives, law);
        var isDrawn = draws > 0 && sample.IsComplete && !isBathtub && sample.Lives.Count <= MostLivesToDraw;
        return new LawFit(
            family, law, parameters, ErrorsOf(family, top, unit), top.Value, sample.Failures,
            family.IsAtEdge(parameters, unit), distance,
            isDrawn ? PValueOf(family, law, top.At, (sample.Lives.Count, draws), distance, cancellation) : null);
    }

    private static Func<double[], double> Height(
        LawFamily family, LifeSample sample, double unit, CancellationToken cancellation) => at =>
    {
        cancellation.ThrowIfCancellationRequested();
        return family.LawAt(at, unit) is { } law ? sample.LogLikelihood(law) : double.NegativeInfinity;
    };

    /// <summary>The errors of the coordinates, carried over to the parameters.</summary>
    private static double[] ErrorsOf(LawFamily family, Climb top, double unit)
    {
        var count = top.At.Length;
        if (top.Covariance is null) return [.. Enumerable.Repeat(double.NaN, count)];
        var slopes = Matrix<double>.Build.Dense(count, count);
        for (var coordinate = 0; coordinate < count; coordinate++)
        {
            var (up, down) = (Beside(coordinate, JacobianStep), Beside(coordinate, -JacobianStep));
            for (var i = 0; i < count; i++)
            {
                var slope = (up?[i] - down?[i]) / (2 * JacobianStep);
                slopes[i, coordinate] = slope ?? double.NaN;
            }
        }

        return [.. (slopes * top.Covariance * slopes.Transpose()).Diagonal().Select(Math.Sqrt)];

        double[]? Beside(int coordinate, double by) =>
            family.At([.. top.At.Select((value, i) => i == coordinate ? value + by : value)], unit);
    }

    /// <summary>
    /// How often lives drawn from the law, and fitted as these were, lie as far from their own fit. A table of
    /// Kolmogorov's would say too much: it knows nothing of parameters that were fitted to the same lives.
    /// </summary>
    private static double PValueOf(
        LawFamily family, Distribution law, double[] at, (int Lives, int Draws) counts, double distance,
        CancellationToken cancellation)
    {
        var (lives, draws) = counts;
        var further = 1;
        for (var draw = 0; draw < draws; draw++)
        {
            var stream = new StreamKey(1, draw, $"fit/{family.Name}", 0).Open();
            var drawn = new Life[lives];
            for (var i = 0; i < lives; i++)
                drawn[i] = new Life(0, Math.Max(1e-9, law.QuantileSeconds(stream.NextUniform())), true);
            var sample = new LifeSample(drawn);
            var unit = sample.ExposureSeconds / lives;
            var again = Climb.Refined(Height(family, sample, unit, cancellation), at);
            var found = family.LawAt(again.At, unit);
            if (found is not null && ProductLimit.DistanceOf(drawn, found) >= distance) further++;
        }

        return further / (draws + 1.0);
    }
}
