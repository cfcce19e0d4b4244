using System.CommandLine;
using System.Text.Json.Nodes;
using StyleFarm.Cli.Bench;
using StyleFarm.Cli.Stylize;
using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Network;
using StyleFarm.StyleTransfer.Recipes;
using StyleFarm.StyleTransfer.Weights;
using static StyleFarm.Torch.torch;

namespace StyleFarm.Cli.Commands;

/// <summary>`stylefarm bench`: how fast this machine takes steps. bench/ compares them with PyTorch's.</summary>
static class BenchCommand
{
    const int WarmUpSteps = 3;
    const ulong WeightsSeed = 1;

    static readonly Option<int[]> Sizes = new("--size")
    {
        Description = "Sides of the square image in pixels.",
        HelpName = "N",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [64, 128, 256],
    };

    static readonly Option<string> RecipeOption = new("--recipe")
    {
        Description = "A preset (see: stylefarm recipes) or a YAML or JSON file; not one of L-BFGS.",
        HelpName = "NAME|FILE",
        DefaultValueFactory = _ => RecipePresets.DefaultName,
    };

    static readonly Option<int> Steps =
        new("--steps") { Description = "Steps to time at each size.", HelpName = "N", DefaultValueFactory = _ => 20 };

    public static Command Create()
    {
        var command = new Command("bench", "Time optimisation steps of this machine on pictures of noise, with the seeded network.")
        {
            RecipeOption, Sizes, Steps, EngineOptions.Precision, EngineOptions.Device, EngineOptions.Threads, EngineOptions.Json,
            FarmBenchCommand.Create(), FarmBenchCommand.CreateNodes(), FabricBenchCommand.Create(),
            JournalBenchCommand.Create(),
        };
        command.SetAction((parsed, cancellation) =>
        {
            Run(parsed, cancellation);
            return Task.FromResult(CommandLine.Done);
        });
        return command;
    }

    static void Run(ParseResult parsed, CancellationToken cancellation)
    {
        var name = parsed.GetValue(RecipeOption)!;
        var recipe = RecipeFile.Load(name);
        if (recipe.Optimizer.Kind == OptimizerKind.Lbfgs)
            throw StyleFarmException.BadUsage(
                $"--recipe {name}: a step of L-BFGS is some 20 evaluations, not a fixed number; time a recipe of another optimizer");
        var steps = parsed.GetValue(Steps) is >= 1 and var wanted ? wanted : throw StyleFarmException.BadUsage("--steps: at least 1");
        var precision = parsed.GetValue(EngineOptions.Precision)!;
        var engine = EngineChoice.Read(parsed.GetValue(EngineOptions.Device)!, precision);
        EngineChoice.UseThreads(parsed.GetValue(EngineOptions.Threads));
        var json = parsed.GetValue(EngineOptions.Json);

        using var network = new Vgg19(VggWeights.Seeded(WeightsSeed), engine.Precision, engine.Device);
        var bench = new EngineBench(network, TimeProvider.System);
        if (!json) Console.WriteLine($"{name} in {precision} on {engine.Device}, {get_num_threads()} threads, libtorch {__version__}");
        foreach (var size in parsed.GetValue(Sizes)!)
        {
            var side = size is >= 16 and <= RecipeSize.MaxSide ? size
                : throw StyleFarmException.BadUsage($"--size {size}: from 16 to {RecipeSize.MaxSide}");
            Print(bench.Measure(recipe, name, side, precision, WarmUpSteps, steps, cancellation), engine, json);
        }
    }

    static void Print(EngineTiming timing, EngineChoice engine, bool json)
    {
        if (json)
        {
            var line = timing.ToJson();
            line["device"] = JsonValue.Create(engine.Device.ToString());
            line["threads"] = get_num_threads();
            Console.WriteLine(line.ToJsonString());
            return;
        }

        Console.WriteLine(FormattableString.Invariant(
            $"{timing.Size,5} px  {1000 / timing.MedianMilliseconds,7:F2} steps/s  {timing.MedianMilliseconds,8:F1} ms a step  ")
            + FormattableString.Invariant(
                $"peak {MemoryBudget.Text(timing.PeakBytes)} of {MemoryBudget.Text(timing.ForecastBytes)} forecast  ")
            + FormattableString.Invariant($"checkpoint {timing.CheckpointMilliseconds:F1} ms"));
    }
}
