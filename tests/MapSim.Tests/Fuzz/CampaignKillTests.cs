using System.Diagnostics;
using MapSim.Fuzz;
using Xunit;

namespace MapSim.Tests.Fuzz;

/// <summary>Campaigns as processes: killed (SIGKILL) at any moment, interrupted, in other cultures.</summary>
public sealed class CampaignKillTests : IDisposable
{
    private const string Executions = "320";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_campaign_killed_again_and_again_comes_to_what_one_in_one_go_comes_to()
    {
        (int code, _, string error) = Cli.MapsimProcess.Run(Fuzz("whole", "2"));
        Assert.True(code is 0 or 77, error);
        var random = new Programs.RandomPrograms(4);
        int killed = 0, midway = 0;
        for (int i = 0; i < 6; i++)
        {
            using Process process = CorpusProcess.Start(Fuzz("killed", i % 2 == 0 ? "1" : "2"));
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();

            // From before it holds the folder to the middle of its rounds.
            DateTime before = Checkpoint;
            for (int waited = 0; i % 3 > 0 && Checkpoint == before && waited < 2000 && !process.HasExited; waited++)
            {
                Thread.Sleep(10);
            }

            if (!process.WaitForExit(i % 3 > 0 ? random.Next(400) : 100 + random.Next(500)))
            {
                process.Kill();
                process.WaitForExit();
                killed++;
                midway += Checkpoint > before ? 1 : 0;
            }
        }

        Assert.True(killed >= 2 && midway >= 1, $"{killed} killed, {midway} of them after a checkpoint");
        TestContext.Current.TestOutputHelper?.WriteLine($"{killed} killed, {midway} of them after a checkpoint");
        (int last, _, error) = Cli.MapsimProcess.Run(Fuzz("killed", "2"));
        Assert.True(last == code, error);
        Assert.Equal(CampaignRun.Found(_folder.At("whole")), CampaignRun.Found(_folder.At("killed")));
        Assert.Empty(AtomicFile.Unfinished(_folder.At("killed")));
        Assert.Equal(Digest("whole"), Digest("killed"));
    }

    [Fact]
    public void Workers_and_cultures_change_no_byte_of_what_is_found()
    {
        Dictionary<string, string> turkish = new() { ["LC_ALL"] = "tr_TR.UTF-8", ["LANG"] = "tr_TR.UTF-8", ["TZ"] = "Asia/Kathmandu", ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "0" };
        int one = Cli.MapsimProcess.Run(Fuzz("one", "1")).Code, three = Cli.MapsimProcess.RunIn(turkish, Fuzz("three", "3")).Code;
        Assert.Equal(one, three);
        Assert.Equal(CampaignRun.Found(_folder.At("one")), CampaignRun.Found(_folder.At("three")));
        Assert.Equal(Digest("one"), Digest("three"));
    }

    [Fact]
    public async Task Ctrl_C_saves_and_says_how_to_go_on()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send");
        using Process process = CorpusProcess.Start("fuzz", "--seed", "5", "--task-runs", "1", "--for", "60s", "--dir", _folder.At("c"));
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var clock = Stopwatch.StartNew();
        while (!File.Exists(_folder.At("c", CampaignFiles.Checkpoint)) && clock.Elapsed.TotalSeconds < 30 && !process.HasExited)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        using (Process kill = Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        string said = await error;
        Assert.True(process.ExitCode is 72 or 77 or 78, $"{process.ExitCode} {said}");
        Assert.Contains("interrupted; the same command goes on", await output, StringComparison.Ordinal);
        Assert.Contains("stat::number_of_executed_units: ", said, StringComparison.Ordinal);
    }

    private DateTime Checkpoint => File.GetLastWriteTimeUtc(_folder.At("killed", CampaignFiles.Checkpoint));

    private string[] Fuzz(string name, string workers) =>
        ["fuzz", "--seed", "5", "--task-runs", "1", "--shrink-execs", "20", "--execs", Executions, "--workers", workers, "--dir", _folder.At(name), "--progress", "none"];

    private string Digest(string name) => File.ReadAllLines(_folder.At(name, "report.txt")).Single(l => l.StartsWith("digest ", StringComparison.Ordinal));
}
