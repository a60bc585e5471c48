// How the value of a key is written, as a schema can say it. Which form a key has nobody states: its own parser is
// asked about texts of every form. What a form refuses that its parser takes, or the other way round, a test finds.
using System.Globalization;
using System.Text.Json.Nodes;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Scenarios.Schema;

/// <summary>One way to write a value.</summary>
/// <param name="Takes">Texts that tell the form: its parser takes them all.</param>
/// <param name="Refuses">Texts that its parser refuses, one and all.</param>
/// <param name="Schema">The form as a schema.</param>
internal sealed record ValueForm(string[] Takes, string[] Refuses, Func<TextParser, JsonObject> Schema)
{
    private const string Digits = @"(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?";
    private const string Number = $@"\+?{Digits}", Signed = $"[+-]?{Digits}";

    private static readonly string Time = $"{Number} *({Either(UnitParser.TimeUnits)})";

    // In the order in which they are tried; a text takes what a name takes, so that it comes first.
    private static readonly ValueForm[] All =
    [
        new(["any words, of whatever kind"], [], Text),
        new(["a-b"], ["a b"], _ => Pattern(@"^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,79}$", "number", "boolean")),
        new(["20 steps per rank"], [], _ => Pattern($"^(\\d+ +steps|{Law(withTimes: true)}) per (node|rank)$")),
        new(["30 min"], ["exponential 30 min"], _ => Pattern($"^{Time}$")),
        new(["30 min", "exponential 30 min"], [], _ => Pattern($"^({Law(withTimes: true)})$")),
        new(["exponential 30 min"], ["30 min"], _ => Pattern($@"^({Law(withTimes: false)}|empirical +\S.*)$")),
        new(["192 GB"], ["400 Gb/s"], _ => Pattern($"^{Number} *({Either(UnitParser.DataUnits)})$")),
        new(["400 Gb/s"], ["192 GB"], _ => Pattern($"^{Number} *({Either(UnitParser.DataUnits)})/s$")),
        new(["1307 TFLOP/s"], ["10 GFLOP"], _ => Pattern($"^{Number} *({Either(UnitParser.WorkPrefixes)})FLOP/s$")),
        new(["10 GFLOP"], ["1307 TFLOP/s"], _ => Pattern($"^{Number} *({Either(UnitParser.WorkPrefixes)})FLOP$")),
        new(["3 USD"], ["3"], _ => Pattern($"^{Number} *USD$")),
        new(["50 %"], ["200 %"], _ => Between(Pattern(@"^\+?(100(\.0*)?|\d?\d(\.\d*)?|\.\d+) *%$", "number"), 0, 1)),
        new(["200 %"], [], _ => Between(Pattern($"^{Number} *%?$", "number"), 0, 10)),
        new(["7 8 x 14 7"], [], _ => Pattern(@"^\d+(( *, *| +)(x +)?\d+)*$", "integer")),
        new(["8x8x4"], [], _ => Pattern(@"^[1-9]\d*(x[1-9]\d*){0,5}$", "integer")),
        new(["18446744073709551615"], ["200k"], _ => Least(Pattern(@"^\d+$", "integer"), 0)),
        new(["2k"], ["0.5"], Count),
        new(["1.5"], ["2 %"], NumberOf),
    ];

    /// <summary>The form of what a parser takes; throws for one that has no form here.</summary>
    public static JsonObject Of(TextParser parser)
    {
        if (parser.Rules is WordOr either)
        {
            return new JsonObject
            {
                ["anyOf"] = new JsonArray(new JsonObject { ["const"] = either.Word }, Of(either.Otherwise)),
            };
        }

        if (parser.Rules is CountRange) return Count(parser);
        if (parser.Rules is NumberRange) return NumberOf(parser);
        var form = Array.Find(All, form => form.Takes.All(parser.Takes) && !form.Refuses.Any(parser.Takes))
            ?? throw new InvalidOperationException($"no form of value is known: {parser.ProblemOf("?")}");
        return form.Schema(parser);
    }

    /// <summary>What a parser expects, in its own words; empty for free text.</summary>
    public static string WordsOf(TextParser parser)
    {
        if (parser.Rules is WordOr either) return $"`{either.Word}`, or {WordsOf(either.Otherwise)}";
        if (parser.Rules is CountRange count) return count.Words;
        if (parser.Rules is NumberRange number) return number.Words;
        const string expected = "expected ", found = ", found";
        if (parser.ProblemOf("?") is not { } problem) return "";
        var from = problem.IndexOf(expected, StringComparison.Ordinal);
        var to = problem.LastIndexOf(found, StringComparison.Ordinal);
        return from < 0 || to < from ? problem : problem[(from + expected.Length)..to];
    }

    /// <summary>A text as the value that YAML takes it for: a number, yes or no, or text.</summary>
    public static JsonNode Node(string text)
    {
        if (text is "true" or "false") return JsonValue.Create(text == "true");
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return JsonValue.Create(whole);
        var isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
        return isNumber && double.IsFinite(number) ? JsonValue.Create(number) : JsonValue.Create(text);
    }

    private static JsonObject Text(TextParser parser)
    {
        var text = Typed("string", "number", "boolean");
        if (!parser.Takes("")) text["minLength"] = 1;
        return text;
    }

    private static JsonObject Count(TextParser parser)
    {
        // A prefix keeps the number whole, as `1.5k` does; its range is the reader's to check.
        var count = Pattern($"^{Number} *({Either(UnitParser.CountPrefixes)})$", "integer");
        if (parser.Rules is CountRange range) return Between(count, range.Least, range.Most);
        return Least(count, parser.Takes("0") ? 0 : 1);
    }

    private static JsonObject NumberOf(TextParser parser)
    {
        var number = Pattern($"^{Signed}$", "number");
        return parser.Rules is NumberRange range ? Between(number, range.Least, range.Most) : number;
    }

    /// <summary>The laws of time, their words one blank apart or more.</summary>
    private static string Law(bool withTimes)
    {
        var part = Pair("shape", Number, "mean", Time);
        string[] laws =
        [
            $"exponential +{Time}", $"(weibull|gamma) +{part}", $"lognormal +{Pair("median", Time, "sigma", Number)}",
            $"lognormal +{Pair("mean", Time, "cv", $"{Number} *%?")}",
            $"bathtub +infant +{part} +constant +{Time} +wear +{part}",
        ];
        return string.Join('|', withTimes ? [Time, .. laws] : laws);
    }

    private static string Pair(string first, string one, string second, string other) =>
        $"({first} +{one} +{second} +{other}|{second} +{other} +{first} +{one})";

    private static string Either(IEnumerable<string> words) => string.Join('|', words);

    private static JsonObject Typed(params string[] types) =>
        new() { ["type"] = types.Length == 1 ? types[0] : new JsonArray([.. types.Select(type => (JsonNode)type)]) };

    private static JsonObject Pattern(string pattern, params string[] otherTypes)
    {
        var schema = Typed(["string", .. otherTypes]);
        schema["pattern"] = pattern;
        return schema;
    }

    private static JsonObject Least(JsonObject schema, double least)
    {
        schema["minimum"] = least;
        return schema;
    }

    private static JsonObject Between(JsonObject schema, double least, double most)
    {
        schema["minimum"] = least;
        schema["maximum"] = most;
        return schema;
    }
}
