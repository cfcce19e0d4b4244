using System.CommandLine;

namespace StyleFarm.Cli.Commands;

/// <summary>Options that every command which renders has.</summary>
static class EngineOptions
{
    public static readonly Option<string> Weights = new("--weights")
    {
        Description = "VGG19's weights: a .pth or .safetensors file, seeded:N, or auto (the imported file, else a seeded network).",
        HelpName = "FILE|seeded:N|auto",
        DefaultValueFactory = _ => "auto",
    };

    public static readonly Option<string> Precision = new("--precision")
    {
        Description = "What the network computes in.",
        HelpName = "fp32|bf16|fp64",
        DefaultValueFactory = _ => "fp32",
    };

    public static readonly Option<string> Device = new("--device")
    {
        Description = "Where it computes: auto takes the first CUDA device, else the CPU.",
        HelpName = "auto|cpu|cuda:N",
        DefaultValueFactory = _ => "auto",
    };

    public static readonly Option<int?> Threads = NumberOption.Optional("--threads",
        "CPU threads. Default: the number of cores. The same number gives the same result to the bit.", min: 1, max: 1024);

    public static readonly Option<string> State = new("--state")
    {
        Description = "The folder that keeps checkpoints and finished pictures.",
        HelpName = "DIR",
        DefaultValueFactory = _ => ".stylefarm",
    };

    public static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object a line, for scripts." };
}
