// Where a run takes its routing from: a reduced model that it trains itself, or the trace of an earlier training.
using Sigma.Sim.Quantities;
using Sigma.Sim.Training;

namespace Sigma.Sim.Scenarios;

/// <summary>A real step to train (<see cref="RealStepSpec"/>) or one that was (<see cref="SavedRouting"/>).</summary>
public abstract record RoutingSource;

/// <summary>The routing of an earlier training, read from a file.</summary>
/// <param name="File">The file's name as the user knows it.</param>
/// <param name="Hash">The file's SHA-256 in hexadecimal.</param>
/// <param name="Routing">What it holds.</param>
public sealed record SavedRouting(string File, string Hash, LearnedRouting Routing) : RoutingSource
{
    /// <summary>Whether this version of the program has the text that was trained on.</summary>
    public bool HasItsText => Routing.Origin.Text == Corpus.Version1.Version;

    /// <summary>The training in words, for whoever was not there.</summary>
    public string Story
    {
        get
        {
            var origin = Routing.Origin;
            var missing = HasItsText ? "" : ", which this version of the program does not have";
            return $"the last {origin.TraceSteps} of {origin.Steps.Count} steps of "
                + $"{UnitText.Count(origin.Model.Tokens)} tokens, {origin.Model.Layers} layers, "
                + $"{origin.Model.Experts} experts, top-{origin.Model.TopK}, {origin.Precision}, "
                + $"seed {origin.Seed}, on {origin.Text}{missing}";
        }
    }
}
