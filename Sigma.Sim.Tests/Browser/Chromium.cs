// Chromium as a reader's browser: one of this machine, started once, and no test where there is none.
using Microsoft.Playwright;

namespace Sigma.Sim.Tests.Browser;

/// <summary>A headless Chromium for all tests of pages.</summary>
internal static class Chromium
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    private static readonly Lazy<Task<(IPlaywright Door, IBrowser Browser)>> Started = new(Start);

    private static string? Program { get; } =
        $"{Environment.GetEnvironmentVariable("PATH")}".Split(Path.PathSeparator)
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    /// <summary>A context of its own, or an inconclusive test where no browser is found.</summary>
    /// <param name="options">Width, scripts, colours.</param>
    public static async Task<IBrowserContext> Open(BrowserNewContextOptions options)
    {
        if (Program is null)
            Assert.Inconclusive("no browser here: apt-get install chromium, and the tests of pages run");
        return await (await Started.Value).Browser.NewContextAsync(options);
    }

    public static async Task Stop()
    {
        if (!Started.IsValueCreated) return;
        var (door, browser) = await Started.Value;
        await browser.CloseAsync();
        door.Dispose();
    }

    private static async Task<(IPlaywright Door, IBrowser Browser)> Start()
    {
        var door = await Playwright.CreateAsync();
        var browser = await door.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Program,
            // In a container of root there is no sandbox to be had, and the pages are our own.
            Args = ["--no-sandbox"],
        });
        return (door, browser);
    }
}
