// What the engine's tests write down as things happen: "time what", to be compared as a whole.
using Sigma.Sim.Engine;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Tests.Engine;

internal sealed class Trace(Simulation simulation)
{
    private readonly List<string> _lines = [];

    internal void Add(string what) => _lines.Add($"{simulation.Now.Nanoseconds} {what}");

    internal void IsExactly(params string[] lines) => AreSame(string.Join('\n', lines), string.Join('\n', _lines));

    internal static void AreSame(string expected, string actual) =>
        Assert.AreEqual(expected, actual, StringComparer.Ordinal);

    internal static void Says(string part, Exception error) =>
        Assert.Contains(part, error.Message, StringComparison.Ordinal);

    internal static Duration Ns(long nanoseconds) => new(nanoseconds);
}
