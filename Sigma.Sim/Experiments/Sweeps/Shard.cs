// A part of a sweep: every n-th point, so that parts take alike long where points get dearer along an axis.
using System.Globalization;
using Sigma.Sim.Scenarios.Sweeps;

namespace Sigma.Sim.Experiments.Sweeps;

/// <summary>Part k of n.</summary>
/// <param name="Part">Counted from 1.</param>
/// <param name="Of">At least 1.</param>
public readonly record struct Shard(int Part, int Of)
{
    /// <summary>As many parts as a Slurm array has room for.</summary>
    public const int MostParts = 4000;

    public static Shard All { get; } = new(1, 1);

    public bool Holds(int point) => point % Of == Part - 1;

    /// <summary>The name of its journal, without ending.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Part}-of-{Of}");

    /// <summary>Reads <c>3/8</c>; throws <see cref="SweepException"/> where that is no part.</summary>
    public static Shard Parse(string text)
    {
        return text.Split('/') is [var first, var second] && Whole(first) is { } part && Whole(second) is { } of
            ? Checked(part, of, $"found `{text}`")
            : throw new SweepException($"a shard is a part of so many, such as `3/8`, found `{text}`");
    }

    /// <summary>
    /// The part that a scheduler names in its environment, or the whole where it names none: Slurm's array task, or the
    /// index of a pod of Kubernetes' indexed job.
    /// </summary>
    /// <param name="shards">How many parts there are, or null where only the scheduler knows.</param>
    /// <param name="variable">Reads the environment.</param>
    public static Shard OfScheduler(int? shards, Func<string, string?> variable)
    {
        if (Whole(variable("SLURM_ARRAY_TASK_ID")) is { } task)
        {
            var least = Whole(variable("SLURM_ARRAY_TASK_MIN")) ?? 1;
            var count = Whole(variable("SLURM_ARRAY_TASK_COUNT"));
            if (shards is { } all) return Checked(task, all, "read from SLURM_ARRAY_TASK_ID, counted from 1");
            if (count is null || Whole(variable("SLURM_ARRAY_TASK_MAX")) - least + 1 != count)
                throw new SweepException("this array has gaps: say how many parts there are with `--shards N`");
            return Checked(task - least + 1, count.Value, "read from SLURM_ARRAY_TASK_ID");
        }

        if (Whole(variable("JOB_COMPLETION_INDEX")) is { } index)
        {
            return Checked(index + 1, shards ?? throw new SweepException(
                "JOB_COMPLETION_INDEX says which part this is, but not of how many: add `--shards N`"),
                "read from JOB_COMPLETION_INDEX, counted from 0");
        }

        return shards is null ? All : throw new SweepException(
            "--shards says of how many parts this is one, but neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX "
            + "says which: use `--shard K/N`");
    }

    private static int? Whole(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static Shard Checked(int part, int of, string from) =>
        of is >= 1 and <= MostParts && part >= 1 && part <= of ? new Shard(part, of) : throw new SweepException(
            $"shard {part} of {of} does not exist ({from}): parts count from 1 to at most {MostParts:#,0}");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Part}/{Of}");
}
