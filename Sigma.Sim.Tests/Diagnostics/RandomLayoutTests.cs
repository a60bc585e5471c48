// Random combinations of layout and model keys: what the reader calls sound can be replayed, in every schedule, and all
// else is refused in words.
using System.Globalization;
using Sigma.Sim.Experiments;
using Sigma.Sim.Randomness;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Diagnostics;

[TestClass]
public sealed class RandomLayoutTests
{
    private static readonly (string Key, string[] Values)[] Keys =
    [
        ("cluster.nodes", ["1", "2", "4", "8"]),
        ("cluster.accelerators_per_node", ["1", "4", "8"]),
        ("parallelism.tp", ["1", "1", "2", "4", "8", "16"]),
        ("parallelism.pp", ["1", "2", "4"]),
        ("parallelism.ep", ["1", "1", "2", "4", "8"]),
        ("parallelism.cp", ["1", "1", "2", "4"]),
        ("parallelism.global_batch", ["64", "128"]),
        ("parallelism.micro_batch", ["1", "1", "2"]),
        ("parallelism.schedule", ["gpipe", "1f1b", "interleaved-1f1b", "zb-h1", "dualpipe"]),
        ("parallelism.virtual_stages", ["1", "1", "2"]),
        ("parallelism.layers_per_part", ["", "", "", "4 x 4", "0 8 8 0", "1 15", "16"]),
        ("parallelism.zero", ["0", "1", "2"]),
        ("parallelism.order", ["tp-dp-pp", "tp-pp-dp"]),
        ("parallelism.all_reduce", ["auto", "auto", "ring", "double-binary-tree", "halving-doubling", "hierarchical"]),
        ("parallelism.all_to_all", ["auto", "direct", "hierarchical"]),
        ("parallelism.recompute", ["none", "selective", "full"]),
        ("parallelism.attention", ["fused", "materialized"]),
        ("parallelism.sequence_parallel", ["true", "false"]),
        ("parallelism.blocking_sends", ["true", "false"]),
        ("parallelism.micro_batch_schedule", ["static", "dynamic"]),
        ("parallelism.overlap.dp", ["0", "1", "50 %", "simulated"]),
        ("parallelism.overlap.tp", ["0", "1"]),
        ("parallelism.overlap.ep", ["0", "1"]),
        ("noise.slow_nodes", ["{ share: 50 %, factor: 1.5 }"]),
        ("model.sequence", ["1", "7", "512"]),
        ("model.experts", ["{ count: 32, top_k: 4, ffn: 128 }", "{ count: 1, top_k: 1, ffn: 512 }",
            "{ count: 8, top_k: 8, ffn: 64, shared: 2 }",
            "{ count: 12, top_k: 3, ffn: 64, groups: 4, groups_per_token: 2 }"]),
        ("model.latent_attention",
            ["", "", "{ query_rank: 64, kv_rank: 32, rotary_dim: 16, value_dim: 64 }"]),
        ("model.tied_embedding", ["true", "false"]),
        ("model.learned_positions", ["true", "false"]),
        ("model.activation", ["swiglu", "gelu"]),
        ("model.precision", ["bf16", "fp8"]),
    ];

    [TestMethod]
    public void Whatever_the_reader_calls_sound_can_be_replayed()
    {
        var (sound, schedules) = (0, new HashSet<string>());
        for (var number = 0; number < 2_000; number++)
        {
            var dice = new StreamKey(80, 0, "test/odd-layout", number).Open();
            var changes = new List<Override>
            {
                new("parallelism.routing", "balanced"), new("sampled_steps", "1"), new("model.vocabulary", "1024"),
            };
            foreach (var (key, values) in Keys)
                changes.Add(new Override(key, values[dice.NextIndex(values.Length)]));
            changes.RemoveAll(change => change.Value.Length == 0);
            var about = number.ToString(CultureInfo.InvariantCulture) + ": "
                + string.Join(' ', changes.Select(change => $"--set '{change.Path}={change.Value}'"));
            try
            {
                var scenario = Scenario.Load(SourceTree.PathOf("scenarios/small.yaml"), changes);
                Assert.IsGreaterThan(0, StepPrediction.Of(scenario).StepTime.Nanoseconds, about);
                sound++;
                schedules.Add(scenario.Modelled.Parallelism.Schedule.ToString());
            }
            catch (ScenarioException error)
            {
                Assert.IsTrue(error.Diagnostics.InSourceOrder().All(finding => finding.At is not null), about);
            }
            catch (Exception error) when (error is not AssertFailedException)
            {
                Assert.Fail($"{about}\n{error}");
            }
        }

        Assert.IsGreaterThan(50, sound);
        Assert.HasCount(5, schedules);
    }
}
