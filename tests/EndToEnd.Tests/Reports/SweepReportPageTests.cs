using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using StyleFarm.Coordinator.Reports;
using StyleFarm.Coordinator.Tests.Reports;
using static Microsoft.Playwright.Assertions;

namespace StyleFarm.EndToEnd.Tests.Reports;

/// <summary>The sample sweep in a browser. Each test also fails on any request besides the file and on any word on the console.</summary>
[Collection(nameof(Browser))]
public sealed class SweepReportPageTests(Browser browser)
{
    static readonly ReportModel Model = PaintedSweep.Model;

    [Fact]
    public async Task The_sheet_opens_on_the_slice_of_the_best_cell()
    {
        await using var report = await ReportPage.OpenAsync(browser, Model);
        var best = Model.Cells.IndexOf(Model.Cells.Where(cell => cell.State is not ReportState.Failed)
            .MinBy(cell => cell.Score ?? double.MaxValue)!);

        await Expect(report.Page.Locator("h1")).ToHaveTextAsync("starry-grid");
        await Expect(report.Page.Locator("#stats")).ToContainTextAsync("finished26");
        await Expect(report.Page.Locator("#sheet .thumb")).ToHaveCountAsync(8);
        await Expect(report.Thumb(best).Locator(".rank")).ToHaveTextAsync("rank 1");
        await Expect(report.Thumb(best).Locator("img")).ToHaveJSPropertyAsync("naturalWidth", 240);
    }

    [Fact]
    public async Task Any_two_axes_make_the_rows_and_columns()
    {
        await using var report = await ReportPage.OpenAsync(browser, Model);
        await report.PickAsync("Rows", "seed");
        await report.PickAsync("Columns", "tv_weight");

        Assert.Equal(["tv_weight 0", "tv_weight 10"], await report.Page.Locator("#sheet thead th").AllTextContentsAsync());
        Assert.Equal(["seed 1", "seed 2"], await report.Page.Locator("#sheet tbody th").AllTextContentsAsync());
        await report.PickAsync("content", "coffee");
        await report.PickAsync("style_weight", "1000");
        // The last of the contents, the first weight: cells 16 to 19, seeds down and total variation across.
        Assert.Equal(["16", "18", "17", "19"], await Cells(report));
        await report.PickAsync("style_weight", "all");
        await Expect(report.Page.Locator("#sheet .thumb")).ToHaveCountAsync(16);
        await report.Page.GetByRole(AriaRole.Button, new() { Name = "Swap rows and columns" }).ClickAsync();
        Assert.Equal(["seed 1", "seed 2"], await report.Page.Locator("#sheet thead th").AllTextContentsAsync());
    }

    [Fact]
    public async Task The_slider_shows_each_cell_at_the_nearest_step_at_or_before()
    {
        await using var report = await ReportPage.OpenAsync(browser, Model);
        // Stopped at step 100, failed at 172 and finished at 300, with a picture every 50.
        int[] cells = [17, 13, 5];
        Assert.All(cells.Zip([100, 172, 300]), pair => Assert.Equal(pair.Second, Model.Cells[pair.First].StepsDone));
        foreach (var axis in new[] { "tv_weight", "seed" }) await report.PickAsync(axis, "all");

        foreach (var (slider, steps) in new[] { (1, new[] { 100, 100, 100 }), (2, [100, 150, 150]), (3, [100, 172, 150]),
            (5, [100, 172, 250]), (6, [100, 172, 300]) })
        {
            await report.Page.Locator("#step").FillAsync($"{slider}");
            foreach (var (cell, step) in cells.Zip(steps))
            {
                await report.Thumb(cell).ScrollIntoViewIfNeededAsync();
                var image = report.Thumb(cell).Locator("img");
                await Expect(image).ToHaveAttributeAsync("alt", new Regex($", step {step}$"));
                var expected = "data:image/jpeg;base64," + Convert.ToBase64String(Picture(Model.Cells[cell], step).Span);
                Assert.True(expected == await image.GetAttributeAsync("src"), $"cell {cell} at step {step}");
            }
        }
        await Expect(report.Page.Locator("#timeline output")).ToHaveTextAsync("300");
    }

