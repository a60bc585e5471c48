// Asks the readers themselves which keys a scenario has, by giving them scenarios in which every section is there and
// empty: once for each kind of step, fault and tier, since each asks for keys of its own.
namespace Sigma.Sim.Scenarios.Schema;

/// <summary>All keys that the readers of a scenario ask for.</summary>
internal sealed class ScenarioKeys
{
    // Every section that may be there, and in it only what makes its reader ask on. None of these is sound, so that
    // nobody looks beyond the single sections.
    private const string Common = """
        earlier: ""
        faults:
          - { name: a, scope: accelerator, kind: fail-stop, early_life: {}, growth: {}, precursor: {}, diagnosis: {},
              unknown_modes: {}, remedy: {} }
          - { name: b, scope: rack }
          - { name: c, scope: node, kind: hang }
          - { name: d, scope: node, kind: fail-slow, fail_slow: {} }
          - { name: e, scope: job, kind: silent-corruption, detection: { noticed: 1 } }
          - { name: f, scope: job, kind: silent-corruption, detection: { measured: "" } }
          - { name: g, scope: link, kind: link-flap, link_flap: {} }
          - { name: h, scope: node, kind: false-alarm }
        lifecycle: { remedies: { reset: {}, reboot: {}, replace: {} }, validation: {}, library: {}, parts: {},
                     lemon: {}, retire: {}, mass_alarm: {} }
        checkpoint:
          tiers: [{ to: storage, every: 1 h }, { to: peer-memory, every: 1 h }, { to: local-disk, every: 1 h }]
        recovery: { restart: {}, proactive: { quick_validation: {} } }
        cost: {}
        published: [{}]
        """;

    private const string Machine = """
        cluster:
          accelerator: { peak: {}, hbm: {}, efficiency: [{}] }
          scale_up: {}
          scale_out: { kind: torus }
          spares: {}
          storage: {}
          local_disk: {}
          host: {}
        """;

    private const string Layout = """
        parallelism: { overlap: {} }
        noise: { kernel: {}, pauses: [{}], slow_nodes: {} }
        """;

    private static readonly string[] OfModels =
    [
        $"{Machine}\n  unsound: [{{}}]\nmodel: {{ experts: {{}} }}\nreal_step: {{}}\n{Layout}\n{Common}",
        "cluster: {}\nmodel: { ffn: 1, latent_attention: {} }\nreal_step: { trace: \"\" }\n"
            + "parallelism: { layers_per_part: 1 }",
    ];

    private static readonly string[] OfStatedSteps = [$"{Machine}\nstep: {{}}\n{Common}", "cluster: {}\nstep: {}"];

    private ScenarioKeys(AskedKeys all, AskedKeys modelled, AskedKeys stated) =>
        (All, Modelled, Stated) = (all, modelled, stated);

    /// <summary>Of every scenario.</summary>
    public AskedKeys All { get; }

    /// <summary>Of those whose step is worked out.</summary>
    public AskedKeys Modelled { get; }

    /// <summary>Of those whose step is stated.</summary>
    public AskedKeys Stated { get; }

    public static ScenarioKeys Ask() =>
        new(Ask([.. OfModels, .. OfStatedSteps]), Ask(OfModels), Ask(OfStatedSteps));

    /// <summary>Reads a tree, sound or not, and adds what was asked of it.</summary>
    public static void Ask(YamlMap tree, AskedKeys into) =>
        ScenarioReader.Read(tree, new DiagnosticList(), withEarlier: false, into);

    private static AskedKeys Ask(IEnumerable<string> texts)
    {
        var keys = new AskedKeys();
        foreach (var text in texts)
        {
            var findings = new DiagnosticList();
            var tree = YamlTree.Parse(new SourceFile("a probe", SourceKind.Scenario, text), findings);
            Ask(tree ?? throw new InvalidOperationException(findings.Render()), keys);
        }

        return keys;
    }
}
