using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace MapSim.Tests.Cli;

public sealed class ReplayInterruptTests
{
    [Fact]
    public async Task Ctrl_C_ends_a_replay_with_a_report_of_what_was_done()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // There is no way there to send it to one process only.
        }

        using var folder = new ProgramFolder();
        for (int i = 0; i < Files; i++)
        {
            folder.Add($"{i:D3}.mapsim", "mapsim 1\nmap m map[int]int\nrepeat 40000 assign m $i 1\n");
        }

        using Process process = Process.Start(new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "MapSim.Cli.dll"), "replay", "--workers", "1", folder.Root])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);

        // Progress comes after a second: then it is at work.
        Assert.StartsWith("replay: ", await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using (Process kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        string[] lines = (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(72, process.ExitCode);
        Assert.Equal(Files + 1, lines.Length);
        Assert.StartsWith("ok  ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("skipped ", lines[^2], StringComparison.Ordinal);
        Assert.EndsWith(" not replayed", lines[^1], StringComparison.Ordinal);
    }

    private const int Files = 300;
}
