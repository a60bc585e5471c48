// Scripts that teach a shell to complete the program's command lines. Each asks the program what may stand at the
// cursor, and completes files where it says nothing.
namespace Sigma.Sim.Cli;

/// <summary>Completion scripts by shell.</summary>
internal static class CompletionScripts
{
    private const string Bash = """
        # Completion of sigma for bash. The program is asked what may stand at the cursor; where it says nothing, bash
        # completes the names of files.
        _sigma_complete() {
            local IFS=$'\n'
            COMPREPLY=( $("$1" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null) )
        }
        complete -o bashdefault -o default -F _sigma_complete sigma

        """;

    private const string Zsh = """
        #compdef sigma
        # Completion of sigma for zsh. The program is asked what may stand at the cursor; where it says nothing, zsh
        # completes the names of files.
        _sigma() {
            local line="${(j: :)words[1,CURRENT-1]} ${PREFIX}"
            local -a found
            found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "${line}" 2>/dev/null)}")
            if [[ -n "${found[1]}" ]]; then
                compadd -- "${found[@]}"
            else
                _files
            fi
        }
        if [[ "${funcstack[1]}" == "_sigma" ]]; then
            _sigma "$@"
        else
            compdef _sigma sigma
        fi

        """;

    private const string PowerShell = """
        # Completion of sigma for PowerShell. The program is asked what may stand at the cursor; where it says nothing,
        # PowerShell completes the names of files.
        Register-ArgumentCompleter -Native -CommandName sigma -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $line = $commandAst.Extent.Text
            $position = $cursorPosition - $commandAst.Extent.StartOffset
            # A blank before the cursor is no part of the command's text.
            if ($position -gt $line.Length) { $line = $line.PadRight($position) }
            sigma "[suggest:$position]" "$line" 2>$null | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }

        """;

    /// <summary>The names of the shells.</summary>
    public static IReadOnlyList<string> Shells { get; } = ["bash", "zsh", "powershell"];

    /// <summary>The script of a shell, or null for one that is not known.</summary>
    public static string? Of(string? shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "powershell" => PowerShell,
        _ => null,
    };
}
