// What the processes of one replication share: the clock and its books, the nodes and their lives, the job's places,
// copies and condition. Whoever changes a part keeps the others in step through the methods here.
using Sigma.Sim.Accounting;
using Sigma.Sim.Cluster;
using Sigma.Sim.Engine;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Campaign;

/// <summary>One replication while it runs.</summary>
internal sealed class CampaignWorld
{
    private readonly StreamFamily[] _handling;

    public CampaignWorld(Simulation simulation, CampaignSpec spec, ulong seed, int replication, bool tellsStory)
    {
        (Simulation, Spec, Seed, Replication) = (simulation, spec, seed, replication);
        Tree = DomainTree.Of(spec.Cluster);
        Fleet = new Fleet(spec.Cluster.Nodes, spec.Cluster.Spares);
        var names = spec.Faults.Select(fault => fault.Name);
        Clock = new JobClock(simulation, Fleet, spec.Cluster.AcceleratorsPerNode, names, tellsStory);
        Lives = new FaultClock(spec.Faults, Tree, spec.Lifecycle.Lemons, seed, replication);
        FirstFailures = Lives.Count(spec.FirstFailures);
        Roster = new JobRoster(spec.Cluster.Nodes, spec.Cluster.AllNodes, spec.Conditions);
        Condition = new JobCondition(spec.Conditions, node => Fleet.StateOf(node) == NodeState.Active);
        Shelf = new CheckpointShelf(spec.Tiers, PartnerOf);
        Watch = new CorruptionWatch(spec.Faults, spec.StepTime, seed, replication);
        Story = new CampaignStory(simulation, tellsStory);
        Library = new SignatureLibrary(spec.Faults, spec.Lifecycle.Library, seed, replication);
        Storage = new SharedStorage(this);
        Counts = new EventCounts(spec.Faults.Count);
        _handling = [.. names.Select(name => new StreamFamily(seed, replication, $"fault/{name}/handling"))];
        Proactive = RecoveryPolicies.WhileRunning(spec.Recovery.Proactive);
        HotPlaces = new HotPlaces(this);
        Care = new NodeCare(this);
        for (var node = 0; node < spec.Cluster.Nodes; node++) Lives.Join(node, Duration.Zero);
    }

    public Simulation Simulation { get; }

    public CampaignSpec Spec { get; }

    public ulong Seed { get; }

    public int Replication { get; }

    public DomainTree Tree { get; }

    public Fleet Fleet { get; }

    public JobClock Clock { get; }

    public FaultClock Lives { get; }

    /// <summary>A count of known mean, drawn before the run begins.</summary>
    public double FirstFailures { get; }

    public JobRoster Roster { get; }

    public JobCondition Condition { get; }

    public CheckpointShelf Shelf { get; }

    public CorruptionWatch Watch { get; }

    public CampaignStory Story { get; }

    public SignatureLibrary Library { get; }

    public SharedStorage Storage { get; }

    public NodeCare Care { get; }

    public HotPlaces HotPlaces { get; }

    /// <summary>What is done while the job runs.</summary>
    public IRecoveryPolicy Proactive { get; }

    public EventCounts Counts { get; }

    /// <summary>The job itself, to be told what happens; set once, before anything does.</summary>
    public TrainingJob Job { get; set; } = null!;

    /// <summary>Brings faults to where they strike; set once, before anything does.</summary>
    public FaultDispatch Dispatch { get; set; } = null!;

    /// <summary>Computing time over the whole run, which is what units age by.</summary>
    public Duration Computed { get; set; }

    public Instant Now => Simulation.Now;

    public string NameOf(in FaultEvent fault) => Spec.Faults[fault.Fault].Name;

    /// <summary>Dice of how a fault is handled, the same whatever else has happened.</summary>
    public RandomStream HandlingOf(in FaultEvent fault) => _handling[fault.Fault].Open(fault.Occurrence);

    /// <summary>A node leaves its place in the job, on account of a fault; its next state is for the caller.</summary>
    public void LeaveJob(int node)
    {
        var state = Fleet.StateOf(node);
        if (state == NodeState.Active) Lives.Leave(node, Computed);
        Condition.Forget(node);
        if (Roster.PlaceOf(node) < 0) return;
        Shelf.Lose(Roster.Leave(node), Now);
        Job.Left(node, wasBenched: state == NodeState.Benched);
    }

    /// <summary>A ready node takes an empty place and computes with the job.</summary>
    public void TakeIntoJob(int node, int place)
    {
        Clock.Move(node, NodeState.Active, Ledger.NoCause);
        Roster.Take(node, place);
        Lives.Join(node, Computed);
        Story.Tell("standby", node, "joins the job");
    }

    /// <summary>A node of the job stops computing but stays in its place.</summary>
    public void Bench(int node, int cause)
    {
        if (Fleet.StateOf(node) == NodeState.Active) Lives.Leave(node, Computed);
        Clock.Move(node, NodeState.Benched, cause);
    }

    /// <summary>A node computes again in the place that it has.</summary>
    public void Unbench(int node)
    {
        Clock.Move(node, NodeState.Active, Ledger.NoCause);
        Lives.Join(node, Computed);
    }

    /// <summary>A node that can step in now, those inside the job first, or null.</summary>
    public int? FreeNode => Fleet.FirstIn(NodeState.Hot) ?? Fleet.FirstIn(NodeState.Standby);

    /// <summary>Partners lie as far apart as the domain whose loss a copy is to survive is wide.</summary>
    private int PartnerOf(CheckpointTier tier, int place)
    {
        var apart = tier.Survives switch
        {
            SurvivedDomain.Node => 1,
            SurvivedDomain.Rack => Tree.NodesPerUnit(FaultScope.Rack),
            SurvivedDomain.PowerZone => Tree.NodesPerUnit(FaultScope.PowerZone),
            _ => throw new ArgumentOutOfRangeException(nameof(tier), tier.Survives, null),
        };
        return (place + apart) % Roster.Places;
    }
}
