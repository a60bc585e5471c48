// What a run is asked about: a level as it changes over time, and values as they come. Both in constant memory.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Engine;

/// <summary>
/// A level over simulated time (a queue's length, units in use), weighted by how long it lasted. Whole levels sum
/// exactly up to 2^53 level-nanoseconds, about 104 level-days, and to 16 digits beyond.
/// </summary>
public sealed class TimeWeighted
{
    private readonly Simulation _simulation;
    private double _level;
    private double _area;
    private long _begin;
    private long _last;

    public TimeWeighted(Simulation simulation, double level)
    {
        _simulation = simulation;
        _level = level;
        Reset();
    }

    /// <summary>The level now; setting it ends the time of the level before.</summary>
    public double Level
    {
        get => _level;
        set
        {
            Account();
            _level = value;
            Max = Math.Max(Max, value);
        }
    }

    /// <summary>The highest level since the last reset.</summary>
    public double Max { get; private set; }

    /// <summary>Level times seconds, since the last reset until now.</summary>
    public double Integral
    {
        get
        {
            Account();
            return _area / Duration.NanosecondsPerSecond;
        }
    }

    /// <summary>The mean since the last reset; the level itself if no time has passed.</summary>
    public double Mean
    {
        get
        {
            Account();
            return _last == _begin ? _level : _area / (_last - _begin);
        }
    }

    /// <summary>Forgets the past, but not the level: for the end of a warm-up.</summary>
    public void Reset()
    {
        _begin = _last = _simulation.Now.Nanoseconds;
        _area = 0;
        Max = _level;
    }

    private void Account()
    {
        var now = _simulation.Now.Nanoseconds;
        _area += _level * (now - _last);
        _last = now;
    }
}

/// <summary>Count, mean and spread of values, by Welford's recurrence (Technometrics 4, 1962).</summary>
public sealed class Tally
{
    private double _squares;

    public long Count { get; private set; }

    /// <summary>Not a number while empty, as are the others.</summary>
    public double Mean { get; private set; } = double.NaN;

    /// <summary>The sample's standard deviation (n - 1); not a number below two values.</summary>
    public double StandardDeviation => Count < 2 ? double.NaN : Math.Sqrt(_squares / (Count - 1));

    public double Min { get; private set; } = double.NaN;

    public double Max { get; private set; } = double.NaN;

    public void Add(double value)
    {
        if (Count == 0) Mean = 0;
        Count++;
        var distance = value - Mean;
        Mean += distance / Count;
        _squares += distance * (value - Mean);
        Min = Count == 1 ? value : Math.Min(Min, value);
        Max = Count == 1 ? value : Math.Max(Max, value);
    }

    /// <summary>Forgets all values: for the end of a warm-up.</summary>
    public void Reset()
    {
        Count = 0;
        _squares = 0;
        Mean = Min = Max = double.NaN;
    }
}
