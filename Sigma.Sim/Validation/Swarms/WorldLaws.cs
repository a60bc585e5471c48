// What must hold in a campaign's world after every event, beside its books and the ways of its nodes: places and nodes
// agree, nothing lies in the past, nobody waits for what is already there, nobody is forgotten.
using Sigma.Sim.Campaign;
using Sigma.Sim.Cluster;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;
using static Sigma.Sim.Validation.Swarms.BrokenLawException;

namespace Sigma.Sim.Validation.Swarms;

/// <summary>Looks at one replication while it runs; throws <see cref="BrokenLawException"/>.</summary>
internal sealed class WorldLaws
{
    private const int MostEventsAtOnce = 100_000;
    private const long MostEvents = 20_000_000;

    private Instant _last;
    private int _atOnce;
    private long _events;
    private Instant _computingSince;
    private bool _wasRestoring;
    private Instant? _needlessWait;
    private Instant? _idleSpare;
    private Instant?[] _readySince = [];

    /// <summary>To be called after every event.</summary>
    public void Look(CampaignWorld world)
    {
        Progress(world);
        Places(world);
        Work(world);
        if (world.Clock.Phase == JobPhase.Computing) Computing(world);
        else _computingSince = world.Now;
        Waiting(world);
        Benched(world);
    }

    private void Progress(CampaignWorld world)
    {
        _atOnce = world.Now == _last ? _atOnce + 1 : 0;
        _last = world.Now;
        Demand(_atOnce < MostEventsAtOnce, "time goes on", "events without end at one instant");
        Demand(++_events < MostEvents, "a run ends", $"more than {MostEvents} events");
    }

    private static void Places(CampaignWorld world)
    {
        var inPlace = 0;
        for (var node = 0; node < world.Fleet.Nodes; node++)
        {
            var (state, place) = (world.Fleet.StateOf(node), world.Roster.PlaceOf(node));
            var isIn = state is NodeState.Active or NodeState.Benched;
            Demand(isIn == place >= 0, "nodes of the job have places", $"node {node} is {state} in place {place}");
            if (!isIn) continue;
            Demand(world.Roster.NodeAt(place) == node, "a place has one node", $"place {place} and node {node}");
            inPlace++;
        }

        Demand(
            inPlace + world.Roster.EmptyPlaces == world.Roster.Places, "a place is taken or empty",
            $"{inPlace} taken, {world.Roster.EmptyPlaces} empty, {world.Roster.Places} in all");
        foreach (var (node, fault) in world.Condition.SlowNodes)
        {
            Demand(
                world.Roster.PlaceOf(node) >= 0, "slow nodes are in the job",
                $"{world.NameOf(fault)} of node {node}");
        }

        foreach (var node in world.Condition.Suspects.Keys)
            Demand(world.Roster.PlaceOf(node) >= 0, "suspects are in the job", $"node {node}");
    }

    private void Work(CampaignWorld world)
    {
        var work = world.Clock.Work.Work;
        Demand(work >= Duration.Zero, "work is not negative", $"{work}");
        if (world.Spec.Steps is { } steps)
            Demand(work <= world.Spec.StepTime * steps, "no step beyond the last", $"{work}");
        if (world.Shelf.Newest(world.Now) is { } copy)
        {
            Demand(copy.Work <= work, "no copy is of the future", $"{copy.Work} in a copy, {work} done");
        }

        // It may still be lost while it is read.
        var isRestoring = world.Clock.Phase == JobPhase.Restoring;
        if (isRestoring && !_wasRestoring)
        {
            var found = world.Shelf.Newest(world.Now)?.Work;
            Demand(found == work, "the state that is restored is the job's", $"{found} in a copy, {work} standing");
        }

        _wasRestoring = isRestoring;

        var next = world.Lives.Next();
        Demand(
            next is not { } age || age.At >= world.Computed, "faults lie ahead",
            $"one at {next?.At} of computing, {world.Computed} done");
        var date = world.Lives.NextByCalendar();
        Demand(date is not { } day || day.At >= world.Now.SinceStart, "faults lie ahead", $"one at {date?.At}");
    }

    private static void Computing(CampaignWorld world)
    {
        var (active, benched) = (world.Fleet.CountOf(NodeState.Active), world.Fleet.CountOf(NodeState.Benched));
        Demand(active > 0, "nodes compute", "the job computes without any");
        var isWhole = benched + world.Roster.EmptyPlaces == 0;
        Demand(
            isWhole == (world.Condition.Missing == 1), "missing nodes slow the step",
            $"{benched} benched, {world.Roster.EmptyPlaces} places empty, factor {world.Condition.Missing}");
        foreach (var latent in world.Watch.Latent)
        {
            Demand(
                latent.AlarmAt >= world.Clock.Work.Work, "alarms lie ahead",
                $"one at {latent.AlarmAt} of work, {world.Clock.Work.Work} done");
        }
    }

    private void Waiting(CampaignWorld world)
    {
        var fleet = world.Fleet;
        var free = fleet.CountOf(NodeState.Hot) + fleet.CountOf(NodeState.Standby);
        var isNeedless = world.Clock.Phase == JobPhase.WaitingForNode && free >= world.Roster.EmptyPlaces
            && fleet.CountOf(NodeState.Borrowed) == 0;
        _needlessWait = isNeedless ? _needlessWait ?? world.Now : null;
        Demand(
            world.Now - (_needlessWait ?? world.Now) <= world.Spec.Recovery.Times.Preempt,
            "nobody waits for nodes that are there", $"{free} are free, {world.Roster.EmptyPlaces} places empty");

        var isIdle = world.Clock.Phase == JobPhase.Computing && free > 0 && world.Roster.EmptyPlaces > 0;
        _idleSpare = isIdle ? _idleSpare ?? world.Now : null;
        Demand(
            world.Now - (_idleSpare ?? world.Now) <= world.Spec.Recovery.Times.Initialize * (world.Roster.Places + 1),
            "empty places are filled", $"{free} nodes are free, {world.Roster.EmptyPlaces} places empty");
    }

    /// <summary>A benched node whose group is whole is back as soon as its processes run, if the job does.</summary>
    private void Benched(CampaignWorld world)
    {
        if (_readySince.Length == 0) _readySince = new Instant?[world.Fleet.Nodes];
        var waitsForGroup = world.Spec.Recovery.Policy == PolicyKind.Elastic;
        for (var node = 0; node < _readySince.Length; node++)
        {
            var isReady = world.Fleet.StateOf(node) == NodeState.Benched && !(waitsForGroup
                && world.Roster.EmptyPlacesOf(world.Roster.GroupOf(world.Roster.PlaceOf(node))) > 0);
            _readySince[node] = isReady ? _readySince[node] ?? world.Now : null;
            if (!isReady || world.Clock.Phase != JobPhase.Computing) continue;
            var since = _readySince[node]!.Value;
            if (since < _computingSince) since = _computingSince;
            Demand(
                world.Now - since <= world.Spec.Recovery.Times.Initialize, "no benched node is forgotten",
                $"node {node} since {since}");
        }
    }
}

/// <summary>Something that must always hold does not.</summary>
internal sealed class BrokenLawException(string law, string found) : Exception($"{law}: {found}")
{
    /// <summary>Throws unless a law holds.</summary>
    public static void Demand(bool holds, string law, string found)
    {
        if (!holds) throw new BrokenLawException(law, found);
    }
}
