// What a pipeline stage does to a micro-batch, and which way micro-batches walk through the stages.
namespace Sigma.Sim.Workload;

/// <summary>The work of one pass.</summary>
public enum PassKind
{
    Forward,

    /// <summary>The whole backward pass: gradients of inputs and of weights together.</summary>
    Backward,

    /// <summary>Only what the stage before waits for (B of Qi et al., "Zero bubble pipeline parallelism").</summary>
    InputGradient,

    /// <summary>Only the gradients of this stage's weights (W), which nobody waits for before the step's end.</summary>
    WeightGradient,
}

/// <summary>One pass of one micro-batch through one chunk of a stage's layers.</summary>
/// <param name="Kind">What is computed.</param>
/// <param name="MicroBatch">Which micro-batch of the step.</param>
/// <param name="Chunk">Which of the stage's chunks.</param>
/// <param name="BesideNext">
/// Runs at the same time as the pass after it, one computing while the other communicates.
/// </param>
public readonly record struct Pass(PassKind Kind, int MicroBatch, int Chunk, bool BesideNext = false)
{
    public bool IsForward => Kind == PassKind.Forward;

    /// <summary>True where its end completes a micro-batch's gradients of this chunk.</summary>
    public bool GivesWeightGradient => Kind is PassKind.Backward or PassKind.WeightGradient;
}

/// <summary>Which part of the model a stage's chunks hold.</summary>
/// <param name="Kind">The schedule.</param>
/// <param name="Stages">Pipeline stages p.</param>
/// <param name="Chunks">Chunks per stage: v, or 2 for DualPipe, which keeps two copies of the model.</param>
public sealed record PipelineShape(ScheduleKind Kind, int Stages, int Chunks)
{
    /// <summary>Parts that the model is cut into.</summary>
    public int Parts => Kind == ScheduleKind.DualPipe ? Stages : Stages * Chunks;

    /// <summary>
    /// The part that a chunk holds. Interleaved: chunk c of stage s is part c p + s. DualPipe: chunk 0 is part s, and
    /// chunk 1 is part p - 1 - s of a second copy whose micro-batches enter at the last stage.
    /// </summary>
    public int PartOf(int stage, int chunk) => Kind == ScheduleKind.DualPipe
        ? chunk == 0 ? stage : Stages - 1 - stage
        : chunk * Stages + stage;

    /// <summary>Where a part lies for the micro-batches of a chunk.</summary>
    public (int Stage, int Chunk) PlaceOf(int part, int chunk) => Kind == ScheduleKind.DualPipe
        ? (chunk == 0 ? part : Stages - 1 - part, chunk)
        : (part % Stages, part / Stages);

    /// <summary>Where activations (or gradients) go after a pass, or null at the model's end.</summary>
    public (int Stage, int Chunk)? After(int stage, int chunk, bool forward)
    {
        var part = PartOf(stage, chunk) + (forward ? 1 : -1);
        return part < 0 || part >= Parts ? null : PlaceOf(part, chunk);
    }

    /// <summary>True where a pass waits for another stage's or chunk's output.</summary>
    public bool HasInput(int stage, int chunk, bool forward) =>
        forward ? PartOf(stage, chunk) > 0 : PartOf(stage, chunk) < Parts - 1;
}
