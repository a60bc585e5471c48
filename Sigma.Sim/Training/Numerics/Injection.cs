// Flips bits in a real training and follows what the monitors see of it: the measured detection of silent corruption.
namespace Sigma.Sim.Training.Numerics;

/// <summary>What an injection experiment found.</summary>
/// <param name="Spec">Its settings.</param>
/// <param name="Trials">All flips, in their order.</param>
/// <param name="FalseAlarms">Alarms of each monitor in the clean training.</param>
/// <param name="CleanSteps">Steps of the clean training that monitors watched.</param>
public sealed record InjectionReport(
    InjectionSpec Spec, IReadOnlyList<InjectionTrial> Trials, IReadOnlyList<int> FalseAlarms, int CleanSteps)
{
    public int Count(InjectionOutcome outcome) => Trials.Count(trial => trial.Outcome == outcome);
}

/// <summary>Runs an injection experiment; the result depends on the seed, not on the number of threads.</summary>
public sealed class Injection
{
    private readonly InjectionSpec _spec;
    private readonly ModelSnapshot[] _snapshots;
    private readonly StepObservation[] _clean;
    private readonly bool[][] _cleanAlarms;
    private readonly int[][] _tokens, _targets;

    private Injection(InjectionSpec spec)
    {
        _spec = spec;
        (_tokens, _targets) = (new int[spec.Steps][], new int[spec.Steps][]);
        var model = spec.Training.Model;
        for (var step = 0; step < spec.Steps; step++)
        {
            (_tokens[step], _targets[step]) = (new int[model.Tokens], new int[model.Tokens]);
            spec.Training.Text.Fill(spec.Training.Seed, step + 1, model.Sequence, _tokens[step], _targets[step]);
        }

        (_snapshots, _clean, _cleanAlarms) =
            (new ModelSnapshot[spec.FlipSteps], new StepObservation[spec.Steps], new bool[spec.Steps][]);
        TrainClean();
    }

    /// <summary><paramref name="afterTrial"/> hears how many trials are done, from any thread.</summary>
    public static InjectionReport Run(InjectionSpec spec, Action<int> afterTrial, CancellationToken cancellation)
    {
        var violations = spec.Training.Violations();
        if (violations.Count > 0) throw new ArgumentException(string.Join("; ", violations));
        var injection = new Injection(spec);
        var (trials, done) = (new InjectionTrial[spec.Trials], 0);
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = spec.Training.Threads,
            CancellationToken = cancellation,
        };
        Parallel.For(0, spec.Trials, options, injection.Model, (trial, _, model) =>
        {
            trials[trial] = injection.Try(model, trial);
            afterTrial(Interlocked.Increment(ref done));
            return model;
        }, model => model.Dispose());
        var falseAlarms = StepMonitors.All.Select((_, monitor) => injection._cleanAlarms.Count(step => step[monitor]));
        return new InjectionReport(spec, trials, [.. falseAlarms], spec.Steps - StepMonitors.Window);
    }

    private ReducedModel Model()
    {
        var training = _spec.Training;
        return new ReducedModel(training.Model, training.Optimizer, training.Precisions, threads: 1);
    }

    private void TrainClean()
    {
        using var model = Model();
        model.Initialize(_spec.Training.Seed);
        CrossStackCheck.Measure(model, _tokens[0], _targets[0]);
        var course = new List<StepObservation>();
        for (var step = 1; step <= _spec.Steps; step++)
        {
            if (step - 1 - _spec.Warmup is >= 0 and var flip && flip < _spec.FlipSteps)
                _snapshots[flip] = model.Snapshot();
            var losses = model.ForwardBackward(_tokens[step - 1], _targets[step - 1]);
            TensorCheck.Losses(model, step, losses);
            course.Add(StepObservation.Of(model, losses.Total, model.Step()));
            _cleanAlarms[step - 1] = [.. StepMonitors.All.Select(monitor => monitor.Alarms(course))];
        }

        course.CopyTo(_clean);
    }

    private InjectionTrial Try(ReducedModel model, int trial)
    {
        var stream = new Randomness.StreamKey(_spec.Training.Seed, 0, "training/injection", trial).Open();
        var hit = Corruption.Draw(model, stream, _spec.Warmup + 1, _spec.FlipSteps);
        model.Restore(_snapshots[hit.Step - 1 - _spec.Warmup]);
        var course = new List<StepObservation>(_clean[..(hit.Step - 1)]);
        var noticed = new int?[StepMonitors.All.Count];
        var last = hit.Step + _spec.Horizon - 1;
        for (var step = hit.Step; step <= last; step++)
        {
            course.Add(Step(model, hit, step));
            for (var monitor = 0; monitor < noticed.Length; monitor++)
                if (noticed[monitor] is null && !_cleanAlarms[step - 1][monitor]
                    && StepMonitors.All[monitor].Alarms(course)) noticed[monitor] = step - hit.Step;
            // From a loss that is no number a training does not come back.
            if (!double.IsFinite(course[^1].Loss)) return new InjectionTrial(hit, noticed, double.NaN);
        }

        var damage = 0.0;
        for (var step = last - InjectionTrial.DamageSteps; step < last; step++)
            damage += (course[step].Loss - _clean[step].Loss) / InjectionTrial.DamageSteps;
        return new InjectionTrial(hit, noticed, damage);
    }

    private StepObservation Step(ReducedModel model, Corruption hit, int step)
    {
        var now = step == hit.Step;
        if (now && hit.Site == CorruptionSite.Weight) hit.Apply(model.Parameters[hit.Tensor].Value);
        if (now && hit.Site == CorruptionSite.Activation)
            model.AfterBlock = (place, stream) => { if (place == hit.Tensor) hit.Apply(stream); };
        var losses = model.ForwardBackward(_tokens[step - 1], _targets[step - 1]);
        model.AfterBlock = (_, _) => { };
        if (now && hit.Site == CorruptionSite.Gradient) hit.Apply(model.Parameters[hit.Tensor].Gradient);
        if (now && hit.Site == CorruptionSite.OptimizerState)
        {
            var tensor = model.Parameters[hit.Tensor];
            hit.Apply(hit.Second ? tensor.SecondMoment : tensor.FirstMoment);
        }

        return StepObservation.Of(model, losses.Total, model.Step());
    }
}
