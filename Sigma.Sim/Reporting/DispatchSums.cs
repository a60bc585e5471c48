// What each member of an expert-parallel group sends to others and receives from them: the sums that a figure, a table
// and a sentence must agree on.
using Sigma.Sim.Workload;

namespace Sigma.Sim.Reporting;

/// <summary>Sums of a mean dispatch; what stays on a member is not among them.</summary>
/// <param name="Sent">Bytes by sender.</param>
/// <param name="Received">Bytes by receiver.</param>
/// <param name="ReceivedFromAfar">The part of it that comes from other nodes.</param>
internal sealed record DispatchSums(
    IReadOnlyList<double> Sent, IReadOnlyList<double> Received, IReadOnlyList<double> ReceivedFromAfar)
{
    /// <summary>The mean of both, since all that is sent is received.</summary>
    public double Mean { get; } = Received.Average();

    /// <summary>Who receives most.</summary>
    public int Busiest { get; } = Enumerable.Range(0, Received.Count).MaxBy(member => Received[member]);

    /// <summary>Whether the busiest receiver can be told from the others.</summary>
    public bool IsUneven => Received[Busiest] > 1.005 * Mean;

    public static DispatchSums Of(MeanDispatch dispatch)
    {
        var (members, perNode) = (dispatch.Members, dispatch.MembersPerNode);
        var (sent, received, afar) = (new double[members], new double[members], new double[members]);
        for (var from = 0; from < members; from++)
        {
            for (var to = 0; to < members; to++)
            {
                if (from == to) continue;
                var bytes = dispatch.Bytes[from * members + to];
                sent[from] += bytes;
                received[to] += bytes;
                if (from / perNode != to / perNode) afar[to] += bytes;
            }
        }

        return new DispatchSums(sent, received, afar);
    }
}
