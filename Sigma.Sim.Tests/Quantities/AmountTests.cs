// Arithmetic of time and data: divisions into time round up exactly, in integers, and people read three digits.
using System.Numerics;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Tests.Quantities;

[TestClass]
public sealed class AmountTests
{
    [TestMethod]
    public void Moving_bytes_takes_the_exact_time_rounded_up()
    {
        var dice = new StreamKey(1, 0, "test/bytes", 0).Open();
        for (var i = 0; i < 2_000; i++)
        {
            var bytes = new Bytes((long)(dice.NextBits() >> (24 + dice.NextIndex(38))));
            var rate = new Bandwidth(1 + (long)(dice.NextBits() >> (18 + dice.NextIndex(20))));
            var exact = new BigInteger(bytes.Count) * 1_000_000_000;
            var ceiling = (exact + rate.BytesPerSecond - 1) / rate.BytesPerSecond;
            if (ceiling > long.MaxValue) Assert.ThrowsExactly<OverflowException>(() => bytes / rate);
            else Assert.AreEqual((long)ceiling, (bytes / rate).Nanoseconds, $"{bytes.Count} / {rate.BytesPerSecond}");
        }
    }

    [TestMethod]
    public void No_byte_moves_in_no_time_and_none_over_a_dead_link()
    {
        Assert.AreEqual(1, (new Bytes(1) / new Bandwidth(long.MaxValue)).Nanoseconds);
        Assert.AreEqual(Duration.Zero, Bytes.Zero / new Bandwidth(0));
        Assert.ThrowsExactly<InvalidOperationException>(() => new Bytes(1) / new Bandwidth(0));
    }

    [TestMethod]
    public void Amounts_round_up_and_rates_round_to_nearest()
    {
        Assert.AreEqual(new Bytes(2), Bytes.Of(1.000001));
        Assert.AreEqual(new Bytes(3), new Bytes(10).Scaled(0.21));
        Assert.AreEqual(new Bandwidth(3), new Bandwidth(10).Scaled(0.29));
        Assert.AreEqual(1.5, new Bytes(3L << 29).Gibibytes);
        Assert.ThrowsExactly<OverflowException>(() => new Bytes(long.MaxValue) + new Bytes(1));
    }

    [TestMethod]
    public void Work_never_takes_zero_time()
    {
        Assert.AreEqual(new Duration(1), Duration.OfWork(1e-15));
        Assert.AreEqual(new Duration(2), Duration.OfWork(1.01e-9));
        Assert.AreEqual(Duration.Zero, Duration.OfWork(0));
    }

    [TestMethod]
    public void Spans_round_to_the_nearest_nanosecond_away_from_zero()
    {
        Assert.AreEqual(new Duration(3), Duration.FromMicroseconds(0.0025));
        Assert.AreEqual(new Duration(5), new Duration(9).Scaled(0.5));
        Assert.AreEqual(Duration.FromHours(24), Duration.FromDays(1));
        Assert.AreEqual(Duration.FromMinutes(90), Duration.FromHours(1.5));
        Assert.AreEqual(3, new Duration(10) / new Duration(3));
        Assert.AreEqual(new Duration(1), new Duration(10) % new Duration(3));
        Assert.AreEqual(Duration.Endless, Duration.FromDays(365_000));
    }

    [TestMethod]
    public void Only_the_difference_of_two_instants_is_a_span()
    {
        var (early, late) = (Instant.Start + new Duration(5), Instant.Start + new Duration(12));
        Assert.AreEqual(new Duration(7), late - early);
        Assert.AreEqual(early, late - new Duration(7));
        Assert.AreEqual(early, Instant.Min(late, early));
        Assert.IsTrue(early < late && late >= early && early.CompareTo(late) < 0);
    }

    [TestMethod]
    [DataRow(0L, "0 s")]
    [DataRow(1L, "1 ns")]
    [DataRow(999L, "999 ns")]
    [DataRow(1_500L, "1.5 us")]
    [DataRow(3_824_000_000L, "3.82 s")]
    [DataRow(90_000_000_000L, "1.5 min")]
    [DataRow(6_480_000_000_000_000L, "75 d")]
    [DataRow(3_600_000_000_000L, "1 h")]
    public void People_read_a_span_in_its_largest_unit_with_three_digits(long nanoseconds, string text) =>
        Assert.AreEqual(text, new Duration(nanoseconds).ToString());

    [TestMethod]
    [DataRow(0.0, "0")]
    [DataRow(1234.0, "1,234")]
    [DataRow(12.345, "12.3")]
    [DataRow(0.12345, "0.123")]
    [DataRow(0.0012345, "0.00123")]
    [DataRow(99.96, "100")]
    [DataRow(-1.236, "-1.24")]
    [DataRow(1.5e9, "1.5e9")]
    public void People_read_three_digits(double value, string text) =>
        Assert.AreEqual(text, UnitText.ThreeDigits(value));

    [TestMethod]
    public void A_prefix_keeps_the_number_short()
    {
        Assert.AreEqual("16.8 M", UnitText.Prefixed(16_777_216, ""));
        Assert.AreEqual("192 GB", new Bytes(192_000_000_000).ToString());
        Assert.AreEqual("50 GB/s", new Bandwidth(50_000_000_000).ToString());
        Assert.AreEqual("1 MB", new Bytes(999_900).ToString());
        Assert.AreEqual("21.08 %", UnitText.Percent(0.21084, 2));
        Assert.AreEqual("2,048", UnitText.Count(2048));
    }

    [TestMethod]
    public void A_share_lies_between_nothing_and_the_whole()
    {
        Assert.AreEqual(new Fraction(0), Fraction.Zero);
        Assert.AreEqual(1, Fraction.One.Value);
        foreach (var wrong in new[] { -1e-9, 1.0000001, double.NaN, double.PositiveInfinity })
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Fraction(wrong));
    }
}
