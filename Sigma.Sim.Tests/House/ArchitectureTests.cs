// The rooms keep to the table of docs/ARCHITECTURE.md; and since a check that cannot fail is no check, it is shown to
// fail on each way there is to name a thing.
namespace Sigma.Sim.Tests.House;

[TestClass]
public sealed class ArchitectureTests
{
    // A small house of two free rooms, one that may use one of them, and a door.
    private static readonly RoomTable SmallHouse = RoomTable.Parse(
        """
        | room | holds | may import |
        |---|---|---|
        | Quantities | numbers | - |
        | Network | links | - |
        | Faults | hazards | Quantities |
        | Scenarios | text | - |
        | Cli | verbs | all |

        | package | does | only in |
        |---|---|---|
        | YamlDotNet | reads | Scenarios |
        """);

    private static readonly SourceFile[] Neighbours =
    [
        new("Sigma.Sim/Quantities/Bytes.cs",
            """
            namespace Sigma.Sim.Quantities;
            public readonly record struct Bytes(long Count);
            """),
        new("Sigma.Sim/Network/Link.cs",
            """
            namespace Sigma.Sim.Network;
            public class Link { public int Rails; public static Link Default => new(); }
            public sealed class LinkedAttribute : System.Attribute;
            public static class Wiring
            {
                public static int Hops(this string route) => route.Length;
                extension(string route) { public int Turns() => route.Length; }
            }
            """),
        new("Sigma.Sim/Faults/Blast.cs",
            """
            namespace Sigma.Sim.Faults;
            public static class Blast { public static Quantities.Bytes Lost; }
            """),
    ];

    [TestMethod]
    public void Every_room_uses_only_what_its_row_allows_and_all_of_it() =>
        SourceTree.AssertNone(
            RoomChecker.Check(RoomTable.Parse(SourceTree.Read(RoomTable.Document)), SourceTree.Program));

    [TestMethod]
    [DataRow("class Hazard { Network.Link? next; }", "2:24", "Link", DisplayName = "a plain name")]
    [DataRow("class Hazard { List<Network.Link[]> next; }", "2:29", "Link", DisplayName = "a generic argument")]
    [DataRow("class Hazard : Network.Link;", "2:24", "Link", DisplayName = "a base type")]
    [DataRow("[Network.Linked] class Hazard;", "2:10", "LinkedAttribute", DisplayName = "an attribute")]
    [DataRow("class Hazard { string s = nameof(Network.Link.Rails); }", "2:42", "Link", DisplayName = "a nameof")]
    [DataRow("class Hazard { int a = nameof(Sim.Network); }", "2:35", "Sigma.Sim.Network", DisplayName = "a room")]
    [DataRow("/// <see cref=\"Network.Link\"/>\nclass Hazard;", "2:24", "Link", DisplayName = "a cref")]
    [DataRow("class Hazard { object o = new Sigma.Sim.Network.Link(); }", "2:49", "Link", DisplayName = "a full name")]
    [DataRow("class Hazard { global::Sigma.Sim.Network.Link? next; }", "2:42", "Link", DisplayName = "a root name")]
    [DataRow("class Hazard { object o = typeof(Network.Link); }", "2:42", "Link", DisplayName = "a typeof")]
    public void A_name_of_a_forbidden_room_is_found_wherever_it_stands(string code, string place, string name) =>
        Expect(
            $"namespace Sigma.Sim.Faults;\n{code}",
            $"{place}: error: Faults may not use Network ({name}); it may use Quantities");

    [TestMethod]
    public void A_doc_comment_that_names_a_parameter_of_another_room_is_found() =>
        Expect(
            "namespace Sigma.Sim.Faults;\n"
                + "/// <see cref=\"Of(Network.Link)\"/>\nclass Hazard { void Of(Network.Link next) { } }",
            "2:27: error: Faults may not use Network (Link); it may use Quantities",
            "3:32: error: Faults may not use Network (Link); it may use Quantities");

    [TestMethod]
    public void A_using_counts_even_if_nothing_else_does() =>
        Expect(
            "using Sigma.Sim.Network;\nnamespace Sigma.Sim.Faults;",
            "1:17: error: Faults may not use Network (Sigma.Sim.Network); it may use Quantities");

