// From the whole to what is left of it, one loss a row: each bar ends where the one above it begins.
namespace Sigma.Sim.Reporting.Figures;

/// <summary>A part of the whole.</summary>
/// <param name="Class">Colour.</param>
/// <param name="Name">What it is.</param>
/// <param name="Share">Of the whole; below zero for a gain.</param>
internal readonly record struct WaterfallPart(string Class, string Name, double Share);

/// <summary>A row: a loss with one part, or what is left with as many as it has.</summary>
internal sealed record WaterfallRow(
    string Label, string Share, string Amount, bool Strong, IReadOnlyList<WaterfallPart> Parts);

/// <summary>Draws rows from 100 % down.</summary>
internal static class Waterfall
{
    private const double RowHeight = 26, BarHeight = 16, BarsFrom = 220, BarsTo = 660, ShareAt = 745;

    public static double HeightOf(int rows) => rows * RowHeight + 40;

    /// <summary>
    /// Losses run from the right, gains back to it; a last row of what is left begins at zero. The axis is as long as
    /// the whole with all that is gained on the way.
    /// </summary>
    public static void Draw(
        FigureFrame frame, double top, IReadOnlyList<WaterfallRow> losses, WaterfallRow whole, WaterfallRow left,
        string axis)
    {
        var canvas = frame.Canvas;
        var bottom = top + (losses.Count + 2) * RowHeight;
        var scale = new Scale(0, 100 * MostOf(losses), BarsFrom, BarsTo);
        scale.DrawBelow(canvas, top, bottom, 5, axis);
        Row(canvas, scale, top, whole, 0);
        var remaining = 1.0;
        for (var i = 0; i < losses.Count; i++)
        {
            var before = remaining;
            remaining -= losses[i].Parts.Sum(part => part.Share);
            Row(canvas, scale, top + (i + 1) * RowHeight, losses[i], Math.Min(before, remaining));
        }

        Row(canvas, scale, top + (losses.Count + 1) * RowHeight, left, 0);
    }

    private static double MostOf(IReadOnlyList<WaterfallRow> losses)
    {
        var (remaining, most) = (1.0, 1.0);
        foreach (var loss in losses)
        {
            remaining -= loss.Parts.Sum(part => part.Share);
            most = Math.Max(most, remaining);
        }

        return most;
    }

    private static void Row(SvgCanvas canvas, Scale scale, double y, WaterfallRow row, double begin)
    {
        var classes = row.Strong ? "strong" : "";
        var label = TextFit.Shortened(row.Label, FigureFrame.LabelSize, BarsFrom - FigureFrame.Left - 16);
        canvas.Text(FigureFrame.Left, y + 17, FigureFrame.LabelSize, Anchor.Start, classes, label);
        canvas.Text(ShareAt, y + 17, FigureFrame.LabelSize, Anchor.End, classes, row.Share);
        if (row.Amount.Length > 0)
            canvas.Text(FigureFrame.Right, y + 17, FigureFrame.LabelSize, Anchor.End, classes, row.Amount);
        foreach (var part in row.Parts)
        {
            // A loss too small to see still gets a line, so that no row looks empty.
            var width = Math.Max(1, scale.At(Math.Abs(part.Share) * 100) - scale.At(0));
            canvas.Rect(
                scale.At(begin * 100), y + 4, width, BarHeight, part.Class, $"{part.Name}: "
                    + $"{(part.Share < 0 ? "+" : "")}{Wording.Share(Math.Abs(part.Share))}");
            begin += Math.Abs(part.Share);
        }
    }
}
