// Short commands start fast because their code is compiled when the program is built; a build that silently stopped
// doing so would only be felt. How long a start takes is measured by people, on a quiet machine.
using System.Reflection;
using System.Reflection.PortableExecutable;
using Sigma.Sim.Cli;

namespace Sigma.Sim.Tests.FirstUse;

[TestClass]
public sealed class PrecompiledTests
{
    [TestMethod]
    public void What_every_command_passes_through_holds_machine_code()
    {
        var isAsked = typeof(SigmaProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Any(fact => fact is { Key: "Precompile", Value: "true" });
        if (!isAsked) Assert.Inconclusive("the program was built without precompiling, or for one that has none");
        foreach (var name in new[] { "sigma", "System.CommandLine", "YamlDotNet", "Spectre.Console" })
        {
            using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, $"{name}.dll"));
            using var image = new PEReader(file);
            Assert.IsGreaterThan(0, image.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size, name);
        }
    }
}
