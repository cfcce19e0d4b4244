using System.Security.Cryptography;
using System.Text.Json.Nodes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.TestKit;

namespace StyleFarm.EndToEnd.Tests.Cli;

/// <summary>What is written down: telemetry, result.json, the state folder, the lines of --json.</summary>
public sealed class TelemetryTests : IDisposable
{
    static readonly string[] Keys = ["cell", "step", "content", "style", "tv", "total", "taps", "ms"];

    readonly Studio _studio = new();

    public void Dispose() => _studio.Dispose();

    [Fact]
    public async Task A_line_a_step_with_the_losses_before_it()
    {
        (await _studio.StylizeAsync("--recipe", "d2l", "--steps", "5", "--telemetry", "deep/t.jsonl")).Succeeds();

        var lines = File.ReadLines(_studio["deep/t.jsonl"]).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        Assert.Equal([0, 1, 2, 3, 4], lines.Select(line => (int)line["step"]!));
        Assert.All(lines, line => Assert.Equal(Keys, line.Select(field => field.Key)));
        Assert.All(lines, AssertAddsUp);
        Assert.All(lines, line => Assert.Equal(Path.GetFileName(_studio.Cell), (string?)line["cell"]));
        Assert.Equal(0, (double)lines[0]["content"]!); // it starts from the content
        Assert.Equal(["content/relu4_4", "style/relu1_1", "style/relu2_1", "style/relu3_1", "style/relu4_1", "style/conv5_1"],
            lines[0]["taps"]!.AsObject().Select(tap => tap.Key));
    }

    [Fact]
    public async Task Lbfgs_has_a_line_an_evaluation()
    {
        (await _studio.StylizeAsync("--recipe", "keras-lbfgs", "--steps", "2", "--telemetry", "t.jsonl")).Succeeds();

        var lines = File.ReadLines(_studio["t.jsonl"]).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        Assert.All(lines, line => Assert.Equal([.. Keys[..2], "evaluation", .. Keys[2..]], line.Select(field => field.Key)));
        Assert.All(lines, AssertAddsUp);
        foreach (var step in new[] { 0, 1 })
        {
            var evaluations = lines.Where(line => (int)line["step"]! == step).Select(line => (int)line["evaluation"]!).ToList();
            Assert.Equal(Enumerable.Range(0, evaluations.Count), evaluations);
            Assert.InRange(evaluations.Count, 20, 25);
        }
    }

