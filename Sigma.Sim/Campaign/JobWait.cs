// A wait of the job that a fault ends: while it is saved, restored, restarted, or waits for a node.
using Sigma.Sim.Engine;

namespace Sigma.Sim.Campaign;

/// <summary>Whether the job waits for something, and whether a fault has ended that.</summary>
internal sealed class JobWait
{
    private bool _isCut;

    /// <summary>The job is in a wait that a fault ends.</summary>
    public bool IsUnderWay { get; set; }

    /// <summary>A fault strikes the job while it does not compute.</summary>
    public void CutShort(Process job)
    {
        if (_isCut) return;
        _isCut = true;
        job.Interrupt(null);
    }

    /// <summary>A wait is over; true where a fault has ended it.</summary>
    public bool EndPhase(Process self)
    {
        IsUnderWay = false;
        if (!_isCut) return false;
        _isCut = false;
        self.TakeInterrupts();
        return true;
    }
}
