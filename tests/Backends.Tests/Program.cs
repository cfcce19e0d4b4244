using StyleFarm.Backends.Tests.Children;
using Xunit.Runner.InProc.SystemConsole;

// Tests that kill processes start this program again as the process to be killed.
return args is [Child.Switch, .. var rest] ? await Child.RunAsync(rest) : await ConsoleRunner.Run(args);
