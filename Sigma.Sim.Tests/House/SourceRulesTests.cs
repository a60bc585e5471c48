// Every rule of style twice: on the whole program, which must keep it, and on a planted fault, which it must find.
namespace Sigma.Sim.Tests.House;

[TestClass]
public sealed class SourceRulesTests
{
    [TestMethod]
    public void No_file_is_longer_than_400_lines() => Holds(SourceRules.Length);

    [TestMethod]
    public void No_line_is_wider_than_120_columns()
    {
        Holds(SourceRules.Width);
        SourceTree.AssertNone(SourceTree.Tests.SelectMany(SourceRules.Width));
    }

    [TestMethod]
    public void No_file_hides_behind_regions() => Holds(SourceRules.Regions);

    [TestMethod]
    public void No_comment_promises_work() => Holds(SourceRules.Promises);

    [TestMethod]
    public void No_member_is_a_stub() => Holds(SourceRules.Stubs);

    [TestMethod]
    public void No_type_has_a_name_that_fits_every_type() => Holds(SourceRules.Names);

    [TestMethod]
    public void Every_file_opens_with_what_it_holds_and_why() => Holds(SourceRules.Opening);

    [TestMethod]
    public void Every_class_is_sealed_static_or_abstract() => Holds(SourceRules.OpenClasses);

    [TestMethod]
    public void A_long_file_is_found()
    {
        var limit = string.Concat(Enumerable.Repeat("// x\n", 400));
        Finds(SourceRules.Length, limit);
        Finds(
            SourceRules.Length,
            limit + "\n// y\n",
            "401:1: error: 402 lines, at most 400; give the second idea a file of its own");
    }

    [TestMethod]
    public void A_wide_line_is_found_unless_it_is_foreign_text_or_an_address()
    {
        var (fits, wide) = (new string('x', 117), new string('x', 118));
        var fault = "error: 121 columns, at most 120; break the line or name a part of it";
        Finds(SourceRules.Width, $"// {fits}\n// {wide}", $"2:121: {fault}");
        Finds(SourceRules.Width, $"// https://{wide}");
        Finds(SourceRules.Width, $"class A\n{{\n  string a =\n    \"\"\"\n    {wide}\n    \"\"\";\n}}");
        Finds(SourceRules.Width, $"class A\n{{\n  string a =\n    $\"\"\"\n    {wide}\n    \"\"\";\n}}");
        Finds(SourceRules.Width, $"class A{{string a=\"{new string('x', 100)}\";}}", $"1:121: {fault}");
    }

    [TestMethod]
    public void A_region_is_found() =>
        Finds(
            SourceRules.Regions,
            "// what\n  #region Part\n#endregion",
            "2:3: error: no #region; give what it holds a type or a file of its own");

    [TestMethod]
    [DataRow("TODO")]
    [DataRow("FIXME")]
    [DataRow("HACK")]
    public void A_promise_is_found(string word)
    {
        Finds(
            SourceRules.Promises,
            $"// what\n// {word}: the rest",
            $"2:4: error: no {word}; do it now, or state the limit where its user reads it");
        Finds(SourceRules.Promises, $"class {word}ER;");
    }

    [TestMethod]
    public void A_stub_is_found() =>
        Finds(
            SourceRules.Stubs,
            "throw new NotImplementedException();",
            "1:11: error: no NotImplementedException; leave the member out, or say what was found and what is allowed");

    [TestMethod]
    [DataRow("class", "LinkManager", "Manager; name what it decides or keeps: a policy, a calendar, a shop")]
    [DataRow("static class", "LinkHelper", "Helper; name the noun that its methods speak about")]
    [DataRow("static class", "LinkUtil", "Util; name the noun that its methods speak about")]
    [DataRow("static class", "LinkUtils", "Utils; name the noun that its methods speak about")]
    [DataRow("abstract class", "LinkBase", "Base; name the idea; the types derived from it name its cases")]
    [DataRow("record struct", "LinkImpl", "Impl; name what sets it apart from another implementation")]
    [DataRow("interface", "LinkData", "Data; name what is recorded")]
    [DataRow("delegate void", "LinkInfo()", "Info; name what is recorded")]
    public void An_empty_name_is_found(string kind, string name, string message) =>
        Finds(
            SourceRules.Names,
            $"class Outer\n{{\n{kind} {name};\n}}",
            $"3:{kind.Length + 2}: error: {name.TrimEnd('(', ')')} ends in {message}");

    [TestMethod]
    public void A_name_that_only_contains_an_empty_word_is_free() =>
        Finds(SourceRules.Names, "class Database; class Baseline; class DataPath; enum Metadata { Info, Data }");

    [TestMethod]
    public void A_file_without_an_opening_is_found()
    {
        Finds(
            SourceRules.Opening,
            "namespace A;\n// late",
            "1:1: error: no opening comment; start with // and say what the file holds and why");
        Finds(SourceRules.Opening, "/// <summary>A link.</summary>\nclass Link;");
    }

    [TestMethod]
    [DataRow("public class A;", "1:14")]
    [DataRow("class A;", "1:7")]
    [DataRow("public partial record A;", "1:23")]
    [DataRow("sealed class B\n{\ninternal class A;\n}", "3:16")]
    public void An_open_class_is_found(string code, string place) =>
        Finds(SourceRules.OpenClasses, code, $"{place}: error: class A is open; make it sealed, static or abstract");

    [TestMethod]
    [DataRow("public sealed class A { private class B; }")]
    [DataRow("static class A;")]
    [DataRow("public abstract record A;")]
    [DataRow("public record struct A; struct B; interface C; enum D;")]
    public void A_closed_class_is_free(string code) => Finds(SourceRules.OpenClasses, code);

    private static void Holds(Func<SourceFile, IEnumerable<string>> rule) =>
        SourceTree.AssertNone(SourceTree.Program.SelectMany(rule));

    private static void Finds(Func<SourceFile, IEnumerable<string>> rule, string planted, params string[] errors)
    {
        var file = new SourceFile("Sigma.Sim/Network/Link.cs", planted);
        Assert.AreEqual(
            string.Join('\n', errors.Select(error => $"{file.Path}:{error}")), string.Join('\n', rule(file)));
    }
}
