// Lists and ranges as people write them, and what is wrong with those that mean nothing.
using Sigma.Sim.Scenarios.Sweeps;

namespace Sigma.Sim.Tests.Sweeps;

[TestClass]
public sealed class AxisValuesTests
{
    [TestMethod]
    [DataRow("30 min,1 h,2 h", "30 min|1 h|2 h")]
    [DataRow("restart, warm-spare", "restart|warm-spare")]
    [DataRow("{ hot: 1, warm: 2 },{ hot: 2, warm: 1 }", "{ hot: 1, warm: 2 }|{ hot: 2, warm: 1 }")]
    [DataRow("'a,b',c", "'a,b'|c")]
    [DataRow("4", "4")]
    [DataRow("4..16:4", "4|8|12|16")]
    [DataRow("5..60 min:12", "5 min|10 min|15 min|20 min|25 min|30 min|35 min|40 min|45 min|50 min|55 min|60 min")]
    [DataRow("10 min..1 h:6", "10 min|20 min|30 min|40 min|50 min|60 min")]
    [DataRow("1..100:3:log", "1|10|100")]
    [DataRow("10min..1000min:3:log", "10 min|100 min|1000 min")]
    [DataRow("0..1:5", "0|0.25|0.5|0.75|1")]
    [DataRow("0 %..50 %:3", "0 %|25 %|50 %")]
    [DataRow("0.5..1.5:3", "0.5|1|1.5")]
    [DataRow("1..3:9", "1|2|3")]
    [DataRow("1e3..1e5:3:log", "1000|10000|100000")]
    public void Values_are_read(string text, string expected) =>
        Assert.AreEqual(expected, string.Join('|', AxisValues.Of(text).Value));

    [TestMethod]
    [DataRow("1,,2", "a value is empty")]
    [DataRow("", "a value is empty")]
    [DataRow("1..2", "expected a range with the number of its values")]
    [DataRow("1..2:x", "expected a range with the number of its values")]
    [DataRow("1..2:1", "a range has from 2 to 1,000,000 values")]
    [DataRow("1..2:99999999999", "a range has from 2 to 1,000,000 values")]
    [DataRow("5..1:3", "the lower end comes first")]
    [DataRow("0..1:3:log", "a logarithm needs ends above zero")]
    [DataRow("5 min..3 GB:4", "both ends of a range have one kind of unit")]
    [DataRow("5 min..3:4", "both ends of a range have one kind of unit")]
    [DataRow("a..b:3", "expected a range such as")]
    [DataRow("1..2..3:4", "expected a range")]
    public void What_is_no_axis_is_said(string text, string words) =>
        StringAssert.Contains(AxisValues.Of(text).Problem, words, StringComparison.Ordinal);

    [TestMethod]
    [DataRow("a > 3", true)]
    [DataRow("a > 4 and b < 1 h", false)]
    [DataRow("a == 4 and b <= 30 min", true)]
    [DataRow("a + c >= 10", true)]
    [DataRow("a - c < 0", true)]
    [DataRow("2 * a == 8", true)]
    [DataRow("b != 0.5 h", false)]
    [DataRow("share < 50 %", true)]
    public void Conditions_hold_or_not(string text, bool holds) =>
        Assert.AreEqual(holds, PointCondition.Parse(text).Value.HoldsFor(ValueOf));

    [TestMethod]
    [DataRow("a", "expected comparisons")]
    [DataRow("a >", "expected comparisons")]
    [DataRow("a > 3 or b > 2", "expected comparisons")]
    [DataRow("a > b", "`a` is a number, `b` is a time")]
    [DataRow("a + b > 3", "a number and a time have no sum")]
    [DataRow("b * b > 3", "a time times a time")]
    [DataRow("nobody > 3", "`nobody` is neither a quantity nor the path")]
    [DataRow("word > 3", "the value of `word` is `warm-spare`")]
    public void Conditions_without_a_meaning_are_said(string text, string words)
    {
        var parsed = PointCondition.Parse(text);
        var problem = parsed.Problem
            ?? Assert.ThrowsExactly<SweepException>(() => parsed.Value.HoldsFor(ValueOf)).Message;
        StringAssert.Contains(problem, words, StringComparison.Ordinal);
    }

    private static string? ValueOf(string path) => path switch
    {
        "a" => "4",
        "b" => "30 min",
        "c" => "6",
        "share" => "0.2",
        "word" => "warm-spare",
        _ => null,
    };
}
