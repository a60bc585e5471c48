// Reads `real_step`: sizes of a model to train, or `trace: FILE` of one that was. Such a file may be anything, so
// whatever is wrong with it is said at the place that names it.
using Sigma.Sim.Training;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Scenarios;

/// <summary>Binds `real_step` and holds a trace against the model that takes its routing.</summary>
internal static class RoutingReader
{
    private const string Key = "trace";

    /// <summary>The source, or null after reporting why a trace cannot be one.</summary>
    public static RoutingSource? Read(MapReader real, ModelSpec model) =>
        real.Has(Key) ? Saved(real) : RealStepReader.Read(real, model);

    /// <summary>The routing of a trace is the model's own only if it chose among as many experts.</summary>
    public static void Check(ModelledStep step, MapReader top, DiagnosticList diagnostics)
    {
        if (step.RealStep is not SavedRouting saved) return;
        var at = top.Sub("real_step").PlaceOf(Key);
        var experts = top.Sub("model").Sub("experts");
        var (trained, own) = (saved.Routing.Origin.Model, step.Model.Experts);
        if (trained.Experts != own.Count)
            Differs($"the trace routes to {trained.Experts} experts, the model has {own.Count}", "count");
        if (trained.TopK != own.TopK)
            Differs($"a token of the trace chooses {trained.TopK} experts, one of the model {own.TopK}", "top_k");
        if (saved.Routing.Trace.Tokens < RoutedTraffic.BlockTokens)
        {
            var found = $"the trace holds {saved.Routing.Trace.Tokens} tokens a layer";
            diagnostics.Add(new Diagnostic("S049", $"{found}; a step needs at least {RoutedTraffic.BlockTokens}")
            {
                At = at,
            });
        }

        void Differs(string message, string key) => diagnostics.Add(new Diagnostic("S049", message)
        {
            At = at,
            Also = experts.PlaceOf(key),
            Help = "write the trace with `sigma step SCENARIO --trace FILE` from this scenario, or take `trace` out",
        });
    }

    private static SavedRouting? Saved(MapReader real)
    {
        string? name = real.Required(Key, Words.FileName);
        var others = real.Keys.Where(key => key.Text != Key).ToList();
        if (others.Count > 0)
        {
            var named = string.Join(", ", others.Select(key => $"`{key.Text}`"));
            real.Log.Diagnostics.Add(new Diagnostic("S048", $"{named} cannot stand beside `trace`")
            {
                At = others[0].At,
                Also = real.PlaceOf(Key),
                Note = "a trace already says what was trained and how",
                Help = "take `trace` out to train here, or the other keys to reuse the trace",
            });
        }

        if (others.Count > 0 || name is null) return null;
        var shown = real.FromFolderOf(Key, name);
        try
        {
            var read = RoutingTraceFile.Load(Path.GetFullPath(shown), shown);
            real.Log.Add(new ResolvedInput(
                "real_step.trace.sha256", read.Hash, InputOrigin.MeasuredHere, "of the trace's bytes", null));
            real.Close();
            return new SavedRouting(name, read.Hash, read.Routing);
        }
        catch (RoutingTraceException error)
        {
            var help = File.Exists(shown) ? null : "a trace is looked for from the folder of the file that names it";
            real.Reject(Key, "S047", error.Message, help);
            return null;
        }
    }
}