    [Fact]
    public async Task A_brush_fades_the_other_cells_everywhere_until_it_is_cleared()
    {
        await using var report = await ReportPage.OpenAsync(browser, Model);
        await report.PickAsync("Best", "all 30");
        await report.BrushAsync("axis-1", -0.02, 0.4);

        // The two lower style weights.
        var kept = Model.Cells.Where(cell => cell.Values[1] is "1000" or "10000").ToList();
        await Expect(report.Page.Locator("#selection")).ToContainTextAsync($"{kept.Count} of 32 kept");
        foreach (var place in new[] { "#sheet .thumb", "#best-table tr", "#scatter circle" })
        {
            await Expect(report.Page.Locator($"{place}[data-cell]:not(.dimmed)").First).ToBeVisibleAsync();
            foreach (var shown in await report.Page.Locator($"{place}[data-cell]")
                .EvaluateAllAsync<string[]>("all => all.map(e => e.dataset.cell + (e.classList.contains('dimmed') ? ' dimmed' : ''))"))
            {
                var parts = shown.Split(' ');
                Assert.Equal(!kept.Contains(Model.Cells[int.Parse(parts[0], CultureInfo.InvariantCulture)]), parts.Length == 2);
            }
        }
        Assert.True(await Opacity(report.Thumb(DimmedOnSheet)) < 0.3);

        await report.Page.GetByRole(AriaRole.Button, new() { Name = "Clear" }).ClickAsync();
        await Expect(report.Page.Locator(".dimmed")).ToHaveCountAsync(0);
        await Expect(report.Page.Locator("#selection")).ToBeEmptyAsync();
    }

    [Fact]
    public async Task Brushes_add_up_and_can_be_moved_and_lifted()
    {
        await using var report = await ReportPage.OpenAsync(browser, Model);
        var status = report.Page.Locator("#selection");
        await report.BrushAsync("axis-1", -0.02, 0.4);
        await report.BrushAsync("axis-0", -0.02, 0.3);
        await Expect(status).ToContainTextAsync("8 of 32 kept");
        // Dragged by its middle to the upper end.
        await report.BrushAsync("axis-0", 0.15, 0.9);
        await Expect(status).ToContainTextAsync("8 of 32 kept");
        await Expect(report.Page.Locator("#scatter circle[data-cell='16']")).Not.ToHaveClassAsync(new Regex("dimmed"));
        await report.Page.Locator(".brush[data-dimension='axis-0'] .brush-area").DblClickAsync();
        await Expect(status).ToContainTextAsync("16 of 32 kept");
    }

    [Fact]
    public async Task A_brush_can_be_set_with_the_keyboard()
    {
        await using var report = await ReportPage.OpenAsync(browser, Model);
        var highest = report.Page.GetByRole(AriaRole.Slider, new() { Name = "style_weight, highest kept" });
        await highest.FocusAsync();
        await report.Page.Keyboard.PressAsync("ArrowDown");

        await Expect(highest).ToHaveAttributeAsync("aria-valuetext", "1e5");
        await Expect(report.Page.Locator("#selection")).ToContainTextAsync("24 of 32 kept");
        await ReportPage.HasFocusAsync(highest);
        await report.Page.Keyboard.PressAsync("Escape");
        await Expect(report.Page.Locator("#selection")).ToBeEmptyAsync();
    }

    [Fact]
    public async Task The_large_view_tells_a_cell_and_the_arrow_keys_move()
    {
        await using var report = await ReportPage.OpenAsync(browser, Model);
        var viewer = report.Page.GetByRole(AriaRole.Dialog);
        await report.Thumb(1).ClickAsync();

        await Expect(viewer.Locator("h2")).ToHaveTextAsync("chelsea · style_weight 1000 · tv_weight 0 · seed 2");
        await Expect(viewer.Locator(".facts-list").First).ToContainTextAsync("contentphotos/chelsea.png");
        await Expect(viewer.GetByRole(AriaRole.Link)).ToHaveAttributeAsync("href", $"./../../cells/{SampleReport.Id(1)}/result.png");
        await Expect(viewer.Locator(".film button")).ToHaveCountAsync(6);
        await report.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(viewer.Locator("h2")).ToContainTextAsync("chelsea · style_weight 10000 ");
        await report.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(viewer.Locator("h2")).ToContainTextAsync("coffee · style_weight 10000 ");
        await report.Page.Keyboard.PressAsync("Home");
        await Expect(viewer.Locator("h2")).ToContainTextAsync("chelsea · style_weight 1000 ");
        await report.Page.Keyboard.PressAsync(",");
        await Expect(viewer.Locator("figcaption")).ToHaveTextAsync("Step 250 of 300");
        await report.Page.Keyboard.PressAsync("Escape");
        await Expect(viewer).ToBeHiddenAsync();
        await ReportPage.HasFocusAsync(report.Thumb(1));
        await report.Page.Keyboard.PressAsync("ArrowDown");
        await ReportPage.HasFocusAsync(report.Thumb(17));
        await report.Page.Keyboard.PressAsync("Enter");
        await Expect(viewer.Locator("h2")).ToContainTextAsync("coffee · style_weight 1000 ");
    }

