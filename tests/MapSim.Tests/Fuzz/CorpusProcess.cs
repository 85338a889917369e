using System.Diagnostics;
using System.Text.RegularExpressions;

namespace MapSim.Tests.Fuzz;

/// <summary>The mapsim command as a process that a test can kill.</summary>
internal static class CorpusProcess
{
    private static string Tool => Path.Combine(AppContext.BaseDirectory, "MapSim.Cli.dll");

    public static Process Start(params string[] arguments) => Process.Start(Quick(new ProcessStartInfo("dotnet", ["exec", Tool, .. arguments])))!;

    /// <summary>Runs a line of shell in a folder; mapsim is the command under test.</summary>
    public static (int Code, string Output, string Error) Shell(string folder, string line)
    {
        var start = new ProcessStartInfo("bash", ["-c", $"mapsim() {{ dotnet exec '{Tool}' \"$@\"; }}; {line}"])
        {
            WorkingDirectory = folder,
        };
        using Process process = Process.Start(Quick(start))!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        // Progress comes only on a slow machine.
        return (process.ExitCode, output, Regex.Replace(error.Result, @"^corpus \w+: \d+/\d+, .*\n", "", RegexOptions.Multiline));
    }

    /// <summary>A process that lives half a second need not be optimised: that halves its start.</summary>
    private static ProcessStartInfo Quick(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_TC_CallCountingDelayMs"] = "100";
        return start;
    }
}
