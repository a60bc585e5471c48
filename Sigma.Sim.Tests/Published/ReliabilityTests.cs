// Published long runs, each by its own scenario: how often they stopped and what was left of their time.
using Sigma.Sim.Tests.House;
using Sigma.Sim.Validation;

namespace Sigma.Sim.Tests.Published;

[TestClass]
public sealed class ReliabilityTests
{
    [TestMethod]
    [DataRow("KOKOLIS", 3)]
    [DataRow("BYTEROBUST", 11)]
    [DataRow("FTHSDP", 3)]
    [DataRow("LLAMA3R", 9)]
    [DataRow("MEGASCALER", 3)]
    [DataRow("OPT175B", 3)]
    [DataRow("TITAN", 6)]
    [DataRow("SDC", 2)]
    public void Published_runs_are_met_and_say_what_they_assume(string family, int cases)
    {
        var found = Run(family).Where(result => !result.IsRow).ToList();
        Assert.HasCount(cases, found);
        foreach (var result in found)
        {
            Assert.IsTrue(
                result.Agrees,
                $"{result.Id}, {result.Quantity}: {result.Predicted} for {result.Published} ({result.Known})");
            Assert.AreNotEqual("", result.Assumed, $"{result.Quantity} assumes nothing");
        }
    }

    [TestMethod]
    [DataRow("E4", 3)]
    [DataRow("E5", 6)]
    [DataRow("C3", 2)]
    [DataRow("AIRESIM", 16)]
    public void Closed_forms_and_another_simulator_are_met(string family, int cases)
    {
        var found = Run(family).ToList();
        Assert.HasCount(cases, found);
        foreach (var result in found)
            Assert.IsTrue(result.Agrees, $"{result.Id}, {result.Quantity}: {result.Predicted} for {result.Published}");
    }

    [TestMethod]
    public void The_one_number_that_is_fitted_is_named() =>
        Assert.IsTrue(Run("OPT175B").First().Fitted.StartsWith("recovery.restart.decide = ", StringComparison.Ordinal));

    private static IEnumerable<CaseResult> Run(string family) => ValidationSuite.Run(
        family, SourceTree.PathOf("scenarios"), Environment.ProcessorCount, CancellationToken.None);
}
