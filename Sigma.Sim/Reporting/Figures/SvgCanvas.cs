// A picture as text: crisp at any size, diffable, and the same bytes everywhere. Knows shapes and escaping, nothing of
// what a figure means.
using System.Globalization;
using System.Text;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>Which end of a text stands at its place.</summary>
internal enum Anchor
{
    Start,
    Middle,
    End,
}

/// <summary>An SVG of a fixed size with a title and a description for those who cannot see it.</summary>
internal sealed class SvgCanvas(string name, string title, string description, double width, double height)
{
    private readonly StringBuilder _body = new();

    public double Width => width;

    public double Height => height;

    /// <summary>A number of a picture: at most two decimals, in the invariant culture.</summary>
    public static string N(double value)
    {
        var text = Math.Round(value, 2).ToString("0.##", CultureInfo.InvariantCulture);
        return string.Equals(text, "-0", StringComparison.Ordinal) ? "0" : text;
    }

    /// <summary>
    /// One line of text with its baseline at <paramref name="y"/>; classes `strong` and `soft` are known.
    /// </summary>
    public void Text(double x, double y, double size, Anchor anchor, string classes, string text)
    {
        var place = $"<text x=\"{N(x)}\" y=\"{N(y)}\" font-size=\"{N(size)}\" "
            + $"text-anchor=\"{anchor.ToString().ToLowerInvariant()}\"";
        var style = classes.Length == 0 ? "" : $" class=\"{classes}\"";
        _body.Append($"{place}{style}>{MarkupText.Escape(text)}</text>\n");
    }

    public void Rect(double x, double y, double w, double h, string classes) =>
        _body.Append($"<rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(w)}\" height=\"{N(h)}\" class=\"{classes}\"/>\n");

    /// <summary>A rectangle that says what it is when pointed at.</summary>
    public void Rect(double x, double y, double w, double h, string classes, string tip) => _body.Append(
        $"<rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(w)}\" height=\"{N(h)}\" class=\"{classes}\">"
        + $"<title>{MarkupText.Escape(tip)}</title></rect>\n");

    /// <summary>One rectangle of many, as short as it can be written, that says what it is when pointed at.</summary>
    public void Box((double X, double Y, double W, double H) box, string classes, string tip) =>
        _body.Append($"<path d=\"{Outline(box)}\" class=\"{classes}\">"
            + $"<title>{MarkupText.Escape(tip)}</title></path>\n");

    public void Line(double x1, double y1, double x2, double y2, string classes) =>
        _body.Append($"<line x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\" class=\"{classes}\"/>\n");

    public void Dot(double x, double y, double radius, string classes) =>
        _body.Append($"<circle cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"{N(radius)}\" class=\"{classes}\"/>\n");

    /// <summary>A dot that says what it is when pointed at.</summary>
    public void Dot(double x, double y, double radius, string classes, string tip) =>
        _body.Append($"<circle cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"{N(radius)}\" class=\"{classes}\">"
            + $"<title>{MarkupText.Escape(tip)}</title></circle>\n");

    /// <summary>Begins an entry of a legend, which stands for all marks of a class.</summary>
    public void BeginEntry(string series) => _body.Append($"<g class=\"entry\" data-series=\"{series}\">\n");

    public void EndEntry() => _body.Append("</g>\n");

    public void Curve(IEnumerable<(double X, double Y)> points, string classes) =>
        _body.Append(
            $"<polyline points=\"{string.Join(' ', points.Select(p => $"{N(p.X)},{N(p.Y)}"))}\" "
                + $"class=\"{classes}\"/>\n");

    /// <summary>A closed shape.</summary>
    public void Area(IEnumerable<(double X, double Y)> points, string classes) =>
        _body.Append(
            $"<polygon points=\"{string.Join(' ', points.Select(p => $"{N(p.X)},{N(p.Y)}"))}\" "
                + $"class=\"{classes}\"/>\n");

    /// <summary>Many rectangles of one colour in one path: a campaign has thousands.</summary>
    public void Boxes(IEnumerable<(double X, double Y, double W, double H)> boxes, string classes)
    {
        var path = string.Concat(boxes.Select(Outline));
        if (path.Length > 0) _body.Append($"<path d=\"{path}\" class=\"{classes}\"/>\n");
    }

    private static string Outline((double X, double Y, double W, double H) box) =>
        $"M{N(box.X)} {N(box.Y)}h{N(box.W)}v{N(box.H)}h{N(-box.W)}z";

    /// <summary>The picture as a file that carries its own style.</summary>
    public string StandingAlone() =>
        $"{Head()} width=\"{N(width)}\" "
            + $"height=\"{N(height)}\">\n{Words()}<style>\n{Palette.StyleSheet}</style>\n{_body}</svg>\n";

    /// <summary>The picture for a page that already has the style.</summary>
    public string Inline() => $"{Head()}>\n{Words()}{_body}</svg>\n";

    private string Head() =>
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"figure\" role=\"img\" viewBox=\"0 0 {N(width)} "
            + $"{N(height)}\""
        + $" aria-labelledby=\"{name}-title {name}-desc\"";

    private string Words() =>
        $"<title id=\"{name}-title\">{MarkupText.Escape(title)}</title>\n"
        + $"<desc id=\"{name}-desc\">{MarkupText.Escape(description)}</desc>\n";
}
