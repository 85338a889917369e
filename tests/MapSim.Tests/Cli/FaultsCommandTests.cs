using System.Diagnostics;
using System.Text.Json;
using MapSim.Cli.Commands;
using MapSim.Faults;
using Xunit;

namespace MapSim.Tests.Cli;

public sealed class FaultsCommandTests
{
    [Fact]
    public void The_list_has_a_line_for_each_fault_and_the_repairs_below()
    {
        (int code, string output, _) = MapsimProcess.Run("faults", "list");
        string[] lines = output.Split('\n');
        Assert.Equal(0, code);
        Assert.StartsWith("no  id ", lines[0], StringComparison.Ordinal);
        Assert.All(FaultCatalogue.All, f => Assert.Matches($"^ *{f.Number}  {f.Id} .*{f.ExpectedText}", lines[f.Number]));
        Assert.StartsWith("repair ", lines[FaultCatalogue.All.Count + 2], StringComparison.Ordinal);
        Assert.All(RepairCatalogue.All, r => Assert.Contains($"\n{r.Id} ", output, StringComparison.Ordinal));
    }

    [Fact]
    public void The_list_as_json_has_the_fields_that_others_depend_on()
    {
        (int code, string output, _) = MapsimProcess.Run("faults", "list", "--group", "iteration", "--group", "gc", "--json");
        JsonElement json = JsonDocument.Parse(output).RootElement;
        Assert.Equal((0, "mapsim.faults/1"), (code, json.GetProperty("schema").GetString()));
        JsonElement[] faults = [.. json.GetProperty("faults").EnumerateArray()];
        Assert.Equal(FaultCatalogue.All.Where(f => f.Group is FaultGroup.Iteration or FaultGroup.Gc).Select(f => f.Id), faults.Select(f => f.GetProperty("id").GetString()));
        Assert.All(faults, f => Assert.All(["group", "expected", "mode", "difficulty", "versions", "witness"], name => Assert.True(f.TryGetProperty(name, out _))));
        JsonElement prefetch = faults.Single(f => f.GetProperty("id").GetString() == "iter-prefetch");
        Assert.Equal("corpus/faults/iter-prefetch.mapsim", prefetch.GetProperty("witness").GetString());
        Assert.Equal(("K", "F", 4), (prefetch.GetProperty("expected").GetString(), prefetch.GetProperty("mode").GetString(), prefetch.GetProperty("versions").GetArrayLength()));
    }

    [Fact]
    public void Show_tells_what_a_fault_is_and_the_page_of_its_witness_from_any_folder()
    {
        using var folder = new ProgramFolder();
        (int code, string output) = RunIn(folder.Root, "faults", "show", "iter-prefetch");
        Assert.Equal(0, code);
        Assert.StartsWith("iter-prefetch, number 33 of the catalogue\n", output, StringComparison.Ordinal);
        Assert.Contains("https://github.com/xgo-dev/llgo/issues/1803", output, StringComparison.Ordinal);
        Assert.Contains("\nmapsim 1\n", output, StringComparison.Ordinal);
        Assert.Contains("\n# iter-dead/clear\n", output, StringComparison.Ordinal);
        Assert.Contains("    mapsim replay corpus/faults/iter-prefetch.mapsim\n    mapsim run -v --dump --fault iter-prefetch corpus/faults/iter-prefetch.mapsim\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Show_as_json_has_both_ends_of_the_witness()
    {
        (int code, string output, _) = MapsimProcess.Run("faults", "show", "iter-prefetch", "--json");
        JsonElement json = JsonDocument.Parse(output).RootElement, witness = json.GetProperty("witness");
        Assert.Equal((0, "mapsim.fault/1", "clean"), (code, json.GetProperty("schema").GetString(), witness.GetProperty("without").GetString()));
        Assert.Equal(("iter-dead/clear", "H1"), (witness.GetProperty("key").GetString(), witness.GetProperty("oracle").GetString()));
    }

    [Fact]
    public void A_control_has_no_witness_and_says_why()
    {
        (int code, string output, _) = MapsimProcess.Run("faults", "show", "wb-skip-evac-copy");
        Assert.Equal(0, code);
        Assert.EndsWith("\nThere is no witness: no program can tell.\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("golang/go#6719, #8410", "https://github.com/golang/go/issues/6719 https://github.com/golang/go/issues/8410")]
    [InlineData("cockroachdb/swiss#39, #33", "https://github.com/cockroachdb/swiss/issues/39 https://github.com/cockroachdb/swiss/issues/33")]
    [InlineData("golang/go#9477, CL 3288", "https://github.com/golang/go/issues/9477 https://go.dev/cl/3288")]
    [InlineData("proposal 17503", "https://github.com/golang/go/issues/17503")]
    [InlineData("the remark at 1.23:1259, golang/go#19992", "https://github.com/golang/go/issues/19992")]
    [InlineData("hypothetical", "")]
    public void An_origin_has_the_addresses_of_its_issues(string origin, string links) => Assert.Equal(links, string.Join(' ', FaultsShow.Links(origin)));

    [Theory]
    [InlineData("expected the id of a fault (see mapsim faults list), found 'iter-prefech' (did you mean 'iter-prefetch'?)", "show", "iter-prefech")]
    [InlineData("--group: expected a section of the catalogue", "list", "--group", "iterations")]
    [InlineData("(did you mean 'iteration'?)", "list", "--group", "iterations")]
    public void What_does_not_exist_is_bad_input_with_a_suggestion(string message, params string[] arguments)
    {
        (int code, string output, string error) = MapsimProcess.Run(["faults", .. arguments]);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    private static (int Code, string Output) RunIn(string folder, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "MapSim.Cli.dll"), .. arguments])
        {
            RedirectStandardOutput = true, WorkingDirectory = folder,
        })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
