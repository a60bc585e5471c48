// How many failures a unit that is replaced at once has had by a time: the renewal equation M = F + M * F, solved by
// the midpoint rule of Xie ("On the solution of renewal-type integral equations", Comm. in Statistics 18, 1989).
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Validation;

/// <summary>Expected renewals, independent of any simulation.</summary>
internal static class RenewalFunction
{
    private const int Slices = 1000;

    /// <summary>Expected failures of one unit of a law, new at the start, by <paramref name="time"/>.</summary>
    public static double Of(Distribution law, Duration time)
    {
        var slice = time.Seconds / Slices;
        var atMiddle = new double[Slices + 1];
        for (var i = 1; i <= Slices; i++) atMiddle[i] = Failed((i - 0.5) * slice);
        var renewals = new double[Slices + 1];
        for (var i = 1; i <= Slices; i++)
        {
            var sum = Failed(i * slice) - atMiddle[1] * renewals[i - 1];
            for (var j = 1; j < i; j++) sum += atMiddle[i - j + 1] * (renewals[j] - renewals[j - 1]);
            renewals[i] = sum / (1 - atMiddle[1]);
        }

        return renewals[Slices];

        double Failed(double seconds) => 1 - Math.Exp(-law.CumulativeHazard(seconds));
    }
}
