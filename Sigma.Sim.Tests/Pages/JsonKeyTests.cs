// What scripts read: with --json every command prints one object and nothing else, and docs/JSON.md names each of its
// keys. Both ways: a key that nobody explained fails, and so does an explanation of a key that no command prints.
using System.Text;
using System.Text.Json;
using Sigma.Sim.Cli;
using Sigma.Sim.Engine;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Tests.Cli;
using Sigma.Sim.Tests.House;
using Sigma.Sim.Training;

namespace Sigma.Sim.Tests.Pages;

[TestClass]
public sealed class JsonKeyTests
{
    private const string Document = "docs/JSON.md";
    private const string Small = "scenarios/small.yaml", Reference = "Sigma.Sim.Tests/Reference/moe-odd";

    // A command of the document and the words that run it; `@` stands for a folder of the test's own.
    private static readonly (string Command, string Words)[] Runs =
    [
        ("check", $"check {Small}"),
        ("check", "check @/tiny.yaml"),
        ("check", $"check {Small} --set real_step.trace=@/kept.trace --set checkpoint.tiers.0.every=optimal"),
        ("run", "run @/late.yaml --replications 2 --out @/late"),
        ("run", "run @/tiny.yaml --until-precision 20% --out @/tiny"),
        ("step", "step @/late.yaml --steps 1 --trace @/late.trace --out @/step"),
        ("step --verify", $"step --verify {Reference}"),
        ("step --export", "step @/late.yaml --export @/export"),
        ("step --calibrate", "step @/late.yaml --calibrate --steps 1 --out @/calibration"),
        ("step --inject", "step --inject 12 --out @/injection"),
        ("replay", "replay @/late.yaml --study --chakra @/traces"),
        ("replay --operations",
            "replay --operations scenarios/stragglers/ST.csv.gz --layout scenarios/stragglers/ST.yaml"),
        ("compare", "compare @/tiny.yaml --vary cluster.spares.warm=2,4 --out @/compare"),
        ("compare", "compare @/tiny.yaml --vary cluster.spares.warm=2,4 --independent --out @/independent"),
        ("sweep", "sweep @/tiny.yaml --set cluster.spares.warm=2,4 --out @/sweep"),
        ("sweep --shard", "sweep @/tiny.yaml --set cluster.spares.warm=2,4 --shard 1/2 --out @/parts"),
        ("sweep --shard", "sweep @/tiny.yaml --set cluster.spares.warm=2,4 --shard 2/2 --out @/parts"),
        ("merge", "merge @/parts"),
        ("sweep --slurm --dry-run", "sweep @/tiny.yaml --set cluster.spares.warm=2,4 --slurm --dry-run --out @/array"),
        ("sweep --kubernetes --dry-run",
            "sweep @/tiny.yaml --set cluster.spares.warm=2,4 --kubernetes --dry-run --out @/array"),
        ("optimize", "optimize @/tiny.yaml --over checkpoint.tiers.0.every=10min..2h --out @/optimum"),
        ("sensitivity", "sensitivity @/tiny.yaml --points 8 --replications 2 --out @/sensitivity"),
        ("fit", "fit scenarios/logs/accelerators.csv --by cause --out @/fit"),
        ("import", "import airesim scenarios/published/airesim.yaml --out @/imported.yaml"),
        ("import", "import airesim scenarios/published/airesim.yaml"),
        ("validate", "validate --case DEEPEP --markdown @/page.md"),
        ("validate", "validate --case DEEPEP --data scenarios/published/deepep.csv"),
        ("validate --swarm", "validate --swarm 1"),
        ("init", "init @/first"),
        ("explain", "explain S012"),
        ("explain", "explain S052"),
        ("explain", "explain ettr"),
        ("explain", "explain retired"),
        ("explain", "explain MTTI"),
        ("explain", "explain"),
        ("completion", "completion bash"),
        // A minute long; without SIGMA_FULL=1 its answer is written from numbers that nobody measured.
        ("bench", "bench --scenario @/late.yaml"),
    ];

    [TestMethod]
    public void Every_key_of_every_command_is_documented_and_no_other()
    {
        using var scratch = new ScratchFolder();
        Prepare(scratch);
        var documented = DocumentedKey.AllIn(Document);
        var (errors, seen) = (new List<string>(), new HashSet<DocumentedKey>());
        foreach (var (command, words) in Runs)
        {
            if (!documented.TryGetValue(command, out var rows))
            {
                errors.Add($"{Document}: error: no section of `{command}`");
                continue;
            }

            foreach (var key in AnswerKey.Of(Ask(words, scratch)))
            {
                var row = rows.Where(row => row.Fits(key)).MinBy(row => (row.OpenNames, -row.Path.Length));
                if (row is not null) seen.Add(row);
                else if (key.Kind != AnswerKey.List)
                    errors.Add($"{Document}: error: no row of `{command}` names `{key.Text}`, a {key.Kind}");
            }
        }

        foreach (var (command, rows) in documented)
            errors.AddRange(rows.Where(row => !seen.Contains(row)).Select(row =>
                $"{Document}: error: `{command}` has no key `{row.Path}` of kind {row.Kind} in any run of this test"));
        SourceTree.AssertNone(errors.Distinct(StringComparer.Ordinal));
    }

