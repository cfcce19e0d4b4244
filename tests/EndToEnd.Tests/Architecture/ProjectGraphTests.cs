using System.Xml.Linq;
using StyleFarm.TestKit;

namespace StyleFarm.EndToEnd.Tests.Architecture;

/// <summary>
/// Arrows between projects run one way: Messages ← Actors, Torch ← StyleTransfer ← GpuNode; Messages, Actors ← Coordinator; Backends
/// see the ports only; Cli sees all. A project that is not listed here is refused, so that it gets its place before its code.
/// </summary>
public sealed class ProjectGraphTests
{
    static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Messages"] = [],
        ["Actors"] = ["Messages"],
        ["Torch"] = [],
        ["StyleTransfer"] = ["Messages", "Torch"],
        ["GpuNode"] = ["Messages", "Actors", "Torch", "StyleTransfer"],
        ["Coordinator"] = ["Messages", "Actors"],
        ["Backends"] = ["Messages", "Actors"],
        ["Cli"] = ["Messages", "Actors", "Torch", "StyleTransfer", "GpuNode", "Coordinator", "Backends"],
    };

    static readonly string[] WithoutPackages = ["Messages", "Actors", "Torch"];

    public static TheoryData<string> Sources => [.. Names("src")];

    public static TheoryData<string> Suites => [.. Names("tests")];

    [Theory]
    [MemberData(nameof(Sources))]
    public void A_project_refers_only_to_those_below_it(string name)
    {
        Assert.True(Allowed.TryGetValue(name, out var allowed), $"src/{name} has no place in the graph; add it to {nameof(ProjectGraphTests)}");
        var references = References(Project("src", name));

        Assert.All(references, reference => Assert.True(allowed.Contains(reference), $"{name} must not refer to {reference}"));
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void The_lowest_projects_take_no_packages(string name)
    {
        if (!WithoutPackages.Contains(name)) return;

        Assert.Empty(Project("src", name).Descendants("PackageReference").Select(package => package.Attribute("Include")?.Value));
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void A_project_lies_in_a_folder_of_its_name_and_has_tests(string name)
    {
        Assert.True(File.Exists(Checkout.PathOf("src", name, $"{name}.csproj")), $"src/{name} has no {name}.csproj");
        // The command line is what the end-to-end tests run.
        var suites = name == "Cli" ? new[] { "Cli.Tests", "EndToEnd.Tests" } : [$"{name}.Tests"];
        Assert.True(suites.Any(suite => Names("tests").Contains(suite)), $"src/{name} has no tests/{suites[0]}");
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_suite_tests_the_project_that_it_is_named_after(string name)
    {
        // These three test no single project.
        if (name is "TestKit" or "EndToEnd.Tests" or "Simulation.Tests") return;

        var tested = name[..^".Tests".Length];
        Assert.EndsWith(".Tests", name, StringComparison.Ordinal);
        Assert.Contains(tested, Names("src"));
        Assert.Contains(tested, References(Project("tests", name)));
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void No_project_refers_to_tests(string name) =>
        Assert.DoesNotContain(References(Project("src", name)), reference => reference.EndsWith("Tests", StringComparison.Ordinal) || reference == "TestKit");

    [Fact]
    public void The_solution_holds_every_project()
    {
        var solution = File.ReadAllText(Checkout.PathOf("StyleFarm.sln")).Replace('\\', '/');

        Assert.All(new[] { "src", "tests" }.SelectMany(root => Names(root).Select(name => $"{root}/{name}/{name}.csproj")),
            path => Assert.Contains($"\"{path}\"", solution, StringComparison.Ordinal));
    }

    [Fact]
    public void The_allowed_graph_has_no_circle()
    {
        Assert.All(Allowed.Keys, name => Assert.DoesNotContain(name, Below(name)));
        Assert.DoesNotContain("GpuNode", Below("Coordinator"));
        Assert.DoesNotContain("Coordinator", Below("GpuNode"));

        static HashSet<string> Below(string name) =>
            [.. Allowed[name].Concat(Allowed[name].SelectMany(lower => lower == name ? [] : Below(lower)))];
    }

    /// <summary>The folders that hold a project of .NET; the dashboard and native code are none.</summary>
    static List<string> Names(string root) =>
        [.. Directory.EnumerateDirectories(Checkout.PathOf(root)).Where(folder => Directory.EnumerateFiles(folder, "*.csproj").Any())
            .Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    static XDocument Project(string root, string name) => XDocument.Load(Checkout.PathOf(root, name, $"{name}.csproj"));

    static List<string> References(XDocument project) =>
        [.. project.Descendants("ProjectReference").Select(reference =>
            Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))];
}
