// Completion as a shell does it: bash runs the script, its function is called with the variables that bash sets, and
// the program that it asks is the one that is tested.
using System.Diagnostics;
using Sigma.Sim.Tests.Cli;

namespace Sigma.Sim.Tests.Schema;

[TestClass]
public sealed class CompletionTests
{
    [TestMethod]
    [DataRow("sigma re", "replay")]
    [DataRow("sigma step --precision ", "bf16 fp32 fp8")]
    [DataRow("sigma step --precision=b", "bf16")]
    [DataRow("sigma fit lives.csv --scope a", "accelerator")]
    [DataRow("sigma compare --metric goodput", "goodput_tokens_per_s")]
    [DataRow("sigma import ", "airesim")]
    [DataRow("sigma import airesim ", "")]
    [DataRow("sigma completion ", "bash powershell zsh")]
    [DataRow("sigma schema cluster.acc", "cluster.accelerator cluster.accelerator.hbm cluster.accelerator.peak")]
    [DataRow("sigma run --qu", "--quiet")]
    [DataRow("sigma run scenarios/sm", "")]
    [DataRow("sigma run a.yaml --out ", "")]
    [DataRow("sigma run --json ", "")]
    [DataRow("sigma run \"half a wo", "")]
    [DataRow("sigma", "")]
    public void A_word_of_a_line_has_these_ends(string line, string ends) => Assert.AreEqual(ends, Suggested(line));

    [TestMethod]
    public void Verbs_come_first_and_options_only_behind_a_dash()
    {
        var verbs = Suggested("sigma ").Split(' ');
        CollectionAssert.Contains(verbs, "run");
        CollectionAssert.Contains(verbs, "completion");
        Assert.IsFalse(verbs.Any(verb => verb.StartsWith('-')));
        var options = Suggested("sigma run a.yaml --").Split(' ');
        foreach (var option in new[] { "--set", "--json", "--help", "--replications" })
            CollectionAssert.Contains(options, option);
    }

    [TestMethod]
    public void Odd_positions_are_held_to_the_line()
    {
        Assert.AreEqual("replay", Words(SigmaProcess.Run("[suggest:8]", "sigma re nonsense").EndedWith(0).Output));
        foreach (var odd in new[] { "[suggest:99999]", "[suggest:x]", "[suggest:-4]", "[suggest]", "[suggest" })
            Assert.AreEqual("replay", Words(SigmaProcess.Run(odd, "sigma re").EndedWith(0).Output));
        foreach (var odd in new[] { "sigma nonsense --x ", "sigma \"", "sigma = =", "sigma step --a=", "sigma -- -" })
            SigmaProcess.Run($"[suggest:{odd.Length}]", odd).EndedWith(0);
        Assert.AreEqual("", SigmaProcess.Run("[suggest:3]").EndedWith(0).Output);
        Assert.AreEqual("", SigmaProcess.Run("[suggest:0]", "sigma re").EndedWith(0).Output);
    }

    [TestMethod]
    public void Bash_completes_with_the_script()
    {
        using var scratch = new ScratchFolder();
        var script = scratch.Holding("completion", SigmaProcess.Run("completion", "bash").EndedWith(0).Output);
        Assert.AreEqual("fp32 ", Bash(scratch, script, "sigma step --precision fp3"));
        Assert.AreEqual("sensitivity ", Bash(scratch, script, "sigma sen"));
        Assert.AreEqual("", Bash(scratch, script, "sigma run scenarios/sm"));
        StringAssert.Contains(
            RunBash($"source '{script}'; complete -p sigma"), "-o default", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Every_shell_has_a_script_that_asks_the_program()
    {
        foreach (var shell in new[] { "bash", "zsh", "powershell" })
        {
            var script = SigmaProcess.Run("completion", shell).EndedWith(0).Output;
            StringAssert.Contains(script, "[suggest:", StringComparison.Ordinal);
            var answer = SigmaProcess.Run("completion", shell, "--json").EndedWith(0).Json;
            Assert.AreEqual(script, answer.GetProperty("script").GetString());
        }

        var help = SigmaProcess.Run("completion", "--help").EndedWith(0).Output;
        foreach (var place in new[] { "bash-completion/completions", "$fpath", "$PROFILE", "Example" })
            StringAssert.Contains(help, place, StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_shell_that_is_not_known_is_told_which_are()
    {
        SigmaProcess.Run("completion", "fish").EndedWith(2).Saying("bash, zsh and powershell, found `fish`");
        SigmaProcess.Run("completion").EndedWith(2).Saying("bash, zsh and powershell, name one");
        SigmaProcess.Run("completion", "Bash").EndedWith(2).Saying("found `Bash`");
    }

    private static string Suggested(string line) =>
        Words(SigmaProcess.Run($"[suggest:{line.Length}]", line).EndedWith(0).Output);

    private static string Words(string output) => string.Join(
        ' ', output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Order(StringComparer.Ordinal));

    /// <summary>Calls the script's function as bash does when Tab is pressed at the end of a line.</summary>
    private static string Bash(ScratchFolder scratch, string script, string line)
    {
        var words = line.Split(' ');
        // A program named sigma, as it is installed.
        var host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet"
            ? path : "dotnet";
        scratch.Holding(
            "sigma", $"#!/bin/sh\nexec '{host}' exec '{Path.Combine(AppContext.BaseDirectory, "sigma.dll")}' \"$@\"\n");
        return RunBash($$"""
            chmod +x '{{scratch.At("sigma")}}'; PATH='{{scratch.Path}}':$PATH; source '{{script}}'
            COMP_WORDS=({{line}}); COMP_CWORD={{words.Length - 1}}; COMP_LINE='{{line}}'; COMP_POINT={{line.Length}}
            _sigma_complete sigma '{{words[^1]}}' '{{words[^2]}}'
            for word in "${COMPREPLY[@]}"; do printf '%s ' "$word"; done
            """);
    }

    private static string RunBash(string commands)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", commands])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var (output, error) = (bash.StandardOutput.ReadToEndAsync(), bash.StandardError.ReadToEndAsync());
        bash.WaitForExit();
        Assert.AreEqual("", error.Result);
        return output.Result;
    }
}
