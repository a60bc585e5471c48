// The story of one replication. The others keep none: a sweep has thousands of them and nobody reads their events, so
// that their sentences are not even written.
using System.Globalization;
using System.Runtime.CompilerServices;
using Sigma.Sim.Engine;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Campaign;

/// <summary>Collects events if someone wants to read them.</summary>
internal sealed class CampaignStory(Simulation simulation, bool isKept)
{
    private readonly List<CampaignEvent> _events = [];

    public bool IsKept => isKept;

    public IReadOnlyList<CampaignEvent> Events => _events;

    public static string Steps(int count) => $"{UnitText.Count(count)} {(count == 1 ? "step" : "steps")}";

    public void Tell(string what, int node, string detail)
    {
        if (isKept) Add(what, node, detail, Duration.Zero);
    }

    /// <summary>A sentence that is only put together where the story is kept.</summary>
    public void Tell(string what, int node, [InterpolatedStringHandlerArgument("")] ref Sentence detail)
    {
        if (isKept) Add(what, node, detail.ToStringAndClear(), Duration.Zero);
    }

    public void Tell(
        string what, int node, [InterpolatedStringHandlerArgument("")] ref Sentence detail, Duration lost)
    {
        if (isKept) Add(what, node, detail.ToStringAndClear(), lost);
    }

    private void Add(string what, int node, string detail, Duration lost) =>
        _events.Add(new CampaignEvent(simulation.Now, what, node, detail, lost));

    /// <summary>What the compiler fills with the parts of a sentence.</summary>
    [InterpolatedStringHandler]
    public ref struct Sentence
    {
        private DefaultInterpolatedStringHandler _text;

        public Sentence(int literals, int holes, CampaignStory story, out bool isWanted)
        {
            isWanted = story.IsKept;
            _text = isWanted
                ? new DefaultInterpolatedStringHandler(literals, holes, CultureInfo.InvariantCulture)
                : default;
        }

        public void AppendLiteral(string literal) => _text.AppendLiteral(literal);

        public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

        public string ToStringAndClear() => _text.ToStringAndClear();
    }
}
