// Where the known answers come from: what each family of cases is held to, and who published it. A verdict whose
// source nobody can look up convinces nobody.
namespace Sigma.Sim.Validation;

/// <summary>One closed form of a family.</summary>
/// <param name="Id">Its cases' id, such as <c>E1</c>.</param>
/// <param name="Text">The formula in words or letters.</param>
/// <param name="Source">Who published it.</param>
public sealed record KnownForm(string Id, string Text, string Source);

/// <summary>Cases that share a source.</summary>
/// <param name="Prefix">What their ids begin with.</param>
/// <param name="Title">What they are about, in a few words.</param>
/// <param name="Source">Who published the known answers, and where the inputs of the cases stand.</param>
public sealed record CaseFamily(string Prefix, string Title, string Source)
{
    private const string Published = "scenarios/published/";

    /// <summary>The closed forms; empty where the known answers are measurements.</summary>
    public IReadOnlyList<KnownForm> Forms { get; init; } = [];

    /// <summary>All families: closed forms, then what was measured or reckoned by others.</summary>
    public static IReadOnlyList<CaseFamily> All { get; } =
    [
        new("E", "queues, lives and repairs", "Probability theory; chance allows the tolerance.")
        {
            Forms =
            [
                new("E1", "mean wait in a queue: M/M/1 rho / (mu - lambda); M/D/1 half of it; M/M/2 Erlang's C",
                    "Erlang 1917; Pollaczek 1930, Khinchine 1932"),
                new("E2", "failures of n exponential units: Poisson, mean and variance n t / life", "Poisson process"),
                new("E3", "failures of n units that are replaced at once: n M(t), M = F + M * F",
                    "renewal equation, solved by the midpoint rule of Xie 1989"),
                new("E4", "nodes out of service with a crew for each: n r / (L + r), whatever the law of the repair",
                    "alternating renewals; Palm's theorem"),
                new("E5", "nodes out of service with c crews: the steady state of a birth-death chain, failures "
                    + "(n - k) / L, repairs min(k, c) / r", "Markov chain"),
            ],
        },
        new("C", "checkpoints and effective time", "Formulas of the literature on checkpoints.")
        {
            Forms =
            [
                new("C1", "interval sqrt(2 delta M)", "Young 1974"),
                new("C2", "interval of higher order; M where delta reaches 2 M", "Daly 2006"),
                new("C3", "wall time (Ts / tau) M e^(R / M) (e^((tau + delta) / M) - 1): faults strike saves and "
                    + "restarts too", "Daly 2006"),
                new("C4", "expected ETTR, 60 s a write, 5 min a restart, Young's interval", "Kokolis et al., HPCA'25"),
                new("C5", "computing time between interruptions: life of a node / nodes", "Poisson process"),
            ],
        },
        new("L", "limits", "What must be left when nothing happens.")
        {
            Forms = [new("L2", "ETTR without faults: 1 / (1 + w / D)", "arithmetic")],
        },
        new("N", "the network", "Costs of collectives without contention, to the nanosecond.")
        {
            Forms =
            [
                new("N1", "ring all-reduce 2 (p-1) a + 2 (p-1)/p n / b", "Thakur, Rabenseifner and Gropp 2005"),
                new("N2", "ring all-gather (p-1) a + (p-1)/p n / b", "Thakur, Rabenseifner and Gropp 2005"),
                new("N3", "halving-doubling all-reduce 2 log2 p a + 2 (p-1)/p n / b",
                    "Thakur, Rabenseifner and Gropp 2005"),
                new("N4", "direct all-to-all (p-1) n / b + a, messages in parallel", "Hockney 1994"),
                new("N5", "hierarchical all-to-all: the slower of the crossing and the spreading inside a node, plus a "
                    + "latency", "Hockney 1994"),
                new("N6", "max-min fair rates", "Bertsekas and Gallager 1992"),
                new("N7", "its analytical network's ring all-gather, 323,560 ns", "ASTRA-sim's test of 16 NPUs"),
            ],
        },
        new("P", "pipelines and counts", "Bubbles of schedules, FLOPs and parameters.")
        {
            Forms =
            [
                new("P1", "bubble of the step (p-1) / (m+p-1)", "Huang et al. 2019; Narayanan et al., SC'21"),
                new("P2", "bubble of the ideal time (p-1) / (v m)", "Narayanan et al., SC'21"),
                new("P3", "1F1B (p-1) (F+B); ZB-H1 (p-1) (F+B-2W); DualPipe (p/2-1) (F&B+B-3W)",
                    "Qi et al. 2024; DeepSeek-V3, arXiv 2412.19437"),
                new("P4", "FLOP 96 B s l h^2 (1 + s/6h + V/16lh) with, 72 B s l h^2 (1 + s/6h + V/12lh) without "
                    + "recomputation", "Narayanan et al., SC'21"),
                new("P5", "parameters 12 l h^2 (1 + 13/12h + (V+s)/12lh), and 2 h of the final norm",
                    "Narayanan et al., SC'21"),
            ],
        },
        new("STRAGGLER", "measured jobs, operation by operation",
            "Lin et al., arXiv 2505.05713, and the results published with the traces; scenarios/stragglers/."),
        new("VTRAIN", "GPT on A100, 466 measured steps",
            $"Bang et al., vTrain, MICRO'24; {Published}gpt-a100.yaml, vtrain-multi-node.csv, vtrain-single-node.csv."),
        new("MEGATRON", "GPT on Selene",
            "Narayanan et al., SC'21, and Korthikanti et al. 2022 (their FLOPs count full recomputation); "
            + $"{Published}megatron.yaml, megatron.csv."),
        new("MEGASCALE", "strong scaling of a 175B GPT by two systems",
            $"Jiang et al., MegaScale, NSDI'24, table 2; {Published}megascale.yaml, megascale-megatron.yaml, "
            + "megascale.csv."),
        new("LLAMA3", "405B on 8,192 H100",
            $"Dubey et al., arXiv 2407.21783, table 4; {Published}llama3-405b.yaml, llama3.csv."),
        new("DEEPEP", "dispatch and combine on H800",
            $"DeepEP's first tables (github.com/deepseek-ai/DeepEP); {Published}deepseek-v3.yaml, deepep.csv."),
        new("DEEPSEEK", "a step of DeepSeek-V3 from one profiled pair of passes",
            "arXiv 2412.19437 (180,000 accelerator-hours a trillion tokens) and github.com/deepseek-ai/profile-data; "
            + $"{Published}deepseek-v3.yaml, deepseek-v3-profile.csv."),
        new("KOKOLIS", "a cluster of research", $"Kokolis et al., HPCA'25; {Published}kokolis.yaml."),
        new("BYTEROBUST", "checkpoints, standbys, queue and incidents of a platform",
            $"arXiv 2509.16293; {Published}byterobust.yaml and the files beside it."),
        new("FTHSDP", "98,304 accelerators in one job", $"FT-HSDP, as its authors reckon it; {Published}fthsdp.yaml."),
        new("LLAMA3R", "54 days of 16,384 H100",
            $"Dubey et al., arXiv 2407.21783, table 5; {Published}llama3-interruptions.yaml and its table."),
        new("MEGASCALER", "weeks on over 10,000 accelerators",
            $"Jiang et al., MegaScale, NSDI'24: bounds; {Published}megascale-recovery.yaml."),
        new("OPT175B", "56 days of OPT-175B", $"Zhang et al. 2022; {Published}opt-175b.yaml."),
        new("TITAN", "errors of 18,688 accelerators by age",
            $"Ostrouchov et al., SC'20, and github.com/olcf/TitanGPULife; {Published}titan.yaml, titan-by-age.csv."),
        new("SDC", "how rare silent corruption is",
            "The range that publications give, 2.7 to 3.5 million accelerator-hours, is an input; Llama 3's count "
            + $"(arXiv 2407.21783, table 5) is held against it; {Published}sdc.yaml."),
        new("AIRESIM", "another simulator's results",
            $"AIReSim (github.com/karthikp-ubc/airesim), by way of the importer; {Published}airesim.yaml. The "
            + "tolerance is the 99 % interval of the difference of two means (Welch 1947)."),
        new("SIGMA", "the platform of the main scenario",
            "arXiv 2512.13488; scenarios/sigma-moe-2048.yaml, sigma-moe-2048-early.yaml."),
    ];

    /// <summary>Whether an id is one of this family's: a closed form's is the letter and a number.</summary>
    public bool Has(string id) =>
        Forms.Count == 0 ? id == Prefix : Forms.Any(form => form.Id == id);

    /// <summary>The family of a result.</summary>
    public static CaseFamily Of(CaseResult result) => All.FirstOrDefault(family => family.Has(result.Id))
        ?? throw new InvalidOperationException(
            $"the case {result.Id} has no source: Validation/CaseFamily.cs must name its family and who published it");
}
