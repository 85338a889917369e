using System.Buffers.Binary;
using MapSim.Inspect;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Inspect;

/// <summary>Memory that is not what it was said to be: real dumps with bytes changed, files left out, wrong types and releases.</summary>
public sealed class BrokenMemoryTests
{
    private const string Process = "go1.19-amd64";

    [Fact]
    public void A_wrong_count_is_told_with_the_number_that_would_fit()
    {
        RecordedMap map = RecordedMap.Load(Process, "words", (file, _, bytes) => bytes[0] ^= (byte)(file == "words-hmap.bin" ? 1 : 0));
        string broken = Assert.Single(map.Inspect().Broken);
        Assert.Equal($"H3.2 (map {map.Hmap}): found count = 26, expected 27, the number of live cells", broken);
    }

    [Fact]
    public void A_wrong_B_is_told_with_the_B_that_would_fit()
    {
        RecordedMap map = RecordedMap.Load(Process, "pairs", (file, _, bytes) => bytes[9] = file == "pairs-hmap.bin" ? (byte)5 : bytes[9]);
        MapInspection inspection = map.Inspect();
        Assert.True(inspection.Map.IsMissingMemory);
        Assert.Contains("would fit: B = 4 (16 buckets), where the hmap has 5", Hypotheses.Of(map.Image, inspection));
    }

