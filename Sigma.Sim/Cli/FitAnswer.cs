// What `sigma fit --json` answers: the log, the laws by cause, and the hazard by age.
using System.Text.Json;
using Sigma.Sim.Fitting;

namespace Sigma.Sim.Cli;

/// <summary>Writes fits as one object; times are in the log's unit, rates per that unit.</summary>
internal static class FitAnswer
{
    public static void Write(
        Utf8JsonWriter json, LifeLog log, IReadOnlyList<CauseFit> fits, string yaml, IReadOnlyList<string> outputs)
    {
        json.WriteStartObject();
        json.WriteString("column", log.Column);
        json.WriteString("unit", log.Unit);
        json.WriteNumber("units", log.Units);
        json.WriteNumber("lives", log.Lives.Count);
        json.WriteStartArray("fits");
        foreach (var fit in fits) Write(json, log, fit);
        json.WriteEndArray();
        json.WriteString("yaml", yaml);
        json.WriteStartArray("outputs");
        foreach (var output in outputs) json.WriteStringValue(output);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, LifeLog log, CauseFit fit)
    {
        json.WriteStartObject();
        json.WriteString("cause", fit.Cause);
        json.WriteNumber("failures", fit.Failures);
        json.WriteNumber("censored", fit.Censored);
        json.WriteNumber("watched", fit.ExposureSeconds / log.UnitSeconds);
        json.WriteString("best", fit.Best?.Family.Name);
        json.WriteString("time_to_failure", fit.Best?.Words);
        json.WriteStartArray("laws");
        foreach (var law in fit.Fits)
        {
            json.WriteStartObject();
            json.WriteString("law", law.Family.Name);
            Named(json, "parameters", law, law.Parameters, log);
            Named(json, "standard_errors", law, law.Errors, log);
            json.WriteNumber("log_likelihood", law.LogLikelihoodPer(log.UnitSeconds));
            json.WriteNumber("aic", law.AicPer(log.UnitSeconds));
            json.WriteNumber("ks_distance", law.Distance);
            json.WriteFinite("ks_p", law.PValue ?? double.NaN);
            json.WriteBoolean("at_edge", law.IsAtEdge);
            json.WriteString("words", law.Words);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("hazard");
        foreach (var bin in fit.Hazard)
        {
            json.WriteStartObject();
            json.WriteNumber("from", bin.FromSeconds / log.UnitSeconds);
            json.WriteNumber("to", bin.ToSeconds / log.UnitSeconds);
            json.WriteNumber("failures", bin.Failures);
            json.WriteNumber("watched", bin.ExposureSeconds / log.UnitSeconds);
            json.WriteNumber("hazard", bin.Hazard * log.UnitSeconds);
            json.WriteNumber("low", bin.Low * log.UnitSeconds);
            json.WriteNumber("high", bin.High * log.UnitSeconds);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Named(
        Utf8JsonWriter json, string name, LawFit law, IReadOnlyList<double> values, LifeLog log)
    {
        json.WriteStartObject(name);
        for (var i = 0; i < values.Count; i++)
            json.WriteFinite(law.Family.Parameters[i], law.Family.IsTime(i) ? values[i] / log.UnitSeconds : values[i]);
        json.WriteEndObject();
    }
}
