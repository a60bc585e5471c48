// What a comparison comes to, in sentences: one place for console, files and figure.
using System.Globalization;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Reporting;

/// <summary>Sentences about a comparison.</summary>
internal static class CompareWords
{
    /// <summary>Which is best and over which that is sure.</summary>
    public static string Verdict(Comparison comparison)
    {
        var best = comparison.Ranking[0];
        var label = comparison.Contenders[best].Alternative.Label;
        var others = comparison.Ranking.Skip(1).ToList();
        var alike = others.Where(number => !comparison.Between(best, number).IsSignificant).ToList();
        if (alike.Count == others.Count)
            return $"no significant difference: {label} has the best mean, but chance may have put it there";
        var names = Wording.List(alike.Select(number => $"“{comparison.Contenders[number].Alternative.Label}”"), "or");
        return alike.Count == 0
            ? $"“{label}” is best, significantly so over {(others.Count == 1 ? "the other" : "all others")}"
            : $"“{label}” has the best mean, but no significant difference from {names}";
    }

    /// <summary>What the common faults are worth.</summary>
    public static string Pairing(Comparison comparison)
    {
        var gains = comparison.Pairs.Select(pair => pair.Gain).Where(double.IsFinite).Order().ToList();
        if (gains.Count == 0) return "the differences do not vary from replication to replication";
        var (least, most) = (UnitText.ThreeDigits(gains[0]), UnitText.ThreeDigits(gains[^1]));
        var range = string.Equals(least, most, StringComparison.Ordinal) ? least : $"{least} to {most}";
        return comparison.IsPaired
            ? $"common faults make the variance of a difference {range} times smaller than faults of their own would"
            : $"faults of their own: the variances of two alternatives sum to {range} times that of their difference";
    }

    /// <summary>The place of a contender, from 1.</summary>
    public static int RankOf(Comparison comparison, Contender contender) =>
        1 + comparison.Ranking.ToList().FindIndex(i => ReferenceEquals(comparison.Contenders[i], contender));

    /// <summary>A p-value to two digits, and none that pretends to be more exact than it is.</summary>
    public static string PText(double p) =>
        p < 0.0001 ? "< 0.0001" : p.ToString(p < 0.1 ? "0.####" : "0.##", CultureInfo.InvariantCulture);

    /// <summary>A difference of shares in points, with half of its interval.</summary>
    public static string Points(Estimate share)
    {
        var half = (share.High - share.Mean) * 100;
        return half == 0 || !double.IsFinite(half)
            ? Wording.Signed(share.Mean * 100)
            : $"{Wording.Signed(share.Mean * 100)} ± {UnitText.ThreeDigits(half)}";
    }
}
