using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using StyleFarm.Coordinator.Reports;

namespace StyleFarm.Coordinator.Tests.Reports;

public sealed partial class SweepReportTests
{
    static readonly ReportModel Job = SampleReport.Model("job", ReportKind.Sweep);
    static readonly ReportCell Waiting = new() { Id = "c", State = ReportState.Waiting };

    const string Hostile = "</script><script>alert(1)</script><!--<b title=\"'\">&amp;\u2028\u2029\0\ud800 {{data}}";

    [Fact]
    public void The_page_refers_to_nothing_outside_itself()
    {
        var page = Page(SampleReport.Sweep());

        Assert.DoesNotMatch("""(src|href)\s*=\s*["']?\s*(https?:|//|[a-z]+\.(js|css))""", page);
        Assert.DoesNotMatch(@"url\(\s*[""']?(?!data:)", Block(page, "style"));
        Assert.DoesNotContain("@import", page, StringComparison.Ordinal);
        Assert.All(Url().Matches(page), url => Assert.Equal("http://www.w3.org/2000/svg", url.Value));
    }

    [Theory]
    [InlineData("script")]
    [InlineData("style")]
    public void The_policy_allows_only_the_code_of_the_page(string element)
    {
        var page = Page(SampleReport.Sweep());
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Block(page, element))));

        Assert.Contains("default-src 'none'; img-src data:;", page, StringComparison.Ordinal);
        Assert.Contains($"{element}-src 'sha256-{hash}'", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_names_stay_text()
    {
        var sample = SampleReport.Sweep();
        var page = Page(sample with
        {
            JobName = Hostile, JobId = Hostile, RecipeName = Hostile, Version = Hostile, CsvPath = Hostile,
            Axes = [new(Hostile, [new AxisValue(Hostile), "b"])],
            Cells = [.. sample.Cells.Take(2)
                .Select(cell => cell with { Values = [Hostile], Error = Hostile, Id = Hostile, Name = Hostile, ResultPath = Hostile })],
        });

        // Opening tags: the model, a film and a curve for each of two cells, the code.
        Assert.Equal(6, Regex.Count(page, "<script"));
        Assert.Equal(6, Regex.Count(page, "</script"));
        Assert.DoesNotContain('\u2028', page[page.IndexOf("<script", StringComparison.Ordinal)..]);
        Assert.DoesNotContain("alert(1)</script>", page, StringComparison.Ordinal);
        Assert.Contains("<title>&lt;/script&gt;&lt;script&gt;", page, StringComparison.Ordinal);
        var asRead = Hostile.Replace('\ud800', '\ufffd');
        var model = Model(page);
        Assert.Equal(asRead, model.GetProperty("job").GetProperty("recipe").GetString());
        Assert.Equal(asRead, model.GetProperty("axes")[0].GetProperty("values")[0].GetString());
        Assert.Equal(asRead, model.GetProperty("cells")[1].GetProperty("error").GetString());
    }

    [Fact]
    public void Broken_numbers_are_text_that_reads_as_numbers_again()
    {
        var curve = new LossCurve(["style/relu1_1"],
            [new LossPoint(0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1.23456789, [double.NaN])]);
        var cell = new ReportCell
        {
            Id = "c", State = ReportState.Failed, Score = double.NaN,
            Losses = new FinalLosses(double.PositiveInfinity, double.NegativeInfinity, 0.1 + 0.2, -1e-300), Curve = curve,
        };
        var page = Page(Job with { Cells = [cell] });

        var written = Model(page).GetProperty("cells")[0];
        Assert.Equal("NaN", written.GetProperty("score").GetString());
        Assert.Equal("Infinity", written.GetProperty("content").GetString());
        Assert.Equal("-Infinity", written.GetProperty("style").GetString());
        Assert.Equal(0.1 + 0.2, written.GetProperty("tv").GetDouble());
        Assert.Equal(-1e-300, written.GetProperty("total").GetDouble());
        Assert.Equal(JsonValueKind.Null, written.GetProperty("seconds").ValueKind);
        Assert.Equal(
            """{"steps":[0],"series":[["total",[1.23457]],["content",["NaN"]],["style",["Infinity"]],["tv",["-Infinity"]],["style/relu1_1",["NaN"]]]}""",
            Data(page, "curve-0"));
    }

    [Fact]
    public void The_film_runs_by_step_and_ends_with_the_result()
    {
        byte[] early = TinyJpeg.OfShade(1), late = TinyJpeg.OfShade(2), doubled = TinyJpeg.OfShade(3), result = TinyJpeg.OfShade(4);
        var cell = new ReportCell
        {
            Id = "c", State = ReportState.Finished, StepsDone = 20, StepsPlanned = 20, Thumbnail = result,
            Film = [new FilmFrame(20, late), new FilmFrame(5, doubled), new FilmFrame(5, early), new FilmFrame(7, Array.Empty<byte>())],
        };
        var page = Page(Job with { Cells = [cell] });

        Assert.Equal([5, 20], Model(page).GetProperty("cells")[0].GetProperty("shots").EnumerateArray().Select(step => step.GetInt32()));
        Assert.Equal([early, result], JsonDocument.Parse(Data(page, "film-0")).RootElement.EnumerateArray()
            .Select(picture => picture.GetBytesFromBase64()));
        Assert.Equal(1.5, Model(page).GetProperty("aspect").GetDouble());
    }

    [Fact]
    public void A_cell_without_pictures_and_losses_has_no_blocks_for_them()
    {
        var page = Page(Job with { Cells = [Waiting] });

        Assert.DoesNotContain("id=\"film-0\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"curve-0\"", page, StringComparison.Ordinal);
        Assert.Equal(1, Model(page).GetProperty("aspect").GetDouble());
    }

    [Theory]
    [InlineData(AxisScale.Logarithmic, "0.1,10", "log")]
    [InlineData(AxisScale.Logarithmic, "0,10", "category")]
    [InlineData(AxisScale.Linear, "-1e3,0", "linear")]
    [InlineData(AxisScale.Linear, "1,many", "category")]
    [InlineData(AxisScale.Linear, "1,NaN", "category")]
    [InlineData(AxisScale.Category, "1,2", "category")]
    public void An_axis_has_numbers_only_where_all_its_values_fit_the_scale(AxisScale scale, string values, string expected)
    {
        ReportAxis swept = new("x", [.. values.Split(',').Select(value => new AxisValue(value))], scale);
        var axis = Model(Page(Job with { Axes = [swept] })).GetProperty("axes")[0];

        Assert.Equal(expected, axis.GetProperty("scale").GetString());
        Assert.Equal(expected == "category", axis.GetProperty("numbers").ValueKind is JsonValueKind.Null);
    }

    [Fact]
    public void A_value_that_only_a_cell_names_joins_its_axis()
    {
        var model = Model(Page(Job with
        {
            Axes = [new("x", ["a", "a"])], Cells = [Waiting with { Values = ["b"] }, Waiting with { Values = ["a"] }],
        }));

        Assert.Equal("[\"a\",\"b\"]", model.GetProperty("axes")[0].GetProperty("values").GetRawText());
        Assert.Equal([1, 0], model.GetProperty("cells").EnumerateArray().Select(cell => cell.GetProperty("at")[0].GetInt32()));
    }

    [Fact]
    public void A_cell_without_a_value_for_each_axis_is_refused() =>
        Assert.Throws<ArgumentException>(() => Page(Job with { Axes = [new("x", ["a"])], Cells = [Waiting] }));

    [Fact]
    public void The_same_model_gives_the_same_bytes() => Assert.Equal(Page(SampleReport.Sweep()), Page(SampleReport.Sweep()));

    static string Page(ReportModel model)
    {
        using var stream = new MemoryStream();
        SweepReport.Write(stream, model);
        Assert.True(stream.CanWrite, "the stream must stay open");
        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(stream.ToArray());
    }

    static JsonElement Model(string page) => JsonDocument.Parse(Data(page, "model")).RootElement;

    static string Data(string page, string id) =>
        Regex.Match(page, $"<script type=\"application/json\" id=\"{id}\">(.*?)</script>", RegexOptions.Singleline).Groups[1].Value;

    static string Block(string page, string element) => Regex.Match(page, $"<{element}>(.*?)</{element}>", RegexOptions.Singleline)
        .Groups[1].Value;

    [GeneratedRegex("https?://[^'\"\\s)]+")]
    private static partial Regex Url();
}
