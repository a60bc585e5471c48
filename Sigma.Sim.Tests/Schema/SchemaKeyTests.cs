// The schema says what the readers accept, no more and no less: each key that stands in their code, or that a scenario
// makes them ask for, is in it, and each of its patterns takes what the key's own parser takes.
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Scenarios.Schema;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Schema;

[TestClass]
public sealed class SchemaKeyTests
{
    private static readonly ScenarioKeys Keys = ScenarioKeys.Ask();

    // Files of their own kinds, which no schema describes.
    private static readonly string[] Others =
        ["MeasurementReader.cs", "TraceLayoutReader.cs", "AireSimFile.cs", "LifeLogFile.cs"];

    private static readonly string[] Questions =
        ["Required", "Optional", "Absent", "Word", "Section", "Sub", "Items", "Texts", "Pairs", "Has"];

    // Of every form, right and wrong, and far from the ends of any range.
    private static readonly string[] Texts =
    [
        "7", "3", "1.5", "2.5e0", "true", "false", "a-b", "a b", "fp7", "file.yaml", "50 %", "50%", "12.5 %", "150 %",
        "30 min", "30min", "2.5 s", "3 us", "3 µs", "-3 s", "30 mins", "30 Min", "min", "192 GB", "192GB",
        "80 GiB", "192 gB", "400 Gb/s", "5.3 TB/s", "400 Gbps", "1307 TFLOP/s", "1307 TFLOPS", "10 GFLOP", "10 BFLOP",
        "3 USD", "3 EUR", "$3", "exponential 30 min", "exponential 30", "exponential", "weibull shape 0.8 mean 20 min",
        "weibull mean 20 min shape 0.8", "weibull shape 0.8", "weibull mean 20 min", "lognormal median 90 s sigma 0.5",
        "lognormal sigma 0.5 median 90 s", "lognormal mean 90 s cv 50 %", "lognormal median 90 s cv 50 %",
        "gamma shape 2 mean 3 min", "gamma shape two mean 3 min", "normal mean 3 min",
        "bathtub infant shape 0.5 mean 9 min", "20 steps per rank", "20 steps per node", "20 steps",
        "exponential 20 min per node", "exponential 20 min per job", "2x2x2", "2x0x2", "x2", "2x", "7 8 x 14 7",
        "7, 8, 7", "7 x", "never", "optimal", "simulated", "all", "as triage", "as decide", "until-repaired",
    ];

    // At the ends, and of a length that is too much for some: a pattern may take more of these than its key does.
    private static readonly string[] Ends =
    [
        "0", "1", "0 s", "0 %", "1 %", "100 %", "0.01", "1000000", "200k", "4M", "9 wk", "0 B", "1e3",
        "18446744073709551615", "4 h", "bathtub infant shape 0.5 mean 9 min constant 30 min wear shape 4 mean 20 min",
    ];

    [TestMethod]
    public void Every_key_in_the_code_of_the_readers_is_in_the_schema()
    {
        var known = Paths(Keys.All, "").Select(path => path.Split('.')[^1]).ToHashSet(StringComparer.Ordinal);
        var asked = SourceTree.Program
            .Where(file => file.Path.StartsWith("Sigma.Sim/Scenarios/", StringComparison.Ordinal))
            .Where(file => file.Path.Split('/').Length == 3 && !Others.Contains(file.Path.Split('/')[^1]))
            .SelectMany(file => KeysIn(file).Select(key => (file.Path, Key: key))).ToList();
        Assert.IsGreaterThan(120, asked.Select(pair => pair.Key).Distinct(StringComparer.Ordinal).Count());
        SourceTree.AssertNone(asked.Where(pair => !known.Contains(pair.Key))
            .Select(pair => $"{pair.Path} asks for `{pair.Key}`, which the schema does not know"));
    }

    [TestMethod]
    public void Every_key_that_a_scenario_makes_readers_ask_for_is_in_the_schema_as_what_it_is()
    {
        var known = Shapes(Keys.All, "").ToHashSet();
        var files = Directory.GetFiles(SourceTree.PathOf("scenarios"), "*.yaml", SearchOption.AllDirectories)
            .Concat(Directory.GetFiles(SourceTree.PathOf("Sigma.Sim.Tests/Diagnostics/base"), "*.yaml"));
        var asked = new AskedKeys();
        foreach (var file in files)
        {
            if (new ScenarioTree(new DiagnosticList()).Load(file, []) is { } tree) ScenarioKeys.Ask(tree, asked);
        }

        var seen = Shapes(asked, "").ToList();
        Assert.IsGreaterThan(150, seen.Count);
        SourceTree.AssertNone(seen.Where(key => !known.Contains(key)).Select(key => $"{key} is not in the schema"));
    }

