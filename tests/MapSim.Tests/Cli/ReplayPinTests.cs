using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Cli;

/// <summary>mapsim replay --pin rewrites files.</summary>
public sealed class ReplayPinTests
{
    [Fact]
    public void A_pinned_file_replays_and_is_not_written_again()
    {
        using var folder = new ProgramFolder();
        string file = folder.Add("p.mapsim", "\uFEFF" + ProgramFolder.Clean.Replace("expect clean", "expect  clean   # as it should", StringComparison.Ordinal));
        Assert.StartsWith($"pin  {file}  clean  digest ", MapsimProcess.Run("replay", "--pin", file).Output, StringComparison.Ordinal);
        byte[] pinned = File.ReadAllBytes(file);
        Assert.Equal([0xEF, 0xBB, 0xBF], pinned[..3]);
        MapProgram program = ProgramParser.Parse(File.ReadAllText(file));
        Assert.NotNull(program.Expectation.Digest);
        Assert.Equal(2, program.Checkpoints!.Values.Count);
        Assert.StartsWith($"ok  {file}  clean  digest {program.Expectation.Digest}", MapsimProcess.Run("replay", "--pin", file).Output, StringComparison.Ordinal);
        Assert.Equal(pinned, File.ReadAllBytes(file));
        Assert.Equal([file], Directory.GetFiles(folder.Root).Select(f => f.Replace('\\', '/')));
    }

    [Fact]
    public void A_file_that_does_not_end_as_it_expects_is_left_alone()
    {
        using var folder = new ProgramFolder();
        string file = folder.Add("p.mapsim", ProgramFolder.Bug), limit = folder.Add("q.mapsim", "mapsim 1\nlimit 2\nmap m map[int]int\nassign m 1 1\n");
        (int code, string output, _) = MapsimProcess.Run("replay", "--pin", folder.Root);
        Assert.Equal(79, code);
        Assert.Contains("not pinned", output, StringComparison.Ordinal);
        Assert.Equal(ProgramFolder.Bug, File.ReadAllText(file));
        Assert.DoesNotContain("checkpoints", File.ReadAllText(limit), StringComparison.Ordinal);
    }

    [Fact]
    public void A_drifted_digest_is_told_by_a_replay_and_mended_by_a_pin()
    {
        using var folder = new ProgramFolder();
        string file = folder.Add("p.mapsim", ProgramFolder.Clean);
        MapsimProcess.Run("replay", "--pin", file);
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"a\" 1\nlookup m \"a\" = 1", "\"a\" 2\nlookup m \"a\" = 2", StringComparison.Ordinal));
        (int code, string output, _) = MapsimProcess.Run("replay", file);
        Assert.Equal(79, code);
        Assert.Contains("first differs at operation 2 (line 5: lookup m \"a\"): it gives 2", output, StringComparison.Ordinal);
        Assert.Equal(0, MapsimProcess.Run("replay", "--pin", file).Code);
        Assert.Equal(0, MapsimProcess.Run("replay", file).Code);
    }
}