    [Fact]
    public async Task A_failed_cell_says_why_and_shows_its_broken_losses()
    {
        await using var report = await ReportPage.OpenAsync(browser, Model);
        var row = report.Page.Locator("#problem-table tbody tr").First;
        await Expect(row).ToContainTextAsync("the loss became infinite three times");
        await Expect(report.Page.Locator("#problem-table tbody tr")).ToHaveCountAsync(5);
        await row.GetByRole(AriaRole.Button).ClickAsync();

        await Expect(report.Page.Locator(".viewer .error-text")).ToContainTextAsync("the loss became infinite three times");
        await Expect(report.Page.Locator(".viewer .facts-list").Nth(1)).ToHaveTextAsync("contentNaNstyle∞tv0total∞");
    }

    [Fact]
    public async Task Losses_can_be_read_compared_and_taken_apart()
    {
        await using var report = await ReportPage.OpenAsync(browser, Model);
        var chart = report.Page.Locator("#curves svg");
        await Expect(chart.Locator("path.line")).ToHaveCountAsync(5);
        var linear = await chart.Locator("path.line").First.GetAttributeAsync("d");
        await report.Page.GetByLabel("log scale").UncheckAsync();
        await Expect(chart.Locator("path.line").First).Not.ToHaveAttributeAsync("d", linear!);

        await report.PickAsync("Show", "cell 5");
        await Expect(chart.Locator("path.line")).ToHaveCountAsync(4 + 6);
        await chart.FocusAsync();
        await report.Page.Keyboard.PressAsync("End");
        var last = Model.Cells[5].Curve!.Points[^1];
        await Expect(report.Page.Locator("#curve-step")).ToHaveTextAsync($"at step {last.Step}");
        await Expect(report.Page.Locator("#curve-chips .chip").Nth(1))
            .ToHaveTextAsync("content" + last.Content.ToString("0.###", CultureInfo.InvariantCulture));

        await report.PickAsync("Show", "style/relu3_1");
        await report.PickAsync("Add", "13");
        await Expect(chart.Locator("path.line")).ToHaveCountAsync(6);
        await report.Page.GetByRole(AriaRole.Button, new() { Name = "Remove" }).First.ClickAsync();
        await Expect(chart.Locator("path.line")).ToHaveCountAsync(5);
        var box = (await chart.BoundingBoxAsync())!;
        await report.Page.Mouse.MoveAsync(box.X + box.Width / 2, box.Y + box.Height / 2);
        await Expect(report.Page.Locator("#curve-chips .reading:not(:empty)").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_best_cells_are_ranked_by_score_and_sort_by_any_column()
    {
        await using var report = await ReportPage.OpenAsync(browser, Model);
        await report.PickAsync("Best", "20");
        var scores = report.Page.Locator("#best-table tbody td:nth-child(3)");
        var expected = Model.Cells.Where(cell => cell.Score is not null).Select(cell => cell.Score!.Value).Order().Take(20)
            .Select(score => score.ToString("0.000", CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(expected, await scores.AllTextContentsAsync());

        var byScore = report.Page.Locator("#best-table").GetByRole(AriaRole.Button, new() { Name = "score" });
        await byScore.ClickAsync();
        await byScore.ClickAsync();
        Assert.Equal(Enumerable.Reverse(expected), await scores.AllTextContentsAsync());
        await Expect(report.Page.Locator("#best-table th[aria-sort=descending]")).ToContainTextAsync("score");
        await ReportPage.HasFocusAsync(byScore);
        await Expect(report.Page.Locator("#scatter circle.front")).ToHaveCountAsync(ParetoFront.Of(Model.Cells).Length);
    }

    /// <summary>A cell of the slice that the sheet opens on, with one of the two higher style weights.</summary>
    const int DimmedOnSheet = 9;

    static async Task<double> Opacity(ILocator locator)
    {
        await locator.EvaluateAsync("element => Promise.all(element.getAnimations().map(animation => animation.finished))");
        return await locator.EvaluateAsync<double>("element => Number(getComputedStyle(element).opacity)");
    }

    static async Task<IReadOnlyList<string>> Cells(ReportPage report) =>
        await report.Page.Locator("#sheet .thumb").EvaluateAllAsync<string[]>("all => all.map(thumb => thumb.dataset.cell)");

    static ReadOnlyMemory<byte> Picture(ReportCell cell, int step) =>
        step == cell.StepsDone ? cell.Thumbnail : cell.Film.Single(frame => frame.Step == step).Jpeg;
}
