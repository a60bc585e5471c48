// Scenario text goes into HTML and SVG; none of it may become markup there, whatever it says.
using System.Text;

namespace Sigma.Sim.Reporting;

/// <summary>Text made safe for elements and quoted attributes of XML and HTML.</summary>
internal static class MarkupText
{
    private const char Replacement = '\uFFFD';

    /// <summary>Escapes the five characters of markup and replaces what XML 1.0 does not allow at all.</summary>
    public static string Escape(string text)
    {
        var safe = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                safe.Append(text[i]).Append(text[++i]);
                continue;
            }

            safe.Append(Escaped(text[i]));
        }

        return safe.ToString();
    }

    private static string Escaped(char letter) => letter switch
    {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&quot;",
        '\'' => "&#39;",
        '\t' or '\n' or '\r' => letter.ToString(),
        < ' ' or '\uFFFE' or '\uFFFF' => Replacement.ToString(),
        _ when char.IsSurrogate(letter) => Replacement.ToString(),
        _ => letter.ToString(),
    };
}
