// Which copies of the state a recovery may use: complete ones, written one after the other, and of no undone future.
using Sigma.Sim.Campaign;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Tests.Campaign;

[TestClass]
public sealed class CheckpointShelfTests
{
    private static readonly Duration Step = new(10);
    private static readonly CheckpointTier Slow = new(CheckpointTarget.Storage, new(100), new(1), new(50), new(9));
    private static readonly CheckpointTier Quick = new(CheckpointTarget.PeerMemory, new(30), new(1), new(5), new(2));

    /// <summary>Four places in a ring: each one's copy lies with the next.</summary>
    private static CheckpointShelf ShelfOf(IReadOnlyList<CheckpointTier> tiers) =>
        new(tiers, (_, place) => (place + 1) % 4);

    [TestMethod]
    public void A_copy_counts_only_when_it_is_complete()
    {
        var shelf = ShelfOf([Slow]);
        Assert.IsNull(shelf.Newest(new(1_000)));
        shelf.Put(Slow, new(100), new Instant(100), []);
        Assert.IsNull(shelf.Newest(new(149)));
        Assert.AreEqual(new Duration(100), shelf.Newest(new(150))!.Value.Work);
        shelf.Put(Slow, new(200), new Instant(200), []);
        Assert.AreEqual(new Duration(100), shelf.Newest(new(249))!.Value.Work, "the older copy outlives the write");
        Assert.AreEqual(new Duration(200), shelf.Newest(new(250))!.Value.Work);
    }

    [TestMethod]
    public void A_write_waits_for_the_one_before()
    {
        var shelf = ShelfOf([Slow]);
        shelf.Put(Slow, new(100), new Instant(100), []);
        Assert.AreEqual(new Duration(40), shelf.WriteLeft(Slow, new Instant(110)));
        Assert.AreEqual(Duration.Zero, shelf.WriteLeft(Slow, new Instant(150)));
        Assert.AreEqual(Duration.Zero, ShelfOf([Slow]).WriteLeft(Slow, new Instant(110)));
    }

    [TestMethod]
    public void The_newest_copy_wins_and_among_equals_the_one_that_is_read_faster()
    {
        var shelf = ShelfOf([Slow, Quick]);
        shelf.Put(Slow, new(100), new Instant(100), []);
        shelf.Put(Quick, new(100), new Instant(100), []);
        Assert.AreSame(Quick, shelf.Newest(new(500))!.Value.Tier);
        shelf.Put(Slow, new(200), new Instant(200), []);
        Assert.AreSame(Quick, shelf.Newest(new(249))!.Value.Tier);
        Assert.AreSame(Slow, shelf.Newest(new(250))!.Value.Tier);
    }

    [TestMethod]
    public void A_checkpoint_is_due_at_the_end_of_the_first_step_after_its_interval()
    {
        var odd = Slow with { Every = new Duration(101) };
        Assert.AreEqual((new Duration(110), odd), ShelfOf([odd]).NextDue(Step, canStore: true));
        Assert.IsNull(ShelfOf([]).NextDue(Step, canStore: true));
        var shelf = ShelfOf([Slow, Quick]);
        Assert.AreEqual((new Duration(30), Quick), shelf.NextDue(Step, canStore: true));
        shelf.Put(Quick, new(30), new Instant(31), []);
        shelf.Put(Quick, new(60), new Instant(62), []);
        shelf.Put(Quick, new(90), new Instant(93), []);
        Assert.AreEqual((new Duration(100), Slow), shelf.NextDue(Step, canStore: true));
        var dense = Slow with { Every = new Duration(1) };
        Assert.AreEqual(Step, ShelfOf([dense]).NextDue(Step, canStore: true)!.Value.Work);
    }

    [TestMethod]
    public void After_a_rollback_the_undone_future_has_no_copies()
    {
        var shelf = ShelfOf([Quick]);
        shelf.Put(Quick, new(30), new Instant(30), []);
        shelf.Put(Quick, new(60), new Instant(60), []);
        shelf.RollBack(new(30), new Instant(1_000), []);
        Assert.AreEqual(new Duration(30), shelf.Newest(new(1_000))!.Value.Work);
        Assert.AreEqual(new Duration(60), shelf.NextDue(Step, canStore: true)!.Value.Work);
        shelf.RollBack(Duration.Zero, new Instant(1_000), []);
        Assert.IsNull(shelf.Newest(new(1_000)));
        Assert.AreEqual(new Duration(30), shelf.NextDue(Step, canStore: true)!.Value.Work);
    }

    [TestMethod]
    public void Storage_keeps_a_copy_from_before_a_corruption_and_peer_memory_only_until_its_place_is_needed()
    {
        var corruption = new LatentCorruption(new(0, 0, 0, 0, new(105)), 3, new(1_000));
        var (storage, peers) = (Slow with { Write = new(5) }, Quick);
        var shelf = ShelfOf([storage, peers]);
        foreach (var work in new[] { 100, 200, 300, 400 })
        {
            shelf.Put(storage, new(work), new Instant(work), work > 105 ? [corruption] : []);
            shelf.Put(peers, new(work + 1), new Instant(work + 1), work > 105 ? [corruption] : []);
        }

        Assert.AreEqual(new Duration(401), shelf.Newest(new(900))!.Value.Work, "nobody knows yet");
        shelf.Discard(corruption);
        Assert.AreEqual(new Duration(100), shelf.Newest(new(900))!.Value.Work);
        Assert.AreSame(storage, shelf.Newest(new(900))!.Value.Tier);
    }

    [TestMethod]
    public void A_copy_that_is_discarded_leaves_older_corruptions_in_the_copies_before_it()
    {
        var (first, second) = (Corruption(110), Corruption(210));
        var shelf = ShelfOf([Slow]);
        shelf.Put(Slow, new(100), new Instant(100), []);
        shelf.Put(Slow, new(200), new Instant(200), [first]);
        shelf.Put(Slow, new(300), new Instant(300), [first, second]);
        shelf.Discard(second);
        CollectionAssert.AreEqual(new[] { first }, shelf.Newest(new(900))!.Value.Latent.ToArray());
        shelf.Discard(first);
        Assert.AreEqual(new Duration(100), shelf.Newest(new(900))!.Value.Work);

        static LatentCorruption Corruption(long at) => new(new(0, 0, 0, 0, new(at)), 3, new(1_000));
    }

    [TestMethod]
    public void A_rollback_does_not_postpone_another_tier()
    {
        var shelf = ShelfOf([Slow, Quick]);
        foreach (var work in new[] { 30, 60, 90 }) shelf.Put(Quick, new(work), new Instant(work), []);
        shelf.RollBack(new(90), new Instant(1_000), []);
        Assert.AreEqual((new Duration(100), Slow), shelf.NextDue(Step, canStore: true));
    }

    [TestMethod]
    public void A_copy_of_the_same_work_goes_with_the_corruption_that_the_state_does_not_hold_any_more()
    {
        var shelf = ShelfOf([Slow, Quick]);
        var struck = new LatentCorruption(default, 5, new Duration(150));
        shelf.Put(Quick, new(100), new Instant(100), []);
        shelf.Put(Slow, new(100), new Instant(101), [struck]);
        shelf.RollBack(new(100), new Instant(500), []);
        shelf.Lose(1, new Instant(600));
        shelf.Lose(2, new Instant(600));
        Assert.IsNull(shelf.Newest(new Instant(700)));
    }
}