    [Theory]
    [InlineData(63)]
    [InlineData(200)]
    [InlineData(24)]
    public void An_absurd_B_costs_neither_memory_nor_a_crash(byte b)
    {
        RecordedMap map = RecordedMap.Load(Process, "pairs", (file, _, bytes) => bytes[9] = file == "pairs-hmap.bin" ? b : bytes[9]);
        MapInspection inspection = map.Inspect();
        Assert.False(inspection.Fits);
        Assert.Null(inspection.Map.Present);
        Assert.Contains(Hypotheses.Of(map.Image, inspection), h => h.StartsWith("would fit: B = 4 ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_chain_that_goes_in_a_circle_ends_with_the_bucket_that_closes_it()
    {
        RecordedMap map = RecordedMap.Load(Process, "pairs", (file, at, bytes) =>
        {
            if (file == "pairs-buckets-overflow0.bin")
            {
                BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(136), at.Value);
            }
        });
        Assert.Contains(map.Inspect().Broken, b => b.Contains("a second link to 0x", StringComparison.Ordinal) && b.StartsWith("H3.1 (buckets, bucket ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_wild_link_is_missing_memory_in_dumps_and_broken_in_a_core()
    {
        static void Change(string file, Addr at, byte[] bytes)
        {
            if (file == "pairs-buckets.bin")
            {
                BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(136), 0xDEAD_0000);
            }
        }

        RecordedMap map = RecordedMap.Load(Process, "pairs", Change);
        Assert.Contains(map.Inspect().Map.Misfits, m => m is { Kind: MisfitKind.Missing, At.Value: 0xDEAD_0000, Size: 144 });
        map.Image.IsComplete = true;
        Assert.Contains(map.Inspect().Broken, b => b.Contains("0xdead0000 is in no memory of the process", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("map[string]string", "map[string]uint64")]
    [InlineData("map[uint64]uint64", "map[string]uint64")]
    [InlineData("map[int32]bool", "map[string]uint64")]
    public void For_a_wrong_type_one_is_told_that_would_fit(string wrong, string right)
    {
        RecordedMap map = RecordedMap.Load(Process, "words");
        MapInspection inspection = map.Inspect(wrong);
        Assert.False(inspection.Fits);
        Assert.Contains(Hypotheses.Of(map.Image, inspection), h => h.EndsWith(" bytes, such as " + right, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("go1.19-amd64", "386", "words of 8 bytes, --arch amd64 or arm64")]
    [InlineData("go1.19-386", "amd64", "words of 4 bytes, --arch 386")]
    public void For_a_wrong_architecture_the_right_one_is_told(string process, string wrong, string right)
    {
        RecordedMap map = RecordedMap.Load(process, "words");
        MapInspection inspection = MapInspection.Of(map.Image, map.Hmap, MapType.Parse(map.Type.Text, Arch.Parse(wrong)), map.Version);
        Assert.False(inspection.Fits);
        Assert.Contains("would fit: " + right, Hypotheses.Of(map.Image, inspection));
    }

    [Fact]
    public void For_a_wrong_release_the_others_are_told()
    {
        ProgramRunner run = RawMemoryTests.Run("mapsim 1\ngo 1.22\nmap m map[uint32]uint16\nrepeat 101 assign m $i 1\n");
        using ProcessImage image = RawMemoryTests.Image(run);
        MapInspection inspection = MapInspection.Of(image, run.Maps[0].Address, run.Maps[0].Type, GoVersion.Go121);
        Assert.StartsWith("H4.1 ", Assert.Single(inspection.Broken), StringComparison.Ordinal);
        Assert.Contains("would fit: Go 1.19, 1.22, 1.23", Hypotheses.Of(image, inspection));
    }

    [Fact]
    public void The_address_of_the_variable_is_taken_for_what_it_is()
    {
        RecordedMap map = RecordedMap.Load(Process, "words");
        byte[] variable = new byte[48];
        BinaryPrimitives.WriteUInt64LittleEndian(variable, map.Hmap.Value);
        map.Image.Add("variable", new Addr(0x5000_0000), variable);
        MapInspection inspection = MapInspection.Of(map.Image, new Addr(0x5000_0000), map.Type, map.Version);
        Assert.Contains(Hypotheses.Of(map.Image, inspection), h => h.EndsWith($"it is the map variable; --addr {map.Hmap}", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_missing_is_told_with_its_size_and_the_rest_is_shown()
    {
        RecordedMap map = RecordedMap.Load(Process, "words", leaveOut: "oldbuckets");
        MapInspection inspection = map.Inspect();
        Misfit missing = Assert.Single(inspection.Map.Misfits);
        Assert.Equal((MisfitKind.Missing, 832UL), (missing.Kind, missing.Size));
        Assert.Empty(inspection.Broken);
        Assert.Equal(0, inspection.Checked);
        Assert.Contains("\"key-0.\"", InspectionText.Of(map.Image, inspection, 64), StringComparison.Ordinal);
    }

    [Fact]
    public void Strings_that_are_missing_leave_all_but_one_invariant()
    {
        RecordedMap map = RecordedMap.Load(Process, "words", leaveOut: "strings0");
        MapInspection inspection = map.Inspect();
        Assert.Empty(inspection.Broken);
        Assert.Contains(inspection.Unchecked, u => u.Id == "H3.19" && u.Why.Contains("is in no file", StringComparison.Ordinal));
    }

    [Fact]
    public void Any_bytes_at_all_are_decoded_without_a_crash_and_come_to_an_end()
    {
        int broken = 0;
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new MapSim.Tests.Programs.RandomPrograms(seed);
            string process = RecordedMap.Processes[random.Next(3)], name = RecordedMap.Maps[random.Next(4)];
            RecordedMap map = RecordedMap.Load(process, name, (_, _, bytes) =>
            {
                for (int i = random.Next(3); i > 0; i--)
                {
                    bytes[random.Next(Math.Min(bytes.Length, 64))] = (byte)random.Next(256);
                }
            });
            map.Image.IsComplete = random.Next(2) == 0;
            MapInspection inspection = map.Inspect();
            Assert.NotEmpty(InspectionText.Of(map.Image, inspection, 8));
            broken += inspection.Fits ? 0 : 1;
            if (seed % 10 == 0)
            {
                Hypotheses.Of(map.Image, inspection);
            }
        }

        Assert.InRange(broken, 100, 299);
    }
}
