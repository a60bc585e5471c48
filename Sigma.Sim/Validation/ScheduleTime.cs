// A schedule played with equal stages and free communication: the setting in which bubbles have closed forms.
using Sigma.Sim.Engine;
using Sigma.Sim.Quantities;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Validation;

/// <summary>How long the passes of every chunk take; the whole backward pass is the sum of its halves.</summary>
/// <param name="Forward">A forward pass.</param>
/// <param name="InputGradient">What the stage before waits for.</param>
/// <param name="WeightGradient">The rest of a backward pass.</param>
/// <param name="Pair">A forward and a backward pass side by side.</param>
internal sealed record PassLengths(Duration Forward, Duration InputGradient, Duration WeightGradient, Duration Pair)
{
    public Duration Of(PassKind kind) => kind switch
    {
        PassKind.Forward => Forward,
        PassKind.Backward => InputGradient + WeightGradient,
        PassKind.InputGradient => InputGradient,
        PassKind.WeightGradient => WeightGradient,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}

/// <summary>Plays the passes of all stages on the engine.</summary>
internal static class ScheduleTime
{
    /// <summary>The time of a schedule, and how much of it each stage is idle.</summary>
    public static (Duration Step, Duration[] Bubbles) Of(PipelineShape shape, int microBatches, PassLengths lengths)
    {
        var simulation = new Simulation();
        var done = new Dictionary<(bool Forward, int MicroBatch, int Part), Signal>();
        var busy = new Duration[shape.Stages];
        for (var stage = 0; stage < shape.Stages; stage++)
        {
            var number = stage;
            simulation.Start($"stage {stage}", _ => Work(number));
        }

        simulation.Run();
        var step = simulation.Now.SinceStart;
        return (step, [.. busy.Select(time => step - time)]);

        IEnumerator<Wait> Work(int stage)
        {
            var passes = PipelineSchedule.Of(shape, stage, microBatches);
            for (var i = 0; i < passes.Length; i++)
            {
                Pass[] together = passes[i].BesideNext ? [passes[i], passes[++i]] : [passes[i]];
                foreach (var pass in together.Where(p => p.Kind != PassKind.WeightGradient))
                {
                    var before = shape.PartOf(stage, pass.Chunk) + (pass.IsForward ? -1 : 1);
                    if (before >= 0 && before < shape.Parts) yield return End(pass.IsForward, pass.MicroBatch, before);
                }

                var length = together.Length == 2 ? lengths.Pair : lengths.Of(together[0].Kind);
                yield return length;
                busy[stage] += length;
                foreach (var pass in together.Where(p => p.Kind != PassKind.WeightGradient))
                    End(pass.IsForward, pass.MicroBatch, shape.PartOf(stage, pass.Chunk)).Fire();
            }
        }

        Signal End(bool isForward, int microBatch, int part)
        {
            if (!done.TryGetValue((isForward, microBatch, part), out var signal))
                done[(isForward, microBatch, part)] = signal = simulation.NewSignal("end of a pass");
            return signal;
        }
    }
}