    [TestMethod]
    public void An_alias_hides_nothing() =>
        Expect(
            "using Wire = Sigma.Sim.Network.Link;\nnamespace Sigma.Sim.Faults;\nclass Hazard { Wire? next; }",
            "1:32: error: Faults may not use Network (Link); it may use Quantities",
            "3:16: error: Faults may not use Network (Link); it may use Quantities");

    [TestMethod]
    public void An_extension_method_is_a_use_of_its_home() =>
        Expect(
            "using static Sigma.Sim.Network.Wiring;\nnamespace Sigma.Sim.Faults;\n"
                + "class Hazard { int a = \"\".Hops();\nint b = \"\".Turns(); }",
            "1:32: error: Faults may not use Network (Wiring); it may use Quantities",
            "3:27: error: Faults may not use Network (Wiring.Hops); it may use Quantities",
            "4:12: error: Faults may not use Network (Wiring.Turns); it may use Quantities");

    [TestMethod]
    public void A_package_goes_through_its_door() =>
        Expect(
            "using YamlDotNet.RepresentationModel;\nnamespace Sigma.Sim.Faults;\nclass Hazard { YamlNode? node; }",
            "1:18: error: Faults may not use YamlDotNet (YamlDotNet.RepresentationModel); only Scenarios may",
            "3:16: error: Faults may not use YamlDotNet (YamlNode); only Scenarios may");

    [TestMethod]
    public void A_folder_and_its_namespace_are_one() =>
        Expect(
            "namespace Sigma.Sim.Network;\nclass Hazard;",
            "1:11: error: namespace Sigma.Sim.Network in the folder of Faults; say Sigma.Sim.Faults");

    [TestMethod]
    public void A_type_without_a_namespace_has_no_room() =>
        Expect("class Hazard;", "1:1: error: a type without a namespace; say Sigma.Sim.Faults");

    [TestMethod]
    public void A_name_that_means_nothing_is_not_passed_over() =>
        Expect(
            "namespace Sigma.Sim.Faults;\nclass Hazard { Storm? next; }",
            "2:16: error: a name that means nothing cannot be judged: The type or namespace name 'Storm' could not be "
                + "found (are you missing a using directive or an assembly reference?)");

    [TestMethod]
    public void A_clean_tree_has_no_errors() =>
        Expect(
            """
            // Names that only look like another room's: a local, a string, a comment about Network.Link.
            using Sigma.Sim.Quantities;
            namespace Sigma.Sim.Faults;
            /// <summary>As large as <see cref="Bytes"/>.</summary>
            class Hazard { Bytes Of() { var Link = Blast.Lost; return Link with { Count = "Network".Length }; } }
            """);

    [TestMethod]
    public void A_folder_that_the_table_does_not_know_is_no_room() =>
        CollectionAssert.AreEqual(
            new[] { "Sigma.Sim/Attic/Box.cs:1:1: error: Attic is no room; docs/ARCHITECTURE.md names the rooms" },
            RoomChecker.Check(SmallHouse, [new("Sigma.Sim/Attic/Box.cs", "namespace Sigma.Sim.Attic;")]).ToArray());

    [TestMethod]
    public void The_program_beside_the_rooms_is_the_command_line_and_may_use_all_of_them() =>
        SourceTree.AssertNone(RoomChecker.Check(
            SmallHouse, [.. Neighbours, new("Sigma.Sim/Program.cs", "return Sigma.Sim.Network.Link.Default.Rails;")]));

    [TestMethod]
    public void A_permission_that_nobody_uses_is_an_error_once_both_rooms_have_code()
    {
        var hazard = new SourceFile("Sigma.Sim/Faults/Hazard.cs", "namespace Sigma.Sim.Faults; class Hazard;");
        CollectionAssert.AreEqual(
            new[] { "docs/ARCHITECTURE.md: error: Faults is allowed Quantities but never uses it" },
            RoomChecker.Check(SmallHouse, [Neighbours[0], hazard]).ToArray());
        SourceTree.AssertNone(RoomChecker.Check(SmallHouse, [hazard]));
    }

    private static void Expect(string hazard, params string[] errors)
    {
        var file = new SourceFile("Sigma.Sim/Faults/Hazard.cs", hazard);
        var expected = errors.Select(error => $"{file.Path}:{error}");
        Assert.AreEqual(
            string.Join('\n', expected), string.Join('\n', RoomChecker.Check(SmallHouse, [.. Neighbours, file])));
    }
}