    [Fact]
    public async Task The_state_folder_has_the_layout_that_others_rely_on()
    {
        using var run = _studio.Start(Studio.Command("--recipe", "d2l", "--steps", "100000", "--checkpoint-every", "2", "--json"));
        await run.ReadUntilAsync(line => line.Contains("\"step\":9,"));
        run.Signal("INT");
        Assert.Equal(130, (await run.EndAsync()).Code);
        var cell = _studio.Cell;
        Assert.Matches("^[0-9a-f]{32}$", Path.GetFileName(cell));
        var checkpoints = Directory.GetFiles(Path.Combine(cell, "checkpoints"));
        Assert.InRange(checkpoints.Length, 1, 2);
        Assert.All(checkpoints, path => Assert.Matches(@"^\d{8}\.\d+\.safetensors$", Path.GetFileName(path)));
        Assert.All(Directory.GetFiles(Path.Combine(cell, "telemetry")), path => Assert.Matches(@"^\d{8}\.jsonl$", Path.GetFileName(path)));
        Assert.Equal("00000000.jsonl", Directory.GetFiles(Path.Combine(cell, "telemetry")).Select(Path.GetFileName).Min());

        (await _studio.StylizeAsync("--state", "other")).Succeeds();

        var finished = Assert.Single(Directory.GetDirectories(_studio["other/cells"]));
        var visible = Directory.GetFiles(finished).Select(Path.GetFileName).Where(name => name![0] != '.');
        Assert.Equal(["result.json", "result.png"], visible.Order());
        Assert.Empty(Directory.GetFiles(Path.Combine(finished, "checkpoints")));
        Assert.Equal(["00000000.jsonl"], Directory.GetFiles(Path.Combine(finished, "telemetry")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task The_result_says_what_made_it_and_makes_it_again()
    {
        ImageFile.Save(Pictures.Noise(40, 30, seed: 5), _studio["other.png"]);
        string[] pictures = ["content.png", "style.png", "other.png"];
        (await _studio.RunAsync(Studio.Of(pictures,
            "--recipe", "ng-course", "--seed", "77", "--style-weights", "2,1", "--style-size", "56", "--set", "optimizer.lr=1.5")))
            .Succeeds();

        var result = _studio.Json("result.json");
        string[] keys = ["cell", "recipe_hash", "weights", "device", "threads", "versions", "losses", "memory", "timings", "passes"];
        Assert.All(keys, key => Assert.NotNull(result[key]));
        Assert.Equal(Hash("content.png"), (string?)result["content"]!["sha256"]);
        Assert.Equal([Hash("style.png"), Hash("other.png")], result["styles"]!.AsArray().Select(style => (string?)style!["sha256"]));
        Assert.Equal("seeded:1", (string?)result["weights"]!["source"]);
        Assert.Matches("^[0-9a-f]{64}$", (string?)result["weights"]!["identity"]);
        AssertAddsUp(result["losses"]!.AsObject());
        Assert.True((double)result["timings"]!["render_seconds"]! > 0);

        File.WriteAllText(_studio["again.json"], result["recipe"]!.ToJsonString());
        var again = new List<string>
        {
            "stylize", (string)result["content"]!["file"]!, "-o", "again.png", "--recipe", "again.json", "--state", "again",
            "--style-weights", string.Join(',', result["styles"]!.AsArray().Select(style => style!["share"]!.ToJsonString())),
            "--size", (string)result["options"]!["size"]!, "--style-size", (string)result["options"]!["style_size"]!,
            "--seed", result["seed"]!.ToJsonString(), "--weights", (string)result["weights"]!["source"]!,
            "--precision", (string)result["precision"]!, "--device", (string)result["device"]!,
            "--threads", result["threads"]!.ToJsonString(),
        };
        again.InsertRange(2, result["styles"]!.AsArray().Select(style => (string)style!["file"]!));
        (await _studio.RunAsync([.. again])).Succeeds();

        Assert.Equal(File.ReadAllBytes(_studio["out.png"]), File.ReadAllBytes(_studio["again.png"]));
        Assert.Equal((string?)result["cell"], (string?)_studio.Json("again.result.json")["cell"]);

        string Hash(string name) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_studio[name])));
    }

    [Fact]
    public async Task Json_is_all_that_json_prints()
    {
        var run = (await _studio.StylizeAsync("--json", "--weights", "auto")).Succeeds();

        Assert.Empty(run.Errors);
        Assert.Equal(["notice", "start", "progress", "result"], run.Events.Select(line => (string?)line["event"]).Distinct());
        Assert.Equal([0, 1, 2], run.EventsOf("progress").Select(line => (int)line["step"]!));
        var result = Assert.Single(run.EventsOf("result"));
        Assert.Equal("out.png", (string?)result["output"]);
        Assert.Equal((string?)_studio.Json("result.json")["cell"], (string?)result["result"]!["cell"]);
    }

    [Fact]
    public async Task Somebody_elses_result_json_stays()
    {
        File.WriteAllText(_studio["result.json"], "{\"mine\": true}");

        var run = (await _studio.StylizeAsync()).Succeeds();

        Assert.Contains("is not StyleFarm's and stays", run.Text);
        Assert.Equal("{\"mine\": true}", File.ReadAllText(_studio["result.json"]));
        Assert.NotNull(_studio.Json("out.result.json")["cell"]);
    }

    static void AssertAddsUp(JsonObject losses)
    {
        var (content, style, tv, total) = (Value("content"), Value("style"), Value("tv"), Value("total"));
        Assert.Equal(total, content + style + tv, 1e-6 * Math.Abs(total)); // the sum is made in float32
        Assert.Matches("content/.*style/", losses["taps"]!.ToJsonString());

        double Value(string key) => (double)losses[key]!;
    }
}
