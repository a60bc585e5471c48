// What somebody reads whose AIReSim configuration cannot be imported: the place in the file, what was expected there,
// and what was probably meant.
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.Cli;

namespace Sigma.Sim.Tests.Diagnostics;

[TestClass]
public sealed class AireSimFileTests
{
    [TestMethod]
    [DataRow("job_sise: 64", ":1:1: error[S012]: unknown key `job_sise`", "did you mean `job_size`?")]
    [DataRow("seed: 1\nseed: 2", ":2:1: error[S011]: the key `seed` is given twice", "the other place")]
    [DataRow("job_size: many", ":1:11: error[S020]: `job_size`: expected a whole number", "found `many`")]
    [DataRow("job_size: 0", ":1:11: error[S020]", "from 1 to 16,384, found `0`")]
    [DataRow("job_size: 20000", ":1:11: error[S020]", "from 1 to 16,384")]
    [DataRow("job_size: 64.5", ":1:11: error[S020]", "whole number")]
    [DataRow("warm_standbys: -1", ":1:16: error[S020]", "found `-1`")]
    [DataRow("{job_size: 1, working_pool_size: 99}", ":1:12: error[S070]", "a job of one server")]
    [DataRow("{failure_distribution: weibull, weibull_shape: 4}", ":1:48: error[S070]", "1,296 times the hazard")]
    [DataRow("working_pool_size: 4100", ":1:20: error[S070]", "job_size 4,096 + warm_standbys 16 = 4,112")]
    [DataRow("working_pool_size: 9000", ":1:20: error[S070]", "4,888 servers of the working pool beyond job")]
    [DataRow("random_failure_rate: 0", ":1:22: error[S020]", "a number above zero, found `0`")]
    [DataRow("random_failure_rate: -1e-6", ":1:22: error[S020]", "a number above zero")]
    [DataRow("random_failure_rate: 1/1440", ":1:22: error[S020]", "a plain number, found `1/1440`")]
    [DataRow("systematic_failure_rate_multiplier: -5", ":1:37: error[S020]", "from 0 to 100")]
    [DataRow("systematic_failure_fraction: 1.5", ":1:30: error[S020]", "from 0 to 1, found `1.5`")]
    [DataRow("prob_auto_to_manual: 80", ":1:22: error[S020]", "from 0 to 1, found `80`")]
    [DataRow("auto_repair_fail_prob: -0.1", ":1:24: error[S020]", "from 0 to 1")]
    [DataRow("manual_repair_fail_prob: [0.2]", ":1:26: error[S023]", "is a single value, not a list")]
    [DataRow("recovery_time: 20 min", ":1:16: error[S020]", "a plain number, found `20 min`")]
    [DataRow("recovery_time:", ":1:15: error[S020]", "found nothing")]
    [DataRow("auto_repair_time: 0", ":1:19: error[S020]", "a number above zero")]
    [DataRow("job_length: 0", ":1:13: error[S020]", "a number above zero")]
    [DataRow("job_length: 1e9", ":1:13: error[S020]", "found `1e9`")]
    [DataRow("failure_distribution: gamma", ":1:23: error[S020]", "`exponential`, `weibull`, `lognormal`")]
    [DataRow("failure_distribution: weibul", ":1:23: error[S020]", "did you mean `weibull`?")]
    [DataRow("weibull_shape: 0", ":1:16: error[S020]", "a number above zero")]
    [DataRow("lognormal_sigma: 9", ":1:18: error[S020]", "from 0.05 to 5")]
    [DataRow("diagnosis_probability: 2", ":1:24: error[S020]", "from 0 to 1")]
    [DataRow("bad_server_regeneration: true", ":1:26: error[S070]", "turn bad in the middle of a run")]
    [DataRow("bad_server_regeneration: maybe", ":1:26: error[S020]", "found `maybe`")]
    [DataRow("num_replications: 0", ":1:19: error[S020]", "from 1 to 100,000")]
    [DataRow("confidence_level: 95", ":1:19: error[S020]", "found `95`")]
    [DataRow("- job_size: 64", ":1:1: error[S007]", "a configuration of AIReSim is a map of keys to values")]
    [DataRow("job_size: {", "error[S004]", "not valid YAML")]
    [DataRow("# nothing", "error[S005]", "it is a map of AIReSim's parameters")]
    [DataRow("base: &base 3", ":1:7: error[S010]", "the anchor `&base` is not allowed")]
    public void A_mistake_is_shown_where_it_is(string text, string place, string words)
    {
        var said = Findings(text);
        StringAssert.Contains(said, place, StringComparison.Ordinal);
        StringAssert.Contains(said, words, StringComparison.Ordinal);
    }

    [TestMethod]
    public void All_mistakes_are_shown_at_once()
    {
        var said = Findings("job_size: 0\nrecovery_time: soon\nretries: 3\n");
        foreach (var place in new[] { ":1:11:", ":2:16:", ":3:1:" })
            StringAssert.Contains(said, place, StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_change_is_held_to_the_same_rules()
    {
        using var folder = new ScratchFolder();
        var file = folder.Holding("config.yaml", "job_size: 64\nwarm_standbys: 2\nworking_pool_size: 70\n");
        Assert.AreEqual(1, AireSimFile.Load(file, [new Override("warm_standbys", "1")]).WarmStandbys);
        var error = Assert.ThrowsExactly<ScenarioException>(
            () => AireSimFile.Load(file, [new Override("warm_standbies", "1")]));
        StringAssert.Contains(error.Diagnostics.Render(), "did you mean `warm_standbys`?", StringComparison.Ordinal);
        Assert.AreEqual(16, AireSimFile.Load(file, [new Override("warm_standbys", ""), new Override("job_size", "9")])
            .WarmStandbys, "an empty value takes the key away");
        error = Assert.ThrowsExactly<ScenarioException>(() => AireSimFile.Load(file, [new Override("job_size", "69")]));
        StringAssert.Contains(error.Diagnostics.Render(), "cannot hold job_size 69", StringComparison.Ordinal);
    }

    private static string Findings(string text)
    {
        using var folder = new ScratchFolder();
        var file = folder.Holding("config.yaml", text + "\n");
        return Assert.ThrowsExactly<ScenarioException>(() => AireSimFile.Load(file, [])).Diagnostics.Render();
    }
}
