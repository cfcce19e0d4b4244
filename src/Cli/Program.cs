using System.CommandLine;
using StyleFarm.Cli;
using StyleFarm.Cli.Commands;

var root = new RootCommand("Neural style transfer: paints the content of one picture in the style of others.")
{
    StylizeCommand.Create(),
    DemoCommand.Create(),
    RecipesCommand.Create(),
    WeightsCommand.Create(),
    DoctorCommand.Create(),
    BenchCommand.Create(),
};
return await CommandLine.RunAsync(root, args);
