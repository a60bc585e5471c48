// What the rows of a failure log mean, on each of its three clocks; and what is wrong with a file, said in a sentence
// with its line and column.
using Sigma.Sim.Fitting;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.Cli;

namespace Sigma.Sim.Tests.Fitting;

[TestClass]
public sealed class LifeLogTests
{
    private const string Head = "unit,age_h,event\n";

    [TestMethod]
    public void On_the_clock_of_the_observation_a_failed_unit_is_replaced_by_a_new_one()
    {
        var log = Load("unit,time_h,event\na,100,1\nb,150,1\na,130,1\nb,500,0\nc,400,censored\n");
        // From its second failure, a is watched until the last row of the log.
        Assert.AreEqual("0-100! 0-150! 0-30! 0-350 0-400 0-370", Shown(log));
        Assert.AreEqual(("time_h", "h", 3600.0, 3), (log.Column, log.Unit, log.UnitSeconds, log.Units));
    }

    [TestMethod]
    public void An_age_goes_on_after_a_failure_that_was_mended() =>
        Assert.AreEqual(
            "0-100! 0-150! 100-130! 150-500 0-400",
            Shown(Load("unit,age_h,event\na,100,failure\nb,150,1\na,130,1\nb,500,0\nc,400,0\n")));

    [TestMethod]
    public void Without_names_and_as_times_between_each_row_is_a_life()
    {
        Assert.AreEqual("0-100! 0-30", Shown(Load("age_h,event\n100,1\n30,0\n")));
        Assert.AreEqual("0-100! 0-30!", Shown(Load("time_between_h\n100\n30\n")));
        Assert.AreEqual("0-100! 0-30", Shown(Load("unit,time_between_h,event\na,100,1\na,30,0\n")));
    }

    [TestMethod]
    public void Causes_come_from_the_event_or_from_a_column_of_their_own()
    {
        var log = Load("# a remark\nunit,age_h,event,cause\na,10,1,memory\nb,20,1,fan\nc,30,0,\nd,40,1,memory\n");
        Assert.AreEqual("memory fan", string.Join(' ', log.Causes));
        Assert.AreEqual("0 1 -1 0", string.Join(' ', log.Lives.Select(life => life.Cause)));
        Assert.AreEqual(2, log.Of(0).Count(life => life.Failed));
        Assert.AreEqual(3, log.Together().Count(life => life.Failed));
        Assert.AreEqual("ecc nvlink", string.Join(' ', Load(Head + "a,10,ecc\nb,20,nvlink\nc,30,0\n").Causes));
    }

    [TestMethod]
    public void A_unit_of_time_may_come_from_the_command_line()
    {
        Assert.AreEqual(86_400 * 2, Load("age,event\n2,1\n", "d").Lives[0].ToSeconds);
        Assert.AreEqual(60 * 2, Load("age_min,event\n2,1\n", "min").Lives[0].ToSeconds);
    }

