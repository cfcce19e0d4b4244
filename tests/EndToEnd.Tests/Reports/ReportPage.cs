using System.Collections.Concurrent;
using Microsoft.Playwright;
using StyleFarm.Coordinator.Reports;
using StyleFarm.TestKit;

namespace StyleFarm.EndToEnd.Tests.Reports;

/// <summary>A report opened from disk, with all that the page asked for or complained about.</summary>
sealed class ReportPage : IAsyncDisposable
{
    readonly TempFolder _folder = new();
    readonly IBrowserContext _context;

    ReportPage(IBrowserContext context, IPage page) => (_context, Page) = (context, page);

    public IPage Page { get; }

    /// <summary>Addresses of all requests, those within the file (<c>data:</c>) apart.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Messages on the console and errors of scripts.</summary>
    public ConcurrentQueue<string> Complaints { get; } = [];

    public string Address => new Uri(_folder["index.html"]).AbsoluteUri;

    public static async Task<ReportPage> OpenAsync(Browser browser, ReportModel model, int widthPx = 1280,
        ColorScheme scheme = ColorScheme.Light)
    {
        var context = await browser.OpenAsync(new() { ViewportSize = new() { Width = widthPx, Height = 900 }, ColorScheme = scheme });
        var report = new ReportPage(context, await context.NewPageAsync());
        using (var file = File.Create(report._folder["index.html"])) SweepReport.Write(file, model);
        report.Page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith("data:", StringComparison.Ordinal)) report.Requests.Enqueue(request.Url);
        };
        report.Page.Console += (_, message) => report.Complaints.Enqueue(message.Text);
        report.Page.PageError += (_, error) => report.Complaints.Enqueue(error);
        report.Page.Dialog += (_, dialog) => report.Complaints.Enqueue($"a dialog: {dialog.Message}");
        await report.Page.GotoAsync(report.Address);
        return report;
    }

    /// <summary>The picture of a cell on the sheet.</summary>
    public ILocator Thumb(int cell) => Page.Locator($"#sheet .thumb[data-cell='{cell}']");

    /// <summary>Waits until an element has its page's focus, whichever of the browser's pages has the window's.</summary>
    public static async Task HasFocusAsync(ILocator element)
    {
        for (var tries = 0; !await element.EvaluateAsync<bool>("element => element === document.activeElement"); tries++)
        {
            Assert.True(tries < 300, $"{element} does not get the focus");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Picks an option of a select by its text or value.</summary>
    public Task PickAsync(string label, string option) => Page.GetByLabel(label, new() { Exact = true }).SelectOptionAsync(option);

    /// <summary>Drags along an axis of the parallel coordinates; 0 is its lower end, 1 its upper.</summary>
    public async Task BrushAsync(string dimension, double from, double to)
    {
        await Page.Locator("#parameters").ScrollIntoViewIfNeededAsync();
        var spine = (await Page.Locator($".axis:has(.brush[data-dimension='{dimension}']) .spine").BoundingBoxAsync())!;
        await Page.Mouse.MoveAsync(spine.X, (float)(spine.Y + spine.Height * (1 - from)));
        await Page.Mouse.DownAsync();
        await Page.Mouse.MoveAsync(spine.X, (float)(spine.Y + spine.Height * (1 - (from + to) / 2)));
        await Page.Mouse.MoveAsync(spine.X, (float)(spine.Y + spine.Height * (1 - to)));
        await Page.Mouse.UpAsync();
    }

    /// <summary>Asserts that the page kept to itself, and closes it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _context.CloseAsync();
        var address = Address;
        _folder.Dispose();
        Assert.Empty(Complaints);
        Assert.Equal([address], Requests);
    }
}
