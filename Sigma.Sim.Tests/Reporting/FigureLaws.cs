// What holds for every figure whatever it shows: it says in words what it shows, and no word in it covers another or
// leaves the paper.
using System.Globalization;
using System.Xml.Linq;

namespace Sigma.Sim.Tests.Reporting;

/// <summary>Laws of a picture as XML.</summary>
internal static class FigureLaws
{
    private const double EmPerLetter = 0.56;

    public static IEnumerable<XElement> TextsOf(XElement svg) =>
        svg.Descendants().Where(element => element.Name.LocalName == "text");

    public static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Fails where a title or a description is missing, or a number is none.</summary>
    public static void SaysInWords(string name, XElement svg)
    {
        Assert.AreEqual("img", svg.Attribute("role")?.Value, name);
        Assert.IsNotNull(svg.Attribute("viewBox"), name);
        foreach (var word in new[] { "title", "desc" })
        {
            var element = svg.Elements().Single(child => child.Name.LocalName == word);
            Assert.IsGreaterThan(20, element.Value.Length, $"{name}: {word} is `{element.Value}`");
            SmallRun.Holds(svg.Attribute("aria-labelledby")!.Value, element.Attribute("id")!.Value);
        }
    }

    /// <summary>Fails where a word leaves the paper or covers another.</summary>
    public static void Check(string name, XElement svg)
    {
        var size = svg.Attribute("viewBox")!.Value.Split(' ').Select(Number).ToArray();
        var boxes = TextsOf(svg).Select(TextBox.Of).ToList();
        for (var i = 0; i < boxes.Count; i++)
        {
            var box = boxes[i];
            var fits = box.Left >= 0 && box.Right <= size[2] && box.Top >= 0 && box.Bottom <= size[3];
            Assert.IsTrue(fits, $"{name}: `{box.Words}` leaves the paper: {box}");
            for (var j = 0; j < i; j++)
                Assert.IsFalse(box.Meets(boxes[j]), $"{name}: `{box.Words}` covers `{boxes[j].Words}`");
        }
    }

    /// <summary>About what a text covers: 0.56 em a letter, from 0.75 em above its line to 0.2 em below.</summary>
    private sealed record TextBox(string Words, double Left, double Top, double Right, double Bottom)
    {
        public static TextBox Of(XElement text)
        {
            var (x, y, size) = (Value(text, "x"), Value(text, "y"), Value(text, "font-size"));
            var width = text.Value.Length * size * EmPerLetter;
            var left = text.Attribute("text-anchor")!.Value switch
            {
                "end" => x - width,
                "middle" => x - width / 2,
                _ => x,
            };
            return new TextBox(text.Value, left, y - 0.75 * size, left + width, y + 0.2 * size);
        }

        public bool Meets(TextBox other) =>
            Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;

        private static double Value(XElement element, string name) => Number(element.Attribute(name)!.Value);
    }
}
