// What a search may change: a path, between two values of it.
using Sigma.Sim.Quantities;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Scenarios.Sweeps;

namespace Sigma.Sim.Experiments.Search;

/// <summary>An input and the range in which it is varied; places on it go from 0 to 1.</summary>
/// <param name="Path">Of the input.</param>
/// <param name="Range">Its values.</param>
public sealed record SearchAxis(string Path, AxisRange Range)
{
    // Over such a range a value is judged by its ratio to another, not by its difference.
    private const double LeastRatioOfLog = 5;

    /// <summary>Reads <c>LOW..HIGH</c>; a wide range of positive quantities is searched in its logarithm.</summary>
    public static Parsed<SearchAxis> Of(string path, string text)
    {
        var range = AxisRange.Of(text, isLog: false);
        if (range.Problem is { } problem) return new Parsed<SearchAxis>(null!, problem);
        var isLog = range.Value is { IsWhole: false, Low: > 0 } ends && ends.High / ends.Low >= LeastRatioOfLog;
        return new SearchAxis(path, range.Value with { IsLog = isLog });
    }

    /// <summary>The place of the value that a place is rounded to, where only whole numbers count.</summary>
    public double Snapped(double place) => Range.IsWhole ? Range.PlaceOf(Range.NumberAt(place)) : place;

    public Override ChangeAt(double place) => new(Path, Range.At(place));
}
