using System.CommandLine;
using StyleFarm.Cli;
using StyleFarm.Cli.Commands;

var root = new RootCommand("Neural style transfer: paints the content of one picture in the style of others.")
{
    StylizeCommand.Create(),
    BatchCommand.Create(),
    SweepCommand.Create(),
    ReportCommand.Create(),
    DemoCommand.Create(),
    RecipesCommand.Create(),
    WeightsCommand.Create(),
    DoctorCommand.Create(),
    BenchCommand.Create(),
    ServeCommand.Create(),
    NodeCommand.Create(),
    SubmitCommand.Create(),
    DevServicesCommand.Create(),
};
foreach (var command in ControlCommands.All().Concat(BackupCommands.All())) root.Add(command);
TeachingHelp.Install(root,
    """
    Examples:
      stylefarm demo                                        a first picture, with nothing to prepare
      stylefarm stylize photo.jpg painting.jpg -o out.png   your own
      stylefarm stylize --help                              all that can be chosen
      stylefarm batch photos --style painting.jpg --out painted         a whole folder
      stylefarm sweep grid.yaml --out grid                  many settings, compared
      stylefarm serve                                       a farm that takes jobs from others; node and submit go with it

    Exit codes: 0 done, 1 failed while rendering, 2 bad usage or bad input, 130 interrupted with its state kept.
    """);
return await CommandLine.RunAsync(root, args);
