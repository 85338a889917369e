using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using MapSim.Cli.Commands;
using MapSim.Faults;
using MapSim.Fuzz;
using Xunit;

namespace MapSim.Tests.Cli;

public sealed partial class FaultsScoreTests
{
    private static readonly string[] Small = ["faults", "score", "--fault", "delete-count-miss", "--fault", "det-plain-or8", "--budget", "60x", "--seeds", "2"];

    [Fact]
    public void A_score_as_json_has_its_schema()
    {
        (int code, string output, _) = MapsimProcess.Run([.. Small, "--json", "--seed", "4"]);
        JsonElement json = JsonDocument.Parse(output).RootElement;
        Assert.Equal((0, "mapsim.score/1", "60x", 2), (code, json.GetProperty("schema").GetString(), json.GetProperty("budget").GetString(), json.GetProperty("seeds").GetInt32()));
        Assert.Equal(["fuzz", "explore"], json.GetProperty("engines").EnumerateArray().Select(e => e.GetString()));
        Assert.Matches(@"^\d{4}-\d\d-\d\d$", json.GetProperty("date").GetString());
        Assert.Contains("cores", json.GetProperty("machine").GetString(), StringComparison.Ordinal);
        JsonElement[] faults = [.. json.GetProperty("faults").EnumerateArray()];
        Assert.Equal(["delete-count-miss fuzz", "delete-count-miss explore", "det-plain-or8 fuzz", "det-plain-or8 explore"], faults.Select(f => $"{f.GetProperty("id").GetString()} {f.GetProperty("engine").GetString()}"));
        JsonElement killed = faults[0], control = faults[2];
        Assert.Equal((2, true, "H3"), (killed.GetProperty("killed").GetInt32(), killed.GetProperty("expectedOracle").GetBoolean(), killed.GetProperty("oracle").GetString()));
        Assert.InRange(killed.GetProperty("executions").GetProperty("median").GetInt32(), 1, 60);
        Assert.True(killed.GetProperty("executions").GetProperty("min").GetInt32() <= killed.GetProperty("executions").GetProperty("max").GetInt32());
        Assert.Equal(JsonValueKind.Null, control.GetProperty("executions").GetProperty("median").ValueKind);
        Assert.Equal((1, 1), (json.GetProperty("totals").GetProperty("killed").GetInt32(), json.GetProperty("totals").GetProperty("of").GetInt32()));
        Assert.All(json.GetProperty("controls").EnumerateArray(), c => Assert.Equal(0, c.GetProperty("killed").GetInt32()));

        // The engine explore finishes the tiny program that it is at.
        Assert.All(json.GetProperty("controls").EnumerateArray(), c => Assert.InRange(c.GetProperty("executions").GetInt32(), 120, 1000));
        Assert.InRange(json.GetProperty("unmodified").GetProperty("executions").GetInt32(), 2 * 2 * 60, 2000);
        Assert.Equal(0, json.GetProperty("unmodified").GetProperty("unknown").GetArrayLength());
    }

    [Fact]
    public void A_score_is_the_same_for_one_worker_and_for_two()
    {
        (int one, string first, _) = MapsimProcess.Run([.. Small, "--json", "--workers", "1"]);
        (int two, string second, _) = MapsimProcess.Run([.. Small, "--json", "--workers", "2"]);
        Assert.Equal((0, 0), (one, two));
        Assert.Equal(WithoutTimes(first), WithoutTimes(second));
    }

    [Fact]
    public void The_program_of_a_kill_shows_it_again()
    {
        (_, string output, _) = MapsimProcess.Run("faults", "score", "--fault", "delete-count-miss", "--engine", "fuzz", "--budget", "60x", "--seeds", "1", "--json");
        JsonElement fault = JsonDocument.Parse(output).RootElement.GetProperty("faults")[0];
        (int code, string run, _) = MapsimProcess.Run("run", "--fault", "delete-count-miss", fault.GetProperty("program").GetString()!);
        Assert.Equal(77, code);
        Assert.Contains(fault.GetProperty("key").GetString()!, run, StringComparison.Ordinal);
        Assert.Equal(0, MapsimProcess.Run("run", fault.GetProperty("program").GetString()!).Code);
    }

