// One colour per bucket of time, everywhere: a reader learns once that lost work is red. The hues are those of Okabe
// and Ito (2008), which colour-blind people tell apart, with a second shade each for dark screens.
using System.Globalization;
using System.Text;
using Sigma.Sim.Accounting;
using Sigma.Sim.Campaign;
using Sigma.Sim.Replay;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>Colours as classes of style sheets, so that a figure reads on white and on black.</summary>
internal static class Palette
{
    public const string Neutral = "c-neutral", Accent = "c-accent", Mfu = "c-mfu";

    private static readonly (string Class, string Light, string Dark)[] Colours =
    [
        (Neutral, "#c3cbd2", "#4a5661"),
        (Accent, "#0072b2", "#4aa8e0"),
        (Mfu, "#0072b2", "#4aa8e0"),
        ("c-compute", "#0072b2", "#4aa8e0"),
        ("c-exposed-communication", "#cc79a7", "#dc97bd"),
        ("c-pipeline-bubble", "#e69f00", "#f0b53a"),
        ("c-straggler-wait", "#56b4e9", "#9bd3f5"),
        ("c-checkpoint-save", "#009e73", "#2fc79a"),
        ("c-detection-wait", "#c7b000", "#f0e442"),
        ("c-restart", "#d55e00", "#f5843a"),
        ("c-restore", "#8c6bb1", "#b193d6"),
        ("c-lost-work", "#9b2d26", "#e0675e"),
        ("c-spare-wait", "#4d5963", "#a3afb9"),
        ("c-numerics-incident", "#7f5539", "#b88a68"),
        ("c-idle", "#aab4bc", "#6b7782"),
        ("c-standby", "#93a0aa", "#7b8894"),
        ("c-triage", "#8a8f3c", "#b9be63"),
        ("c-repair", "#86715a", "#b59d82"),
        ("c-validation", "#3f8787", "#6bb5b5"),
        ("c-retired", "#2f363c", "#c9d1d8"),
        ("c-forward-0", "#0072b2", "#2f8fcb"),
        ("c-forward-1", "#4a9cca", "#66b2df"),
        ("c-forward-2", "#8fc3e0", "#a5d4ef"),
        ("c-backward-0", "#00795a", "#0f9b76"),
        ("c-backward-1", "#3fa284", "#4fbd9c"),
        ("c-backward-2", "#8acab5", "#97dcc6"),
        ("c-weights-0", "#b8a200", "#d9c21a"),
        ("c-weights-1", "#d3c03c", "#e8d84f"),
        ("c-weights-2", "#e6d97e", "#f2e893"),
        ("c-heat-0", "#d9e8f6", "#1b2c3b"),
        ("c-heat-1", "#bfd8ee", "#1f3f5a"),
        ("c-heat-2", "#9cc4e3", "#235274"),
        ("c-heat-3", "#76afd6", "#27648f"),
        ("c-heat-4", "#4a94c5", "#2b6e9d"),
        ("c-heat-5", "#2171b5", "#86bde6"),
        ("c-heat-6", "#0b4a87", "#c7e2f7"),
    ];

    /// <summary>How many shades chunks of a model alternate between.</summary>
    public const int Shades = 3;

    /// <summary>Shades from little to much.</summary>
    public const int HeatShades = 7;

    /// <summary>All rules that a figure needs, to stand alone as a file or inside a page.</summary>
    public static string StyleSheet { get; } = Sheet();

    public static string ClassOf(TimeBucket bucket) => "c-" + Wording.KeyOf(bucket).Replace('_', '-');

    /// <summary>The colour of the bucket that the phase fills.</summary>
    public static string ClassOf(JobPhase phase) => phase switch
    {
        JobPhase.Computing => ClassOf(TimeBucket.Compute),
        JobPhase.Saving => ClassOf(TimeBucket.CheckpointSave),
        JobPhase.Undetected => ClassOf(TimeBucket.DetectionWait),
        JobPhase.Restarting => ClassOf(TimeBucket.Restart),
        JobPhase.Restoring => ClassOf(TimeBucket.Restore),
        JobPhase.WaitingForNode => ClassOf(TimeBucket.SpareWait),
        JobPhase.Investigating => ClassOf(TimeBucket.NumericsIncident),
        JobPhase.Testing => ClassOf(TimeBucket.Idle),
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, null),
    };

    /// <summary>Passes of model chunk <paramref name="chunk"/>; more than three chunks begin again.</summary>
    public static string ClassOfPass(SpanKind pass, int chunk)
    {
        var kind = pass switch
        {
            SpanKind.Forward => "forward",
            SpanKind.Backward => "backward",
            SpanKind.WeightGradient => "weights",
            SpanKind.Compute or SpanKind.Communication or SpanKind.Optimizer =>
                throw new ArgumentOutOfRangeException(nameof(pass), pass, "no pass"),
            _ => throw new ArgumentOutOfRangeException(nameof(pass), pass, null),
        };
        return string.Create(CultureInfo.InvariantCulture, $"c-{kind}-{chunk % Shades}");
    }

    public static string ClassOfHeat(int level) => string.Create(CultureInfo.InvariantCulture, $"c-heat-{level}");

    /// <summary>Whether words on this shade are read in the paper's colour, class `on-heat`.</summary>
    public static bool IsStrongHeat(int level) => level >= HeatShades - 2;

    private static string Sheet()
    {
        var sheet = new StringBuilder("""
            .figure{color:#1d2730;font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,
            sans-serif;font-variant-numeric:tabular-nums}
            .figure text{fill:currentColor}
            .figure .strong{font-weight:600}
            .figure .soft{fill:#5b6771}
            .figure .paper{fill:#ffffff}
            .figure .track{fill:#eef1f4}
            .figure .grid{stroke:#dde2e7;stroke-width:1;fill:none}
            .figure .zero{stroke:#7d8892;stroke-width:1;fill:none}
            .figure .whisker{stroke:currentColor;stroke-width:1.5;fill:none}
            .figure .curve{stroke:#0072b2;stroke-width:2;fill:none;stroke-linejoin:round}
            .figure .framed{stroke:currentColor;stroke-width:2.5;fill:none}
            .figure .faint{opacity:.4}
            .figure .on-heat{fill:#ffffff}
            .figure .page-back{fill:#0072b2;opacity:.28}

            """.ReplaceLineEndings("\n"));
        foreach (var (name, light, _) in Colours) sheet.Append($".figure .{name}{{fill:{light}}}\n");
        sheet.Append("@media screen and (prefers-color-scheme:dark){\n");
        sheet.Append("""
            .figure{color:#e8edf1}
            .figure .soft{fill:#a2aeb8}
            .figure .paper{fill:#141a20}
            .figure .track{fill:#222b33}
            .figure .grid{stroke:#2d3740}
            .figure .zero{stroke:#7d8892}
            .figure .curve{stroke:#4aa8e0}
            .figure .on-heat{fill:#141a20}
            .figure .page-back{fill:#4aa8e0;opacity:.3}

            """.ReplaceLineEndings("\n"));
        foreach (var (name, _, dark) in Colours) sheet.Append($".figure .{name}{{fill:{dark}}}\n");
        return sheet.Append("}\n").ToString();
    }
}
