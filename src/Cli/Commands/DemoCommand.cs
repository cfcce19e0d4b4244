using System.CommandLine;
using StyleFarm.Cli.Stylize;
using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;

namespace StyleFarm.Cli.Commands;

/// <summary>`stylefarm demo`: a first picture in about a minute, with nothing to prepare.</summary>
static class DemoCommand
{
    const string Lesson =
        """
        Examples:
          stylefarm demo
          stylefarm demo --size 192                          smaller and sooner
          stylefarm demo -o ~/Pictures --weights vgg19-dcbb9e9d.pth
        """;

    static readonly Option<string> Output = new("-o", "--output")
    {
        Description = "The folder for the picture and the sheet.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "out/demo",
    };

    static readonly Option<string?> Samples = new("--samples")
    {
        Description = "The folder with coffee.png and starry_night_unframed.jpg. Default: samples/ of this checkout.",
        HelpName = "DIR",
    };

    public static Command Create()
    {
        var command = new TaughtCommand("demo",
            "Render a first picture: a cup of coffee in the style of The Starry Night, in about a minute on two cores.", Lesson)
        {
            Output, Samples, RenderOptions.Size, RenderOptions.Steps, EngineOptions.Weights, EngineOptions.Device, EngineOptions.Threads,
            EngineOptions.State, EngineOptions.Json,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(new StylizeRequest
        {
            Content = Sample(parsed.GetValue(Samples), "coffee.png"),
            Styles = [Sample(parsed.GetValue(Samples), "starry_night_unframed.jpg")],
            Output = Path.Combine(parsed.GetValue(Output)!, "demo.png"),
            Recipe = RenderOptions.WithSteps(RecipePresets.Default, parsed),
            RecipeName = RecipePresets.DefaultName,
            Size = RenderOptions.ReadSize(parsed, RenderOptions.Size),
            Weights = parsed.GetValue(EngineOptions.Weights)!,
            Device = parsed.GetValue(EngineOptions.Device)!,
            Threads = parsed.GetValue(EngineOptions.Threads),
            State = parsed.GetValue(EngineOptions.State)!,
            Json = parsed.GetValue(EngineOptions.Json),
        }, cancellation)));
        return command;
    }

    static int Run(StylizeRequest request, CancellationToken cancellation)
    {
        var code = StylizeRun.Execute(request, TimeProvider.System, cancellation);
        if (code != CommandLine.Done) return code;

        var result = ImageFile.Load(request.Output, SizeSpec.Original);
        var content = ImageFile.Load(request.Content, SizeSpec.Forced(result.Width, result.Height));
        var style = ImageFile.Load(request.Styles[0], SizeSpec.LongSide(result.Width));
        var sheet = Path.Combine(Path.GetDirectoryName(request.Output)!, "before-after.png");
        ImageFile.Save(ContactSheet.Draw([(content, "content"), (style, "style"), (result, "result")], columns: 3), sheet);
        if (request.Json) return code;

        Console.WriteLine($"picture       {Path.GetFullPath(request.Output)}");
        Console.WriteLine($"before/after  {Path.GetFullPath(sheet)}");
        Console.WriteLine();
        Console.WriteLine("With the trained VGG19 weights (548 MiB) pictures get much better. Fetch them once with");
        Console.WriteLine("  ./stylefarm weights fetch");
        Console.WriteLine("or, on a machine that is offline, bring vgg19-dcbb9e9d.pth from elsewhere and run");
        Console.WriteLine("  ./stylefarm weights import vgg19-dcbb9e9d.pth");
        return code;
    }

    static string Sample(string? folder, string name)
    {
        if (folder is not null) return Path.Combine(folder, name);
        for (var above = new DirectoryInfo(AppContext.BaseDirectory); above is not null; above = above.Parent)
            if (File.Exists(Path.Combine(above.FullName, "samples", name)))
                return Path.Combine(above.FullName, "samples", name);
        throw StyleFarmException.BadInput($"samples/{name}: not found above {AppContext.BaseDirectory}; give the folder with --samples");
    }
}
