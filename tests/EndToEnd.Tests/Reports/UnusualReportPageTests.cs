using System.Collections.Immutable;
using Microsoft.Playwright;
using StyleFarm.Coordinator.Reports;
using StyleFarm.Coordinator.Tests.Reports;
using static Microsoft.Playwright.Assertions;

namespace StyleFarm.EndToEnd.Tests.Reports;

/// <summary>Jobs that are empty, huge, broken or hostile, and screens of all sizes.</summary>
[Collection(nameof(Browser))]
public sealed class UnusualReportPageTests(Browser browser)
{
    const string Hostile = "</script><img src=x onerror=alert(1)><b>bold</b> & \"quoted\" 'text' \u2028";

    [Fact]
    public async Task Markup_in_names_is_shown_as_text()
    {
        var sample = SampleReport.Sweep();
        var model = sample with
        {
            JobName = Hostile, RecipeName = Hostile,
            Axes = [new ReportAxis(Hostile, [Hostile, "other"]), new ReportAxis("__proto__", ["constructor", "toString"])],
            Cells =
            [
                .. sample.Cells.Skip(12).Take(4).Select((cell, at) => cell with
                {
                    Values = [at < 2 ? Hostile : "other", at % 2 == 0 ? "constructor" : "toString"], Error = Hostile,
                    ResultPath = "javascript:alert(1)", Curve = cell.Curve! with { Taps = [Hostile, "__proto__", "total", "c", "d", "e"] },
                }),
            ],
        };
        await using var report = await ReportPage.OpenAsync(browser, model);

        await Expect(report.Page.Locator("h1")).ToHaveTextAsync(Hostile);
        await Expect(report.Page.Locator("b, img[src=x]")).ToHaveCountAsync(0);
        await Expect(report.Page.Locator("#problem-table")).ToContainTextAsync(Hostile);
        await report.Page.Locator("#sheet .thumb").First.ClickAsync();
        await Expect(report.Page.GetByRole(AriaRole.Link, new() { Name = "Open the full picture" }))
            .ToHaveAttributeAsync("href", "./javascript%3Aalert(1)");
        await Expect(report.Page.Locator(".viewer h2")).ToContainTextAsync("<b>bold</b>");
    }

    [Theory]
    [InlineData(ReportKind.Sweep)]
    [InlineData(ReportKind.Batch)]
    public async Task A_job_without_cells_says_so(ReportKind kind)
    {
        await using var report = await ReportPage.OpenAsync(browser,
            SampleReport.Model("", kind) with { Axes = SampleReport.Sweep().Axes });

        await Expect(report.Page.Locator("h1")).ToHaveTextAsync("j-7f3a2b");
        await Expect(report.Page.Locator("#sheet")).ToHaveTextAsync("This job has no cells yet.");
        Assert.Equal(["Pictures", "How to read"], await report.Page.Locator("#sections a").AllTextContentsAsync());
    }

    [Fact]
    public async Task A_batch_is_a_grid_of_its_pictures()
    {
        await using var report = await ReportPage.OpenAsync(browser, SampleReport.Batch(23, hasScores: false));

        await Expect(report.Page.Locator("#sheet .thumb")).ToHaveCountAsync(23);
        await Expect(report.Thumb(7)).ToContainTextAsync("IMG_0007.jpg");
        Assert.Equal(["Pictures", "How to read"], await report.Page.Locator("#sections a").AllTextContentsAsync());
        await report.Thumb(7).ClickAsync();
        await report.Page.Keyboard.PressAsync("ArrowLeft");
        await Expect(report.Page.Locator(".viewer h2")).ToHaveTextAsync("IMG_0006.jpg");
    }

