// The program's entry.
using Sigma.Sim.Experiments;
using Sigma.Sim.Scenarios;

try
{
    var s = Scenario.Load(args[0], []);
    var o = new MainJob(s, 2, Console.Error.WriteLine, default).Run();
    Console.WriteLine($"{o.Elapsed} step {o.Profile.StepTime} {o.Profile.Shares} {o.Profile.Figures} imb {o.Profile.Samples[0].HottestOverMean} ev {o.Profile.Samples[0].Events} balanced {o.Balanced.StepTime}");
    Console.WriteLine(string.Join(" ", o.Profile.Samples.Select(x => x.StepTime)));
    Console.WriteLine(o.Plan.LargestMemory);
    foreach (var (k, v) in o.Set.Metrics) Console.WriteLine($"{k} {v}");
    foreach (var p in o.Policies) Console.WriteLine($"{p.Policy} {p.Set.Metrics["ettr"]}");
    foreach (var l in o.Levers) Console.WriteLine(l);
    foreach (var e in o.Set.Runs[0].Events.Take(40)) Console.WriteLine(e);
}
catch (ScenarioException e) { Console.Error.WriteLine(e.Diagnostics.Render()); }
return 0;