    [TestMethod]
    public void Every_command_of_the_program_is_run_and_has_a_section()
    {
        var verbs = SigmaProgram.Root(CancellationToken.None).Subcommands.Select(verb => verb.Name).ToList();
        Assert.IsGreaterThan(10, verbs.Count);
        // The object of `schema` is a JSON Schema, whose keys are those of its own standard.
        verbs.Remove("schema");
        SourceTree.AssertNone(verbs.Where(verb => !Runs.Any(run => run.Words.Split(' ')[0] == verb))
            .Select(verb => $"{verb}: no run of it in Pages/JsonKeyTests.cs, and so no keys in {Document}"));
        SourceTree.AssertNone(DocumentedKey.AllIn(Document).Keys
            .Where(command => !Runs.Any(run => run.Command == command))
            .Select(command => $"{Document}: error: `{command}` is run by no line of Pages/JsonKeyTests.cs"));
    }

    [TestMethod]
    public void A_star_is_one_name_and_an_estimate_fits_no_number()
    {
        var row = new DocumentedKey("best[].*", "estimate");
        Assert.IsTrue(row.Fits(new AnswerKey(["best", "[]", "ettr"], "estimate")));
        Assert.IsFalse(row.Fits(new AnswerKey(["best", "[]", "point"], "number")));
        Assert.IsFalse(row.Fits(new AnswerKey(["best", "[]", "values", "ettr"], "estimate")));
        var values = new DocumentedKey("best[].values.*", "text");
        Assert.IsTrue(values.Fits(new AnswerKey(["best", "[]", "values", "cluster.spares.warm"], "text")));
        var strikes = new DocumentedKey("derived.faults.*.strikes", "number");
        Assert.IsTrue(strikes.Fits(new AnswerKey(["derived", "faults.0.strikes"], "number")));
        using var answer = JsonDocument.Parse(
            """{"a":{"mean":1,"sd":1,"low":1,"high":1,"n":1},"b":[],"c":[{"d":null}]}""");
        Assert.AreEqual(
            "a estimate, b[] list, c[].d null",
            string.Join(", ", AnswerKey.Of(answer.RootElement).Select(key => $"{key.Text} {key.Kind}")));
    }

    private static JsonElement Ask(string words, ScratchFolder scratch)
    {
        if (words.StartsWith("bench ", StringComparison.Ordinal) && !PageReader.IsPatient) return Unmeasured();
        string[] arguments = [.. words.Replace("@", scratch.Path, StringComparison.Ordinal).Split(' '), "--json"];
        var answer = SigmaProcess.Run(arguments).EndedWith(0);
        try
        {
            return answer.Json;
        }
        catch (JsonException error)
        {
            throw new AssertFailedException($"`sigma {words} --json` prints more or less than one object", error);
        }
    }

    /// <summary>Small jobs that have everything in them of which an answer may tell.</summary>
    private static void Prepare(ScratchFolder scratch)
    {
        string PathOf(string file) => SourceTree.PathOf($"scenarios/{file}");
        const string reducedStep = "{ steps: 4, trace_steps: 2, tokens_per_step: 512 }";
        scratch.Holding("early.yaml", $$"""
            from: {{PathOf("small.yaml")}}
            real_step: {{reducedStep}}
            recovery: { policy: restart }
            noise: { kernel: { distribution: lognormal, cv: 5 % } }
            published: [ { metric: ettr, value: 90 % } ]
            """);
        scratch.Holding("late.yaml", $$"""
            from: {{PathOf("small.yaml")}}
            scenario: late
            real_step: {{reducedStep}}
            earlier: early.yaml
            published: [ { metric: ettr, value: 95 % } ]
            """);
        SigmaProcess.Run("step", PathOf("small.yaml"), "--trace", scratch.At("kept.trace"), "--quiet").EndedWith(0);
        // One tier, whose interval has a closed form, and nodes that fail often.
        scratch.Holding("tiny.yaml", $$"""
            from: {{PathOf("stated-step.yaml")}}
            scenario: tiny
            work: 4 d
            replications: 3
            lifecycle: { lemon: { fraction: 2 %, factor: 10 } }
            checkpoint:
              size: 3 TB
              tiers:
                - { to: storage, every: 1 h, blocking: 10 s }
            """);
    }

    private static JsonElement Unmeasured()
    {
        var results = Measured.ProductSizes.SelectMany(
            n => new[] { new BenchResult($"matmul {n}", 1, 1, 1), new BenchResult($"matmul {n}", 2, 1, 1) }).ToList();
        var engine = new EngineBench.Result(1, 1, 1, 0);
        var measured = new Measured(
            engine, engine, results, [new BenchResult("experts forward", 1, 1, 1)], results[..2],
            [new MeasuredStep(new BenchResult("default step", 2, 1, 1), ReducedModelSpec.Default)],
            [new ReplayTiming(64, 64, 1, new Bytes(1))], [new CampaignTiming("own", "the scenario's", 1, 1)], 1, 1);
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) BenchAnswer.Write(measured, json);
        using var answer = JsonDocument.Parse(Encoding.UTF8.GetString(stream.ToArray()));
        return answer.RootElement.Clone();
    }
}
