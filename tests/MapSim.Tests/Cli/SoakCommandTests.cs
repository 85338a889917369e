using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Cli;

public sealed partial class SoakCommandTests
{
    [Fact]
    public void Totals_and_digest_do_not_depend_on_the_number_of_workers()
    {
        (int one, string first, _) = Mapsim("soak", "--execs", "6", "--seed", "3", "--workers", "1");
        (int two, string second, _) = Mapsim("soak", "--execs", "6", "--seed", "3", "--workers", "3");
        Assert.Equal((0, 0), (one, two));
        Assert.Matches("digest [0-9a-f]{32}\n", first);
        Assert.Equal(WithoutSeconds(first), WithoutSeconds(second));
    }

    [Fact]
    public void The_command_of_a_case_shows_that_case_again()
    {
        RandomCase randomCase = RandomCase.Choose(3, 5, CaseFilter.Everything);
        RandomResult result = new RandomRun(randomCase).Execute();
        (int code, string output, _) = Mapsim([.. Arguments(randomCase.Command), "-v"]);
        Assert.Equal(0, code);
        Assert.StartsWith(randomCase.Title + "\n", output, StringComparison.Ordinal);
        Assert.EndsWith(string.Create(CultureInfo.InvariantCulture, $"clean\noperations {result.Tally.Operations}, digest {result.Digest}\n"), output, StringComparison.Ordinal);
        Assert.Contains("    1  m1 = make(", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_result_as_json_has_its_schema_and_the_totals()
    {
        (int code, string output, _) = Mapsim("soak", "--execs", "2", "--type", "map[string]int64", "--go", "1.22", "--arch", "386", "--json");
        JsonElement json = JsonDocument.Parse(output).RootElement;
        Assert.Equal((0, "mapsim.soak/1", 2), (code, json.GetProperty("schema").GetString(), json.GetProperty("totals").GetProperty("programs").GetInt32()));
        Assert.Equal(0, json.GetProperty("findings").GetArrayLength());
        Assert.Equal(32, json.GetProperty("digest").GetString()!.Length);
    }

    [Fact]
    public void A_campaign_that_is_told_a_time_ends_then_and_says_no_digest()
    {
        (int code, string output, _) = Mapsim("soak", "--for", "0.5s");
        Assert.Equal(0, code);
        Assert.DoesNotContain("digest", output, StringComparison.Ordinal);
        Assert.Contains("operations ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--for", "tomorrow", "--for: expected a time")]
    [InlineData("--go", "1.20", "expected a Go version")]
    [InlineData("--arch", "sparc", "expected an architecture")]
    [InlineData("--type", "map[[]int]int", "comparable")]
    [InlineData("--program", "12", "--program: expected seed:index")]
    [InlineData("--execs", "0", "expected a positive number")]
    public void A_value_that_makes_no_sense_is_bad_usage(string option, string value, string message)
    {
        (int code, string output, string error) = Mapsim("soak", option, value);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    private static string[] Arguments(string command) =>
        [.. Word().Matches(command).Skip(1).Select(m => m.Value.Trim('\''))];

    private static string WithoutSeconds(string output) => Seconds().Replace(output, "");

    private static (int Code, string Output, string Error) Mapsim(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "MapSim.Cli.dll"), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.ReplaceLineEndings("\n"), error.Result);
    }

    [GeneratedRegex(@"'[^']*'|\S+")]
    private static partial Regex Word();

    [GeneratedRegex(@"seconds +[\d.]+\n")]
    private static partial Regex Seconds();
}
