// A schema held against a file as an editor does it: YAML to values, and a validator that others wrote.
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Scenarios.Schema;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Schema;

/// <summary>One of the program's schemas.</summary>
internal sealed class SchemaCheck(JsonObject schema)
{
    private static readonly EvaluationOptions All = new() { OutputFormat = OutputFormat.List };

    private readonly JsonSchema _schema = JsonSchema.FromText(schema.ToJsonString());

    /// <summary>That of a scenario.</summary>
    public static SchemaCheck Scenario { get; } = new(ScenarioSchema.Of(""));

    public bool Takes(JsonNode value) => Evaluated(value, new EvaluationOptions()).IsValid;

    public bool TakesFile(string path) => Takes(Tree(path));

    public bool TakesText(string yaml) => Takes(TreeOf("a test", yaml));

    /// <summary>What is wrong with a file of the repository, a line a finding; empty for a sound one.</summary>
    public IEnumerable<string> ErrorsIn(string path)
    {
        var result = Evaluated(Tree(path), All);
        if (result.IsValid) return [];
        var errors =
            from detail in result.Details ?? []
            from error in detail.Errors ?? new Dictionary<string, string>(StringComparer.Ordinal)
            select $"{path}: {detail.InstanceLocation}: {error.Key}: {error.Value}";
        return errors.DefaultIfEmpty($"{path} is refused");
    }

    private EvaluationResults Evaluated(JsonNode value, EvaluationOptions options)
    {
        using var document = JsonDocument.Parse(value.ToJsonString());
        return _schema.Evaluate(document.RootElement, options);
    }

    private static JsonNode Tree(string path) => TreeOf(path, SourceTree.Read(path));

    private static JsonNode TreeOf(string name, string yaml)
    {
        var findings = new DiagnosticList();
        var file = new Scenarios.SourceFile(name, SourceKind.Scenario, yaml);
        return Value(YamlTree.Parse(file, findings) ?? throw new ScenarioException(findings));
    }

    private static JsonNode Value(YamlNode node) => node switch
    {
        YamlMap map => new JsonObject(map.Entries.Select(entry =>
            KeyValuePair.Create(entry.Key.Text, (JsonNode?)Value(entry.Value)))),
        YamlList list => new JsonArray([.. list.Items.Select(Value)]),
        YamlScalar scalar => ValueForm.Node(scalar.Text),
        _ => throw new InvalidOperationException(node.GetType().Name),
    };
}
