// What must fit together in a long run: rates that can be simulated, checkpoints that fit between two others, and
// policies that find the spares, the peers and the copies they need.
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Scenarios;

/// <content>The laws of the campaign.</content>
internal static partial class ScenarioLaws
{
    /// <summary>More events than this in one replication are a typing error, and would last for hours.</summary>
    private const double MostEvents = 1e8;

    /// <summary>A strike with its detection, recovery and repair; a checkpoint; one flap of a link.</summary>
    private const double EventsPerStrike = 10, EventsPerCheckpoint = 2, EventsPerFlap = 2;

    /// <summary>A step this long is a misplaced unit, such as FLOP/s for TFLOP/s.</summary>
    private const double LongestStepSeconds = 3600;

    private sealed partial class Findings
    {
        private Duration StepAtPeak
        {
            get
            {
                var flop = (double)TokensPerStep * scenario.Model.FlopsPerToken(causal: true);
                var peak = _cluster.Accelerator.PeakOf(scenario.Model.Precision).PerSecond * _cluster.Accelerators;
                return Duration.FromSeconds(flop / peak);
            }
        }

        private long TokensPerStep => (long)_parallelism.GlobalBatch * scenario.Model.Sequence;

        /// <summary>Without a horizon the run's length is not known yet: ten years stand in for it.</summary>
        private Duration LongestSpan => scenario.Horizon ?? Duration.FromDays(3650);

        public void Campaign()
        {
            Strikes();
            if (StepAtPeak.Seconds > LongestStepSeconds)
            {
                Add("S046", $"a step would take {StepAtPeak} at the peak of all accelerators; at most an hour is "
                    + "simulated", Place("cluster", "accelerator"), Place("model", "layers"));
            }

            if (scenario.Tokens is { } tokens && tokens < TokensPerStep)
            {
                Add("S045", $"tokens {UnitText.Count(tokens)} are less than one step of "
                    + UnitText.Count(TokensPerStep), top.PlaceOf("tokens"));
            }
        }

        public void Checkpoints()
        {
            var mtti = ExpectedRun.FaultsOf(scenario).MeanTimeToInterruption;
            var items = top.Sub("checkpoint").Items("tiers");
            foreach (var (tier, item) in scenario.Tiers.Zip(items))
            {
                if (ExpectedRun.EveryOf(tier, mtti) is { } every) Checkpoint(tier, every, mtti, item);
                else
                {
                    item.Reject(
                        "every", "S035", "no fault is expected to stop the job, so that no interval is best",
                        "give an interval, or take the tier out");
                }
            }
        }

        public void Recovery()
        {
            Spares();
            Peers();
            Copies();
        }

        private void Checkpoint(CheckpointTierSpec tier, Duration every, Duration? mtti, MapReader item)
        {
            var note = tier.Every is null
                ? $"Daly's interval is {every} for {tier.Blocking} blocking and an MTTI of {mtti}"
                : null;
            var write = ExpectedRun.TierOf(scenario, tier, every).Write;
            if (tier.Blocking + write > every)
            {
                diagnostics.Add(new Diagnostic(
                    "S035", $"a checkpoint takes {tier.Blocking} blocking + {write} to write = "
                    + $"{tier.Blocking + write}, and the next is due {every} after it")
                {
                    At = item.PlaceOf("every"),
                    Also = tier.Target switch
                    {
                        CheckpointTarget.Storage => Place("cluster", "storage"),
                        CheckpointTarget.LocalDisk => Place("cluster", "local_disk"),
                        _ => Place("cluster", "scale_out"),
                    },
                    Note = note,
                    Help = "take a longer interval",
                });
                return;
            }

            // A checkpoint waits for the end of a step, so that there are no more of them than steps.
            var count = LongestSpan.Over(Duration.Max(every, StepAtPeak));
            if (scenario.Tokens is { } tokens) count = Math.Min(count, (double)tokens / TokensPerStep);
            if (count * EventsPerCheckpoint > MostEvents)
            {
                Add("S045", $"{count:0.#e0} checkpoints in one replication are "
                    + $"{count * EventsPerCheckpoint:0.#e0} events; at most {MostEvents:0e0} are simulated",
                    item.PlaceOf("every"));
            }
        }

        private void Strikes()
        {
            var tree = DomainTree.Of(_cluster);
            var excess = ExpectedRun.LemonExcessOf(scenario);
            var events = scenario.Faults.Select(fault => EventsOf(fault, tree) * (1 + Math.Max(0, excess))).ToList();
            var sum = Math.Min(1e99, events.Sum());
            if (sum <= MostEvents) return;
            var worst = top.Items("faults")[events.IndexOf(events.Max())];
            Add("S045", $"the faults would give about {sum:0.#e0} events in one replication; at most {MostEvents:0e0} "
                + "are simulated", worst.PlaceOf("time_to_failure"));
        }