    [Fact]
    public void The_markdown_file_is_the_whole_document()
    {
        using var folder = new ProgramFolder();
        (int code, string output, _) = MapsimProcess.Run([.. Small, "--engine", "fuzz", "--markdown", folder.Path("FAULTS.md")]);
        string text = File.ReadAllText(folder.Path("FAULTS.md"));
        Assert.Equal(0, code);
        Assert.Contains("killed      1 of 1 faults with verdict K\n", output, StringComparison.Ordinal);
        Assert.StartsWith("# Faults and the score\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", text, StringComparison.Ordinal);
        Assert.All(FaultCatalogue.All, f => Assert.Contains($"\n| {f.Number} | {f.Id} | ", text, StringComparison.Ordinal));
        Assert.Contains("[program](../corpus/faults/iter-prefetch.mapsim)", text, StringComparison.Ordinal);
        Assert.Contains("**1 of 1** faults with verdict K were killed", text, StringComparison.Ordinal);
        Assert.Contains("| det-plain-or8 | fuzz | 120 | no |", text, StringComparison.Ordinal);
        Assert.Contains("    mapsim faults score --fault delete-count-miss", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--budget: expected a time such as 60s or 10m, or a number of executions such as 200000x, found '60'", "--budget", "60")]
    [InlineData("--budget: expected a time", "--budget", "0x")]
    [InlineData("--budget: expected a time", "--budget", "x")]
    [InlineData("--budget: expected a time", "--budget", "1e9s")]
    [InlineData("--engine: expected fuzz, explore or both, found 'fuz' (did you mean 'fuzz'?)", "--engine", "fuz")]
    [InlineData("--seeds: expected a number from 1 to 1000, found 0", "--seeds", "0")]
    [InlineData("--workers: expected a number from 1 to 1024, found -1", "--workers", "-1")]
    [InlineData("--seed: expected a number", "--seed", "-4")]
    [InlineData("--fault: expected the id of a fault (see mapsim faults list), found 'iter-prefech' (did you mean 'iter-prefetch'?)", "--fault", "iter-prefech")]
    [InlineData("--group: expected a section of the catalogue", "--group", "wb")]
    [InlineData("--markdown: expected the name of a file in a folder that exists", "--markdown", "/no/such/folder/FAULTS.md")]
    public void A_value_that_makes_no_sense_is_bad_input(string message, string option, string value)
    {
        (int code, string output, string error) = MapsimProcess.Run("faults", "score", option, value);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("60s", null, 60)]
    [InlineData("1.5m", null, 90)]
    [InlineData("2h", null, 7200)]
    [InlineData("200000x", 200_000L, null)]
    public void A_budget_is_a_time_or_a_number_of_executions(string text, long? executions, int? seconds)
    {
        HuntBudget budget = FaultsScore.ReadBudget(text);
        Assert.Equal((executions, (double?)seconds), (budget.Executions, budget.Time?.TotalSeconds));
    }

    [Fact]
    public async Task Ctrl_C_ends_a_score_with_what_it_has()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // There is no way there to send it to one process only.
        }

        using Process process = Process.Start(new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "MapSim.Cli.dll"), "faults", "score", "--fault", "det-plain-or8", "--budget", "1h"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("hunts 0/20, ", await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using (Process kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(72, process.ExitCode);
        Assert.Contains("interrupted", await output, StringComparison.Ordinal);
    }

    private static string WithoutTimes(string json) => Times().Replace(json, "");

    [GeneratedRegex(@"""(seconds|workers|date)"": [^\n]*\n")]
    private static partial Regex Times();
}
