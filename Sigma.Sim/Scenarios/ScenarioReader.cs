// The scenario's sections in the order of the file: what each key means, its default, and what must fit together.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sigma.Sim.Cluster;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Scenarios;

/// <summary>Binds a whole scenario.</summary>
internal static class ScenarioReader
{
    /// <summary>The scenario, or null after reporting what is wrong with it.</summary>
    /// <param name="root">The tree of its file with all that it takes from others.</param>
    /// <param name="diagnostics">What is wrong with it.</param>
    /// <param name="withEarlier">Whether the earlier state that it names is read too.</param>
    /// <param name="asked">Where it is kept which keys were asked for, or null where nobody wants to know.</param>
    public static Scenario? Read(
        YamlMap root, DiagnosticList diagnostics, bool withEarlier, AskedKeys? asked = null)
    {
        var log = new InputLog(diagnostics, Path.GetDirectoryName(root.At.File.Name) ?? "");
        var top = new MapReader(root, "", log, asked);
        var name = top.Required("scenario", Words.Name);
        var about = top.Optional("about", Words.Sentence, "a training campaign");
        var seed = top.Optional("seed", Words.Seed, "1");
        var end = RunEndReader.Read(top);
        var replications = top.Optional("replications", Words.CountWithin(2, 100_000), "30");
        var step = StepOf(top, out var cluster);
        var faults = FaultReader.Read(top);
        var lifecycle = LifecycleReader.Read(top.Sub("lifecycle"));
        var tiers = CheckpointReader.Read(top.Sub("checkpoint"), out var size);
        var recovery = RecoveryReader.Read(top.Sub("recovery"));
        var cost = top.Sub("cost");
        var price = cost.Optional("accelerator_hour", UnitParser.Money, "2 USD");
        cost.Close();
        var published = PublishedReader.Read(top);
        var earlier = Earlier(top, withEarlier);
        top.Close();

        if (diagnostics.Any || step is null || end is null) return null;
        if (step is StatedStep stated) step = stated with { StateSize = size };
        var scenario = new Scenario(
            name, about, seed, end, (int)replications, cluster, step, faults, lifecycle, tiers, recovery, price,
            log.Inputs, HashOf(log.Inputs))
        {
            Earlier = earlier,
            Published = published,
        };
        ScenarioLaws.Check(scenario, top, diagnostics);
        return diagnostics.Any ? null : scenario;
    }

    private static StepSource? StepOf(MapReader top, out ClusterSpec cluster) => top.Has(StatedStepReader.Key)
        ? StatedStepReader.Read(top, out cluster)
        : ModelledStepReader.Read(top, out cluster);

    private static Scenario? Earlier(MapReader top, bool isWanted)
    {
        const string key = "earlier";
        if (!top.Has(key)) return null;
        var name = top.Required(key, Words.FileName);
        if (name is null || !isWanted) return null;
        var path = top.FromFolderOf(key, name);
        try
        {
            var earlier = Scenario.Load(path, [], withEarlier: false);
            if (earlier.Step is not ModelledStep)
            {
                top.Reject(
                    key, "S060", $"the earlier state `{name}` states its step: it has no model to compare", null);
                return null;
            }

            top.Log.Add(
                new ResolvedInput("earlier.hash", earlier.Hash, InputOrigin.MeasuredHere, "of its inputs", null));
            return earlier;
        }
        catch (ScenarioException error)
        {
            var first = error.Diagnostics.InSourceOrder().First();
            top.Reject(key, "S051", $"the earlier state `{name}` cannot be read: {first.Message}", null);
            return null;
        }
    }

    /// <summary>The hash covers what was understood, not how it was spelt: no comments and no order of keys.</summary>
    private static string HashOf(IReadOnlyList<ResolvedInput> inputs)
    {
        var text = string.Join('\n', inputs.Select(i => $"{i.Path}={i.Text}").Order(StringComparer.Ordinal));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}

/// <summary>Parsers for words and bounded numbers.</summary>
internal static class Words
{
    public static readonly IReadOnlyDictionary<string, bool> YesNo =
        new Dictionary<string, bool>(StringComparer.Ordinal)
        {
            ["true"] = true,
            ["false"] = false,
        };

    /// <summary>A name that is also a folder's.</summary>
    public static Parsed<string> Name(string text)
    {
        var isName = text.Length is > 0 and <= 80
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            && !text.StartsWith('.');
        return isName
            ? text
            : new Parsed<string>("", "expected a name of at most 80 letters, digits, `-`, `_` and `.` "
                + $"(it names the folder of the results), found `{text}`");
    }

    public static Parsed<string> FileName(string text) =>
        text.Length is > 0 and <= 1000 && !text.Any(char.IsControl)
            ? text
            : new Parsed<string>("", "expected the name of a file");

    public static Parsed<string> Sentence(string text) =>
        text.Length <= 500 ? text : new Parsed<string>("", "expected at most 500 characters");

    /// <summary>A whole number of up to 64 bits, to the last digit: the neighbour's run would be another one.</summary>
    public static Parsed<ulong> Seed(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            ? seed
            : new Parsed<ulong>(1, $"expected a whole number that is not negative, found `{text}`");

    public static Parsed<Duration> PositiveDuration(string text)
    {
        var parsed = UnitParser.Duration(text);
        return parsed is { Succeeded: true, Value.IsZero: true }
            ? new Parsed<Duration>(default, $"expected a time above zero, found `{text}`")
            : parsed;
    }

    public static Parsed<long> PositiveCount(string text)
    {
        var parsed = UnitParser.Count(text);
        return parsed is { Succeeded: true, Value: 0 }
            ? new Parsed<long>(0, "expected a number above zero, found `0`")
            : parsed;
    }

    public static Func<string, Parsed<long>> CountWithin(long least, long most) => new CountRange(least, most).Parse;

    public static Func<string, Parsed<double>> NumberWithin(double least, double most) =>
        new NumberRange(least, most).Parse;
}
