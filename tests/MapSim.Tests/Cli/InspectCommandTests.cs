using System.Text.Json;
using System.Text.RegularExpressions;
using MapSim.Tests.Inspect;
using Xunit;

namespace MapSim.Tests.Cli;

/// <summary>mapsim inspect and mapsim dump --raw, as users run them.</summary>
public sealed class InspectCommandTests
{
    [Fact]
    public void A_real_dump_is_shown_and_is_sound()
    {
        (int code, string output, string error) = MapsimProcess.Run(["inspect", .. RecordedMap.Arguments("go1.19-amd64", "words")]);
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("map[string]int at 0xc00008c150, Go 1.19, amd64: 27 entries, 8 buckets\n  +0   count        27\n  +8   flags        0x00  -\n  +9   B            3\n", output, StringComparison.Ordinal);
        Assert.Contains("```\n" + output + "```\n", File.ReadAllText(Repository.Path("docs", "INSPECT.md")), StringComparison.Ordinal);
        Assert.Contains("growing to twice the size: 2 of 4 old buckets evacuated (nevacuate 2)", output, StringComparison.Ordinal);
        Assert.Contains("waits for old bucket 2", output, StringComparison.Ordinal);
        Assert.Contains("not checked: H3.3, H3.4: the hash keys of the process are not known\n  21 invariants checked, all hold\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_as_json()
    {
        (int code, string output, _) = MapsimProcess.Run(["inspect", "--json", .. RecordedMap.Arguments("go1.19-386", "pairs")]);
        Assert.Equal(0, code);
        JsonElement json = JsonDocument.Parse(output).RootElement;
        Assert.Equal("mapsim.inspect/1", json.GetProperty("schema").GetString());
        Assert.Equal("386", json.GetProperty("arch").GetString());
        Assert.Equal(83, json.GetProperty("hmap").GetProperty("count").GetInt32());
        Assert.Equal(83, json.GetProperty("buckets").GetProperty("buckets").EnumerateArray().Sum(b => b.GetProperty("entries").GetArrayLength()));
        Assert.Equal(0, json.GetProperty("broken").GetArrayLength());
    }

    [Fact]
    public void The_hex_dump_of_the_article_is_no_hmap_of_Go_1_22_and_that_is_said()
    {
        using var folder = new ProgramFolder();
        string text = folder.Add("hmap.txt", """
            00000000  04 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
            00000010  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
            00000020  80 40 00 01 00 00 00 00  00 00 00 00 00 00 00 00  |.@..............|
            00000030  00 00 00 00 00 00 00 00                           |........|
            00000038

            """);
        (int code, string output, _) = MapsimProcess.Run("inspect", "--hmap", text + "@0xc000014080", "--type", "map[string]int", "--go", "1.22");
        Assert.Equal(77, code);
        Assert.Contains("broken: H3.2 (map 0xc000014080): found count = 4, expected 0, the number of live cells", output, StringComparison.Ordinal);
        Assert.Contains("the file of --hmap has 56 bytes, an hmap of Go 1.22 on amd64 has 48; 56 is what many pages say", output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_delve_printed_is_read_from_one_file_and_zeros_are_no_map()
    {
        using var folder = new ProgramFolder();
        string session = Path.Combine(RecordedMap.Folder("go1.19-debuggers"), "started.dlv");
        (int code, string output, string error) = MapsimProcess.Run("inspect", "--hmap", session, "--type", "map[uint64]uint64", "--go", "1.19");
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("map[uint64]uint64 at 0xc000078300, Go 1.19, amd64: 9 entries, 2 buckets\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("note:", output, StringComparison.Ordinal);

        string zeros = folder.Add("zeros.txt", "0xc000014080: 0x0000000000000000 0x0000000000000000\n0xc000014090: 0x0000000000000000 0x0000000000000000\n0xc0000140a0: 0x0000000000000000 0x0000000000000000\n");
        (_, output, _) = MapsimProcess.Run("inspect", "--hmap", zeros, "--type", "map[uint64]uint64", "--go", "1.19");
        Assert.Contains("note: all 48 bytes at 0xc000014080 are zero, and a map that was made has a random hash0", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_that_is_missing_is_exit_2_with_the_command_that_gets_it()
    {
        string[] all = RecordedMap.Arguments("go1.19-amd64", "words");
        (int code, string output, _) = MapsimProcess.Run(["inspect", .. all.Take(4), .. all.TakeLast(4)]);
        Assert.Equal(2, code);
        Assert.Contains("gdb: dump binary memory mem0.bin 0xc00008ee00 0xc00008f480", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expected --hmap FILE@ADDRESS, or --addr with --core or --mem, found neither", "--type", "map[int]int", "--go", "1.22")]
    [InlineData("--hmap: expected FILE@ADDRESS (raw bytes do not say where they were), found 'README.md'", "--hmap", "README.md", "--type", "map[int]int", "--go", "1.22")]
    [InlineData("--hmap: expected an address like 0xc000014080, found '12'", "--hmap", "README.md@12", "--type", "map[int]int", "--go", "1.22")]
    [InlineData("--core: README.md: expected an ELF file, little endian, found the bytes", "--core", "README.md", "--addr", "0x10", "--type", "map[int]int", "--go", "1.22")]
    [InlineData("--type: type 'map[[]int]int', column", "--hmap", "README.md@0x10", "--type", "map[[]int]int", "--go", "1.22")]
    [InlineData("--core: Could not find file", "--core", "nowhere", "--addr", "0x10", "--type", "map[int]int", "--go", "1.22")]
    [InlineData("expected --go VERSION", "--hmap", "README.md@0x10", "--type", "map[int]int")]
    public void A_mistake_is_told_and_is_exit_2(string message, params string[] arguments)
    {
        (int code, string output, string error) = MapsimProcess.Run(["inspect", .. arguments]);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith("mapsim: " + message, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_raw_dump_of_a_simulated_map_is_read_by_the_command_that_is_printed()
    {
        using var folder = new ProgramFolder();
        (int code, string output, _) = MapsimProcess.Run("dump", "corpus/examples/growth.mapsim", "--at", "15", "--raw", folder.Path("raw"));
        Assert.Equal(0, code);
        string[] words = [.. Regex.Matches(output, @"'([^']*)'|(\S+)").Select(m => m.Groups[1].Success ? m.Groups[1].Value : m.Value)];
        Assert.Equal(["mapsim", "inspect", "--type", "map[int64]string", "--go", "1.23", "--arch", "amd64", "--hmap"], words[..9]);
        (code, output, _) = MapsimProcess.Run(words[1..]);
        Assert.Equal(0, code);
        Assert.Contains(": 14 entries, 4 buckets\n", output, StringComparison.Ordinal);
        Assert.Matches(" 8 +\"ninth\"\n", output);
        Assert.Contains("21 invariants checked, all hold\n", output, StringComparison.Ordinal);

        // The same memory as text: mapsim dump prints what hexdump -C would, with titles.
        string text = folder.Add("dump.txt", MapsimProcess.Run("dump", "corpus/examples/growth.mapsim", "--at", "15").Output);
        Assert.Equal(output, MapsimProcess.Run(["inspect", "--mem", text, .. words[2..8], "--addr", words[9][(words[9].LastIndexOf('@') + 1)..], .. words[10..].Where(w => w != "--mem" && w.Contains("/data-", StringComparison.Ordinal)).SelectMany(w => new[] { "--mem", w })]).Output);
    }
}
