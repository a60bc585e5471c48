// `sigma completion`: the script with which a shell completes verbs, options and their words.
using System.CommandLine;
using System.CommandLine.Completions;

namespace Sigma.Sim.Cli;

/// <summary>The verb `completion`.</summary>
internal static class CompletionVerb
{
    public static Command Command(SharedOptions shared)
    {
        var named = new Argument<string?>("SHELL")
        {
            Description = "bash, zsh or powershell",
            HelpName = "SHELL",
            Arity = ArgumentArity.ZeroOrOne,
            CompletionSources = { _ => CompletionScripts.Shells.Select(shell => new CompletionItem(shell)) },
        };
        var command = new Command("completion",
            "Print a script that completes verbs, options, their words, and files. Where to put it:\n\n"
            + "  bash        sigma completion bash > ~/.local/share/bash-completion/completions/sigma\n"
            + "  zsh         sigma completion zsh > DIR/_sigma, where DIR is a folder of $fpath, before compinit\n"
            + "  powershell  sigma completion powershell >> $PROFILE\n\n"
            + "Then open a new shell."
            + "\n\nExample, for this shell alone: source <(sigma completion bash)")
        {
            named,
        };
        command.SetAction(parsed =>
        {
            var shell = parsed.GetValue(named);
            var script = CompletionScripts.Of(shell) ?? throw new UsageException(
                $"completion writes for bash, zsh and powershell, {(shell is null ? "name one" : $"found `{shell}`")}");
            var screen = shared.ScreenOf(parsed, aside: true);
            screen.Give(script);
            screen.Answer(json =>
            {
                json.WriteStartObject();
                json.WriteString("shell", shell);
                json.WriteString("script", script);
                json.WriteEndObject();
            });
            return ExitCode.Done;
        });
        return command;
    }
}
