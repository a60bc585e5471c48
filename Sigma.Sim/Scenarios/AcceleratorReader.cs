// Reads what an accelerator can do: its peaks, its memory, and what share of the peak a kernel of some size reaches.
using Sigma.Sim.Cluster;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Scenarios;

/// <summary>Binds `cluster.accelerator`.</summary>
internal static class AcceleratorReader
{
    private static readonly Dictionary<string, Precision> Precisions = new(StringComparer.Ordinal)
    {
        ["fp32"] = Precision.Fp32,
        ["bf16"] = Precision.Bf16,
        ["fp8"] = Precision.Fp8,
    };

    public static IReadOnlyDictionary<string, Precision> PrecisionWords => Precisions;

    public static AcceleratorSpec Read(MapReader accelerator)
    {
        var name = accelerator.Required("name", Words.Sentence);
        var peak = accelerator.Section("peak");
        var peaks = new Dictionary<Precision, FlopRate>();
        foreach (var (word, precision) in Precisions)
        {
            if (peak.Absent(word, UnitParser.FlopRate) is { } rate) peaks[precision] = rate;
        }

        peak.Close();
        var hbm = accelerator.Section("hbm");
        var capacity = hbm.Required("capacity", UnitParser.Bytes);
        var bandwidth = hbm.Required("bandwidth", UnitParser.Bandwidth);
        var reached = hbm.Optional("efficiency", UnitParser.Fraction, "80 %");
        hbm.Close();
        var launch = accelerator.Optional("launch", UnitParser.Duration, "5 us");
        var attention = accelerator.Absent("attention_efficiency", UnitParser.Fraction);
        var softmax = accelerator.Absent("softmax_efficiency", UnitParser.Fraction);
        var factor = accelerator.Optional("efficiency_factor", Words.NumberWithin(0.01, 2), "1");
        var curve = Curve(accelerator, factor);
        accelerator.Close();
        return new AcceleratorSpec(name, peaks, capacity, bandwidth, reached, curve, launch)
        {
            AttentionEfficiency = attention,
            SoftmaxEfficiency = softmax,
        };
    }

    private static EfficiencyCurve Curve(MapReader accelerator, double factor)
    {
        var points = new List<EfficiencyPoint>();
        foreach (var row in accelerator.Items("efficiency"))
        {
            var work = row.Required("work", UnitParser.Flops);
            var share = row.Required("of_peak", UnitParser.Fraction);
            row.Close();
            if (points.Count > 0 && work.Count <= points[^1].Work.Count)
                row.Reject("work", "S031", "the rows of an efficiency table rise in `work`", null);
            if (share.Value < 0.001)
                row.Reject("of_peak", "S031", "a kernel reaches at least 0.1 % of the peak", null);
            points.Add(new EfficiencyPoint(work, share));
        }

        if (points.Count > 0) return new EfficiencyCurve(points, factor);
        if (accelerator.IsGiven && accelerator.Log.IsTreeWhole)
        {
            accelerator.Reject(
                "efficiency", "S015", "`efficiency` is missing: a table of kernel work and share of peak",
                "copy the table of a file in scenarios/hardware/");
        }

        return new EfficiencyCurve([new EfficiencyPoint(new Flops(1), Fraction.One)], 1);
    }
}