        private double EventsOf(FaultSpec fault, DomainTree tree)
        {
            var units = tree.UnitsOf(fault.Scope, fault.Ages == AgeClock.Calendar ? tree.Nodes : _cluster.Nodes);
            // Nothing renews such a unit: where it wears out, it strikes ever faster.
            var isNeverMended = !DomainTree.IsInNode(fault.Scope)
                || fault.Kind is SilentCorruption
                || (fault.Kind is LinkFlap flap && flap.AlarmAfter > flap.Times);
            var strikes = isNeverMended
                ? fault.ExpectedFailures(LongestSpan)
                : LongestSpan.Seconds / fault.TimeToFailure.MeanSeconds * (fault.EarlyLife?.Factor ?? 1);
            var flaps = fault.Kind is LinkFlap link ? link.Times * EventsPerFlap : 0;
            return units * strikes * (EventsPerStrike + flaps);
        }

        private void Spares()
        {
            var (spares, policy) = (_cluster.Spares, scenario.Recovery.Policy);
            var word = RecoveryReader.WordOf(policy);
            if (policy == PolicyKind.HotSpare && spares.Hot == 0)
            {
                AddAboutSpares("hot", "`policy: hot-spare` takes a spare inside the job, and there are 0 `hot` ones",
                    "say `cluster: { spares: { hot: 1 } }`, or `policy: warm-spare`");
            }
            else if (policy == PolicyKind.WarmSpare && spares.Total == 0)
            {
                AddAboutSpares("warm", "`policy: warm-spare` takes a spare, and the cluster has none of any kind",
                    "say `cluster: { spares: { warm: 1 } }`, or `policy: restart`");
            }
            else if (policy != PolicyKind.HotSpare && spares.Hot > 0)
            {
                AddAboutSpares("hot", $"`policy: {word}` gives a spare inside the job no state: the {spares.Hot} `hot` "
                    + $"{(spares.Hot == 1 ? "one is" : "ones are")} no sooner ready than warm ones",
                    "make them `warm`, or say `policy: hot-spare`");
            }
        }

        /// <summary>Who goes on without a node, or takes state from a peer, needs a second copy of the model.</summary>
        private void Peers()
        {
            var policy = scenario.Recovery.Policy;
            if (policy is PolicyKind.Restart or PolicyKind.WarmSpare || scenario.Groups > 1) return;
            diagnostics.Add(new Diagnostic(
                "S054", $"`policy: {RecoveryReader.WordOf(policy)}` needs a second group of replicas that holds the "
                + "model, and the layout has one")
            {
                At = Place("recovery", "policy"),
                Also = Place("parallelism", "ep"),
                Note = $"data-parallel size {scenario.DataParallel} / ep {_parallelism.Expert} = {scenario.Groups} "
                    + "group with all experts",
                Help = "say `policy: warm-spare`, or take a layout with more replicas",
            });
        }

        private void Copies()
        {
            var (policy, proactive) = (scenario.Recovery.Policy, scenario.Recovery.Proactive);
            if (scenario.Tiers.Count > 0) return;
            var keeps = policy is not (PolicyKind.Restart or PolicyKind.WarmSpare);
            var reader = top.Sub("recovery").Sub("proactive");
            if (proactive.Drains && !keeps) Rejects("drain", "a node that leaves");
            if (proactive.EvictsSlowerThan is not null && !keeps)
                Rejects("evict_slower_than", "a slow node that leaves");
            if (proactive.QuickValidation is not null)
            {
                reader.Reject(
                    "quick_validation", "S054", "quick validation comes with a checkpoint, and there is none",
                    "add `checkpoint: { tiers: ... }`");
            }

            void Rejects(string key, string what) => reader.Reject(
                key, top.Sub("recovery").PlaceIfGiven("policy"), "S054",
                $"{what} under `policy: {RecoveryReader.WordOf(policy)}` takes the job's state with it: there is no "
                + "checkpoint to save it in", "add `checkpoint: { tiers: ... }`, or keep the node");
        }

        private void AddAboutSpares(string key, string message, string help) =>
            diagnostics.Add(new Diagnostic("S054", message)
            {
                At = Place("recovery", "policy"),
                Also = top.Sub("cluster").Sub("spares") is { IsGiven: true } spares
                    ? spares.PlaceOf(key)
                    : Place("cluster", "spares"),
                Help = help,
            });
    }
}
