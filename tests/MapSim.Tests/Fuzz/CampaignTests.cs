using System.Text.Json;
using System.Xml.Linq;
using MapSim.Faults;
using MapSim.Fuzz;
using Xunit;

namespace MapSim.Tests.Fuzz;

public sealed class CampaignTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_campaign_in_pieces_with_different_workers_finds_what_one_in_one_go_finds()
    {
        Campaign whole = CampaignRun.Run(_folder.At("whole"), CampaignRun.Options(), 80);
        CampaignRun.Run(_folder.At("pieces"), CampaignRun.Options(), 10, workers: 2);
        CampaignRun.Run(_folder.At("pieces"), CampaignRun.Options(), 45, workers: 3);
        Campaign last = CampaignRun.Run(_folder.At("pieces"), CampaignRun.Options(), 80, workers: 2);
        Assert.Equal(CampaignRun.Found(_folder.At("whole")), CampaignRun.Found(_folder.At("pieces")));
        Assert.Equal((whole.Digest, CampaignEnd.Executions, 80L), (last.Digest, last.End, last.Snapshot.Executions));
        Assert.InRange(last.Snapshot.Entries, 10, 80);
    }

    [Fact]
    public void A_campaign_that_is_done_stays_as_it_is()
    {
        Campaign first = CampaignRun.Run(_folder.At("c"), CampaignRun.Options(), 40);
        IReadOnlyList<string> found = CampaignRun.Found(_folder.At("c"));
        var told = new List<string>();
        Campaign again = CampaignRun.Run(_folder.At("c"), CampaignRun.Options() with { Seed = null }, 40, tell: (word, _, text) => told.Add(word + " " + text));
        Assert.Equal(found, CampaignRun.Found(_folder.At("c")));
        Assert.Equal(first.Digest, again.Digest);
        Assert.Contains(told, t => t.StartsWith("INITED goes on after 32 executions", StringComparison.Ordinal));
    }

    [Fact]
    public void A_planted_fault_is_found_shrunk_and_its_program_replays()
    {
        ModelChanges fault = ModelChanges.None.With(FaultCatalogue.Find("iter-stop-on-emptyrest")!.Fault);
        CampaignOptions options = CampaignRun.Options() with { Target = new TargetOptions { Faults = fault } };
        Campaign campaign = CampaignRun.Run(_folder.At("c"), options, 32);
        FindingAccount finding = campaign.Snapshot.Findings.First(f => f.Key == "iter-miss/plain");
        Assert.Contains(finding.Shrinking, (string[])["complete", "budget"]);
        string file = Path.Combine(_folder.At("c"), finding.File);
        Assert.Contains("with fault iter-stop-on-emptyrest expect iter-miss/plain", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.Equal(0, Cli.MapsimProcess.Run(CampaignReport.Command(_folder.At("c"), finding).Split(' ')[1..]).Code);
        FindingRecord record = FindingRecord.Read(Path.ChangeExtension(file, ".json"))!;
        Assert.Equal(record.Original, CorpusName.Hash(File.ReadAllBytes(Path.ChangeExtension(file, ".original.bin"))));
        Assert.True(record.OperationsAfter < record.OperationsBefore, $"{record.OperationsBefore} to {record.OperationsAfter}");
        Assert.Contains("mapsim replay iter-miss_plain.mapsim", File.ReadAllText(Path.ChangeExtension(file, ".md")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bug_that_its_text_does_not_show_is_reported_and_its_input_kept()
    {
        CampaignOptions options = CampaignRun.Options();
        using CampaignFolder held = CampaignFolder.Open(_folder.At("c"), options, ["mapsim"]);
        var engine = new FuzzEngine(new EngineOptions(3, options.Target) { RunsInTask = 1 });
        engine.Round(1, 1);
        var told = new List<string>();
        var desk = new FindingDesk(held, options.Target, 10, (word, text) => told.Add(word + " " + text));
        var bug = new FoundBug("iter-miss/made-up", null, engine.Queue[0].Input, 1);
        desk.Add(bug);
        desk.Add(bug);
        desk.Finish(() => false);
        Assert.Equal(1, desk.Inconsistent);
        Assert.Contains("the engine says iter-miss/made-up, the program as a text ends", told[0], StringComparison.Ordinal);
        Assert.Equal(bug.Input, File.ReadAllBytes(Directory.GetFiles(held.At(CampaignFiles.Inconsistent), "*.bin").Single()));
        Assert.Empty(Directory.GetFiles(held.At(CampaignFiles.Findings)));
    }

    [Fact]
    public void The_report_says_the_same_to_people_programs_and_CI_systems()
    {
        ModelChanges fault = ModelChanges.None.With(FaultCatalogue.Find("iter-stop-on-emptyrest")!.Fault);
        Campaign campaign = CampaignRun.Run(_folder.At("c"), CampaignRun.Options() with { Target = new TargetOptions { Faults = fault }, ShrinkExecutions = 0 }, 32);
        using var json = JsonDocument.Parse(File.ReadAllText(_folder.At("c", "report.json")));
        JsonElement report = json.RootElement;
        Assert.Equal(("mapsim.campaign/1", campaign.Digest), (report.GetProperty("schema").GetString(), report.GetProperty("digest").GetString()));
        Assert.Equal(32, report.GetProperty("totals").GetProperty("executions").GetInt32());
        Assert.Equal(FeatureTable.Domains, report.GetProperty("domains").GetArrayLength());
        string command = report.GetProperty("findings")[0].GetProperty("command").GetString()!, text = File.ReadAllText(_folder.At("c", "report.txt"));
        Assert.Contains(command, text, StringComparison.Ordinal);
        Assert.Contains($"executions        32 in ", text, StringComparison.Ordinal);
        Assert.Contains("estimate after Good and Turing", text, StringComparison.Ordinal);
        Assert.Contains("Config ", text, StringComparison.Ordinal);
        XElement junit = XDocument.Load(_folder.At("c", "junit.xml")).Root!.Element("testsuite")!;
        Assert.Equal(campaign.Snapshot.NewFindings.ToString(System.Globalization.CultureInfo.InvariantCulture), junit.Attribute("failures")!.Value);
        Assert.Contains(junit.Descendants("failure"), f => f.Value.StartsWith(command, StringComparison.Ordinal));
        var status = JsonSerializer.Deserialize<CampaignSnapshot>(File.ReadAllBytes(_folder.At("c", "status.json")), CampaignReport.Json)!;
        Assert.Equal((32L, campaign.Snapshot.Entries), (status.Executions, status.Entries));
    }
}
