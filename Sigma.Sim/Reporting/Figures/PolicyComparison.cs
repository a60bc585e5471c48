// Recovery policies side by side on the same faults: intervals of each may overlap and the paired difference still be
// sure, since both policies meet the same bad days. So the difference has a panel of its own.
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>A policy against the scenario's own, replication by replication.</summary>
/// <param name="Policy">The other policy.</param>
/// <param name="Ettr">Its effective training time ratio.</param>
/// <param name="Difference">Its ETTR minus that of the scenario's policy, paired; null for the scenario's own.</param>
internal sealed record PairedPolicy(PolicyKind Policy, Estimate Ettr, Estimate? Difference)
{
    /// <summary>Whether the interval of the difference leaves out zero.</summary>
    public bool IsSignificant => Difference is { } d && (d.Low > 0 || d.High < 0);

    public static IReadOnlyList<PairedPolicy> Of(RunOutcome outcome)
    {
        const string metric = "ettr";
        var own = outcome.Campaign.Recovery.Policy;
        return [.. outcome.Policies.Select(other => new PairedPolicy(
            other.Policy,
            other.Set.Metrics[metric],
            other.Policy == own
                ? null
                : outcome.Set.DifferenceTo(other.Set, metric)))];
    }
}

/// <summary>ETTR by policy, and the paired differences.</summary>
internal static class PolicyComparison
{
    private const double Row = 44, Heading = 26;

    public static Figure Draw(RunOutcome outcome, string source)
    {
        var policies = PairedPolicy.Of(outcome);
        var own = outcome.Campaign.Recovery.Policy;
        var frame = new FigureFrame(
            "policies",
            Finding(policies, own),
            "Left: effective training time ratio by recovery policy with 95 % intervals over the replications. Right: "
                + $"paired difference to {Wording.Of(own)} on the same faults, with its interval.",
            Heading + policies.Count * Row + 40,
            source);
        var canvas = frame.Canvas;
        var (top, bottom) = (frame.Top + Heading, frame.Top + Heading + policies.Count * Row);
        canvas.Text(
            150, frame.Top + 10, FigureFrame.LabelSize, Anchor.Start, "strong", "effective training time ratio");
        canvas.Text(
            540, frame.Top + 10, FigureFrame.LabelSize, Anchor.Start, "strong",
            TextFit.Shortened(
                $"paired difference to {Wording.Of(own)}", FigureFrame.LabelSize, FigureFrame.Right - 540));
        var left = Covering(policies.Select(p => p.Ettr), includesZero: false, 150, 400);
        var right = Covering(policies.Select(p => p.Difference).OfType<Estimate>(), includesZero: true, 540, 760);
        left.DrawBelow(canvas, top, bottom, 4, "ETTR [%]");
        right.DrawBelow(canvas, top, bottom, 4, "difference [points]");
        canvas.Line(right.At(0), top, right.At(0), bottom, "zero");
        for (var i = 0; i < policies.Count; i++)
        {
            var (policy, y) = (policies[i], top + (i + 0.5) * Row);
            canvas.Text(
                FigureFrame.Left, y + 4, FigureFrame.LabelSize, Anchor.Start, policy.Policy == own ? "strong" : "",
                TextFit.Shortened(Wording.Of(policy.Policy), FigureFrame.LabelSize, 118));
            Interval(canvas, left, y, policy.Ettr);
            canvas.Text(412, y + 4, FigureFrame.LabelSize, Anchor.Start, "", UnitText.Percent(policy.Ettr.Mean, 2));
            if (policy.Difference is { } difference)
            {
                Interval(canvas, right, y, difference);
                canvas.Text(
                    FigureFrame.Right, y + 4, FigureFrame.LabelSize, Anchor.End,
                    policy.IsSignificant ? "strong" : "soft", Wording.Signed(difference.Mean * 100));
            }
            else
            {
                canvas.Text(FigureFrame.Right, y + 4, FigureFrame.NoteSize, Anchor.End, "soft", "the scenario's");
            }
        }

        return frame.Done(new TextTable(
            [
                Column.Words("policy"), .. TextTable.Interval("ETTR [%]"),
                .. TextTable.Interval($"difference to {Wording.Of(own)} [points]"),
            ],
            [
                .. policies.Select(policy => TableRow.Marked(
                    policy.Policy == own,
                    [
                        Wording.Of(policy.Policy), .. TextTable.Cells(policy.Ettr, 100),
                        .. TextTable.Cells(policy.Difference, 100),
                    ])),
            ]));
    }

    private static string Finding(IReadOnlyList<PairedPolicy> policies, PolicyKind own)
    {
        var others = policies.Where(policy => policy.Difference is not null).ToList();
        if (others.Count == 0) return $"Only one recovery policy was tried: {Wording.Of(own)}";
        var best = others.MaxBy(policy => policy.Difference!.Mean)!;
        if (!others.Any(policy => policy.IsSignificant))
        {
            return $"No significant difference: {Wording.List(others.Select(p => Wording.Of(p.Policy)), "and")} "
                + $"{(others.Count == 1 ? "keeps" : "keep")} the ETTR of {Wording.Of(own)} within "
                + $"{Wording.Signed(others.Min(p => p.Difference!.Low) * 100)} to "
                + $"{Wording.Signed(others.Max(p => p.Difference!.High) * 100)} points (95 %)";
        }

        var sure = best.IsSignificant && best.Difference!.Mean > 0
            ? best
            : others.Where(p => p.IsSignificant).MinBy(p => p.Difference!.Mean)!;
        var (mean, low, high) = (sure.Difference!.Mean * 100, sure.Difference.Low * 100, sure.Difference.High * 100);
        return mean > 0
            ? $"{Wording.Sentence(Wording.Of(sure.Policy))} would keep {UnitText.ThreeDigits(mean)} points more ETTR "
                + $"than {Wording.Of(own)} (95 %: {UnitText.ThreeDigits(low)} to {UnitText.ThreeDigits(high)})"
            : $"{Wording.Sentence(Wording.Of(own))} keeps {UnitText.ThreeDigits(-mean)} points more ETTR than "
                + $"{Wording.Of(sure.Policy)} (95 %: {UnitText.ThreeDigits(-high)} to {UnitText.ThreeDigits(-low)})";
    }

    private static Scale Covering(IEnumerable<Estimate> estimates, bool includesZero, double from, double to)
    {
        var ends = estimates.SelectMany(
            e => new[] { e.Low * 100, e.High * 100, e.Mean * 100 }).Where(double.IsFinite).ToList();
        if (includesZero) ends.Add(0);
        var (low, high) = (ends.Min(), ends.Max());
        var room = Math.Max((high - low) * 0.08, 1e-3);
        return Scale.Around(low - room, high + room, 4, from, to);
    }

    private static void Interval(SvgCanvas canvas, Scale scale, double y, Estimate estimate)
    {
        if (double.IsFinite(estimate.Low) && double.IsFinite(estimate.High))
        {
            canvas.Line(scale.At(estimate.Low * 100), y, scale.At(estimate.High * 100), y, "whisker");
            foreach (var end in new[] { estimate.Low, estimate.High })
                canvas.Line(scale.At(end * 100), y - 5, scale.At(end * 100), y + 5, "whisker");
        }

        canvas.Dot(
            scale.At(estimate.Mean * 100), y, 5, Palette.Accent,
            Wording.WithInterval(estimate.Mean * 100, estimate.Low * 100, estimate.High * 100));
    }
}
