// Tells a run with silent corruptions again from nothing but its events and phases: which corruptions the state held,
// which copies of it there were, and which of them each rollback could use. Written without the campaign's own nouns.
using System.Globalization;
using System.Text.RegularExpressions;
using Sigma.Sim.Campaign;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Tests.Campaign;

/// <summary>What a run's story says of its corruptions; every contradiction fails the test.</summary>
internal sealed partial class CorruptionStory
{
    private readonly CampaignSpec _spec;
    private readonly CampaignRun _run;
    private readonly string _what;
    private readonly List<Corruption> _inState = [];
    private readonly List<Copy> _copies = [];
    private Duration _lost;
    private CampaignEvent? _stop;
    private bool _awaitsNode;

    private sealed record Corruption(string Unit, int Steps, Duration StruckAt, Duration AlarmAt);

    private sealed record Copy(Duration Work, Instant CompleteAt, Corruption[] Held);

    public CorruptionStory(CampaignSpec spec, CampaignRun run, string what)
    {
        (_spec, _run, _what) = (spec, run, what);
        // Where there is one tier, on storage, and a save takes time, the phases tell every copy.
        KnowsCopies = spec.Tiers is [{ Target: CheckpointTarget.Storage, Blocking.IsZero: false }];
        var saves = new Queue<PhaseSpan>(run.Phases.Where(phase => phase.Phase == JobPhase.Saving));
        foreach (var told in run.Events)
        {
            while (KnowsCopies && saves.TryPeek(out var save) && save.End <= told.At) TakeCopy(saves.Dequeue());
            Hear(told);
        }

        Overdue(Instant.Start + run.Wall);
    }

    /// <summary>Whether every rollback was held against the copies that there were.</summary>
    public bool KnowsCopies { get; }

    public int Strikes { get; private set; }

    public int Alarms { get; private set; }

    /// <summary>Corruptions that went away with the work that another interruption took.</summary>
    public int Undone { get; private set; }

    /// <summary>Rollbacks after which the state still held a corruption.</summary>
    public int KeptThroughRollback { get; private set; }

    /// <summary>Alarms at which the newest complete copy was corrupt.</summary>
    public int CorruptCopies { get; private set; }

    public int BackToTheStart { get; private set; }

    /// <summary>Alarms after which no node was exchanged, since the one that struck had left the job before.</summary>
    public int InPlace { get; private set; }

    public int LatentAtTheEnd => _inState.Count;

    private void Hear(CampaignEvent told)
    {
        if (told.What == "corruption")
        {
            Strikes++;
            if (ToBeNoticed().Match(told.Detail) is not { Success: true } match) return;
            var (steps, work) = (Number(match), WorkAt(told.At));
            _inState.Add(new Corruption(match.Groups["unit"].Value, steps, work, work + _spec.StepTime * steps));
        }

        if (told.What == "standby") _awaitsNode = false;
        if (told.What == "resumed" && _awaitsNode) InPlace++;
        if (told.What is "fault" or "alarm") Stopped(told);
        if (told.What == "rollback") RolledBack(_stop!, told.Lost);
    }

    private void Stopped(CampaignEvent told)
    {
        _stop = told;
        _awaitsNode = told.What == "alarm";
        Overdue(told.At);
    }

    private void RolledBack(CampaignEvent stop, Duration lost)
    {
        var before = WorkAt(stop.At);
        var standing = before - lost;
        var alarm = NoticedAfter().Match(stop.Detail);
        var known = alarm.Success ? Known(alarm, before) : null;
        Usable(stop, standing, known);
        _lost += lost;
        _copies.RemoveAll(copy => copy.Work > standing || copy.CompleteAt > stop.At);
        if (known is not null) _inState.Remove(known);
        Undone += _inState.RemoveAll(corruption => corruption.StruckAt > standing);
        if (_inState.Count > 0) KeptThroughRollback++;
        if (known is not null && standing.IsZero) BackToTheStart++;
    }

    /// <summary>An alarm tells of a corruption that the state holds, exactly its steps after it struck.</summary>
    private Corruption Known(Match alarm, Duration work)
    {
        Alarms++;
        var (unit, steps) = (alarm.Groups["unit"].Value, Number(alarm));
        return _inState.FirstOrDefault(c => c.Unit == unit && c.Steps == steps && c.AlarmAt == work)
            ?? throw new AssertFailedException($"{_what}: no corruption of {unit} is due at {work}");
    }

    private void Usable(CampaignEvent told, Duration standing, Corruption? known)
    {
        if (known is not null)
            Assert.IsLessThanOrEqualTo(known.StruckAt, standing, $"{_what}: restored a corrupt copy at {told.At}");
        if (!KnowsCopies) return;
        var complete = _copies.Where(copy => copy.CompleteAt <= told.At).ToArray();
        var usable = complete.Where(copy => known is null || !copy.Held.Contains(known)).ToArray();
        var newest = usable.Length > 0 ? usable.Max(copy => copy.Work) : Duration.Zero;
        Assert.AreEqual(newest, standing, $"{_what}: not the newest copy that may be used at {told.At}");
        if (usable.Length < complete.Length) CorruptCopies++;
    }

    private void TakeCopy(PhaseSpan save)
    {
        // Work stands still while a copy is taken; a wait for the copy before it is part of the phase.
        _copies.Add(new Copy(WorkAt(save.Begin), save.End + _spec.Tiers[0].Write, [.. _inState]));
    }

    private void Overdue(Instant at)
    {
        foreach (var corruption in _inState)
            Assert.IsLessThanOrEqualTo(corruption.AlarmAt, WorkAt(at), $"{_what}: an alarm is missing at {at}");
    }

    private Duration WorkAt(Instant at) => new Duration(_run.Phases
        .Where(phase => phase.Phase == JobPhase.Computing && phase.Begin < at)
        .Sum(phase => (Instant.Min(phase.End, at) - phase.Begin).Nanoseconds)) - _lost;

    private static int Number(Match match) =>
        int.Parse(match.Groups["steps"].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^(?<unit>.* on unit \d+); to be noticed after (?<steps>[\d,]+) steps?$", RegexOptions.ExplicitCapture)]
    private static partial Regex ToBeNoticed();

    [GeneratedRegex(@"^(?<unit>.* on unit \d+), noticed after (?<steps>[\d,]+) steps?$", RegexOptions.ExplicitCapture)]
    private static partial Regex NoticedAfter();
}
