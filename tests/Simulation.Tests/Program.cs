using StyleFarm.Simulation.Tests;
using Xunit.Runner.InProc.SystemConsole;

return args is [SimulationProgram.Switch, .. var rest] ? SimulationProgram.Run(rest) : await ConsoleRunner.Run(args);
