using System.Text.Json;
using System.Xml.Linq;
using Xunit;

namespace MapSim.Tests.Cli;

/// <summary>The reports for other programs: JUnit XML and SARIF.</summary>
public sealed class ReplayReportTests
{
    [Fact]
    public void JUnit_has_a_suite_for_each_folder_and_a_case_for_each_file()
    {
        using var folder = new ProgramFolder();
        Fill(folder);
        string xml = folder.Path("out.xml");
        Assert.Equal(2, MapsimProcess.Run("replay", "--junit", xml, folder.Root).Code);
        XElement root = XDocument.Load(xml).Root!;
        Assert.Equal(("testsuites", "4", "1", "1", "0"), (root.Name.LocalName, Attribute(root, "tests"), Attribute(root, "failures"), Attribute(root, "errors"), Attribute(root, "skipped")));
        XElement[] suites = [.. root.Elements("testsuite")];
        Assert.Equal([folder.Path("a"), folder.Path("b")], suites.Select(s => Attribute(s, "name")));
        Assert.Equal(["ok.mapsim", "with 'quote'.mapsim"], suites[0].Elements("testcase").Select(c => Attribute(c, "name")));
        XElement failure = root.Descendants("failure").Single();
        Assert.StartsWith("DEDUP_TOKEN panic/", Attribute(failure, "message"), StringComparison.Ordinal);
        Assert.Contains("found panic: assignment to entry in nil map", Attribute(failure, "message"), StringComparison.Ordinal);
        Assert.Contains($"mapsim replay '{folder.Path("a")}/with '\\''quote'\\''.mapsim'\n", failure.Value, StringComparison.Ordinal);
        Assert.StartsWith("DEDUP_TOKEN bad-input: ", Attribute(root.Descendants("error").Single(), "message"), StringComparison.Ordinal);
        Assert.Equal([folder.Path("out.xml")], Directory.GetFiles(folder.Root).Select(f => f.Replace('\\', '/')));
    }

    [Fact]
    public void The_command_in_a_JUnit_failure_brings_it_back_without_the_file()
    {
        using var folder = new ProgramFolder();
        Fill(folder);
        string xml = folder.Path("out.xml");
        MapsimProcess.Run("replay", "--junit", xml, folder.Root);
        string text = XDocument.Load(xml).Descendants("failure").Single().Value;
        string command = text.Split('\n').Single(l => l.StartsWith("without the file: ", StringComparison.Ordinal))["without the file: ".Length..];
        (int code, string output, _) = MapsimProcess.Run(command.Split(' ')[1..]);
        Assert.Equal(79, code);
        Assert.Contains("found panic: assignment to entry in nil map", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Sarif_has_a_rule_for_each_key_and_a_result_for_each_file_that_is_not_ok()
    {
        using var folder = new ProgramFolder();
        Fill(folder);
        string sarif = folder.Path("out.sarif");
        MapsimProcess.Run("replay", "--sarif", sarif, folder.Root);
        JsonElement log = JsonDocument.Parse(File.ReadAllText(sarif)).RootElement;
        Assert.Equal("2.1.0", log.GetProperty("version").GetString());
        JsonElement run = log.GetProperty("runs")[0];
        string[] rules = [.. run.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray().Select(r => r.GetProperty("id").GetString()!)];
        JsonElement[] results = [.. run.GetProperty("results").EnumerateArray()];
        Assert.Equal(2, results.Length);
        Assert.All(results, r => Assert.Equal(rules[r.GetProperty("ruleIndex").GetInt32()], r.GetProperty("ruleId").GetString()));
        Assert.All(results, r => Assert.Equal(r.GetProperty("ruleId").GetString(), r.GetProperty("partialFingerprints").GetProperty("mapsimBugKey/v1").GetString()));
        Assert.StartsWith("panic/", results[0].GetProperty("ruleId").GetString(), StringComparison.Ordinal);
        JsonElement place = results[0].GetProperty("locations")[0].GetProperty("physicalLocation");
        Assert.Equal(new Uri(folder.Path("a/with 'quote'.mapsim")).AbsoluteUri, place.GetProperty("artifactLocation").GetProperty("uri").GetString());
        Assert.Equal(3, place.GetProperty("region").GetProperty("startLine").GetInt32());
        Assert.Equal(("bad-input", 2), (results[1].GetProperty("ruleId").GetString(), results[1].GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("region").GetProperty("startLine").GetInt32()));
    }

    [Fact]
    public void The_reports_of_a_good_corpus_have_no_failures_and_are_the_same_each_time()
    {
        using var folder = new ProgramFolder();
        (string Xml, string Sarif)[] pairs = [.. new[] { "1", "4" }.Select(workers =>
        {
            (string xml, string sarif) = (folder.Path(workers + ".xml"), folder.Path(workers + ".sarif"));
            Assert.Equal(0, MapsimProcess.Run("replay", "--workers", workers, "--junit", xml, "--sarif", sarif, "corpus/examples").Code);
            return (File.ReadAllText(xml), File.ReadAllText(sarif));
        })];
        Assert.Equal(pairs[0], pairs[1]);
        Assert.Empty(XDocument.Parse(pairs[0].Xml).Descendants("failure"));
        Assert.Equal("corpus/examples", Attribute(XDocument.Parse(pairs[0].Xml).Root!.Element("testsuite")!, "name"));
        Assert.Equal(0, JsonDocument.Parse(pairs[0].Sarif).RootElement.GetProperty("runs")[0].GetProperty("results").GetArrayLength());
    }

    private static void Fill(ProgramFolder folder)
    {
        folder.Add("a/ok.mapsim", ProgramFolder.Clean);
        folder.Add("a/with 'quote'.mapsim", ProgramFolder.Bug);
        folder.Add("b/bad.mapsim", "mapsim 1\nnonsense\n");
        folder.Add("b/ok.mapsim", ProgramFolder.Clean);
    }

    private static string? Attribute(XElement element, string name) => element.Attribute(name)?.Value;
}