    [Fact]
    public async Task A_batch_with_scores_can_be_put_in_their_order()
    {
        await using var report = await ReportPage.OpenAsync(browser, SampleReport.Batch(23, hasScores: true));
        await report.PickAsync("Order", "best first");

        await Expect(report.Page.Locator("#sheet .thumb .rank").First).ToHaveTextAsync("rank 1");
        await Expect(report.Page.Locator("#best-title")).ToHaveTextAsync("Best cells");
        await Expect(report.Page.Locator("#scatter")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task One_axis_makes_one_row()
    {
        var sample = SampleReport.Sweep();
        ReportModel model = sample with
        {
            Axes = [sample.Axes[1]],
            Cells = [.. sample.Cells.Where((_, at) => at % 4 == 1).Take(4).Select(cell => cell with { Values = [cell.Values[1]] })],
        };
        await using var report = await ReportPage.OpenAsync(browser, model);

        await Expect(report.Page.Locator("#sheet thead th")).ToHaveCountAsync(4);
        await Expect(report.Page.Locator("#sheet tbody tr")).ToHaveCountAsync(1);
        await report.BrushAsync("axis-0", -0.02, 0.2);
        await Expect(report.Page.Locator("#sheet .thumb.dimmed")).ToHaveCountAsync(3);
    }

    [Fact]
    public async Task A_random_search_is_a_list_and_not_a_grid_of_holes()
    {
        var sample = SampleReport.Sweep();
        var values = sample.Cells.Select((_, at) => (Weight: $"{1000 + at * 977 % 9973}", Rate: $"0.{100 + at * 71 % 97}")).ToList();
        ReportModel model = sample with
        {
            Axes =
            [
                new ReportAxis("style_weight", [.. values.Select(value => new AxisValue(value.Weight))], AxisScale.Logarithmic),
                new ReportAxis("optimizer.lr", [.. values.Select(value => new AxisValue(value.Rate))], AxisScale.Linear),
            ],
            Cells = [.. sample.Cells.Select((cell, at) => cell with { Values = [values[at].Weight, values[at].Rate] })],
        };
        await using var report = await ReportPage.OpenAsync(browser, model);

        await Expect(report.Page.Locator("#sheet table")).ToHaveCountAsync(0);
        await Expect(report.Page.Locator("#sheet .thumb")).ToHaveCountAsync(32);
        await Expect(report.Page.Locator("#sheet .thumb .rank").First).ToHaveTextAsync("rank 1");
    }

    [Fact]
    public async Task Cells_without_pictures_or_with_nothing_but_broken_numbers_do_no_harm()
    {
        var broken = new LossCurve([],
            [new LossPoint(0, double.NaN, double.NaN, double.NaN, double.NaN, []), new LossPoint(1, 0, 0, 0, double.PositiveInfinity, [])]);
        var sample = SampleReport.Sweep();
        ImmutableArray<ReportCell> cells =
        [
            .. sample.Cells.Select((cell, at) => cell with
            {
                Film = [], Thumbnail = default, Curve = at % 2 == 0 ? broken : null, Score = double.NaN,
                ContentTerm = double.PositiveInfinity, StyleTerm = at % 3 == 0 ? null : double.NaN,
                Losses = new FinalLosses(double.NaN, double.NegativeInfinity, double.PositiveInfinity, double.NaN), Seconds = double.NaN,
            }),
        ];
        await using var report = await ReportPage.OpenAsync(browser, sample with { Cells = cells });

        await Expect(report.Page.Locator("#sheet .no-picture").First).ToBeVisibleAsync();
        await Expect(report.Page.Locator("#curves")).ToContainTextAsync("no finite values");
        await report.BrushAsync("axis-1", -0.02, 0.4);
        await Expect(report.Page.Locator("#selection")).ToContainTextAsync("16 of 32 kept");
        await report.Page.Locator("#sheet .thumb").First.ClickAsync();
        await Expect(report.Page.Locator(".viewer .facts-list").Nth(1)).ToHaveTextAsync("contentNaNstyle−∞tv∞totalNaN");
    }

    [Fact]
    public async Task A_thousand_cells_stay_usable()
    {
        var sample = SampleReport.Sweep();
        ReportModel model = sample with
        {
            Axes =
            [
                .. sample.Axes,
                new ReportAxis("optimizer.lr", [.. Enumerable.Range(1, 32).Select(n => new AxisValue($"{n}"))], AxisScale.Linear),
            ],
            Cells =
            [
                .. from n in Enumerable.Range(1, 32)
                   from cell in sample.Cells
                   select cell with { Values = [.. cell.Values, $"{n}"], Score = cell.Score + n * 0.001 },
            ],
        };
        await using var report = await ReportPage.OpenAsync(browser, model);
        foreach (var axis in new[] { "tv_weight", "seed", "optimizer.lr" }) await report.PickAsync(axis, "all");

        await Expect(report.Page.Locator("#sheet .thumb")).ToHaveCountAsync(1024);
        // Only what is near the window has its picture.
        Assert.InRange(await report.Page.Locator("#sheet img").CountAsync(), 10, 600);
        await report.BrushAsync("axis-4", 0.5, 1.02);
        await Expect(report.Page.Locator("#selection")).ToContainTextAsync("512 of 1,024 kept");
        await Expect(report.Page.Locator("#sheet .thumb.dimmed")).ToHaveCountAsync(512);
        await report.Page.Locator("#step").FillAsync("0");
        await Expect(report.Page.Locator("#timeline output")).ToHaveTextAsync("50");
    }

    [Theory]
    [InlineData(360)]
    [InlineData(768)]
    [InlineData(1920)]
    public async Task No_width_makes_the_page_scroll_sideways(int widthPx)
    {
        await using var report = await ReportPage.OpenAsync(browser, PaintedSweep.Model, widthPx);
        Assert.Equal(widthPx, await report.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await report.Thumb(1).ClickAsync();

        Assert.True(await report.Page.Locator(".viewer")
            .EvaluateAsync<bool>("viewer => viewer.scrollWidth <= viewer.clientWidth && viewer.getBoundingClientRect().right <= innerWidth"));
    }

    [Fact]
    public async Task A_dark_screen_gets_a_dark_page_with_readable_text()
    {
        await using var light = await ReportPage.OpenAsync(browser, PaintedSweep.Model, scheme: ColorScheme.Light);
        await using var dark = await ReportPage.OpenAsync(browser, PaintedSweep.Model, scheme: ColorScheme.Dark);

        Assert.InRange(await Luminance(light, "backgroundColor"), 0.8, 1);
        Assert.InRange(await Luminance(dark, "backgroundColor"), 0, 0.1);
        foreach (var report in new[] { light, dark })
            foreach (var selector in new[] { "body", ".subtitle", ".hint", ".bar a", "#best-table th", ".facts .state", "footer dt",
                ".mark", "#sheet .score" })
                Assert.True(await Contrast(report, selector) >= 4.5,
                    $"{selector} has a contrast of {await Contrast(report, selector):0.00}");
    }

    [Fact]
    public async Task Every_control_has_a_name_and_every_picture_a_text()
    {
        await using var report = await ReportPage.OpenAsync(browser, PaintedSweep.Model);
        await report.Thumb(1).ClickAsync();

        var nameless = await report.Page.EvaluateAsync<string[]>(
            """
            [...document.querySelectorAll('button, select, input, a, [tabindex="0"]')].filter((control) =>
                !(control.getAttribute('aria-label') || control.getAttribute('aria-labelledby') || control.textContent.trim()
                    || control.labels?.length > 0 || control.querySelector('img[alt]:not([alt=""])')))
                .map((control) => control.outerHTML.slice(0, 120))
            """);
        Assert.Empty(nameless);
        await Expect(report.Page.Locator("img:not([alt])")).ToHaveCountAsync(0);
        await Expect(report.Page.Locator("#sheet .thumb img").First)
            .ToHaveAttributeAsync("alt", "chelsea · style_weight 1000 · tv_weight 0 · seed 2, step 300");
        await Expect(report.Page.Locator("[id]").And(report.Page.Locator("#viewer-title"))).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Nothing_jumps_while_the_page_settles()
    {
        await using var report = await ReportPage.OpenAsync(browser, PaintedSweep.Model);
        var shift = await report.Page.EvaluateAsync<double>(
            """
            () => new Promise((done) => {
                let sum = 0;
                new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; })
                    .observe({ type: 'layout-shift', buffered: true });
                requestAnimationFrame(() => setTimeout(() => done(sum), 300));
            })
            """);

        Assert.InRange(shift, 0, 0.02);
    }

    static Task<double> Luminance(ReportPage report, string property) => report.Page.EvaluateAsync<double>(
        """
        (property) => {
            const [r, g, b] = getComputedStyle(document.body)[property].match(/[\d.]+/g).map(Number);
            return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
        }
        """, property);

    /// <summary>WCAG's contrast between an element's text and the nearest opaque ground below it.</summary>
    static Task<double> Contrast(ReportPage report, string selector) => report.Page.Locator(selector).First.EvaluateAsync<double>(
        """
        (element) => {
            const parse = (text) => text.match(/[\d.]+/g).map(Number);
            const luminance = ([r, g, b]) => [r, g, b].map((c) => c / 255)
                .map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
                .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
            let ground = element;
            while (ground !== document.documentElement
                && (getComputedStyle(ground).backgroundColor.includes('/')
                || (parse(getComputedStyle(ground).backgroundColor)[3] ?? 1) < 1)) ground = ground.parentElement;
            const [a, b] = [luminance(parse(getComputedStyle(element).color)),
                luminance(parse(getComputedStyle(ground).backgroundColor))].sort((x, y) => y - x);
            return (a + 0.05) / (b + 0.05);
        }
        """);
}
