// The way of a failed node back into service: triage, remedies from light to heavy, acceptance tests. One process per
// node, and dice by fault, so that the same fault is mended in the same way under every policy.
using Sigma.Sim.Accounting;
using Sigma.Sim.Cluster;
using Sigma.Sim.Engine;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Campaign;

/// <summary>In what shape a node comes into care.</summary>
internal enum Shape
{
    /// <summary>Its fault has struck.</summary>
    Broken,

    /// <summary>Its fault announced itself and has not struck.</summary>
    Warned,

    /// <summary>Nothing is wrong with it, but nobody knows that.</summary>
    Blamed,

    /// <summary>Nothing is wrong with it, and triage finds that out.</summary>
    Sound,
}

/// <summary>Takes cordoned nodes and gives back available ones.</summary>
internal sealed class NodeCare
{
    private readonly CampaignWorld _world;
    private readonly LifecycleSpec _lifecycle;

    // By fault and remedy: the share of faults that it is tried first on.
    private readonly double[][] _shares;
    private readonly Resource _crews;
    private readonly Resource? _parts;
    private readonly StreamFamily[] _dice;
    private readonly StreamFamily _delivery;
    private readonly StreamFamily _boots;
    private readonly CordonRecord _cordons;
    private readonly bool[] _isSpoiled;
    private int _booting;
    private long _deliveries;

    public NodeCare(CampaignWorld world)
    {
        _world = world;
        _lifecycle = world.Spec.Lifecycle;
        _shares = [.. world.Spec.Faults.Select(fault => Enum.GetValues<Remedy>()
            .Select(remedy => fault.Remedies.GetValueOrDefault(remedy)).ToArray())];
        _crews = new Resource(world.Simulation, "repair crews", _lifecycle.RepairCrews);
        _parts = _lifecycle.Parts is { } parts ? new Resource(world.Simulation, "parts", parts.Stock) : null;
        var (seed, replication) = (world.Seed, world.Replication);
        _dice = [.. world.Spec.Faults.Select(f => new StreamFamily(seed, replication, $"fault/{f.Name}/repair"))];
        _delivery = new StreamFamily(seed, replication, "lifecycle/delivery");
        // Dice of its own: which node boots depends on the spares, and must not move the repairs of others.
        _boots = new StreamFamily(seed, replication, "lifecycle/boot");
        _cordons = new CordonRecord(_lifecycle, world.Fleet.Nodes);
        _isSpoiled = new bool[world.Fleet.Nodes];
        Available = world.Simulation.NewSignal("a node is available");
    }

    /// <summary>Fires whenever a node becomes available; whoever waits for one rearms it.</summary>
    public Signal Available { get; }

    /// <summary>A node has become available.</summary>
    public void Tell()
    {
        if (!Available.HasFired) Available.Fire();
    }

    /// <summary>A node is cordoned for a fault and out of the job: start to mend it.</summary>
    public void Admit(in FaultEvent failed, int node, Shape shape, bool isKnown)
    {
        _world.Clock.Move(node, NodeState.Triage, failed.Fault + 1);
        _world.Story.Tell("cordon", node, $"{_world.NameOf(failed)}: out of the job, into triage");
        _cordons.Add(failed.Fault, node, _world.Now);
        _world.Simulation.Start("repair", Mend(failed, node, shape, isKnown, _world.Now));
        BootColdSpare();
    }

    /// <summary>A node is down with its rack, switch or power zone, and comes back when that does.</summary>
    public void AdmitToOutage(in FaultEvent failed, int node, Duration outage)
    {
        _world.Clock.Move(node, NodeState.Repair, failed.Fault + 1);
        _world.Simulation.Start("outage", OutlastOutage(failed, node, outage, _world.Now));
        BootColdSpare();
    }

    /// <summary>A fault has struck a node in its acceptance tests, which it cannot pass now.</summary>
    public void Spoil(int node) => _isSpoiled[node] = true;

