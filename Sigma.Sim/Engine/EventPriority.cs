// The second key of the total order (time, priority, insertion): what goes first among events of one instant.
namespace Sigma.Sim.Engine;

/// <summary>Order among events of the same instant; within one priority, the event inserted first goes first.</summary>
public enum EventPriority
{
    /// <summary>Before all else of its instant. Interrupts are urgent.</summary>
    Urgent = 0,

    /// <summary>Timeouts, signals and grants, unless told otherwise.</summary>
    Normal = 1,

    /// <summary>After all that is normal: for observers that want an instant's final state.</summary>
    Late = 2,
}
