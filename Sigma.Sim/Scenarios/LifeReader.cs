// Reads the law of a unit's life: in words, or from a log of lives that were seen, whose file the words name.
using System.Security.Cryptography;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Scenarios;

/// <summary>Binds laws of life.</summary>
internal static class LifeReader
{
    /// <summary>The law that a key gives, or nothing of use after reporting why there is none.</summary>
    public static Distribution Read(MapReader item, string key) => item.Required(key, text =>
    {
        var words = text.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words switch
        {
            [DistributionText.FromFile, var name] => Seen(item, key, name),
            [DistributionText.FromFile] => None("an empirical law names a log of lives: `empirical FILE.csv`"),
            _ => InWords(text),
        };
    });

    private static Parsed<Distribution> Seen(MapReader item, string key, string name)
    {
        var shown = item.FromFolderOf(key, name);
        try
        {
            var log = LifeLogFile.Load(shown, null, needsEvents: false);
            if (log.Causes.Count == 0) return None($"{shown}: no life in it ended in a failure");
            using var bytes = File.OpenRead(shown);
            item.Log.Add(new ResolvedInput(
                $"{item.PathOf(key)}.sha256", Convert.ToHexStringLower(SHA256.HashData(bytes)),
                InputOrigin.MeasuredHere, "of the log's bytes", null));
            return Empirical.Of(log.Together());
        }
        catch (TableException error)
        {
            return None(error.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var help = error is FileNotFoundException
                ? "; a log is looked for from the folder of the file that names it"
                : "";
            return None(error.Message + help);
        }
    }

    /// <summary>A fixed life would end for all units on one day, and again at once where none is replaced.</summary>
    private static Parsed<Distribution> InWords(string text)
    {
        var law = LawWords.AboveZero(DistributionText.ParseLife(text), text);
        return law is { Succeeded: true, Value: Constant or Prolonged { Law: Constant } }
            ? None($"a life varies: write `exponential {text}`, weibull, lognormal, gamma or bathtub")
            : law;
    }

    private static Parsed<Distribution> None(string problem) => new(new Constant(Duration.Zero), problem);
}
