using System.CommandLine;
using StyleFarm.Cli.Commands;
using StyleFarm.Cli.Farm.Archive;
using StyleFarm.Cli.Farm.Naming;
using StyleFarm.Cli.Farm.Requests;
using StyleFarm.Messages;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Recipes;
using StyleFarm.TestKit;

namespace StyleFarm.Cli.Tests.Commands;

public sealed class BatchCommandTests : IDisposable
{
    readonly TempFolder _folder = new();

    public BatchCommandTests()
    {
        foreach (var name in new[] { "photos/a.jpg", "photos/sub/b.jpg", "starry.jpg", "wave.jpg", "styles/one.png", "styles/two.png",
            "b/wave.jpg" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
            File.WriteAllText(_folder[name], "not looked into");
        }

        File.WriteAllText(_folder["list.txt"], "photos/a.jpg\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_shortest_command_has_good_defaults()
    {
        var request = Read("photos", "--style", "starry.jpg", "--out", "painted");

        Assert.Equal(["photos"], request.Batch.Archive.Inputs);
        Assert.False(request.Batch.Archive.IsRecursive);
        Assert.Equal([_folder["painted"], _folder[".stylefarm"]], request.Batch.Archive.Excluded);
        var style = Assert.Single(request.Batch.Styles);
        Assert.Equal(("starry", _folder["starry.jpg"], 1.0), (style.Label, style.Parts[0].Path, style.Parts[0].Share));
        Assert.Equal(NameTemplate.OfOneStyle, request.Batch.Name);
        Assert.Equal(("png", 95, true),
            (request.Batch.Delivery.Form.Format, request.Batch.Delivery.Form.Quality, request.Batch.Delivery.Form.KeepsMetadata));
        Assert.Equal(_folder["painted"], request.Batch.Delivery.Folder);
        Assert.Equal((RecipePresets.DefaultName, RecipePresets.Default), (request.RecipeName, request.Recipe));
        Assert.Equal((50, 25, null, false, false, false),
            (request.Priority, request.CheckpointEvery, request.ShardCells, request.Json, request.IsEstimate, request.IsDryRun));
    }

    [Fact]
    public void Every_option_arrives()
    {
        var request = Read("photos", "photos/**/*.jpg", "-r", "--style", "starry.jpg", "wave.jpg", "-o", "painted", "--name",
            "{style}/{name}.jpg", "--quality", "70",
            "--strip-metadata", "--recipe", "d2l", "--set", "tv_weight=5", "--size", "64x48", "--style-size", "96", "--steps", "7",
            "--init", "noise",
            "--seed", "18446744073709551615", "--estimate", "--dry-run", "--weights", "seeded:3", "--precision", "bf16", "--device", "cpu",
            "--threads", "2",
            "--checkpoint-every", "5", "--priority", "80", "--shard-size", "4", "--state", "s", "--json");

        Assert.Equal(["photos", "photos/**/*.jpg"], request.Batch.Archive.Inputs);
        Assert.True(request.Batch.Archive.IsRecursive);
        Assert.Equal(["starry", "wave"], request.Batch.Styles.Select(style => style.Label));
        Assert.Equal(("jpg", 70, false),
            (request.Batch.Delivery.Form.Format, request.Batch.Delivery.Form.Quality, request.Batch.Delivery.Form.KeepsMetadata));
        Assert.Equal("d2l", request.RecipeName);
        Assert.Equal((5.0, 7, Init.Uniform), (request.Recipe.TvWeight, request.Recipe.Steps, request.Recipe.Init));
        Assert.Equal((RecipeSize.Of(64, 48), RecipeSize.Of(96), ulong.MaxValue),
            (request.Batch.Size!.Value, request.Batch.StyleSize!.Value, request.Batch.Seed));
        Assert.Equal(("seeded:3", "bf16", "cpu", 2, "s"),
            (request.Weights, request.Precision, request.Device, request.Threads!.Value, request.State));
        Assert.Equal((5, 80, 4, true, true, true),
            (request.CheckpointEvery, request.Priority, request.ShardCells!.Value, request.Json, request.IsEstimate, request.IsDryRun));
    }

    [Fact]
    public void Several_styles_name_the_style_and_labels_differ()
    {
        var request = Read("photos", "--style", "wave.jpg", "b/wave.jpg", "styles", "--out", "painted");

        Assert.Equal(["wave", "wave-2", "one", "two"], request.Batch.Styles.Select(style => style.Label));
        Assert.Equal(NameTemplate.OfManyStyles, request.Batch.Name);
    }

    [Fact]
    public void Shares_make_a_blend()
    {
        var style =
            Assert.Single(Read("photos", "--style", "starry.jpg", "wave.jpg", "--style-weights", "3,1", "--out", "painted").Batch.Styles);

        Assert.Equal("starry+wave", style.Label);
        Assert.Equal([0.75, 0.25], style.Parts.Select(part => part.Share));
    }

    [Theory]
    [InlineData("@list.txt")]
    [InlineData("--list", "list.txt")]
    public void A_list_is_read_from_a_file(params string[] words) =>
        Assert.Equal(["@list.txt"], Read([.. words, "--style", "starry.jpg", "--out", "painted"]).Batch.Archive.Inputs);

    [Theory]
    [InlineData("--name {name}.webp", "webp")]
    [InlineData("--name {name}.TIFF", "tif")]
    [InlineData("--format jpeg", "jpg")]
    [InlineData("--format keep --name {name}-x{ext}", "keep")]
    [InlineData("--format jpg --name {name}.jpg", "jpg")]
    public void The_format_follows_the_name_or_its_option(string options, string format) =>
        Assert.Equal(format,
            Read(["photos", "--style", "starry.jpg", "--out", "painted", .. options.Split(' ')]).Batch.Delivery.Form.Format);

    [Theory]
    [InlineData("--style starry.jpg photos --out painted", "no CONTENT given: name the photos before --style")]
    [InlineData("gone --style starry.jpg --out painted", "gone: no such file or folder")]
    [InlineData("photos --style gone.jpg --out painted", "gone.jpg: no such file or folder")]
    [InlineData("photos --style starry.jpg --out s3://bucket/x", "--out s3://bucket/x: pictures are written to folders of this machine")]
    [InlineData("photos --style starry.jpg --out starry.jpg", "--out starry.jpg: it is a file")]
    [InlineData("photos --style starry.jpg --out photos", "photos: ")]
    [InlineData("photos --style starry.jpg --out painted --name {nam}{ext}",
        "--name '{nam}{ext}': there is no {nam} (did you mean 'name'?)")]
    [InlineData("photos --style starry.jpg wave.jpg --out painted --name {name}{ext}", "put {style} in it")]
    [InlineData("photos --style starry.jpg --out painted --name {name}.gif", "'.gif' is not a format that can be written")]
    [InlineData("photos --style starry.jpg --out painted --name {name}.jpg --format png", "ends in .jpg, and --format is png")]
    [InlineData("photos --style starry.jpg --out painted --format bmp", "--format bmp: give jpg, png, tif, webp, keep")]
    [InlineData("photos --style starry.jpg --out painted --style-weights 1,2", "names 2 shares for 1 styles")]
    [InlineData("photos --style starry.jpg --out painted --size big", "--size big: give the long side")]
    [InlineData("photos --style starry.jpg --out painted --recipe d2ll", "there is no recipe 'd2ll'")]
    [InlineData("empty --style starry.jpg --out painted",
        "empty: no picture in this folder; to look into the folders below it too, give --recursive")]
    public void What_cannot_work_is_refused_at_once(string arguments, string what)
    {
        Directory.CreateDirectory(_folder["empty"]);

        Assert.Contains(what, Assert.Throws<StyleFarmException>(() => Read(arguments.Split(' '))).Message);
    }

    [Theory]
    [InlineData("photos --out painted", "Option '--style' is required")]
    [InlineData("photos --style starry.jpg", "Option '--out' is required")]
    [InlineData("photos --style starry.jpg --out painted --priority 101", "--priority 101: give a whole number from 0 to 100")]
    [InlineData("photos --recursve --style starry.jpg --out painted", "--recursve: no such option (did you mean '--recursive'?)")]
    [InlineData("photos --style starry.jpg --out painted --strip-metadate", "did you mean '--strip-metadata'?")]
    public void Bad_usage_is_one_line(string arguments, string what)
    {
        var parsed = Parse(arguments.Split(' '));

        Assert.NotEmpty(parsed.Errors);
        Assert.Contains(what, UsageFault.Of(parsed));
    }

    [Fact]
    public void The_same_command_is_the_same_job_and_another_is_another()
    {
        string[] command = ["photos", "--style", "starry.jpg", "--out", "painted"];
        var id = Job(command).Id;

        Assert.Equal(id, Job(command).Id);
        Assert.StartsWith("photos-in-starry-", id.ToString());
        Assert.Equal(id,
            Job([.. command, "--json", "--priority", "9", "--shard-size", "3", "--checkpoint-every", "1", "--threads", "1"]).Id);
        foreach (var other in new[] { "--size 64", "--steps 3", "--seed 1", "-r", "--format jpg", "--precision bf16", "--set tv_weight=3",
            "--state s" })
            Assert.NotEqual(id, Job([.. command, .. other.Split(' ')]).Id);
        Assert.NotEqual(id, Read(command).ToJob("other weights").Id);
    }

    [Fact]
    public void A_job_says_all_that_the_farm_needs()
    {
        var job = Job("photos", "--style", "starry.jpg", "--out", "painted", "--precision", "bf16", "--priority", "7", "--shard-size", "3",
            "--checkpoint-every", "9");

        Assert.Equal((JobKind.Batch, "photos in starry", "bf16", "w"), (job.Kind, job.Name, job.Precision, job.WeightsHash));
        Assert.Equal((7, 3, 9), (job.Priority, job.ShardCells!.Value, job.CheckpointEvery));
        Assert.False(job.IsScored);
    }

    [Fact]
    public void A_list_from_a_pipe_is_kept_under_its_hash()
    {
        using var first = new MemoryStream("photos/a.jpg\n"u8.ToArray());
        using var again = new MemoryStream("photos/a.jpg\n"u8.ToArray());
        using var other = new MemoryStream("photos/b.jpg\n"u8.ToArray());

        var path = ListSpool.Save(first, _folder["state"]);

        Assert.Equal("photos/a.jpg\n", File.ReadAllText(path));
        Assert.Equal(path, ListSpool.Save(again, _folder["state"]));
        Assert.NotEqual(path, ListSpool.Save(other, _folder["state"]));
        Assert.Equal(2, Directory.GetFiles(_folder["state/lists"]).Length);
    }

    [Fact]
    public void Its_help_teaches()
    {
        var command = Assert.IsType<TaughtCommand>(BatchCommand.Create());

        Assert.Contains("stylefarm batch photos --style starry.jpg --out painted", command.Lesson);
        foreach (var token in new[] { "name", "ext", "style", "folder", "index", "recipe", "width", "height", "cell" })
            Assert.Contains($"{{{token}}}", command.Lesson);
        Assert.All(command.Options, option => Assert.False(string.IsNullOrWhiteSpace(option.Description)));
        Assert.All(command.Lesson.Split('\n'), line => Assert.InRange(line.Length, 0, 140));
    }

    JobSpec Job(params string[] arguments) => Read(arguments).ToJob("w");

    BatchRequest Read(params string[] arguments)
    {
        var parsed = Parse(arguments);
        Assert.Empty(parsed.Errors);
        return BatchCommand.Read(parsed, _folder.Path, new DiskFolders());
    }

    static ParseResult Parse(string[] arguments) =>
        new RootCommand { BatchCommand.Create() }.Parse(["batch", .. arguments], CommandLine.Parsing);
}
