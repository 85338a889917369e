using MapSim.Inspect;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Inspect;

/// <summary>Simulated maps written as raw memory and read back like those of a real process.</summary>
public sealed class RawMemoryTests
{
    internal static ProgramRunner Run(string text, int operations = int.MaxValue)
    {
        var runner = new ProgramRunner(ProgramParser.Parse(text));
        runner.Run(operations);
        return runner;
    }

    internal static ProcessImage Image(ProgramRunner run)
    {
        var image = new ProcessImage();
        foreach (RawPiece piece in run.Maps.Where(m => !m.Address.IsNil).SelectMany(m => Pieces(run, m)).Concat(RawMemory.OfData(run.Session.Machine)))
        {
            image.Add(piece.Name, piece.Start, piece.Bytes.ToArray());
        }

        return image;
    }

    [Fact]
    public void What_the_examples_leave_at_any_operation_is_read_back_sound()
    {
        int maps = 0, growing = 0;
        IEnumerable<(string, string)> examples = Directory.GetFiles(Repository.Path("corpus", "examples"), "*.mapsim").Order().Select(f => (f, File.ReadAllText(f)));
        (string, string) growing120 = ("120 keys", "mapsim 1\nmap m map[uint64]string\nrepeat 120 assign m $i \"v$i\"\n");
        foreach ((string file, string text) in examples.Append(growing120))
        {
            for (int at = 0; at < (file == growing120.Item1 ? 120 : 40); at += 3)
            {
                ProgramRunner run = Run(text, at);
                foreach (MapVariable map in run.Maps.Where(m => !m.Address.IsNil))
                {
                    using ProcessImage image = Image(run);
                    MapInspection inspection = MapInspection.Of(image, map.Address, map.Type, run.Settings.Version, run.Session.Machine.MemHash);
                    Assert.True(inspection.Fits, $"{file} at {at}, {map.Name}: {string.Join("; ", inspection.Broken)} {string.Join("; ", inspection.Map.Misfits)}");
                    Assert.DoesNotContain(inspection.Unchecked, u => u.Id == "H3.3");
                    maps++;
                    growing += inspection.Map.IsGrowing ? 1 : 0;
                }
            }
        }

        Assert.True(maps > 50 && growing > 3, $"{maps} maps, {growing} growing");
    }

    [Theory]
    [InlineData("amd64")]
    [InlineData("386")]
    public void Entries_of_every_kind_are_read_back(string arch)
    {
        ProgramRunner run = Run($$"""
            mapsim 1
            arch {{arch}}
            map m map[interface{}][150]byte
            map s map[[2]string]complex64
            assign m int(1) bytes"abc"
            assign m string("x") bytes"def"
            assign m float64(0.5) bytes""
            assign m nil bytes""
            assign s {"a", "b\n"} (1+2i)
            """);
        using ProcessImage image = Image(run);
        List<string> found = [];
        foreach (MapVariable map in run.Maps)
        {
            MapInspection inspection = MapInspection.Of(image, map.Address, map.Type, run.Settings.Version, run.Session.Machine.MemHash);
            Assert.True(inspection.Fits);
            Assert.Empty(inspection.Unchecked);
            found.AddRange(RecordedMap.Entries(image, inspection.Map).Select(e => e.Key + " " + e.Elem));
        }

        Assert.Equal(["float64(0.5) {}", "int(1) bytes\"abc\"", "nil {}", "string(\"x\") bytes\"def\"", "{\"a\", \"b\\n\"} (1+2i)"], found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_key_in_the_wrong_bucket_is_seen_when_the_hash_is_known()
    {
        ProgramRunner run = Run("mapsim 1\nmap m map[uint64]uint64\nrepeat 20 assign m $i $i\n");
        var view = new MapView(run.Session.Machine.Memory, run.Maps[0].Type, run.Maps[0].Address);
        BucketView bucket = view.Bucket(view.Buckets, 0);
        ulong other = BitConverter.ToUInt64(run.Session.Machine.Memory.Raw(view.Bucket(view.Buckets, 1).KeySlot(0), 8));
        run.Session.Machine.Memory.Poke(bucket.KeySlot(0), BitConverter.GetBytes(other + 1000));
        using ProcessImage image = Image(run);
        MapInspection known = MapInspection.Of(image, view.Address, view.Type, run.Settings.Version, run.Session.Machine.MemHash);
        Assert.Contains(known.Broken, b => b.StartsWith("H3.", StringComparison.Ordinal) && b.Contains($"bucket {bucket.Address}", StringComparison.Ordinal));
        Assert.Empty(MapInspection.Of(image, view.Address, view.Type, run.Settings.Version).Broken);
    }

    private static IEnumerable<RawPiece> Pieces(ProgramRunner run, MapVariable map)
    {
        var view = new MapView(run.Session.Machine.Memory, map.Type, map.Address);
        return RawMemory.OfMap(map.Name, view, run.NewBucketNames(map.Type).Visit(view));
    }
}
