// The metrics of a run, each computed from the ledger and a few counts in one place, so that every report agrees.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Accounting;

/// <summary>What a run did, besides its ledger.</summary>
/// <param name="Wall">From start to horizon or to the last token.</param>
/// <param name="JobAccelerators">Accelerators of the full job.</param>
/// <param name="AllAccelerators">With the spares.</param>
/// <param name="KeptSteps">Steps done and never rolled back.</param>
/// <param name="StepTime">Healthy step.</param>
/// <param name="TokensPerStep">Global batch in tokens; 0 where nobody knows.</param>
/// <param name="ModelFlopsPerStep">Causal attention counted half; 0 where nobody knows.</param>
/// <param name="PeakPerAccelerator">Dense peak of the model's precision.</param>
/// <param name="Interruptions">Times the job stopped for a fault.</param>
/// <param name="TimeToRecover">Sum over interruptions, from the fault to the end of the first step after it.</param>
/// <param name="Recoveries">Interruptions that were recovered from before the end.</param>
/// <param name="AcceleratorHourPrice">For every accelerator of the cluster, spares included.</param>
public sealed record RunCounts(
    Duration Wall, long JobAccelerators, long AllAccelerators, long KeptSteps, Duration StepTime, long TokensPerStep,
    double ModelFlopsPerStep, FlopRate PeakPerAccelerator, int Interruptions, Duration TimeToRecover, int Recoveries,
    Money AcceleratorHourPrice)
{
    /// <summary>Causes of the ledger whose undetected time is spent spinning: the devices are busy.</summary>
    public IReadOnlyList<int> Hangs { get; init; } = [];

    /// <summary>Faults that struck, whether they stopped the job or not.</summary>
    public int Strikes { get; init; }

    /// <summary>Stops that were planned: a node left before it failed.</summary>
    public int Drains { get; init; }

    /// <summary>Times that the scheduler placed the whole job, the first included.</summary>
    public int Placements { get; init; }

    /// <summary>Nodes that jobs of lower priority gave up.</summary>
    public int Preemptions { get; init; }

    /// <summary>Nodes that were given up.</summary>
    public int Retired { get; init; }

    /// <summary>Nodes that went from cordoned to available.</summary>
    public int Recycled { get; init; }

    /// <summary>Over all of these.</summary>
    public Int128 RecycleNanoseconds { get; init; }

    /// <summary>The share of node time that is not between cordoned and available.</summary>
    public double Availability { get; init; } = 1;

    /// <summary>Nodes between cordoned and available, over time.</summary>
    public double MeanOutOfService { get; init; }

    /// <summary>The number of these that is not exceeded for 99 % of the time.</summary>
    public int PeakOutOfService { get; init; }
}

/// <summary>One metric of a report.</summary>
/// <param name="Name">Key in files and in `--json`; never renamed.</param>
/// <param name="Title">What people read.</param>
/// <param name="Unit">Unit, or empty for a share or a count.</param>
/// <param name="HigherIsBetter">Null where neither is.</param>
public sealed record MetricName(string Name, string Title, string Unit, bool? HigherIsBetter)
{
    /// <summary>A value to order by: the better, the lower.</summary>
    public double Rank(double value) => HigherIsBetter == true ? -value : value;
}

