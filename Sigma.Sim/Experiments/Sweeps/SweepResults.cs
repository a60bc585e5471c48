// The results of a sweep as its journals hold them, put together: of one process, or of as many parts as it was run in.
using Sigma.Sim.Scenarios.Sweeps;

namespace Sigma.Sim.Experiments.Sweeps;

/// <summary>Points of a sweep that are finished.</summary>
public sealed class SweepResults
{
    private readonly SortedDictionary<int, JournalPlace> _places;

    private SweepResults(SweepHead head, int shards, SortedDictionary<int, JournalPlace> places) =>
        (Head, Shards, _places) = (head, shards, places);

    public SweepHead Head { get; }

    /// <summary>In how many parts the sweep was run; the largest number, where there were several.</summary>
    public int Shards { get; }

    /// <summary>Their numbers.</summary>
    public IReadOnlyCollection<int> Numbers => _places.Keys;

    public int Finished => _places.Count;

    public bool IsComplete => Finished == Head.Points;

    /// <summary>Parts that have left no complete result, counted from 1.</summary>
    public IReadOnlyList<int> MissingShards => MissingOf(Shards);

    /// <summary>Of so many parts those to which a missing point belongs, counted from 1.</summary>
    public IReadOnlyList<int> MissingOf(int shards) =>
    [
        .. Enumerable.Range(0, Head.Points).Where(point => !_places.ContainsKey(point))
            .Select(point => point % shards + 1).Distinct().Order(),
    ];

    /// <summary>
    /// All journals in some folders of results. Throws <see cref="SweepException"/> where there is none, or where they
    /// are not of one sweep.
    /// </summary>
    public static SweepResults In(params IReadOnlyList<string> folders) => OrNull(folders)
        ?? throw new SweepException($"there are no results of a sweep in {string.Join(" or ", folders)}");

    /// <summary>The same, or null where there is no journal.</summary>
    public static SweepResults? OrNull(params IReadOnlyList<string> folders)
    {
        var (head, shards, from) = ((SweepHead?)null, 1, "");
        var places = new SortedDictionary<int, JournalPlace>();
        foreach (var file in folders.SelectMany(JournalsOf))
        {
            var found = JournalReader.Read(file);
            if (found.Head is null)
            {
                // A head that was cut off is no loss; one that reads otherwise may be.
                if (!found.HasLine) continue;
                throw new SweepException(
                    $"{file} is no journal that this version reads (was it changed, or copied as text?): move it away, "
                    + "or throw it away with `sweep --restart`");
            }

            if (head is not null && found.Head.DifferenceTo(head) is { } difference)
                throw new SweepException($"{file} does not go with {from}: {difference}");
            if (head is null) (head, from) = (found.Head, file);
            shards = Math.Max(shards, found.Shard.Of);
            foreach (var (point, place) in found.Places) places[point] = place;
        }

        return head is null ? null : new SweepResults(head, shards, places);
    }

    /// <summary>
    /// What a folder holds of the sweep with this head, or null where it holds nothing. Throws
    /// <see cref="SweepException"/> where it holds results of another.
    /// </summary>
    public static SweepResults? Of(SweepHead head, string folder)
    {
        var found = OrNull(folder);
        return found?.Head.DifferenceTo(head) is { } difference
            ? throw new SweepException(
                $"{folder} holds results that cannot be gone on with: {difference}. Give another folder with "
                + "`--out DIR`, or throw them away with `--restart`")
            : found;
    }

    /// <summary>The points in order, read as they are asked for.</summary>
    public IEnumerable<PointResult> Points() => _places.Values.Select(JournalReader.ResultAt);

    /// <summary>One point, which is among them.</summary>
    public PointResult At(int point) => JournalReader.ResultAt(_places[point]);

    private static IEnumerable<string> JournalsOf(string results)
    {
        var folder = SweepJournal.FolderOf(results);
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.jsonl").Order(StringComparer.Ordinal)
            : [];
    }
}
