// How unevenly a real router loads its experts: a bar per expert, a row per layer of the trained model, the even share
// as a line.
using System.Globalization;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Training;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>Tokens per expert of the real step, as small multiples.</summary>
internal static class ExpertLoadBars
{
    private const double Row = 74, From = 100, To = 716;
    private const int MostRows = 12;

    public static Figure Draw(PlayedStep played, string source)
    {
        var layers = played.RealStep.Load;
        var shown = layers.Take(MostRows).ToList();
        var worst = layers.MaxBy(load => load.MaxOverMean)!;
        var more = layers.Count > MostRows ? $"; the first {MostRows} of {layers.Count} layers are shown" : "";
        var frame = new FigureFrame(
            "expert-load",
            $"The busiest expert gets {UnitText.ThreeDigits(worst.MaxOverMean)} times the even share (layer "
                + $"{worst.Layer}), and the busiest rank of a group "
                + $"{UnitText.ThreeDigits(played.Profile.Samples[0].HottestOverMean)} times",
            $"Tokens per expert in each of the {Wording.Plural(layers.Count, "layer")} of the real reduced step{more}; "
                + "the line is the even share.",
            shown.Count * Row + 34,
            source);
        var most = Math.Max(1, shown.Max(load => load.TokensPerExpert.Max()));
        for (var i = 0; i < shown.Count; i++) Layer(frame.Canvas, frame.Top + i * Row, shown[i], most);
        var bottom = frame.Top + shown.Count * Row;
        frame.Canvas.Text(From, bottom + 10, FigureFrame.NoteSize, Anchor.Start, "soft", "expert 0");
        frame.Canvas.Text(
            To, bottom + 10, FigureFrame.NoteSize, Anchor.End, "soft", $"expert {layers[0].TokensPerExpert.Count - 1}");
        frame.Canvas.Text(
            From, bottom + 27, FigureFrame.NoteSize, Anchor.Start, "soft",
            $"tokens per expert over the traced steps{more}");
        return frame.Done(new TextTable(
            [
                Column.Number("layer"), Column.Number("even share [tokens]"), Column.Number("least [tokens]"),
                Column.Number("most [tokens]"), Column.Number("most over even"),
            ],
            [
                .. layers.Take(TextTable.MostRows).Select(load => TableRow.Of(
                    UnitText.Count(load.Layer), TextTable.Digits(load.TokensPerExpert.Average()),
                    UnitText.Count(load.TokensPerExpert.Min()), UnitText.Count(load.TokensPerExpert.Max()),
                    TextTable.Digits(load.MaxOverMean))),
            ]));
    }

    private static void Layer(SvgCanvas canvas, double y, ExpertLoad load, int most)
    {
        var experts = load.TokensPerExpert;
        var scale = new Scale(0, most, y + Row - 8, y + 4);
        var pitch = (To - From) / experts.Count;
        var gap = Math.Min(1.5, pitch * 0.2);
        canvas.Rect(From, y + 4, To - From, Row - 12, "track");
        for (var expert = 0; expert < experts.Count; expert++)
        {
            var top = scale.At(experts[expert]);
            canvas.Rect(
                From + expert * pitch, top, pitch - gap, scale.At(0) - top, Palette.Accent,
                $"expert {expert.ToString(CultureInfo.InvariantCulture)}: {UnitText.Count(experts[expert])} tokens");
        }

        var mean = experts.Average();
        canvas.Line(From, scale.At(mean), To, scale.At(mean), "whisker");
        canvas.Text(
            From - 12, y + Row / 2, FigureFrame.LabelSize, Anchor.End, "",
            $"layer {load.Layer.ToString(CultureInfo.InvariantCulture)}");
        canvas.Text(
            To + 14, y + Row / 2 - 8, FigureFrame.LabelSize, Anchor.Start, "strong",
            $"max {UnitText.ThreeDigits(load.MaxOverMean)} x");
        canvas.Text(
            To + 14, y + Row / 2 + 8, FigureFrame.NoteSize, Anchor.Start, "soft",
            $"even {UnitText.Prefixed(mean, "")} tokens");
    }
}