/// <summary>
/// The metrics of a run, by name. Those of tokens exist where tokens are known, those of FLOPs where FLOPs are.
/// </summary>
public sealed class RunMetrics
{
    /// <summary>Every metric in the order of reports.</summary>
    public static IReadOnlyList<MetricName> Names { get; } =
    [
        new("utilization_non_idle", "effective utilization (non-idle)", "", true),
        new("utilization_productive", "effective utilization (productive)", "", true),
        new("ettr", "effective training time ratio", "", true),
        new("step_mfu", "step MFU", "", true),
        new("campaign_mfu", "campaign MFU", "", true),
        new("step_s", "step time", "s", false),
        new("goodput_tokens_per_s", "goodput", "tokens/s", true),
        new("interruptions", "interruptions", "", false),
        new("mtti_h", "mean time to interruption", "h", true),
        new("mttr_min", "mean time to recovery", "min", false),
        new("faults", "faults", "", false),
        new("drains", "planned stops", "", null),
        new("placements", "placements of the whole job", "", null),
        new("preemptions", "borrowed nodes", "", null),
        new("retired", "retired nodes", "", null),
        new("recycle_h", "node recycle time", "h", false),
        new("availability", "node availability", "", true),
        new("out_of_service", "nodes out of service", "", false),
        new("out_of_service_p99", "nodes out of service (for 99 % of the time at most)", "", false),
        new("wall_h", "wall time", "h", false),
        new("cost_per_trillion_tokens", "cost per trillion tokens", "USD", false),
    ];

    private readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);

    public RunMetrics(Ledger ledger, RunCounts counts)
    {
        var wall = counts.Wall.Seconds;
        var kept = counts.StepTime.Seconds * counts.KeptSteps;
        var tokens = (double)counts.KeptSteps * counts.TokensPerStep;
        var peak = counts.PeakPerAccelerator.PerSecond;
        var price = Ledger.ToHours(ledger.Total) * counts.AcceleratorHourPrice.Dollars;
        var spinning = counts.Hangs.Aggregate((Int128)0, (sum, c) => sum + ledger.Of(TimeBucket.DetectionWait, c));
        _values["utilization_non_idle"] = Ratio(
            ledger.Sum(TimeBuckets.IsBusy) + spinning, ledger.Sum(TimeBuckets.IsInJob));
        _values["utilization_productive"] = Ratio(ledger.Sum(TimeBuckets.IsProductive), ledger.Total);
        _values["ettr"] = kept / wall;
        var flops = counts.ModelFlopsPerStep;
        if (flops > 0)
        {
            _values["step_mfu"] = flops / (counts.StepTime.Seconds * counts.JobAccelerators * peak);
            _values["campaign_mfu"] = flops * counts.KeptSteps / (wall * counts.JobAccelerators * peak);
        }

        _values["step_s"] = counts.StepTime.Seconds;
        _values["interruptions"] = counts.Interruptions;
        _values["mtti_h"] = counts.Wall.Hours / Math.Max(1, counts.Interruptions);
        _values["mttr_min"] = counts.Recoveries == 0 ? 0 : counts.TimeToRecover.Minutes / counts.Recoveries;
        _values["faults"] = counts.Strikes;
        _values["drains"] = counts.Drains;
        _values["placements"] = counts.Placements;
        _values["preemptions"] = counts.Preemptions;
        _values["retired"] = counts.Retired;
        _values["recycle_h"] = counts.Recycled == 0 ? 0 : (double)counts.RecycleNanoseconds / 3600e9 / counts.Recycled;
        _values["availability"] = counts.Availability;
        _values["out_of_service"] = counts.MeanOutOfService;
        _values["out_of_service_p99"] = counts.PeakOutOfService;
        _values["wall_h"] = counts.Wall.Hours;
        if (counts.TokensPerStep == 0) return;
        _values["goodput_tokens_per_s"] = tokens / wall;
        _values["cost_per_trillion_tokens"] = tokens > 0 ? price / tokens * 1e12 : double.PositiveInfinity;
    }

    /// <summary>The metrics that this run has, in the order of reports.</summary>
    public IReadOnlyList<MetricName> Present => [.. Names.Where(metric => Has(metric.Name))];

    /// <summary>A metric by its name; throws <see cref="KeyNotFoundException"/> where the run has none of it.</summary>
    public double this[string name] => _values[name];

    /// <summary>Whether the run has a metric.</summary>
    public bool Has(string name) => _values.ContainsKey(name);

    private static double Ratio(Int128 part, Int128 whole) => whole == 0 ? 0 : (double)part / (double)whole;
}
