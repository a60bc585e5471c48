// The program's entry: everything else is in the rooms; the one door to the command line is Cli.
return Sigma.Sim.Cli.SigmaProgram.Run(args);
