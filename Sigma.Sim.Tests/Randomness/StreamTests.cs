// The dice: Philox as its authors publish it, streams that do not know of each other, and draws without bias.
using MathNet.Numerics.Distributions;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Tests.Randomness;

[TestClass]
public sealed class StreamTests
{
    // Random123's kat_vectors, philox4x32 with 10 rounds: counter, key, result.
    [TestMethod]
    [DataRow(new[] { 0u, 0u, 0u, 0u }, new[] { 0u, 0u }, new[] { 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u })]
    [DataRow(
        new[] { 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu }, new[] { 0xffffffffu, 0xffffffffu },
        new[] { 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu })]
    [DataRow(
        new[] { 0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u }, new[] { 0xa4093822u, 0x299f31d0u },
        new[] { 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u })]
    public void Philox_gives_the_published_answers(uint[] counter, uint[] key, uint[] expected)
    {
        var block = Philox.Rounds(new(counter[0], counter[1], counter[2], counter[3]), key[0], key[1]);
        Assert.AreEqual(new Philox.Block(expected[0], expected[1], expected[2], expected[3]), block);
    }

    [TestMethod]
    public void Streams_that_differ_in_any_part_of_their_key_differ()
    {
        StreamKey[] keys =
        [
            new(1, 0, "fault", 0), new(2, 0, "fault", 0), new(1, 1, "fault", 0), new(1, 0, "fault", 1),
            new(1, 0, "faults", 0), new(1, 0, "fault/life", 0), new(0, 1, "fault", 0), new(1, 0, "tluaf", 0),
        ];
        var draws = keys.SelectMany(key => Draws(key, 100)).ToList();
        Assert.HasCount(draws.Count, draws.Distinct().ToList());
    }

    [TestMethod]
    public void What_one_stream_draws_does_not_depend_on_others()
    {
        var alone = Draws(new(7, 3, "a", 5), 51);
        var (first, other) = (new StreamKey(7, 3, "a", 5).Open(), new StreamKey(7, 3, "b", 5).Open());
        foreach (var expected in alone)
        {
            other.NextBits();
            Assert.AreEqual(expected, first.NextBits());
            if (expected % 2 == 0) other.NextUniform();
        }
    }

    [TestMethod]
    public void A_copy_repeats_its_original()
    {
        var original = new StreamKey(1, 0, "copy", 0).Open();
        original.NextBits();
        var copy = original;
        for (var i = 0; i < 9; i++) Assert.AreEqual(original.NextBits(), copy.NextBits());
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(7)]
    [DataRow(100)]
    public void An_index_is_drawn_without_bias(int bound)
    {
        const int draws = 200_000;
        var stream = new StreamKey(11, 0, "index", bound).Open();
        var counts = new int[bound];
        for (var i = 0; i < draws; i++) counts[stream.NextIndex(bound)]++;
        Assert.IsLessThan(ChiSquared.InvCDF(bound - 1, 0.999), ChiSquare(counts, draws));
    }

    [TestMethod]
    public void An_index_needs_something_to_choose_from()
    {
        var stream = new StreamKey(1, 0, "index", 0).Open();
        Assert.AreEqual(0, stream.NextIndex(1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new StreamKey(1, 0, "index", 0).Open().NextIndex(0));
    }

    [TestMethod]
    public void A_uniform_draw_is_uniform_and_never_an_end_of_its_interval()
    {
        const int draws = 400_000;
        var stream = new StreamKey(12, 0, "uniform", 0).Open();
        var (cells, pairs, last) = (new int[64], new int[64], 0);
        for (var i = 0; i < draws; i++)
        {
            var u = stream.NextUniform();
            Assert.IsTrue(u is > 0 and < 1);
            cells[(int)(u * 64)]++;
            pairs[last * 8 + (int)(u * 8)]++;
            last = (int)(u * 8);
        }

        Assert.IsLessThan(ChiSquared.InvCDF(63, 0.999), ChiSquare(cells, draws));
        Assert.IsLessThan(ChiSquared.InvCDF(56, 0.999), ChiSquare(pairs, draws));
    }

    [TestMethod]
    public void The_normal_quantile_is_MathNets()
    {
        for (var i = 1; i < 2_000; i++) Compare(i / 2_000.0);
        for (var exponent = -1; exponent >= -300; exponent--) Compare(Math.Pow(10, exponent));
        for (var exponent = -1; exponent >= -15; exponent--) Compare(1 - Math.Pow(10, exponent));
        Assert.AreEqual(0, NormalQuantile.Of(0.5));

        static void Compare(double p)
        {
            var expected = Normal.InvCDF(0, 1, p);
            Assert.AreEqual(expected, NormalQuantile.Of(p), 1e-13 * Math.Max(1e-3, Math.Abs(expected)), $"p = {p:R}");
        }
    }

    [TestMethod]
    public void Chance_and_exponential_draws_have_their_means()
    {
        const int draws = 200_000;
        var stream = new StreamKey(13, 0, "means", 0).Open();
        var (hits, sum) = (0, 0.0);
        for (var i = 0; i < draws; i++)
        {
            if (stream.NextChance(0.3)) hits++;
            sum += stream.NextUnitExponential();
        }

        Assert.AreEqual(0.3, hits / (double)draws, 4 * Math.Sqrt(0.21 / draws));
        Assert.AreEqual(1, sum / draws, 4 / Math.Sqrt(draws));
    }

    [TestMethod]
    public void A_draw_that_is_passed_over_leaves_later_ones_as_they_are()
    {
        var key = new StreamKey(13, 0, "skips", 0);
        var drawn = Draws(key, 40);
        for (var pattern = 0; pattern < 256; pattern++)
        {
            var stream = key.Open();
            for (var i = 0; i < drawn.Length; i++)
            {
                if (((pattern >> (i % 8)) & 1) == 0) Assert.AreEqual(drawn[i], stream.NextBits());
                else stream.Skip();
            }
        }
    }

    [TestMethod]
    public void What_is_certain_takes_a_draw_as_well()
    {
        var key = new StreamKey(13, 0, "certain", 0);
        var (drawn, stream) = (Draws(key, 4), key.Open());
        Assert.IsTrue(stream.NextChance(1));
        Assert.IsFalse(stream.NextChance(0));
        Assert.AreEqual(new Constant(Duration.FromDays(3)).Draw(ref stream), Duration.FromDays(3));
        Assert.AreEqual(drawn[3], stream.NextBits());
    }

    private static ulong[] Draws(StreamKey key, int count)
    {
        var stream = key.Open();
        return [.. Enumerable.Range(0, count).Select(_ => stream.NextBits())];
    }

    private static double ChiSquare(int[] counts, int draws)
    {
        var mean = (double)draws / counts.Length;
        return counts.Sum(count => (count - mean) * (count - mean) / mean);
    }
}
