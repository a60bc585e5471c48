// A long command of README with fewer repetitions, so that all of them can be run in every test. All its words stay,
// and only numbers change, so that what is tested is the command as written; `.ci/run` runs them at full length.
using System.Text.RegularExpressions;

namespace Sigma.Sim.Tests.Pages;

/// <summary>What makes a command cheap.</summary>
internal static partial class Shortened
{
    private const string FewerRuns = " --replications 2";

    // Eight nodes of the same kind, trained for a few small steps; an earlier state has nodes of its own.
    private const string SmallerCluster =
        " --set cluster.nodes=8 --set parallelism.global_batch=128 --set sampled_steps=1 --set earlier="
        + " --set real_step.steps=8 --set real_step.tokens_per_step=1024";

    private static readonly (string Option, string Value)[] Fewer =
        [("steps", "2"), ("inject", "3"), ("swarm", "2"), ("until-precision", "2")];

    /// <summary>The command with other numbers and with options behind it.</summary>
    public static string Of(string line)
    {
        foreach (var (option, value) in Fewer)
            line = Regex.Replace(line, $@"(?<=--{option} )[\d.]+", value, RegexOptions.None, TimeSpan.FromSeconds(1));
        if (line.Contains("scenarios/sigma-moe-2048", StringComparison.Ordinal)) line += SmallerCluster;
        if (Repeats().IsMatch(line) && !Bound().IsMatch(line)) line += FewerRuns;
        if (line.StartsWith("sigma sensitivity ", StringComparison.Ordinal)) line += " --points 0";
        if (line.EndsWith(" --calibrate", StringComparison.Ordinal)) line += " --steps 2";
        return line;
    }

    [GeneratedRegex("^sigma (run|compare|optimize|sensitivity|sweep) ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Repeats();

    [GeneratedRegex("--until-precision|--dry-run|--replications", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Bound();
}
