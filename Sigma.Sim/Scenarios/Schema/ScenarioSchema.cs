// The scenario file as a JSON Schema of draft 7, the one that editors know best. Keys, words, defaults and what is
// needed come from the readers; only the sentences of KeySentences are written by hand.
//
// What is needed stands apart from what is allowed: a file with `from` may leave out what the other file gives, also in
// the sections below. Lists are replaced as a whole, so that their items need all of theirs.
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sigma.Sim.Scenarios.Schema;

/// <summary>Writes schemas.</summary>
internal static class ScenarioSchema
{
    private const string From = "from", Draft = "http://json-schema.org/draft-07/schema#";

    private static readonly Lazy<ScenarioKeys> Keys = new(ScenarioKeys.Ask);

    /// <summary>Dotted paths of the sections that a file of their own may hold, in the order of the file.</summary>
    public static IReadOnlyList<string> Sections { get; } = [.. SectionsOf(Keys.Value.All, "")];

    /// <summary>The schema of a scenario, or of a file that holds one of its <see cref="Sections"/>.</summary>
    /// <param name="section">Dotted path of the section, empty for the scenario.</param>
    public static JsonObject Of(string section)
    {
        var whole = Keys.Value;
        var schema = new JsonObject
        {
            ["$schema"] = Draft,
            ["title"] = section.Length == 0 ? "a scenario of sigma" : $"`{section}` of a scenario of sigma",
        };
        if (section.Length == 0)
        {
            AddObject(schema, whole.All, "", WholeNeeds(whole));
            return schema;
        }

        var parts = section.Split('.');
        var (keys, modelled) = (Within(whole.All, parts), Within(whole.Modelled, parts));
        schema["description"] = KeySentences.Of(section);
        AddObject(schema, keys, section, NeedsUnlessFrom(modelled.Visits > 0 ? modelled : keys));
        return schema;
    }

    private static AskedKeys Within(AskedKeys keys, IEnumerable<string> parts) =>
        parts.Aggregate(keys, (at, part) => at.Find(part)!.Keys);

    private static IEnumerable<string> SectionsOf(AskedKeys keys, string path) =>
        from key in keys.All
        where key.Shape == AskedShape.Section
        let below = KeySentences.Join(path, key)
        from section in SectionsOf(key.Keys, below).Prepend(below)
        select section;

    private static void AddObject(JsonObject schema, AskedKeys keys, string path, JsonObject? needs)
    {
        schema["type"] = "object";
        schema["additionalProperties"] = false;
        var properties = new JsonObject { [From] = FromFile(path.Length == 0) };
        foreach (var key in keys.All) properties[key.Name] = OfKey(key, KeySentences.Join(path, key));
        schema["properties"] = properties;
        foreach (var (name, rule) in needs ?? []) schema[name] = rule?.DeepClone();
    }

    private static JsonObject FromFile(bool isScenario) => new()
    {
        ["type"] = "string",
        ["minLength"] = 1,
        ["description"] = $"Another YAML file, from the folder of this one, whose keys stand here as this "
            + $"{(isScenario ? "scenario" : "section")}'s; the keys beside it change single values of it.",
    };

    private static JsonObject OfKey(AskedKey key, string path)
    {
        var schema = new JsonObject { ["description"] = KeySentences.Of(path) };
        switch (key.Shape)
        {
            case AskedShape.Section:
                AddObject(schema, key.Keys, path, null);
                break;
            case AskedShape.Items:
                var item = new JsonObject();
                AddObject(item, key.Keys, path, NeedsUnlessFrom(key.Keys));
                schema["type"] = "array";
                schema["items"] = item;
                break;
            default:
                AddValue(schema, key);
                break;
        }

        return schema;
    }

    private static void AddValue(JsonObject schema, AskedKey key)
    {
        var sentence = (string)schema["description"]!;
        if (key.Words.Count > 0)
        {
            schema["enum"] = new JsonArray([.. key.Words.Select(ValueForm.Node)]);
            sentence += $" One of {string.Join(", ", key.Words.Select(word => $"`{word}`"))}.";
        }
        else
        {
            foreach (var (name, rule) in FormOf(key)) schema[name] = rule?.DeepClone();
            var expected = string.Join(", or ", key.Parsers.Select(ValueForm.WordsOf)
                .Where(words => words.Length > 0).Distinct(StringComparer.Ordinal));
            if (expected.Length > 0)
            {
                sentence += $" Takes {expected}.";
                // Editors that know this word show it in place of the pattern.
                if (schema.ContainsKey("pattern")) schema["patternErrorMessage"] = $"expected {expected}";
            }
        }

        if (key.Default is { } standard)
        {
            schema["default"] = ValueForm.Node(standard);
            // Editors write a default as the first of its types, and would put quotes around a number.
            if (schema["default"]!.GetValueKind() == JsonValueKind.Number && schema["type"] is JsonArray types)
                schema["type"] = new JsonArray([.. types.Reverse().Select(type => type!.DeepClone())]);
            sentence += $" Default: `{standard}`.";
        }

        schema["description"] = sentence;
    }

    private static JsonObject FormOf(AskedKey key)
    {
        var forms = key.Parsers.Select(ValueForm.Of)
            .DistinctBy(form => form.ToJsonString(), StringComparer.Ordinal).ToList();
        return forms.Count == 1 ? forms[0] : new JsonObject { ["anyOf"] = new JsonArray([.. forms]) };
    }

    /// <summary>One end of the run, and what its kind of step needs.</summary>
    private static JsonObject WholeNeeds(ScenarioKeys whole)
    {
        var stated = Needs(whole.Stated) ?? [];
        stated["not"] = new JsonObject { ["anyOf"] = EachOf(StatedStepReader.OfModels) };
        return new JsonObject
        {
            ["if"] = Having(From),
            ["else"] = new JsonObject
            {
                ["oneOf"] = EachOf(RunEndReader.Keys),
                ["if"] = Having(StatedStepReader.Key),
                ["then"] = stated,
                ["else"] = Needs(whole.Modelled),
            },
        };

        static JsonArray EachOf(IEnumerable<string> keys) => [.. keys.Select(Having)];
    }

    private static JsonObject? NeedsUnlessFrom(AskedKeys keys) =>
        Needs(keys) is { } needs ? new JsonObject { ["if"] = Having(From), ["else"] = needs } : null;

    /// <summary>What a section and those below it need, or null where that is nothing.</summary>
    private static JsonObject? Needs(AskedKeys keys)
    {
        var needed = keys.Needed.Select(key => (JsonNode)key.Name).ToList();
        var below = new JsonObject();
        foreach (var key in keys.All.Where(key => key.Shape == AskedShape.Section))
        {
            if (NeedsUnlessFrom(key.Keys) is not { } needs) continue;
            // Editors that know this word do not offer the key a second time.
            needs["doNotSuggest"] = true;
            below[key.Name] = needs;
        }

        var schema = new JsonObject();
        if (needed.Count > 0) schema["required"] = new JsonArray([.. needed]);
        // Apart, since editors make a snippet of what is needed among the properties beside it.
        if (below.Count > 0) schema["allOf"] = new JsonArray(new JsonObject { ["properties"] = below });
        return schema.Count > 0 ? schema : null;
    }

    private static JsonObject Having(string key) => new() { ["required"] = new JsonArray(key) };
}
