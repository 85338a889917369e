using System.Globalization;
using System.Text;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;
using Microsoft.Playwright;
using Xunit;

namespace MapSim.Tests.Cli;

/// <summary>
/// The report in a real browser, as people use it. Screenshots go to the folder screenshots beside the tests, or where
/// MAPSIM_SCREENSHOTS says (docs/images are made so). Skipped where there is no /usr/bin/chromium, or Playwright's driver does not start.
/// </summary>
public sealed class ChromiumReportTests : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";
    private readonly ProgramFolder _folder = new();
    private readonly List<string> _errors = [];
    private readonly List<string> _requests = [];
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private string _why = "";

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Chromium))
        {
            _why = $"there is no {Chromium}; install it with: apt-get install chromium";
            return;
        }

        try
        {
            _playwright = await Playwright.CreateAsync();
        }
        catch (PlaywrightException e)
        {
            _why = "Playwright's driver does not start: " + e.Message;
            return;
        }

        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium, Args = ["--no-sandbox", "--disable-gpu"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser != null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Keys_go_forward_back_to_operations_and_to_both_ends()
    {
        IPage page = await Open("corpus/examples/iterate-across-grow.mapsim");
        Timeline timeline = Timeline.Of(ReportPages.Read("corpus/examples/iterate-across-grow.mapsim"));
        await At(page, 0, timeline);
        await Press(page, "ArrowRight", "ArrowRight", "ArrowRight");
        await At(page, 3, timeline);
        await Press(page, "ArrowLeft");
        await At(page, 2, timeline);
        await Press(page, "End");
        await At(page, timeline.Count, timeline);
        await Press(page, "Home", "Shift+ArrowRight");
        int first = timeline.Steps.First(s => s.Events.Contains(TimelineEvents.Operation)).Number;
        await At(page, first, timeline);
        await Press(page, "Shift+ArrowRight");
        int second = timeline.Steps.First(s => s.Number > first && s.Events.Contains(TimelineEvents.Operation)).Number;
        await At(page, second, timeline);
        await Press(page, "Shift+ArrowLeft");
        await At(page, first, timeline);
        await Press(page, "/");
        Assert.True(await page.Locator("#help").IsVisibleAsync());
        await Press(page, "Escape");
        Assert.False(await page.Locator("#help").IsVisibleAsync());
        await page.Locator("#slider").FillAsync("300");
        await At(page, 300, timeline);
        Fine();
    }

    [Fact]
    public async Task What_if_stands_beside_each_goroutine_and_a_key_goes_to_the_critical_step()
    {
        const string File = "corpus/regression/lost-update-that-no-check-sees.mapsim";
        IPage page = await Open(ReportPages.OfFile(File, 20_000), "#step=0", 1280, isDark: false);
        Timeline timeline = Timeline.Of(ReportPages.Read(File));
        await At(page, 0, timeline);
        Assert.Matches("^if it goes next: can end well, and in \\d other ways$", await page.Locator("#goroutines .fate.well").First.InnerTextAsync());
        await Press(page, "c");
        string where = await page.Locator("#where").InnerTextAsync();
        int critical = int.Parse(where.Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.InRange(critical, 1, timeline.Count);
        Assert.Equal(0, await page.Locator("#goroutines .fate.well").CountAsync());
        Assert.NotEqual(0, await page.Locator("#goroutines .fate.wrong").CountAsync());
        await Press(page, "ArrowLeft");
        await At(page, critical - 1, timeline);
        Assert.Equal((1, 1), (await page.Locator("#goroutines .fate.well").CountAsync(), await page.Locator("#goroutines .fate.wrong").CountAsync()));
        await Screenshot(page, "report-what-if-1280.png");
        Fine();
    }

    [Fact]
    public async Task The_address_keeps_the_step()
    {
        IPage page = await Open("corpus/examples/iterate-across-grow.mapsim", "#step=412");
        Timeline timeline = Timeline.Of(ReportPages.Read("corpus/examples/iterate-across-grow.mapsim"));
        await At(page, 412, timeline);
        await Press(page, "ArrowRight");
        Assert.EndsWith("#step=413", page.Url, StringComparison.Ordinal);
        await page.EvaluateAsync("location.hash = '#step=7'");
        await At(page, 7, timeline);
        Fine();
    }

    [Fact]
    public async Task A_field_shows_its_bytes_and_a_byte_its_field()
    {
        const string File = "corpus/examples/growth.mapsim";
        Timeline timeline = Timeline.Of(ReportPages.Read(File));
        IPage page = await Open(File, "#step=200");
        await page.Locator("#maps .field", new PageLocatorOptions { HasText = "count" }).First.ClickAsync();
        Assert.Equal(8, await page.Locator("#bytes .sel").CountAsync());
        Addr count = timeline.Maps[0].Address;
        int last = timeline.LastWriteOf(count, 200);
        Assert.True(last > 0);
        await Press(page, "p");
        await At(page, last, timeline);
        await page.Locator("#bytes .hex span").Nth(timeline.Layouts.B).ClickAsync();
        Assert.Contains("B +9", await page.Locator("#maps .field.sel").First.InnerTextAsync(), StringComparison.Ordinal);
        Fine();
    }

    [Theory]
    [InlineData("corpus/examples/iterate-across-grow.mapsim")]
    [InlineData("corpus/discoveries/iter-dangling-after-clear.mapsim")]
    [InlineData("corpus/regression/thirty-two-bit-maps.mapsim")]
    public async Task What_the_page_shows_is_the_state_of_the_timeline(string file)
    {
        Timeline timeline = Timeline.Of(ReportPages.Read(file));
        IPage page = await Open(file);
        foreach (int at in (int[])[timeline.Count, 0, timeline.Count / 2, timeline.Count / 3, (timeline.Count / 3) + 1, timeline.Count / 5])
        {
            await page.EvaluateAsync($"location.hash = '#step={at.ToString(CultureInfo.InvariantCulture)}'");
            await At(page, at, timeline);
            timeline.GoTo(at);
            TimelineState state = timeline.State;
            foreach (MapState map in state.Maps.Where(m => m.Header.Count > 0))
            {
                string header = await page.Locator("#maps .map").Nth(state.Maps.ToList().IndexOf(map)).Locator(".struct").First.InnerTextAsync();
                Assert.All(map.Header.Where(f => f.Name is "count" or "B" or "noverflow" or "nevacuate" or "buckets" or "oldbuckets"), f => Assert.Matches($@"(?m)^{f.Name} \+{f.Offset}\s+{f.Text}$", header));
            }

            string[] shown = await page.EvaluateAsync<string[]>("[...document.querySelectorAll('#maps .cell:not(.none) .k')].map(e => e.textContent)");
            Assert.Equal(state.Maps.SelectMany(m => m.Arrays).SelectMany(a => a.Buckets).SelectMany(b => b.Chain.Prepend(b)).SelectMany(b => b.Keys).OfType<string>(), shown);
            string[] yielded = await page.EvaluateAsync<string[]>("[...document.querySelectorAll('#iterators .y')].map(e => e.textContent.slice(2))");
            Assert.Equal(state.Iterators.SelectMany(i => i.Yielded).Select(y => y.Key).Order(), yielded.Order());
        }

        Fine();
    }

    [Fact]
    public async Task A_finding_opens_where_it_was_seen_with_the_commands_on_top()
    {
        IPage page = await Open("corpus/regression/racing-writers-past-the-first-check.mapsim");
        Timeline timeline = Timeline.Of(ReportPages.Read("corpus/regression/racing-writers-past-the-first-check.mapsim"));
        await At(page, timeline.FindingStep, timeline);
        Assert.Contains("fatal/concurrent-map-writes/assign", await page.Locator("#finding").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("mapsim replay corpus/regression/", await page.Locator("#finding code").First.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(5, await page.Locator("#lanes button.bad").CountAsync());
        await Press(page, "Home", "f");
        await At(page, timeline.FindingStep, timeline);
        Fine();
    }

    [Theory]
    [InlineData(1280, false)]
    [InlineData(1280, true)]
    [InlineData(390, false)]
    [InlineData(390, true)]
    public async Task It_fits_the_screen_and_is_readable_in_the_dark(int width, bool isDark)
    {
        foreach ((string name, string file, string at) in ((string, string, string)[])
            [("report-iteration", "corpus/examples/iterate-across-grow.mapsim", "#step=330"), ("report-race", "corpus/regression/racing-writers-past-the-first-check.mapsim", "#step=21"), ("report-finding", "corpus/discoveries/iter-dangling-after-clear.mapsim", "")])
        {
            IPage page = await Open(file, at, width, isDark);
            Assert.InRange(await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 1, width);
            double contrast = await page.EvaluateAsync<double>("""
                (() => {
                  const light = c => c.match(/[\d.]+/g).slice(0, 3).map(x => (x /= 255) <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4).reduce((all, x, i) => all + x * [0.2126, 0.7152, 0.0722][i], 0);
                  const s = getComputedStyle(document.body), [a, b] = [light(s.color), light(s.backgroundColor)].sort((x, y) => y - x);
                  return (a + 0.05) / (b + 0.05);
                })()
                """);
            Assert.True(contrast > 7, $"contrast {contrast}");
            await Screenshot(page, $"{name}-{width}{(isDark ? "-dark" : "")}.png");
            await page.CloseAsync();
        }

        Fine();
    }

    [Fact]
    public async Task Five_thousand_steps_can_be_run_through()
    {
        IPage page = await Open(ReportPages.OfText(ReportPages.Long), "#step=5000", 1280, false);
        Assert.StartsWith("5000 / ", await page.Locator("#where").InnerTextAsync(), StringComparison.Ordinal);
        await page.EvaluateAsync("for (let i = 0; i < 400; i++) document.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft' }))");
        await page.WaitForFunctionAsync("document.documentElement.dataset.step === '4600'");
        Fine();
    }

    [Fact]
    public async Task A_campaign_opens_and_its_curves_are_read_with_keys()
    {
        string folder = _folder.Path("campaign"), file = _folder.Path("campaign.html");
        Assert.SkipWhen(_browser == null, _why);
        MapsimProcess.Run("fuzz", "--execs", "300", "--workers", "1", "--fault", "delete-no-value-clear", "--shrink-execs", "50", "--progress", "none", "--dir", folder);
        MapsimProcess.Run("report", folder, "-o", file);
        foreach (int width in (int[])[1280, 390])
        {
            IPage page = await Open(await System.IO.File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken), "", width, false);
            Assert.InRange(await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 1, width);
            Assert.Contains("never", await page.Locator("#milestones").InnerTextAsync(), StringComparison.Ordinal);
            ILocator chart = page.Locator(".chart svg").First;
            await chart.FocusAsync();
            await page.Keyboard.PressAsync("ArrowLeft");
            Assert.Matches(@"^[\d,]+ after \d", await page.Locator(".chart output").First.InnerTextAsync());
            await Screenshot(page, $"campaign-{width.ToString(CultureInfo.InvariantCulture)}.png");
            await page.CloseAsync();
        }

        Fine();
    }

    private Task<IPage> Open(string file, string at = "", int width = 1280, bool isDark = false)
    {
        Assert.SkipWhen(_browser == null, _why);
        return Open(ReportPages.OfFile(file), at, width, isDark);
    }

    private async Task<IPage> Open(byte[] content, string at, int width, bool isDark)
    {
        Assert.SkipWhen(_browser == null, _why);
        string path = _folder.Path("report.html");
        await System.IO.File.WriteAllBytesAsync(path, content, TestContext.Current.CancellationToken);
        IPage page = await _browser!.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = width, Height = width > 600 ? 1150 : 844 }, ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light });
        page.Console += (_, m) => _errors.AddRange(m.Type == "error" ? [m.Text] : []);
        page.PageError += (_, e) => _errors.Add(e);
        page.Request += (_, r) => _requests.Add(r.Url);
        await page.GotoAsync("file://" + path + at);
        return page;
    }

    private static async Task Press(IPage page, params string[] keys)
    {
        foreach (string key in keys)
        {
            await page.Keyboard.PressAsync(key);
        }
    }

    /// <summary>The page has drawn a step, and says what the timeline says of it.</summary>
    private static async Task At(IPage page, int step, Timeline timeline)
    {
        await page.WaitForFunctionAsync($"document.documentElement.dataset.step === '{step.ToString(CultureInfo.InvariantCulture)}'", null, new PageWaitForFunctionOptions { Timeout = 20_000 });
        Assert.Equal($"{step} / {timeline.Count}", await page.Locator("#where").InnerTextAsync());
        if (step > 0)
        {
            Assert.Contains(timeline.Steps[step - 1].Point.Label, await page.Locator("#now").InnerTextAsync(), StringComparison.Ordinal);
        }
    }

    private static async Task Screenshot(IPage page, string name)
    {
        string folder = Environment.GetEnvironmentVariable("MAPSIM_SCREENSHOTS") ?? Path.Combine(AppContext.BaseDirectory, "screenshots");
        Directory.CreateDirectory(folder);
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name) });
    }

    /// <summary>No script failed, and nothing but the page itself was asked for.</summary>
    private void Fine()
    {
        Assert.Empty(_errors);
        Assert.All(_requests, r => Assert.StartsWith("file://" + _folder.Root, r, StringComparison.Ordinal));
    }
}
