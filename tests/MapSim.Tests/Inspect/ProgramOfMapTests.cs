using System.Buffers.Binary;
using System.Globalization;
using MapSim.Cli;
using MapSim.Cli.Commands;
using MapSim.Inspect;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;
using MapSim.Tests.Programs;
using Xunit;

namespace MapSim.Tests.Inspect;

/// <summary>Programs that begin with maps of real processes (Go 1.22, amd64 and 386, dumped by gdb with their hash keys).</summary>
public sealed class ProgramOfMapTests
{
    public static TheoryData<string, string> All
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (string process in (string[])["go1.22-amd64", "go1.22-386"])
            {
                foreach (string map in RecordedMap.Maps)
                {
                    all.Add(process, map);
                }
            }

            return all;
        }
    }

    public static bool HasLive => LiveProcessTests.HasAll;

    [Theory]
    [MemberData(nameof(All))]
    public void A_real_map_becomes_a_program_that_is_clean_and_finds_every_entry(string process, string map)
    {
        RecordedMap recorded = RecordedMap.Load(process, map);
        (MapProgram program, DecodedMap decoded) = Write(recorded, process);
        string text = ProgramPrinter.Print(program);
        Assert.Equal(text, ProgramPrinter.Print(ProgramParser.Parse(text)));
        Assert.Equal(text.TrimEnd('\n').Split('\n').Where(l => !l.StartsWith('#')), ProgramPrinter.PrintCanonical(program).TrimEnd('\n').Split('\n').Where(l => !l.StartsWith('#')));
        Assert.Equal("expect clean", program.Expectation.ToText());

        // Every entry is found by its key, with the process's hash, and a range yields exactly them.
        List<(string Key, string Elem)> entries = RecordedMap.Entries(recorded.Image, decoded);
        Assert.Equal(decoded.Count, (ulong)entries.Count);
        var yields = new List<string>();
        (RunResult run, _) = Run(Head(text) + string.Concat(entries.Select(e => $"lookup m {e.Key} = {e.Elem}\n")) + $"range r m = {entries.Count}\nend\n", r => yields.Add(r.Result));
        Assert.True(run.IsAsExpected, run.VerdictText);
        Assert.Equal(entries.Select(e => e.Key + " " + e.Elem).Order(), yields.Skip(entries.Count).Take(entries.Count).Order());
    }

    [Theory]
    [InlineData("go1.22-amd64")]
    [InlineData("go1.22-386")]
    public void A_growth_that_a_process_began_goes_on_and_ends_with_every_invariant(string process)
    {
        RecordedMap recorded = RecordedMap.Load(process, "words");
        (MapProgram program, DecodedMap decoded) = Write(recorded, process);
        Assert.True(decoded.IsGrowing);
        string more = $$"""
            map seen map[string]int
            assert m.growing = double
            range r m = {{decoded.Count}}
              assign seen key(r) elem(r)
              turn 3 assign m "key-0." 0
            end
            len seen = {{decoded.Count}}
            repeat {{decoded.Old!.Main}} assign m "new-$i" $i
            assert m.growing = no
            len m = {{decoded.Count + (ulong)decoded.Old.Main}}
            repeat 4 lookup m "new-$i" = $i

            """;
        (RunResult first, Fingerprint digest) = Run(Head(ProgramPrinter.Print(program)) + more);
        Assert.True(first.IsAsExpected, first.VerdictText);
        Assert.Equal(digest, Run(Head(ProgramPrinter.Print(program)) + more).Digest);
    }

    [Fact]
    public void The_oracles_know_what_a_real_map_contains()
    {
        (MapProgram program, _) = Write(RecordedMap.Load("go1.22-amd64", "few"), "go1.22-amd64");
        string text = Head(ProgramPrinter.Print(program)) + "delete m \"nobody\"\nlen m\n";
        Assert.Null(new ProgramRunner(ProgramParser.Parse(text)).Run().BugKey);
        RunResult run = new ProgramRunner(ProgramParser.Parse(text), changes: MapSim.Faults.ModelChanges.None.With(MapSim.Faults.Fault.DeleteCountMiss)).Run();
        Assert.Contains(run.BugKey, (string[])["structure/H3.2/delete", "len-wrong/count"]);
    }

    [Fact]
    public void The_machine_begins_with_the_bytes_of_the_process()
    {
        RecordedMap recorded = RecordedMap.Load("go1.22-amd64", "words");
        (MapProgram program, DecodedMap decoded) = Write(recorded, "go1.22-amd64");
        var runner = new ProgramRunner(program);
        runner.Run(stopAfter: 0);
        MapView view = new(runner.Session.Machine.Memory, decoded.Type, runner.Maps[0].Address);
        Assert.Equal((decoded.Count, decoded.Flags, decoded.B, decoded.Noverflow, decoded.Hash0, decoded.Nevacuate), (view.Count, view.Flags, view.B, view.Noverflow, view.Hash0, view.Nevacuate));
        foreach (DecodedBucket b in decoded.Present!.Buckets.Where(b => b.Depth == 0))
        {
            Assert.Equal(b.Bytes.Span[..Bmap.Slots], view.Bucket(view.Buckets, (ulong)b.Chain).Bytes[..Bmap.Slots]);
            Assert.Equal(b.Bytes.Span[decoded.Type.ElemsOffset..decoded.Type.OverflowOffset], view.Bucket(view.Buckets, (ulong)b.Chain).Bytes[decoded.Type.ElemsOffset..decoded.Type.OverflowOffset]);
        }
    }

    [Fact]
    public void A_map_with_a_wrong_count_still_runs_and_the_wrong_count_is_no_finding_of_the_program()
    {
        RecordedMap recorded = RecordedMap.Load("go1.22-amd64", "words", (file, _, bytes) => bytes[0] ^= (byte)(file == "words-hmap.bin" ? 1 : 0));
        (MapProgram program, _) = Write(recorded, "go1.22-amd64");
        string text = ProgramPrinter.Print(program);
        Assert.Contains("# broken: H3.2 (map ", text, StringComparison.Ordinal);
        Assert.Contains("\nlen m\nrange r m\nend\n", text, StringComparison.Ordinal);
        Assert.EndsWith("expect clean\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("words", 8, 4, "fatal \"concurrent map writes\"")]
    [InlineData("words", 8, 0, "clean")]
    public void A_crash_in_the_middle_of_a_write_is_what_the_next_write_meets(string map, int at, byte flags, string end)
    {
        RecordedMap recorded = RecordedMap.Load("go1.22-amd64", map, (file, _, bytes) => bytes[at] |= file == map + "-hmap.bin" ? flags : (byte)0);
        (MapProgram program, _) = Write(recorded, "go1.22-amd64");
        (RunResult run, _) = Run(Head(ProgramPrinter.Print(program)) + $"assign m \"x\" 1\nexpect {end}\n");
        Assert.True(run.IsAsExpected, run.VerdictText);
    }

    [Fact]
    public void A_chain_that_goes_in_a_circle_can_be_run_and_ends_somehow()
    {
        RecordedMap recorded = RecordedMap.Load("go1.22-amd64", "pairs", (file, at, bytes) =>
        {
            if (file == "pairs-buckets-overflow0.bin")
            {
                BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(136), at.Value);
            }
        });
        (MapProgram program, _) = Write(recorded, "go1.22-amd64");
        string head = Head(ProgramPrinter.Print(program));
        Assert.Contains("\nlimit 100000\n", head, StringComparison.Ordinal);
        (RunResult run, _) = Run(head + "len m = 83\nlookup m 999999\nlookup m 2\n");
        Assert.Contains(run.Verdict, (VerdictKind[])[VerdictKind.Clean, VerdictKind.StepLimit]);
    }

    [Fact]
    public void Whatever_the_header_holds_the_program_ends_as_it_says()
    {
        var ends = new SortedSet<string>(StringComparer.Ordinal);
        for (int at = 0; at < 48; at += 1 + at % 3)
        {
            foreach (byte value in (byte[])[0, 1, 3, 63, 200, 255])
            {
                RecordedMap recorded = RecordedMap.Load("go1.22-amd64", "words", (file, _, bytes) => bytes[at] = file == "words-hmap.bin" ? value : bytes[at]);
                recorded.Image.IsComplete = true;
                MapInspection inspection = MapInspection.Of(recorded.Image, recorded.Hmap, recorded.Type, recorded.Version, Keys("go1.22-amd64").Create(recorded.Version));
                MapProgram program = ProgramOfMap.Write(recorded.Image, inspection, Keys("go1.22-amd64"));
                RunResult run = new ProgramRunner(program).Run();
                Assert.True(run.IsAsExpected || run.Verdict == VerdictKind.StepLimit, $"byte {at} = {value}: {run.VerdictText}");
                ends.Add(Expectation.Word(run.Verdict));
            }
        }

        Assert.Contains("clean", ends);
        Assert.Contains("undefined", ends);
    }

    [Fact]
    public void Hash_keys_are_read_as_digits_and_as_gdb_prints_them()
    {
        string printed = File.ReadAllText(Path.Combine(RecordedMap.Folder("go1.22-amd64"), "hashkeys.txt"));
        HashKeys keys = HashKeys.Parse(Arch.Amd64, printed);
        Assert.True(keys.IsAes);
        Assert.Equal(256, keys.Hex.Length);
        Assert.Equal(keys.Hex, HashKeys.Parse(Arch.Amd64, keys.Hex).Hex);
        byte[] bytes = Convert.FromHexString(keys.Hex);
        Assert.Equal(keys.Hex, HashKeys.Parse(Arch.Amd64, "0x1 <x>:\t" + string.Join('\t', bytes.Select(b => "0x" + b.ToString("x2", CultureInfo.InvariantCulture)))).Hex);
        Assert.False(HashKeys.Parse(Arch.Arm64, keys.Hex[..64]).IsAes);
        Assert.Contains("expected hash keys of 128 bytes (runtime.aeskeysched) or 32 (runtime.hashkey), not all zero for amd64, found 2 bytes", Assert.Throws<FormatException>(() => HashKeys.Parse(Arch.Amd64, "abcd")).Message, StringComparison.Ordinal);
        Assert.Contains("of zero", Assert.Throws<FormatException>(() => HashKeys.Parse(Arch.I386, new string('0', 32))).Message, StringComparison.Ordinal);
        Assert.Contains("found 'xyz'", Assert.Throws<FormatException>(() => HashKeys.Parse(Arch.Amd64, "xyz")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_memory_is_refused()
    {
        RecordedMap recorded = RecordedMap.Load("go1.22-amd64", "words", leaveOut: "strings");
        Assert.Contains("expected every key of the map", Assert.Throws<FormatException>(() => Write(recorded, "go1.22-amd64")).Message, StringComparison.Ordinal);
        recorded = RecordedMap.Load("go1.22-amd64", "words", leaveOut: "oldbuckets");
        Assert.Contains("expected all memory of the map, found some missing", Assert.Throws<FormatException>(() => Write(recorded, "go1.22-amd64")).Message, StringComparison.Ordinal);
    }

    [Fact(Skip = LiveProcessTests.Nothing, SkipUnless = nameof(HasLive))]
    public void Every_map_of_a_running_program_becomes_a_program()
    {
        using var folder = new Cli.ProgramFolder();
        string exe = LiveProcessTests.Build(GoModule.Releases[^1], folder.Root);
        (string core, List<(string Name, string Address, string Type)> maps) = LiveProcessTests.Core(exe, folder.Root);
        foreach ((string name, string address, string typeText) in maps)
        {
            using var input = new InspectInput();
            input.AddCore(core);
            input.AddExecutable(exe);
            GoVersion version = GoVersion.Parse(input.Runtime!.GoBuild!);
            HashKeys keys = Assert.IsType<HashKeys>(input.Runtime.FindHashKeys());
            MapInspection inspection = MapInspection.Of(input.Image, InspectInput.Address("", address), MapType.Parse(typeText, input.Arch!), version, keys.Create(version));
            MapProgram program = ProgramOfMap.Write(input.Image, inspection, keys);
            RunResult run = new ProgramRunner(program).Run();
            Assert.True(run.IsAsExpected && run.Verdict == VerdictKind.Clean, $"{name}: {run.VerdictText}");
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"len m = {inspection.Map.Count}\n"), ProgramPrinter.Print(program), StringComparison.Ordinal);
            Assert.DoesNotContain("<not readable>", ProgramPrinter.Print(program), StringComparison.Ordinal);
        }
    }

    private static HashKeys Keys(string process) =>
        HashKeys.Parse(Arch.Parse(process[(process.IndexOf('-', StringComparison.Ordinal) + 1)..]), File.ReadAllText(Path.Combine(RecordedMap.Folder(process), "hashkeys.txt")));

    private static (MapProgram Program, DecodedMap Map) Write(RecordedMap recorded, string process)
    {
        HashKeys keys = Keys(process);
        MapInspection inspection = MapInspection.Of(recorded.Image, recorded.Hmap, recorded.Type, recorded.Version, keys.Create(recorded.Version));
        return (ProgramOfMap.Write(recorded.Image, inspection, keys), inspection.Map);
    }

    /// <summary>The program up to the map, to go on otherwise.</summary>
    private static string Head(string program) => program[..(program.IndexOf("\n\n", StringComparison.Ordinal) + 2)];

    private static (RunResult Result, Fingerprint Digest) Run(string text, Action<OperationResult>? observer = null)
    {
        var runner = new ProgramRunner(ProgramParser.Parse(text)) { Observer = observer };
        RunResult result = runner.Run();
        return (result, result.Digest);
    }
}
