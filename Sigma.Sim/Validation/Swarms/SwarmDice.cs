// Draws of one random campaign, with all spans in hours of the campaign's own grain: in a coarse one an hour has a
// thousand nanoseconds, so that things which should happen at different times happen at the same one.
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Validation.Swarms;

/// <summary>Dice of one campaign.</summary>
internal sealed class SwarmDice
{
    private RandomStream _stream;

    /// <param name="seed">Of the swarm.</param>
    /// <param name="number">Of the campaign.</param>
    public SwarmDice(ulong seed, int number)
    {
        _stream = new StreamKey(seed, 0, "swarm", number).Open();
        IsCoarse = Flip(0.3);
    }

    /// <summary>Whether an hour has a thousand nanoseconds.</summary>
    public bool IsCoarse { get; }

    private double NanosecondsPerHour => IsCoarse ? 1e3 : 3.6e12;

    /// <summary>True with a chance.</summary>
    public bool Flip(double chance) => _stream.NextChance(chance);

    /// <summary>A whole number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public int Whole(int least, int most) => least + _stream.NextIndex(most - least + 1);

    /// <summary>Evenly between two numbers.</summary>
    public double Even(double least, double most) => least + (most - least) * _stream.NextUniform();

    /// <summary>Between two numbers above zero, every factor of two equally likely.</summary>
    public double Wide(double least, double most) => least * Math.Pow(most / least, _stream.NextUniform());

    /// <summary>An element of a list.</summary>
    public T OneOf<T>(params ReadOnlySpan<T> choices) => choices[_stream.NextIndex(choices.Length)];

    /// <summary>A share from 0 to <paramref name="most"/>.</summary>
    public Fraction Share(double most) => new(Even(0, most));

    /// <summary>So many hours, at least one nanosecond.</summary>
    public Duration Hours(double hours) => new(Math.Max(1, (long)Math.Round(hours * NanosecondsPerHour)));

    /// <summary>A span between two of hours.</summary>
    public Duration Span(double least, double most) => Hours(Wide(least, most));

    /// <summary>The same, or now and then none at all.</summary>
    public Duration SpanOrZero(double least, double most) => Flip(0.2) ? Duration.Zero : Span(least, most);

    /// <summary>A law of any kind whose mean, or median, lies between two numbers of hours.</summary>
    public Distribution Law(double least, double most)
    {
        var mean = Span(least, most);
        return Whole(0, 3) switch
        {
            0 => new Constant(mean),
            1 => new Exponential(mean),
            2 => new Weibull(Even(0.5, 3), mean),
            _ => new LogNormal(mean, Even(0.2, 1.2)),
        };
    }

    /// <summary>The same, or now and then one of no time.</summary>
    public Distribution LawOrZero(double least, double most) =>
        Flip(0.15) ? new Constant(Duration.Zero) : Law(least, most);
}
