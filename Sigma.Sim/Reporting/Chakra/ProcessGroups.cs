// The groups of ranks that meet in a step's collectives, by number: a trace says the number at every collective, and
// one file beside the traces says who is in which group.
using System.Globalization;
using System.Text.Json;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Reporting.Chakra;

/// <summary>Numbers the groups of more than one rank from 1; 0 means all ranks to ASTRA-sim.</summary>
internal sealed class ProcessGroups
{
    private readonly Dictionary<GroupKind, int[]> _numbers = [];
    private readonly List<IReadOnlyList<int>> _members = [];

    public ProcessGroups(StepPlan plan)
    {
        var groups = new StepGroups(plan.Layout, plan.Parallelism);
        foreach (var kind in Enum.GetValues<GroupKind>())
        {
            if (kind == GroupKind.TiedEmbedding && !plan.Model.TiedEmbedding) continue;
            var numbers = _numbers[kind] = new int[plan.Layout.Ranks];
            for (var rank = 0; rank < numbers.Length; rank++)
            {
                // A group is met first at its first rank, and numbered there for all of its members.
                if (numbers[rank] != 0) continue;
                var members = groups.RanksOf(kind, rank);
                if (members.Count == 1) continue;
                _members.Add(members);
                foreach (var member in members) numbers[member] = _members.Count;
            }
        }
    }

    public int Count => _members.Count;

    /// <summary>The name of the group that a rank meets.</summary>
    public string NameOf(GroupKind kind, int rank) => _numbers[kind][rank] is > 0 and var number
        ? number.ToString(CultureInfo.InvariantCulture)
        : throw new InvalidOperationException($"Rank {rank} meets nobody in a group of kind {kind}.");

    /// <summary>Writes the members of every group: the file that ASTRA-sim takes as its communicator groups.</summary>
    public void Write(Utf8JsonWriter json)
    {
        for (var group = 0; group < _members.Count; group++)
        {
            json.WriteStartArray((group + 1).ToString(CultureInfo.InvariantCulture));
            foreach (var rank in _members[group]) json.WriteNumberValue(rank);
            json.WriteEndArray();
        }
    }
}
