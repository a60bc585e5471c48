// What a run compared, in its answer for scripts: idle time by cause, both platforms, and numbers of spares.
using System.Text.Json;
using Sigma.Sim.Experiments;

namespace Sigma.Sim.Cli;

/// <summary>Writes members of the object that `run --json` prints.</summary>
internal static class StudyAnswer
{
    /// <summary><c>idle</c> always; <c>platform</c> and <c>spares</c> where the run has them.</summary>
    public static void Write(RunOutcome outcome, Utf8JsonWriter json)
    {
        Idle(IdleTime.Of(outcome.Campaign, outcome.Set), json);
        if (outcome.Platform is { } platform) Platform(platform, json);
        if (outcome.Spares is { } spares) Spares(spares, json);
    }

    /// <summary>An estimate as an object.</summary>
    public static void WriteEstimate(this Utf8JsonWriter json, string name, Estimate estimate)
    {
        json.WriteStartObject(name);
        json.WriteFinite("mean", estimate.Mean);
        json.WriteFinite("sd", estimate.Deviation);
        json.WriteFinite("low", estimate.Low);
        json.WriteFinite("high", estimate.High);
        json.WriteNumber("n", estimate.Count);
        json.WriteEndObject();
    }

    /// <summary>A row per cause; shares of the job's time by bucket.</summary>
    private static void Idle(IdleTime idle, Utf8JsonWriter json)
    {
        json.WriteStartArray("idle");
        foreach (var cause in idle.Causes)
        {
            json.WriteStartObject();
            json.WriteString("cause", cause.Fault);
            foreach (var (bucket, share) in idle.Buckets.Zip(cause.Shares)) json.WriteNumber(bucket.ToString(), share);
            json.WriteNumber("total", cause.Total);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Platform(PlatformStudy study, Utf8JsonWriter json)
    {
        json.WriteStartObject("platform");
        json.WriteString("earlier", study.Earlier);
        json.WriteStartObject("metrics");
        foreach (var figure in study.Figures)
        {
            json.WriteStartObject(figure.Metric.Name);
            json.WriteEstimate("before", figure.Before);
            json.WriteEstimate("now", figure.Now);
            json.WriteEstimate("difference", figure.Difference);
            if (figure.PublishedBefore.Length > 0) json.WriteString("published_before", figure.PublishedBefore);
            if (figure.PublishedNow.Length > 0) json.WriteString("published_now", figure.PublishedNow);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartArray("ladder");
        for (var i = 0; i < study.Ladder.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("change", study.Ladder[i].Title);
            foreach (var metric in PlatformStudy.RungMetrics)
            {
                json.WriteEstimate(metric, study.Ladder[i].Set.Metrics[metric]);
                if (i == 0) continue;
                json.WriteEstimate(
                    $"{metric}_bought", study.Ladder[i - 1].Set.DifferenceTo(study.Ladder[i].Set, metric));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Spares(SpareStudy study, Utf8JsonWriter json)
    {
        json.WriteStartObject("spares");
        json.WriteString("kind", study.Kind);
        json.WriteNumber("own", study.Own);
        json.WriteNumber("knee", study.Knee);
        json.WriteNumber("knee_within", SpareStudy.Tolerance);
        json.WriteNumber("best", study.Best);
        json.WriteNumber("most_productive", study.MostProductive);
        json.WriteStartArray("points");
        foreach (var point in study.Points)
        {
            json.WriteStartObject();
            json.WriteNumber("spares", point.Spares);
            foreach (var metric in SpareStudy.Metrics) json.WriteEstimate(metric, point.Set.Metrics[metric]);
            json.WriteEstimate("ettr_difference", point.Difference);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
