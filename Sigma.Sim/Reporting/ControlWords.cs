// What a control variate did for an estimate, in a sentence.
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Reporting;

/// <summary>Sentences about controlled estimates.</summary>
internal static class ControlWords
{
    /// <summary>The sentence on ETTR, or null where the control says nothing worth it.</summary>
    public static string? Of(RunOutcome outcome)
    {
        var found = outcome.Controlled.FirstOrDefault(pair => pair.Metric.Name == "ettr");
        const double leastGain = 1.1;
        if (found.Estimate is not { } controlled || controlled.Gain < leastGain) return null;
        var measure = Measure.Of("ettr");
        return $"with the number of first failures, whose mean is known, as control variate: ETTR "
            + $"{measure.Text(controlled.Estimate)} %, as sure as "
            + $"{UnitText.ThreeDigits(controlled.Gain)} times as many replications without it";
    }
}
