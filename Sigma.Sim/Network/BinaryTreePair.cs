// Two binary trees over the same members in which who works inside one is a leaf of the other, so that both together
// use every member's link in both directions (Sanders, Speck and Träff, 2009; the shape is that of NCCL).

namespace Sigma.Sim.Network;

/// <summary>The parents of members 0 to p-1 in both trees.</summary>
internal sealed class BinaryTreePair
{
    private readonly int _members;

    public BinaryTreePair(int members)
    {
        _members = members;
        var (sent, received) = (new int[members], new int[members]);
        foreach (var (child, parent) in Edges())
        {
            // Up the tree when reducing, down again when spreading: each edge is used in both directions.
            sent[child]++;
            received[parent]++;
            sent[parent]++;
            received[child]++;
        }

        BusiestMember = Math.Max(sent.Max(), received.Max());
        Height = members <= 1 ? 0 : Enumerable.Range(0, members).Max(Depth);
    }

    /// <summary>Messages out of the busiest member, or into it, each of half the bytes.</summary>
    public int BusiestMember { get; }

    /// <summary>Edges from the root to the deepest leaf.</summary>
    public int Height { get; }

    /// <summary>Child and parent of every edge, the first tree's before the second's.</summary>
    public IEnumerable<(int Child, int Parent)> Edges()
    {
        for (var rank = 1; rank < _members; rank++) yield return (rank, Parent(rank));
        for (var rank = 1; rank < _members; rank++) yield return (Second(rank), Second(Parent(rank)));
    }

    /// <summary>The lowest set bit of a rank says its height above the leaves; its parent stands one bit higher.
    /// </summary>
    private int Parent(int rank)
    {
        var bit = rank & -rank;
        var above = (rank ^ bit) | (bit << 1);
        return above < _members ? above : rank ^ bit;
    }

    private int Depth(int rank)
    {
        var depth = 0;
        for (; rank != 0; rank = Parent(rank)) depth++;
        return depth;
    }

    /// <summary>The second tree is the mirror of an even number of members, and an odd number shifted by one.</summary>
    private int Second(int rank) => int.IsEvenInteger(_members) ? _members - 1 - rank : (rank + 1) % _members;
}
