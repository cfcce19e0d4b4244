using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(StyleFarm.EndToEnd.Tests.Reports.Browser))]

namespace StyleFarm.EndToEnd.Tests.Reports;

/// <summary>Debian's Chromium for the tests of pages, started with the first that asks.</summary>
public sealed class Browser : IAsyncDisposable
{
    const string Executable = "/usr/bin/chromium";

    readonly Lazy<Task<(IPlaywright Driver, IBrowser Browser)>> _started = new(StartAsync);

    /// <summary>A window of its own; without Chromium the test is skipped, or fails where CI is set.</summary>
    public async Task<IBrowserContext> OpenAsync(BrowserNewContextOptions options)
    {
        if (!File.Exists(Executable))
        {
            const string Missing = $"{Executable} is missing (Debian: chromium)";
            if (Environment.GetEnvironmentVariable("CI") is { Length: > 0 }) Assert.Fail(Missing);
            Assert.Skip(Missing);
        }
        return await (await _started.Value).Browser.NewContextAsync(options);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_started.IsValueCreated) return;
        var (driver, browser) = await _started.Value;
        await browser.CloseAsync();
        driver.Dispose();
    }

    static async Task<(IPlaywright, IBrowser)> StartAsync()
    {
        var driver = await Playwright.CreateAsync();
        var browser = await driver.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Executable,
            Headless = true,
            Args =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        });
        return (driver, browser);
    }
}
