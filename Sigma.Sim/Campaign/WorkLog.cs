// What the job has computed and may still lose. Work counts in time of the sound step; under a condition that slows
// the step, a stretch of work takes more time of the wall, and a fault is to blame for the difference. Stretches are
// kept so that a rollback takes back what was really spent on them.
using Sigma.Sim.Accounting;
using Sigma.Sim.Quantities;
using Sigma.Sim.Replay;

namespace Sigma.Sim.Campaign;

/// <summary>Computing that stands, stretch by stretch; equal conditions in a row are one stretch.</summary>
internal sealed class WorkLog
{
    private readonly List<Stretch> _stretches = [];

    /// <param name="Work">In time of the sound step.</param>
    /// <param name="Spent">Accelerator-nanoseconds of the wall.</param>
    /// <param name="Slowdown">Wall time over work.</param>
    /// <param name="Missing">The part of the slowdown that is work of missing replicas.</param>
    /// <param name="Cause">What slowed the step otherwise, or none.</param>
    private readonly record struct Stretch(Duration Work, Int128 Spent, double Slowdown, double Missing, int Cause)
    {
        public bool IsUnder(JobCondition condition) =>
            Cause == condition.Cause && Slowdown == condition.Slowdown && Missing == condition.Missing;
    }

    /// <summary>Work that stands.</summary>
    public Duration Work { get; private set; }

    /// <summary>Accelerator-nanoseconds spent on it.</summary>
    public Int128 Spent { get; private set; }

    /// <summary>The job has computed.</summary>
    /// <param name="work">In time of the sound step.</param>
    /// <param name="span">Of the wall.</param>
    /// <param name="accelerators">That computed.</param>
    /// <param name="condition">What was wrong.</param>
    public void Add(Duration work, Duration span, long accelerators, JobCondition condition)
    {
        var spent = Ledger.Product(accelerators, span.Nanoseconds);
        Work += work;
        unchecked
        {
            Spent += spent;
        }

        if (_stretches.Count > 0 && _stretches[^1] is var last && last.IsUnder(condition))
            _stretches[^1] = last with { Work = last.Work + work, Spent = last.Spent + spent };
        else
            _stretches.Add(new Stretch(work, spent, condition.Slowdown, condition.Missing, condition.Cause));
    }

    /// <summary>The job has done just so much work: what rounding of a slower step left out is no time.</summary>
    public void Complete(Duration work)
    {
        if (work <= Work || _stretches.Count == 0) return;
        _stretches[^1] = _stretches[^1] with { Work = _stretches[^1].Work + (work - Work) };
        Work = work;
    }

    /// <summary>Goes back to an amount of work; what was spent beyond it, in accelerator-nanoseconds.</summary>
    public Int128 RollBack(Duration work)
    {
        if (work > Work) throw new InvalidOperationException($"{work} of work cannot be kept, only {Work} is there.");
        Int128 lost = 0;
        while (Work > work || (_stretches.Count > 0 && _stretches[^1].Work.IsZero))
        {
            var last = _stretches[^1];
            var excess = Work - work;
            if (excess >= last.Work)
            {
                lost += last.Spent;
                Work -= last.Work;
                _stretches.RemoveAt(_stretches.Count - 1);
                continue;
            }

            var part = last.Spent * excess.Nanoseconds / last.Work.Nanoseconds;
            lost += part;
            Work = work;
            _stretches[^1] = last with { Work = last.Work - excess, Spent = last.Spent - part };
        }

        Spent -= lost;
        return lost;
    }

    /// <summary>
    /// Ends the run: what stands was kept. Sound time splits as the replayed step does; what a slow node or link added
    /// is waiting for it, on its account. Replicas that do the work of missing ones compute, and wait for nobody.
    /// </summary>
    public void Close(Ledger ledger, StepShares shares)
    {
        foreach (var stretch in _stretches)
        {
            var waited = stretch.Cause == Ledger.NoCause
                ? 0
                : Share(stretch.Spent, 1 - stretch.Missing / stretch.Slowdown);
            var sound = stretch.Spent - waited;
            var (exposed, bubble, straggler) = (
                Share(sound, shares.ExposedCommunication), Share(sound, shares.PipelineBubble),
                Share(sound, shares.StragglerWait));
            ledger.Post(TimeBucket.ExposedCommunication, Ledger.NoCause, exposed);
            ledger.Post(TimeBucket.PipelineBubble, Ledger.NoCause, bubble);
            ledger.Post(TimeBucket.StragglerWait, Ledger.NoCause, straggler);
            ledger.Post(TimeBucket.StragglerWait, stretch.Cause, waited);
            ledger.Post(TimeBucket.Compute, Ledger.NoCause, sound - exposed - bubble - straggler);
        }

        _stretches.Clear();
        (Work, Spent) = (default, 0);
    }

    private static Int128 Share(Int128 whole, double share) => whole * (long)(share * (1L << 40)) >> 40;
}
