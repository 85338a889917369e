using System.Diagnostics;

namespace MapSim.Tests.Cli;

/// <summary>Runs the mapsim command as a process of its own, as users do.</summary>
internal static class MapsimProcess
{
    public static (int Code, string Output, string Error) Run(params string[] arguments) => RunIn(new Dictionary<string, string>(), arguments);

    public static (int Code, string Output, string Error) RunIn(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        string tool = Path.Combine(AppContext.BaseDirectory, "MapSim.Cli.dll");
        var start = new ProcessStartInfo("dotnet", ["exec", tool, .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository.Root,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
