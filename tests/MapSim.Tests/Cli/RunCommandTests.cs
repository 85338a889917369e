using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace MapSim.Tests.Cli;

public sealed class RunCommandTests
{
    private const string Clean = "mapsim 1\nmap m map[string]int\nassign m \"a\" 1\nlookup m \"a\" = 1\n";

    [Theory]
    [InlineData(Clean, 0, ": clean\n", "")]
    [InlineData("mapsim 1\nmap m map[int]int\nlen m = 1\n", 77, "gave 0, expected 1", "")]
    [InlineData("mapsim 1\nmap m map[int]int nil\nassign m 1 1\n", 77, ":3: panic: assignment to entry in nil map\n", "")]
    [InlineData("mapsim 1\nlimit 2\nmap m map[int]int\nassign m 1 1\n", 70, "step limit", "")]
    [InlineData("mapsim 1\nmap m map[int]int make(1000000000)\n", 71, "memory limit", "")]
    [InlineData(Clean + "expect clean digest=00000000000000000000000000000000\n", 79, "which is not the expected one", "")]
    [InlineData("mapsim 1\nmap m map[string]int\nasign m \"a\" 1\n", 2, "", ":3:1: expected an operation (")]
    public void Run_says_how_a_program_ended_and_exits_accordingly(string program, int exitCode, string stdout, string stderr)
    {
        (int code, string output, string error) = Mapsim(program, "run", "-");
        Assert.Equal((exitCode, true, true), (code, output.Contains(stdout, StringComparison.Ordinal), error.Contains(stderr, StringComparison.Ordinal)));
        Assert.Equal(exitCode == 2, error.Length > 0);
    }

    [Fact]
    public void Run_prints_results_and_maps_when_asked()
    {
        (_, string output, _) = Mapsim(Clean, "run", "-v", "--dump", "-");
        Assert.Contains("    2  lookup m \"a\"  = 1\nm: map[string]int at 0xc000000000: 1 entry, 1 bucket\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_prints_memory_statistics_and_the_lives_of_buckets_when_asked()
    {
        (_, string output, _) = Mapsim(Clean, "run", "--memory", "-");
        Assert.Contains("process: Mallocs 4, Frees 0, HeapObjects 4, ", output, StringComparison.Ordinal);
        Assert.Contains("map m: Mallocs 2, Frees 0, HeapObjects 2, HeapAlloc 256, ", output, StringComparison.Ordinal);
        Assert.Contains("arrays    in use                 1      1", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_prints_json_with_its_schema()
    {
        (_, string output, _) = Mapsim(Clean, "run", "--json", "-v", "-");
        JsonElement json = JsonDocument.Parse(output).RootElement;
        JsonElement file = json.GetProperty("files")[0];
        Assert.Equal("mapsim.run/1", json.GetProperty("schema").GetString());
        Assert.Equal(("clean", "clean", true, 2), (file.GetProperty("verdict").GetString(), file.GetProperty("expected").GetString(), file.GetProperty("ok").GetBoolean(), file.GetProperty("operations").GetInt32()));
        Assert.Equal(2, file.GetProperty("results").GetArrayLength());
        Assert.Equal(32, file.GetProperty("digest").GetString()!.Length);
    }

    [Fact]
    public void Dump_stops_where_it_is_told_and_knows_the_map_s_name()
    {
        (int code, string output, _) = Mapsim(Clean, "dump", "--at", "0", "--map", "m", "-");
        Assert.Equal((0, 1), (code, output.Split("# m: ").Length - 1));
        (code, _, string error) = Mapsim(Clean, "dump", "--map", "n", "-");
        Assert.Equal((2, "mapsim: --map: expected a map of the program (m), found 'n'\n"), (code, error.ReplaceLineEndings("\n")));
        (_, output, _) = Mapsim(Clean, "dump", "--plain", "-");
        Assert.All(output.Split('\n', StringSplitOptions.RemoveEmptyEntries), l => Assert.Matches("^([0-9a-f]{10}(  .*[|].{16}[|])?|[*])$", l));
    }

    private static (int Code, string Output, string Error) Mapsim(string input, params string[] arguments)
    {
        string tool = Path.Combine(AppContext.BaseDirectory, "MapSim.Cli.dll");
        using Process process = Process.Start(new ProcessStartInfo("dotnet", ["exec", tool, .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.ReplaceLineEndings("\n"), error.Result);
    }
}
