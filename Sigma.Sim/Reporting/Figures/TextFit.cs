// How wide a text will be, without a font at hand: 0.56 em a letter is wider than the common system fonts run on
// average, so what fits here fits on a reader's screen.
namespace Sigma.Sim.Reporting.Figures;

/// <summary>Estimates, wraps and shortens text.</summary>
internal static class TextFit
{
    public const double EmPerLetter = 0.56, EmPerStrongLetter = 0.6;

    public static double WidthOf(string text, double size) => text.Length * size * EmPerLetter;

    /// <summary>The text, cut with an ellipsis where it is wider than the room it has.</summary>
    public static string Shortened(string text, double size, double room)
    {
        var letters = (int)(room / (size * EmPerLetter));
        return text.Length <= letters ? text : text[..Math.Max(0, letters - 1)].TrimEnd() + "…";
    }

    /// <summary>Lines of whole words, each no wider than the room.</summary>
    public static IReadOnlyList<string> Wrapped(string text, double size, double room)
    {
        var letters = (int)(room / (size * EmPerStrongLetter));
        var lines = new List<string>();
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > letters)
            {
                lines.Add(line);
                line = "";
            }

            line = line.Length == 0 ? Shortened(word, size * EmPerStrongLetter / EmPerLetter, room) : $"{line} {word}";
        }

        lines.Add(line);
        return lines;
    }
}