    [TestMethod]
    [DataRow("", "this is empty, or not a regular file")]
    [DataRow("\n\n", "this holds no table")]
    [DataRow(Head, "this log has no rows")]
    [DataRow("unit;age_h;event\na;1;1\n", ":1: the columns stand between semicolons")]
    [DataRow("unit,age_h\na,1\n", ":1: there is no column `event`")]
    [DataRow("unit,event\na,1\n", ":1: there is no column of times: `age_h`")]
    [DataRow("time_h,event\n1,1\n", ":1: there is no column `unit`")]
    [DataRow("unit,agee_h,event\na,1,1\n", ":1: there is no use for a column `agee_h`; did you mean `age_h`?")]
    [DataRow("unit,age_h,evnt\na,1,1\n", "`evnt`; did you mean `event`?")]
    [DataRow("unit,age_h,event,rack\na,1,1,x\n", "`rack`; a failure log has `unit`")]
    [DataRow("unit,age_y,event\na,1,1\n", ":1: `age_y`: expected a unit after `age_`, one of ns, us")]
    [DataRow("unit,time_betwen_h,event\na,1,1\n", "did you mean `time_between_h`?")]
    [DataRow("unit,age,event\na,1,1\n", ":1: `age` has no unit: call it `age_h`, or say --unit h")]
    [DataRow("unit,age_h,age_d,event\na,1,1,1\n", ":1: there are 2 columns of times, age_h and age_d")]
    [DataRow("unit,age_h,event,unit\na,1,1,b\n", ":1: the column `unit` is there twice")]
    [DataRow(Head + "a,-3,1\n", ":2: `age_h`: expected a time that is not negative, found `-3`")]
    [DataRow(Head + "a,1,1\nb,long,1\n", ":3: `age_h`: expected a plain number, in h, found `long`")]
    [DataRow(Head + "a,3 d,1\n", ":2: `age_h`: expected a plain number, in h, found `3 d`")]
    [DataRow(Head + "a,NaN,1\n", "found `NaN`")]
    [DataRow(Head + "a,Infinity,1\n", "found `Infinity`")]
    [DataRow(Head + "a,,1\n", ":2: `age_h`: expected a plain number, in h, found nothing")]
    [DataRow(Head + "a,\"1,5\",1\n", "found `1,5`")]
    [DataRow(Head + "a,1e12,1\n", ":2: `age_h`: expected at most 50,000 years")]
    [DataRow(Head + "a,0,1\n", ":2: `age_h`: a failure at 0 has no life before it")]
    [DataRow(Head + "a,1\n", ":2: 2 fields stand below 3 columns")]
    [DataRow(Head + "a,1,1,1\n", ":2: 4 fields stand below 3 columns")]
    [DataRow(Head + "a,1\"2,1\n", ":2: this line is not one of a table with commas")]
    [DataRow(Head + ",1,1\n", ":2: `unit`: this is empty")]
    [DataRow(Head + "a,1,0\nb,2,1\na,3,0\n", ":4: `unit`: `a` is censored a second time, first in line 2")]
    [DataRow(Head + "a,1,0\na,3,1\n", ":3: `unit`: `a` fails after it was censored in line 2")]
    [DataRow(Head + "a,30,1\na,20.5,1\n", ":3: `age_h`: `a` falls from 30 in line 2 to 20.5; a replaced unit")]
    [DataRow(Head + "a,30,1\na,30,1\n", ":3: `age_h`: `a` fails at 30, where it failed in line 2")]
    [DataRow("unit,time_h,event\na,30,1\na,20,0\n", ":3: `time_h`: `a` falls from 30 in line 2 to 20; the rows")]
    [DataRow(Head + "a,1,2\n", ":2: `event`: expected 1, `failure` or its cause in words")]
    [DataRow(Head + "a,1,\n", ":2: `event`: expected 1, `failure` or its cause in words, or 0 or `censored`")]
    [DataRow(Head + "a,1,censord\n", ":2: `event`: `censord` is no event; did you mean `censored`?")]
    [DataRow("unit,age_h,event,cause\na,1,1,\n", ":2: `cause`: this is empty; write `unknown`")]
    [DataRow("unit,age_h,event,cause\na,1,0,fan\n", ":2: `cause`: a unit that goes on has no cause, found `fan`")]
    [DataRow("unit,age_h,event,cause\na,1,ecc,fan\n", ":2: `cause`: `event` says `ecc` and `cause` says `fan`")]
    public void What_is_wrong_with_a_log_is_said_with_its_line_and_column(string text, string words)
    {
        using var scratch = new ScratchFolder();
        var path = scratch.Holding("log.csv", text);
        var problem = Assert.ThrowsExactly<TableException>(() => LifeLogFile.Load(path, null, true)).Message;
        StringAssert.Contains(problem, words, StringComparison.Ordinal);
        StringAssert.Contains(problem, "log.csv:", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_unit_of_time_that_the_column_denies_is_refused()
    {
        var error = Assert.ThrowsExactly<TableException>(() => Load("age_h,event\n2,1\n", "d"));
        StringAssert.Contains(error.Message, "`age_h` is in h, but --unit says d", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Too_many_causes_and_bytes_that_are_no_text_are_refused()
    {
        var rows = string.Concat(Enumerable.Range(1, 101).Select(i => $"u{i},5,number {i}\n"));
        var error = Assert.ThrowsExactly<TableException>(() => Load(Head + rows));
        StringAssert.Contains(error.Message, ":102: `event`: there are more than 100", StringComparison.Ordinal);
        using var scratch = new ScratchFolder();
        File.WriteAllBytes(scratch.At("log.csv"), [0x61, 0x2c, 0xc3, 0x28, 0x0a]);
        error = Assert.ThrowsExactly<TableException>(() => LifeLogFile.Load(scratch.At("log.csv"), null, true));
        StringAssert.Contains(error.Message, "not UTF-8 text", StringComparison.Ordinal);
    }

    private static string Shown(LifeLog log) => string.Join(
        ' ', log.Lives.Select(life => $"{life.FromSeconds / 3600:0}-{life.ToSeconds / 3600:0}"
            + (life.Cause >= 0 ? "!" : "")));

    private static LifeLog Load(string text, string? unit = null)
    {
        using var scratch = new ScratchFolder();
        return LifeLogFile.Load(scratch.Holding("log.csv", text), unit, true);
    }
}
