// From values to places: a linear axis with round ticks, as people would choose them.
using System.Globalization;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>A linear axis from values to pixels.</summary>
internal sealed class Scale(double low, double high, double from, double to)
{
    // Of an axis whose ends are ticks; zero where the ends are what they are.
    private double Step { get; init; }

    public double Low => low;

    public double High => high;

    public double At(double value) => from + (value - low) / (high - low) * (to - from);

    /// <summary>At most about <paramref name="wanted"/> ticks at multiples of 1, 2 or 5 times a power of ten.</summary>
    public IReadOnlyList<double> Ticks(int wanted)
    {
        var step = Step > 0 ? Step : StepOf((high - low) / wanted);
        var ticks = new List<double>();
        for (var i = (long)Math.Ceiling(low / step - 1e-9); i * step <= high + step * 1e-9; i++) ticks.Add(i * step);
        return ticks;
    }

    /// <summary>An axis whose ends are ticks, wide enough for both values.</summary>
    public static Scale Around(double low, double high, int wanted, double from, double to)
    {
        if (!(high > low)) high = low + Math.Max(1e-9, Math.Abs(low) * 0.1);
        var step = StepOf((high - low) / wanted);
        return new Scale(Math.Floor(low / step + 1e-9) * step, Math.Ceiling(high / step - 1e-9) * step, from, to)
        {
            Step = step,
        };
    }

    /// <summary>A tick's value to three digits.</summary>
    public static string Text(double tick) => UnitText.ThreeDigits(Math.Round(tick, 9));

    /// <summary>Ticks with their texts: to three digits, or to as many as tell one from the next.</summary>
    private IEnumerable<(double Tick, string Text)> Labels(int wanted)
    {
        var ticks = Ticks(wanted);
        var texts = ticks.Select(Text).ToList();
        if (texts.Distinct(StringComparer.Ordinal).Count() == texts.Count) return ticks.Zip(texts);
        var decimals = Math.Clamp(-(int)Math.Floor(Math.Log10(ticks[1] - ticks[0]) + 1e-9), 0, 9);
        return ticks.Select(tick => (tick, tick.ToString($"N{decimals}", CultureInfo.InvariantCulture)));
    }

    /// <summary>
    /// Grid lines with numbers below them, and the axis' name with its unit at the end of the row beneath.
    /// </summary>
    public void DrawBelow(SvgCanvas canvas, double top, double bottom, int wanted, string name)
    {
        var end = double.NegativeInfinity;
        foreach (var (tick, text) in Labels(wanted).OrderBy(label => At(label.Tick)))
        {
            canvas.Line(At(tick), top, At(tick), bottom, "grid");
            // A name that would touch the one before it is left out; its line stays.
            var half = TextFit.WidthOf(text, FigureFrame.NoteSize) / 2;
            if (At(tick) - half < end + 4) continue;
            end = At(tick) + half;
            canvas.Text(At(tick), bottom + 16, FigureFrame.NoteSize, Anchor.Middle, "soft", text);
        }

        canvas.Text(Math.Max(from, to), bottom + 33, FigureFrame.NoteSize, Anchor.End, "soft", name);
    }

    /// <summary>Grid lines with numbers at their left end.</summary>
    public void DrawBeside(SvgCanvas canvas, double left, double right, int wanted)
    {
        foreach (var (tick, text) in Labels(wanted))
        {
            canvas.Line(left, At(tick), right, At(tick), "grid");
            canvas.Text(left - 7, At(tick) + 4, FigureFrame.NoteSize, Anchor.End, "soft", text);
        }
    }

    private static double StepOf(double rough)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var lead = rough / power;
        return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
    }
}
