// Texts to quantities: what people write is read in the unit they meant, and a number without its unit is refused.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Tests.Quantities;

[TestClass]
public sealed class UnitParsingTests
{
    [TestMethod]
    [DataRow("30 min", 1_800_000_000_000L)]
    [DataRow("30min", 1_800_000_000_000L)]
    [DataRow("  1.5 h ", 5_400_000_000_000L)]
    [DataRow("0 s", 0L)]
    [DataRow("10 ns", 10L)]
    [DataRow("2 us", 2_000L)]
    [DataRow("2 µs", 2_000L)]
    [DataRow("1e3 ms", 1_000_000_000L)]
    [DataRow(".5 d", 43_200_000_000_000L)]
    [DataRow("1 wk", 604_800_000_000_000L)]
    public void A_time_with_its_unit_is_read(string text, long nanoseconds) =>
        Assert.AreEqual(new Duration(nanoseconds), Read(UnitParser.Duration(text)));

    [TestMethod]
    [DataRow("30")]
    [DataRow("")]
    [DataRow("min")]
    [DataRow("30 MIN")]
    [DataRow("-1 s")]
    [DataRow("1,5 h")]
    [DataRow("1 h 30 min")]
    [DataRow("NaN s")]
    [DataRow("1e999 s")]
    [DataRow("101e2 wk")]
    [DataRow("30 minutes")]
    public void A_time_that_could_mean_something_else_is_refused(string text) =>
        Refused(UnitParser.Duration(text), text);

    [TestMethod]
    [DataRow("192 GB", 192_000_000_000L)]
    [DataRow("80 GiB", 80L << 30)]
    [DataRow("8 b", 1L)]
    [DataRow("1 b", 1L)]
    [DataRow("1 MiB", 1_048_576L)]
    [DataRow("1 kB", 1_000L)]
    [DataRow("1 KB", 1_000L)]
    [DataRow("0 B", 0L)]
    public void Bits_and_bytes_and_both_kinds_of_prefix_are_told_apart(string text, long bytes) =>
        Assert.AreEqual(new Bytes(bytes), Read(UnitParser.Bytes(text)));

    [TestMethod]
    [DataRow("400 Gb/s", 50_000_000_000L)]
    [DataRow("5.3 TB/s", 5_300_000_000_000L)]
    [DataRow("50 GiB/s", 50L << 30)]
    [DataRow("448 GB/s", 448_000_000_000L)]
    public void A_bandwidth_is_bytes_per_second(string text, long rate) =>
        Assert.AreEqual(new Bandwidth(rate), Read(UnitParser.Bandwidth(text)));

    [TestMethod]
    public void What_is_no_amount_of_data_is_refused()
    {
        foreach (var text in new[] { "192", "192 gb", "-1 B", "1e19 B", "GB", "192 GB/s" })
            Refused(UnitParser.Bytes(text), text);
        foreach (var text in new[] { "400 Gb", "0 B/s", "-4 GB/s", "400 Gbps", "400", "1e10 GB/s" })
            Refused(UnitParser.Bandwidth(text), text);
    }

    [TestMethod]
    public void Work_and_its_rate_have_decimal_prefixes()
    {
        Assert.AreEqual(1307e12, Read(UnitParser.FlopRate("1307 TFLOP/s")).PerSecond, 1);
        Assert.AreEqual(2.6e15, Read(UnitParser.FlopRate("2.6 PFLOP/s")).PerSecond, 1);
        Assert.AreEqual(10e9, Read(UnitParser.Flops("10 GFLOP")).Count);
        foreach (var text in new[] { "1307", "0 TFLOP/s", "1307 TFLOP", "1307 TFLOPS", "1 BFLOP/s" })
            Refused(UnitParser.FlopRate(text), text);
        foreach (var text in new[] { "10", "0 GFLOP", "10 GFLOP/s", "-1 GFLOP" }) Refused(UnitParser.Flops(text), text);
    }

    [TestMethod]
    public void A_share_is_read_with_and_without_per_cent_and_stays_within_the_whole()
    {
        Assert.AreEqual(0.02, Read(UnitParser.Fraction("2 %")).Value);
        Assert.AreEqual(0.02, Read(UnitParser.Fraction("0.02")).Value);
        Assert.AreEqual(1, Read(UnitParser.Fraction("100%")).Value);
        Assert.AreEqual(5, Read(UnitParser.Ratio("500 %")));
        foreach (var text in new[] { "2", "101 %", "-1 %", "half", "0.5 s" }) Refused(UnitParser.Fraction(text), text);
        foreach (var text in new[] { "11", "-0.1", "1100 %", "x" }) Refused(UnitParser.Ratio(text), text);
    }

    [TestMethod]
    public void A_count_is_whole()
    {
        Assert.AreEqual(2048, Read(UnitParser.Count("2048")));
        Assert.AreEqual(200_000, Read(UnitParser.Count("200k")));
        Assert.AreEqual(1_500, Read(UnitParser.Count("1.5k")));
        Assert.AreEqual(10_000_000_000_000, Read(UnitParser.Count("10T")));
        foreach (var text in new[] { "1.5", "-1", "1e19", "ten", "10 t" }) Refused(UnitParser.Count(text), text);
    }

    [TestMethod]
    public void Money_has_a_currency()
    {
        Assert.AreEqual(3.5, Read(UnitParser.Money("3.5 USD")).Dollars);
        foreach (var text in new[] { "3", "-3 USD", "3 EUR" }) Refused(UnitParser.Money(text), text);
        Assert.AreEqual(-2.5, Read(UnitParser.Number("-2.5")));
        Refused(UnitParser.Number("2 s"), "2 s");
    }

    private static T Read<T>(Parsed<T> parsed)
    {
        Assert.IsTrue(parsed.Succeeded, parsed.Problem);
        return parsed.Value;
    }

    private static void Refused<T>(Parsed<T> parsed, string text)
    {
        Assert.IsFalse(parsed.Succeeded, $"`{text}` was read as {parsed.Value}");
        StringAssert.StartsWith(parsed.Problem, "expected", StringComparison.Ordinal);
    }
}