    private void BootColdSpare()
    {
        var fleet = _world.Fleet;
        if (fleet.CountOf(NodeState.Standby) + _booting > 1 || fleet.FirstIn(NodeState.Cold) is not { } node) return;
        _booting++;
        _world.Clock.Move(node, NodeState.Validating, Ledger.NoCause);
        _world.Story.Tell("boot", node, "a cold spare boots and is validated");
        _world.Simulation.Start("boot", Boot(node));
    }

    private IEnumerator<Wait> Boot(int node)
    {
        var dice = _boots.Open(node);
        yield return _lifecycle.ColdBoot.Draw(ref dice);
        var tests = TestUntilPassed(node, dice);
        while (tests.MoveNext()) yield return tests.Current;
        _booting--;
        Release(node);
    }

    private IEnumerator<Wait> OutlastOutage(FaultEvent failed, int node, Duration outage, Instant since)
    {
        var dice = new StreamKey(
            _world.Seed, _world.Replication, $"fault/{_world.NameOf(failed)}/outage/{failed.Occurrence}", node).Open();
        yield return outage;
        _world.Clock.Move(node, NodeState.Validating, failed.Fault + 1);
        var tests = TestUntilPassed(node, dice);
        while (tests.MoveNext()) yield return tests.Current;
        Recycle(node, since);
    }

    /// <summary>A sound node is tested again until it passes.</summary>
    private IEnumerator<Wait> TestUntilPassed(int node, RandomStream dice)
    {
        do
        {
            _isSpoiled[node] = false;
            var tests = _lifecycle.Validation.Time.Draw(ref dice);
            if (!tests.IsZero) yield return tests;
        }
        while (_isSpoiled[node] || dice.NextChance(_lifecycle.Validation.RejectsGood.Value));
    }

    private IEnumerator<Wait> Mend(FaultEvent failed, int node, Shape shape, bool isKnown, Instant since)
    {
        var (cause, dice) = (failed.Fault + 1, _dice[failed.Fault].Open(failed.Occurrence));
        var triage = (isKnown ? _lifecycle.Triage : _lifecycle.ManualTriage).Draw(ref dice);
        if (!triage.IsZero) yield return triage;
        if (isKnown && _cordons.IsInMassAlarm(node))
        {
            _world.Story.Tell("mass alarm", node, "many nodes with one fault: people look at it");
            yield return _lifecycle.ManualTriage.Draw(ref dice);
        }

        if (_cordons.IsLemon(node, _world.Now))
        {
            var retirement = Retire(node, cause, since);
            while (retirement.MoveNext()) yield return retirement.Current;
            yield break;
        }

        var remedy = FirstRemedy(_shares[failed.Fault], dice.NextUniform());
        var isMended = shape is Shape.Sound or Shape.Blamed;
        var skipsRemedy = shape == Shape.Sound;
        while (true)
        {
            if (!skipsRemedy)
            {
                _world.Clock.Move(node, NodeState.Repair, cause);
                if (remedy == Remedy.Replace && !_crews.TryRequest()) yield return _crews.Request();
                if (remedy == Remedy.Replace && _parts is { } parts && !parts.TryRequest())
                    yield return parts.Request();
                var spec = _lifecycle.Remedies[remedy];
                var time = spec.Time.Draw(ref dice);
                if (!time.IsZero) yield return time;
                if (remedy == Remedy.Replace) EndReplacement();
                var helps = dice.NextChance(spec.Fixes.Value);
                if (helps && shape != Shape.Sound) Mended(failed, node, shape, remedy);
                isMended |= helps;
            }

            _world.Clock.Move(node, NodeState.Validating, cause);
            _isSpoiled[node] = false;
            var tests = _lifecycle.Validation.Time.Draw(ref dice);
            if (!tests.IsZero) yield return tests;
            isMended &= !_isSpoiled[node];
            var rejects = isMended ? _lifecycle.Validation.RejectsGood.Value : _lifecycle.Validation.Catches.Value;
            var isRejected = dice.NextChance(rejects) || _isSpoiled[node];
            Report(node, skipsRemedy ? "no remedy" : WordOf(remedy), isRejected, isMended);
            if (!isRejected) break;
            if (!skipsRemedy && remedy < Remedy.Replace) remedy++;
            skipsRemedy = false;
        }

        var isOfNode = DomainTree.IsInNode(_world.Spec.Faults[failed.Fault].Scope);
        if (!isMended && shape == Shape.Broken && isOfNode && _lifecycle.Relapse is { } relapse)
            _world.Lives.Relapse(failed.Fault, node, failed.Unit, relapse.Draw(ref dice), _world.Computed);
        Recycle(node, since);
    }

