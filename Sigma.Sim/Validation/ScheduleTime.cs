// A schedule played with equal stages and free communication: the setting in which bubbles have closed forms.
using Sigma.Sim.Engine;
using Sigma.Sim.Quantities;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Validation;

/// <summary>Plays the passes of all stages on the engine: forward 1 us and backward 2 us a chunk.</summary>
internal static class ScheduleTime
{
    /// <summary>The time of a stage without bubbles, and the step's.</summary>
    public static (Duration Ideal, Duration Step) Of(int stages, int microBatches, int chunks)
    {
        var simulation = new Simulation();
        var done = new Dictionary<(bool Forward, int MicroBatch, int VirtualStage), Signal>();
        var (forward, backward) = (Duration.FromMicroseconds(1), Duration.FromMicroseconds(2));
        for (var stage = 0; stage < stages; stage++)
        {
            var number = stage;
            simulation.Start($"stage {stage}", _ => Work(number));
        }

        simulation.Run();
        return ((forward + backward) * ((long)microBatches * chunks), simulation.Now.SinceStart);

        IEnumerator<Wait> Work(int stage)
        {
            foreach (var pass in PipelineSchedule.Of(stages, stage, microBatches, chunks))
            {
                var virtualStage = pass.Chunk * stages + stage;
                var before = virtualStage + (pass.IsForward ? -1 : 1);
                if (before >= 0 && before < stages * chunks) yield return End(pass.IsForward, pass.MicroBatch, before);
                yield return pass.IsForward ? forward : backward;
                End(pass.IsForward, pass.MicroBatch, virtualStage).Fire();
            }
        }

        Signal End(bool isForward, int microBatch, int virtualStage)
        {
            if (!done.TryGetValue((isForward, microBatch, virtualStage), out var signal))
                done[(isForward, microBatch, virtualStage)] = signal = simulation.NewSignal("end of a pass");
            return signal;
        }
    }
}