    [TestMethod]
    public void Every_key_has_a_sentence_and_every_sentence_a_key()
    {
        var paths = Paths(Keys.All, "").ToList();
        CollectionAssert.AreEquivalent(paths, KeySentences.Paths.ToList());
        SourceTree.AssertNone(paths.Where(path => !KeySentences.Of(path).EndsWith('.'))
            .Select(path => $"{path} has a sentence without an end"));
    }

    [TestMethod]
    public void A_pattern_takes_what_the_parser_of_its_key_takes_and_nothing_of_another_form()
    {
        var schemas = new Dictionary<string, SchemaCheck>(StringComparer.Ordinal);
        var differences = new List<string>();
        foreach (var (path, parser) in Parsers(Keys.All, ""))
        {
            var form = ValueForm.Of(parser);
            var name = form.ToJsonString();
            if (!schemas.TryGetValue(name, out var schema)) schemas[name] = schema = new SchemaCheck(form);
            foreach (var text in Texts.Concat(Ends))
            {
                var (parsed, matched) = (parser.Takes(text), schema.Takes(ValueForm.Node(text)));
                if (parsed && !matched) differences.Add($"{path}: the schema refuses `{text}`");
                if (!parsed && matched && !Ends.Contains(text)) differences.Add($"{path}: the schema takes `{text}`");
            }
        }

        Assert.IsGreaterThan(12, schemas.Count);
        SourceTree.AssertNone(differences);
    }

    [TestMethod]
    public void Defaults_are_values_that_their_key_takes()
    {
        var wrong = Values(Keys.All, "").Where(value => value.Key.Default is { } standard
            && !value.Key.Parsers.Any(parser => parser.Takes(standard)));
        SourceTree.AssertNone(wrong.Select(value => $"{value.Path} has the default {value.Key.Default}"));
        Assert.AreEqual("30", Keys.All.Find("replications")!.Default);
        Assert.IsNull(Keys.All.Find("scenario")!.Default);
        Assert.IsNull(Keys.All.Find("faults")!.Keys.Find("detection")!.Keys.Find("latency")!.Default);
    }

    private static IEnumerable<string> KeysIn(House.SourceFile file)
    {
        var root = file.Syntax.GetRoot();
        var constants = root.DescendantNodes().OfType<VariableDeclaratorSyntax>()
            .Where(variable => variable.Initializer?.Value.IsKind(SyntaxKind.StringLiteralExpression) == true)
            .GroupBy(variable => variable.Identifier.Text, StringComparer.Ordinal)
            .ToDictionary(
                same => same.Key, same => ((LiteralExpressionSyntax)same.First().Initializer!.Value).Token.ValueText,
                StringComparer.Ordinal);
        foreach (var call in root.DescendantNodes().OfType<InvocationExpressionSyntax>())
        {
            if (call.Expression is not MemberAccessExpressionSyntax member
                || !Questions.Contains(member.Name.Identifier.Text, StringComparer.Ordinal)) continue;
            var first = call.ArgumentList.Arguments.FirstOrDefault()?.Expression;
            if (first is LiteralExpressionSyntax literal) yield return literal.Token.ValueText;
            if (first is IdentifierNameSyntax named && constants.TryGetValue(named.Identifier.Text, out var key))
                yield return key;
        }
    }

    private static IEnumerable<string> Paths(AskedKeys keys, string path) =>
        Shapes(keys, path).Select(key => key.Path);

    private static IEnumerable<(string Path, AskedShape Shape)> Shapes(AskedKeys keys, string path) =>
        from key in keys.All
        let here = KeySentences.Join(path, key)
        from found in Shapes(key.Keys, here).Prepend((here, key.Shape))
        select found;

    private static IEnumerable<(string Path, AskedKey Key)> Values(AskedKeys keys, string path) =>
        from key in keys.All
        let here = KeySentences.Join(path, key)
        from found in Values(key.Keys, here).Prepend((here, key))
        where found.Item2.Shape == AskedShape.Value
        select found;

    private static IEnumerable<(string Path, TextParser Parser)> Parsers(AskedKeys keys, string path) =>
        from value in Values(keys, path)
        where value.Key.Words.Count == 0
        from parser in value.Key.Parsers
        select (value.Path, parser);
}
