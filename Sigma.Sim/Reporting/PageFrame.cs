// What all reports share: one file with its style and its few lines of script inside, which asks nothing of a network
// and lets no word of a scenario become a program; who and what at its head, how to do it again at its foot.
using Sigma.Sim.Reporting.Figures;

namespace Sigma.Sim.Reporting;

/// <summary>The frame of a page of results.</summary>
/// <param name="Kind">What it reports, such as <c>run report</c>.</param>
/// <param name="Title">The name of what was run.</param>
/// <param name="About">Its story in a sentence, perhaps empty.</param>
/// <param name="Facts">A few words each, such as the number of nodes.</param>
/// <param name="Origins">Names and texts of the foot, and whether each is to be typed or compared.</param>
internal sealed record PageFrame(
    string Kind, string Title, string About, IReadOnlyList<string> Facts,
    IReadOnlyList<(string Name, string Text, bool IsCode)> Origins)
{
    // A page that a browser opens from a disk: its own style and exactly this script, and nothing from elsewhere.
    private static readonly string Policy =
        $"default-src 'none'; style-src 'unsafe-inline'; script-src '{ReportScript.Digest}'";

    /// <summary>Writes the page around its sections.</summary>
    public void Write(HtmlText sections, TextWriter to)
    {
        to.Write("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        to.Write($"<meta http-equiv=\"Content-Security-Policy\" content=\"{Policy}\">\n");
        to.Write("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        to.Write("<meta name=\"color-scheme\" content=\"light dark\">\n");
        to.Write($"<title>{MarkupText.Escape(Title)} - Sigma.Sim {MarkupText.Escape(Kind)}</title>\n");
        to.Write($"<style>\n{Palette.StyleSheet}{ReportStyle.Sheet}</style>\n</head>\n<body>\n");
        to.Write(Head(sections));
        to.Write($"<main>\n{sections}</main>\n");
        to.Write(Foot());
        to.Write($"<script>{ReportScript.Text}</script>\n</body>\n</html>\n");
    }

    private HtmlText Head(HtmlText sections)
    {
        var head = new HtmlText().Open("header", "")
            .Text("p", "kicker", $"Sigma.Sim {Kind}")
            .Text("h1", "", Title);
        if (About.Length > 0) head.Text("p", "about", About);
        head.Text("p", "facts", string.Join("  ·  ", Facts)).Close("header");
        if (sections.Sections.Count < 2) return head;
        head.Contents("Sections of this report");
        foreach (var (id, label) in sections.Sections) head.Jump(id, label);
        return head.Close("nav");
    }

    private HtmlText Foot()
    {
        var foot = new HtmlText().Open("footer", "").Open("dl", "");
        foreach (var (name, text, isCode) in Origins)
        {
            foot.Text("dt", "", name);
            if (isCode) foot.Open("dd", "").Text("code", "", text).Close("dd");
            else foot.Text("dd", "", text);
        }

        return foot.Close("dl").Close("footer");
    }
}
