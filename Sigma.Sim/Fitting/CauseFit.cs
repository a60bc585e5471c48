// Everything that a log says of one way to fail: the fitted laws in the order of their merit, and the hazard by age.
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Fitting;

/// <summary>The lives of a log as one cause, or all together, end them.</summary>
/// <param name="Cause">The cause, or null for all.</param>
/// <param name="Failures">Failures by it.</param>
/// <param name="Censored">Watched lives that it did not end.</param>
/// <param name="ExposureSeconds">Time that all units together were watched.</param>
/// <param name="Fits">Fitted laws, the best by Akaike's criterion first; none where there are too few failures.</param>
/// <param name="Hazard">By age.</param>
public sealed record CauseFit(
    string? Cause, int Failures, int Censored, double ExposureSeconds, IReadOnlyList<LawFit> Fits,
    IReadOnlyList<HazardBin> Hazard)
{
    /// <summary>With fewer, nothing can be said of how the hazard goes.</summary>
    public const int FewestFailures = 2;

    private const int Draws = 199;

    /// <summary>The best law that a scenario can say.</summary>
    public LawFit? Best => Fits.FirstOrDefault(fit => DistributionText.ParseLife(fit.Words).Succeeded);

    /// <summary>Fits all families.</summary>
    public static CauseFit Of(
        string? cause, IReadOnlyList<Life> lives, double unitSeconds, int bins, CancellationToken cancellation)
    {
        var sample = new LifeSample(lives);
        var fits = sample.Failures < FewestFailures
            ? []
            : LawFamily.All.Select(family => LawFit.Of(family, sample, Draws, cancellation)).OfType<LawFit>()
                .OrderBy(fit => fit.Aic).ToList();
        var hazard = sample.Failures == 0 ? [] : HazardBin.Of(sample.Lives, unitSeconds, bins);
        return new CauseFit(cause, sample.Failures, sample.Censored, sample.ExposureSeconds, fits, hazard);
    }
}
