// A collective on the engine: it starts when its last member arrives and ends for all of them together.
using Sigma.Sim.Engine;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Replay;

/// <summary>The communication stream of a group: one collective after the other.</summary>
internal sealed class GroupStream
{
    /// <summary>When the stream has done what was asked of it so far.</summary>
    public Instant FreeAt { get; private set; }

    /// <summary>Takes the next place; returns when a collective of this length is done.</summary>
    public Instant Take(Instant now, Duration length)
    {
        FreeAt = (FreeAt > now ? FreeAt : now) + length;
        return FreeAt;
    }
}

/// <summary>The meeting point of a group's collectives, one after the other, allocated once.</summary>
internal sealed class Gathering
{
    private readonly int _members;
    private readonly GroupStream? _stream;
    private readonly int _number;
    private readonly List<int> _senders = [];
    private Instant _latest;
    private int _latestMember;
    private int _arrived;
    private int _round;

    /// <param name="simulation">The engine.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="members">Who must come.</param>
    /// <param name="number">Its own among all gatherings of the step.</param>
    /// <param name="stream">A stream shared with other meetings of the group, or null where they never overlap.</param>
    public Gathering(Simulation simulation, string name, int members, int number, GroupStream? stream)
    {
        (_members, _number, _stream) = (members, number, stream);
        Done = simulation.NewSignal(name);
    }

    /// <summary>What members wait for after arriving.</summary>
    public Signal Done { get; }

    /// <summary>When the last member came.</summary>
    public Instant Started { get; private set; }

    /// <summary>Who came last.</summary>
    public int LastMember { get; private set; }

    /// <summary>The collective that began last, by a number that no other of the step has.</summary>
    public long Meeting => ((long)_number << 32) + _round;

    /// <summary>
    /// A member says when it will arrive, now or later; once all have, the collective begins with the last of them.
    /// Nobody needs an event of its own to arrive, which saves two of five.
    /// </summary>
    public void Arrive(int member, Instant at, Duration collective, Instant now)
    {
        if (_arrived == 0)
        {
            if (Done.HasFired) Done.Rearm();
            _latest = at;
        }

        // Some may come for the next collective before others have read when this one began.
        if (at >= _latest) (_latest, _latestMember) = (at, member);
        if (++_arrived < _members) return;
        (Started, LastMember) = (_latest, _latestMember);
        _arrived = 0;
        _round++;
        Done.FireAfter((_stream is null ? Started + collective : _stream.Take(Started, collective)) - now);
    }

    /// <summary>
    /// The same where every member's part is a flow out of and into its NIC: done when the last flow is.
    /// </summary>
    public void ArriveAndSend(int member, Instant now, Duration collective, NicTraffic nics)
    {
        if (_arrived == 0 && Done.HasFired) Done.Rearm();
        _senders.Add(member);
        if (++_arrived < _members) return;
        _arrived = 0;
        _round++;
        (Started, LastMember) = (now, member);
        var left = _senders.Count;
        foreach (var sender in _senders)
        {
            nics.Start(sender, sender, collective, () =>
            {
                if (--left == 0) Done.Fire();
            });
        }

        _senders.Clear();
    }
}