    private void Report(int node, string remedy, bool isRejected, bool isMended)
    {
        var verdict = isRejected ? "rejected by validation"
            : isMended ? "mended"
            : "not mended, and validation missed it";
        _world.Story.Tell("remedy", node, $"{remedy}: {verdict}");
    }

    private void Mended(in FaultEvent failed, int node, Shape shape, Remedy remedy)
    {
        var campaign = _world.Now.SinceStart;
        if (_lifecycle.Lemons is { Curable: true }) _world.Lives.Cure(node, campaign);
        _world.Lives.Mend(node);
        if (remedy == Remedy.Replace) Renew(failed, node, campaign);
        else if (shape == Shape.Warned) _world.Lives.Avert(failed, campaign);
        _world.Dispatch.LookAgain();
    }

    /// <summary>A new part in this node, which may be an innocent one; what spans nodes is no part of it.</summary>
    private void Renew(in FaultEvent failed, int node, Duration campaign)
    {
        var perNode = _world.Tree.UnitsPerNode(_world.Spec.Faults[failed.Fault].Scope);
        if (perNode > 0) _world.Lives.Renew(failed.Fault, node, node * perNode + failed.Unit % perNode, campaign);
    }

    private void EndReplacement()
    {
        _crews.Release();
        if (_parts is null) return;
        var dice = _delivery.Open(_deliveries++);
        var delivery = _lifecycle.Parts!.Delivery.Draw(ref dice);
        _world.Simulation.Start("delivery", Deliver(delivery));
    }

    private IEnumerator<Wait> Deliver(Duration delivery)
    {
        yield return delivery;
        _parts!.Release();
    }

    private IEnumerator<Wait> Retire(int node, int cause, Instant since)
    {
        _world.Clock.Move(node, NodeState.Retired, cause);
        _world.Counts.Retired++;
        _world.Story.Tell("retired", node, "has come back too often");
        if (_lifecycle.Retirement!.Delivery is not { } delivery) yield break;
        var dice = _boots.Open(node);
        yield return delivery.Draw(ref dice);
        _world.Lives.RenewNode(node, _world.Now.SinceStart);
        _world.Dispatch.LookAgain();
        _cordons.Forget(node);
        _world.Story.Tell("new node", node, "stands in the place of the retired one");
        _world.Clock.Move(node, NodeState.Validating, Ledger.NoCause);
        yield return _lifecycle.Validation.Time.Draw(ref dice);
        Recycle(node, since);
    }

    private void Recycle(int node, Instant since)
    {
        _world.Counts.Recycled++;
        _world.Counts.RecycleNanoseconds += (_world.Now - since).Nanoseconds;
        Release(node);
    }

    private void Release(int node)
    {
        _world.Clock.Move(node, NodeState.Standby, Ledger.NoCause);
        _world.Story.Tell("available", node, "back in the pool");
        _world.HotPlaces.Offer(node);
        Tell();
    }

    private static Remedy FirstRemedy(double[] shares, double uniform)
    {
        for (var remedy = Remedy.Reset; remedy < Remedy.Replace; remedy++)
        {
            if (uniform < shares[(int)remedy]) return remedy;
            uniform -= shares[(int)remedy];
        }

        return Remedy.Replace;
    }

    private static string WordOf(Remedy remedy) => remedy switch
    {
        Remedy.Reset => "reset",
        Remedy.Reboot => "reboot",
        Remedy.Replace => "replace",
        _ => throw new ArgumentOutOfRangeException(nameof(remedy), remedy, null),
    };
}
