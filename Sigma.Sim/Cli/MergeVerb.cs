// `sigma merge`: the parts of a sweep put together.
using System.CommandLine;
using Sigma.Sim.Experiments.Sweeps;
using Sigma.Sim.Reporting;

namespace Sigma.Sim.Cli;

/// <summary>The verb `merge`.</summary>
internal static class MergeVerb
{
    public static Command Command(SharedOptions shared)
    {
        var folders = new Argument<string[]>("DIR")
        {
            Description = "folders of results; one where all parts wrote to the same",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string?>("--out")
        {
            Description = "folder of the merged results (default the first DIR)",
            HelpName = "DIR",
        };
        var command = new Command("merge",
            "Put the parts of a sweep together: the files are those of one run on one machine, byte for byte.\n"
            + "Parts that left no complete result are named."
            + "\n\nExample: sigma merge results/spares-and-interval")
        {
            folders, shared.Metric, output,
        };
        command.SetAction(parsed =>
        {
            var screen = shared.ScreenOf(parsed);
            var from = parsed.GetValue(folders)!;
            var results = SweepResults.In(from);
            if (!results.IsComplete)
            {
                throw new IncompleteSweepException(
                    results.MissingShards, results.Shards,
                    $"{results.Finished} of {results.Head.Points} points are there; run the missing parts again, then "
                    + "merge");
            }

            var summary = SweepSummary.Of(results, parsed.GetValue(shared.Metric));
            var folder = parsed.GetValue(output) ?? from[0];
            SweepResults.Of(results.Head, folder);
            var files = SweepFiles.Write(results, summary, folder, SigmaProgram.Version);
            SweepAnswer.Say(results, summary, folder, screen);
            SweepAnswer.Write(results, summary, folder, files, screen);
            return ExitCode.Done;
        });
        return command;
    }
}
