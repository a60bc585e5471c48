// What all figures share: the finding as their title, a margin, and a line that says which command draws them again.
namespace Sigma.Sim.Reporting.Figures;

/// <summary>A finished figure.</summary>
/// <param name="Name">Its file's name without ending.</param>
/// <param name="Finding">What it shows, in a sentence with numbers.</param>
/// <param name="Canvas">The drawing.</param>
/// <param name="Numbers">What it shows, to be read and copied.</param>
internal sealed record Figure(string Name, string Finding, SvgCanvas Canvas, TextTable Numbers);

/// <summary>
/// An empty figure with title and source; the drawing goes between <see cref="Top"/> and the height asked for.
/// </summary>
internal sealed class FigureFrame
{
    public const double Width = 880, Pad = 24, Left = Pad, Right = Width - Pad;

    /// <summary>Sizes of text.</summary>
    public const double TitleSize = 18, LabelSize = 13, NoteSize = 11;

    private const double TitleLine = 25, SourceHeight = 42;

    private readonly string _name;
    private readonly string _finding;

    public FigureFrame(string name, string finding, string description, double height, string source)
    {
        (_name, _finding) = (name, finding);
        var lines = TextFit.Wrapped(finding, TitleSize, Right - Left);
        Top = Pad + lines.Count * TitleLine + 14;
        Canvas = new SvgCanvas(name, finding, description, Width, Top + height + SourceHeight);
        Canvas.Rect(0, 0, Width, Canvas.Height, "paper");
        for (var i = 0; i < lines.Count; i++)
            Canvas.Text(Left, Pad + (i + 0.7) * TitleLine, TitleSize, Anchor.Start, "strong", lines[i]);
        Canvas.Text(
            Left, Canvas.Height - 15, NoteSize, Anchor.Start, "soft", TextFit.Shortened(
                source, NoteSize, Right - Left));
    }

    /// <summary>Where the drawing begins.</summary>
    public double Top { get; }

    public SvgCanvas Canvas { get; }

    public Figure Done(TextTable numbers) => new(_name, _finding, Canvas, numbers);

    /// <summary>
    /// Swatches with their names in a row from the left, in as many rows as they need; returns the height used.
    /// </summary>
    public double Legend(double y, IEnumerable<(string Class, string Name)> entries)
    {
        const double row = 20, swatch = 12;
        var (x, used) = (Left, row);
        foreach (var (colour, name) in entries)
        {
            var width = swatch + 7 + TextFit.WidthOf(name, LabelSize) + 20;
            if (x > Left && x + width > Right)
            {
                x = Left;
                used += row;
            }

            Canvas.BeginEntry(colour);
            Canvas.Rect(x, y + used - row, swatch, swatch, colour);
            Canvas.Text(x + swatch + 7, y + used - row + 10.5, LabelSize, Anchor.Start, "", name);
            Canvas.EndEntry();
            x += width;
        }

        return used;
    }

    /// <summary>Rows that <see cref="Legend"/> will need, times their height.</summary>
    public static double LegendHeight(IEnumerable<string> names)
    {
        var (x, rows) = (Left, 1);
        foreach (var name in names)
        {
            var width = 39 + TextFit.WidthOf(name, LabelSize);
            if (x > Left && x + width > Right) (x, rows) = (Left, rows + 1);
            x += width;
        }

        return rows * 20;
    }
}
