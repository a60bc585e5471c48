// `sigma step --trace FILE`: what the step has learned, kept for runs that reuse it.
using System.CommandLine;
using Sigma.Sim.Quantities;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Training;

namespace Sigma.Sim.Cli;

/// <summary>The file that the trace of a step goes to, or none.</summary>
internal sealed class StepTrace
{
    private readonly string? _file;

    /// <summary>The file, where there is one.</summary>
    public IEnumerable<string> Files => _file is null ? [] : [_file];

    private StepTrace(string? file) => _file = file;

    public static Option<string?> Option() => new("--trace")
    {
        Description = "write the routing of the last steps, for `real_step: { trace: FILE }` of a scenario",
        HelpName = "FILE",
    };

    public static StepTrace Of(string? file)
    {
        if (file is null) return new StepTrace(null);
        if (file.Length == 0 || file.Contains('\0', StringComparison.Ordinal))
            throw new UsageException("--trace takes the name of a file");
        if (Directory.Exists(file)) throw new UsageException($"--trace takes a file; `{file}` is a folder");
        // A trace takes the place of what has its name, and a device must stay where it is.
        if (Path.GetFullPath(file).StartsWith("/dev/", StringComparison.Ordinal))
            throw new UsageException($"--trace takes a file; `{file}` is a device");
        return new StepTrace(file);
    }

    /// <summary>The training that a scenario asks for.</summary>
    public static RealStepSpec TrainingOf(ModelledStep step) => step.RealStep switch
    {
        RealStepSpec real => real,
        SavedRouting saved => throw new UsageException(
            $"the scenario reads its routing from `{saved.File}`, so there is no step to train"),
        _ => throw new InvalidOperationException($"no step is trained from a {step.RealStep.GetType().Name}"),
    };

    /// <summary>Says before the work what would be in vain after it.</summary>
    public void Try(TrainingSpec spec)
    {
        if (_file is null) return;
        if (TrainedSizes.Of(spec.Model).Violations(spec.TraceSteps).FirstOrDefault() is { } wrong)
            throw new UsageException($"the routing trace `{_file}` cannot be written: {wrong}");
        RoutingTraceFile.Try(_file);
    }

    public void Save(TrainingSpec spec, TrainingRecord record, Screen screen)
    {
        if (_file is null) return;
        RoutingTraceFile.Save(LearnedRouting.Of(spec, record), _file);
        var size = UnitText.Count(new FileInfo(_file).Length);
        screen.Say($"routing trace: {_file}, {Reporting.Wording.Plural(spec.TraceSteps, "step")}, {size} bytes");
    }
}
