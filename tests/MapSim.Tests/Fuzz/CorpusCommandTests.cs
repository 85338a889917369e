using System.Text;
using System.Text.Json;
using MapSim.Fuzz;
using Xunit;

namespace MapSim.Tests.Fuzz;

/// <summary>mapsim corpus, as a process of its own.</summary>
public sealed class CorpusCommandTests : IDisposable
{
    private const string Growth = "mapsim 1\n# why: it grows.\nmap m map[int]int\nrepeat 20 assign m $i 1\n";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_examples_of_every_help_page_run_in_their_order()
    {
        CopyExamples();
        _folder.Write("findings/found.mapsim", Growth.Replace("# why: it grows.\n", "", StringComparison.Ordinal));
        int examples = 0;
        foreach (string verb in (string[])["", "add", "import", "merge", "minimize", "stats", "export", "promote"])
        {
            (_, string help, _) = Mapsim($"corpus {verb} --help");
            string[] lines = [.. help.Split('\n').Select(l => l.Trim()).SkipWhile(l => l != "Description:").Skip(1)];
            Assert.StartsWith("mapsim corpus " + verb, lines[0], StringComparison.Ordinal);
            foreach (string line in lines.TakeWhile(l => l.StartsWith("mapsim ", StringComparison.Ordinal)))
            {
                (int code, string output, string error) = CorpusProcess.Shell(_folder.Path, line);
                Assert.Equal((0, line), (code, line + error.Replace($"mapsim: next: mapsim run findings/regression/grow-under-range.mapsim\n", "", StringComparison.Ordinal).Replace("mapsim: passed over", "passed over", StringComparison.Ordinal)));
                Assert.NotEqual("", output);
                examples++;
            }
        }

        Assert.Equal(9, examples);
        Assert.Equal(0, Mapsim("run findings/regression/grow-under-range.mapsim").Code);
    }

    [Fact]
    public void Add_prints_the_name_and_says_what_is_there_already()
    {
        _folder.Write("a.mapsim", Growth);
        _folder.Write("b.bin", "binary");
        string a = CorpusName.Of(Encoding.UTF8.GetBytes(Growth)), b = CorpusName.Of("binary"u8);
        Assert.Equal((0, $"{a}\n{b}\n", ""), Mapsim("corpus add store a.mapsim b.bin"));
        Assert.Equal((0, $"{b} already there\n", ""), Mapsim("corpus add store b.bin"));
        JsonElement json = Json("corpus add store a.mapsim --json");
        Assert.Equal(("add", 0, 1), (json.GetProperty("command").GetString(), json.GetProperty("added").GetInt32(), json.GetProperty("alreadyThere").GetInt32()));
        Assert.Equal((a, false), (json.GetProperty("entries")[0].GetProperty("name").GetString(), json.GetProperty("entries")[0].GetProperty("isNew").GetBoolean()));
    }

    [Fact]
    public void Add_writes_nothing_if_one_program_is_wrong()
    {
        _folder.Write("good.mapsim", Growth);
        _folder.Write("bad.mapsim", "mapsim 1\nmap m map[int]int\nasign m 1 1\n");
        _folder.Write("latin.mapsim", [.. "mapsim 1\n# why: "u8, 0xE9]);
        _folder.Write("go", "go test fuzz v1\n[]byte(\"\")\n");
        _folder.Write(CorpusName.Of("binary"u8), "damaged");
        (int code, string output, string error) = Mapsim($"corpus add store good.mapsim bad.mapsim latin.mapsim go {CorpusName.Of("binary"u8)} none");
        Assert.Equal((2, ""), (code, output));
        string[] lines = error.TrimEnd().Split('\n');
        Assert.StartsWith("mapsim: bad.mapsim:3:1: expected an operation (", lines[0], StringComparison.Ordinal);
        Assert.Equal("mapsim: latin.mapsim:2:8: expected UTF-8, found the byte 0xe9", lines[1]);
        Assert.Equal("mapsim: go:1:1: expected a program, found a corpus file of Go's fuzzer (mapsim corpus import takes it)", lines[2]);
        Assert.EndsWith("(the file is damaged)", lines[3], StringComparison.Ordinal);
        Assert.StartsWith("mapsim: none: ", lines[4], StringComparison.Ordinal);
        Assert.Equal(5, lines.Length);
        Assert.False(Directory.Exists(_folder.At("store")));
    }

    [Fact]
    public void Programs_travel_through_the_folders_of_Go_s_fuzzer_and_back()
    {
        _folder.Write("in/a.mapsim", Growth);
        _folder.Write("in/b.bin", [0, 1, 0xFF, (byte)'"']);
        _folder.Write("in/README.md", "no program");
        Assert.Equal((0, "store: 2 added, 0 already there\n", "mapsim: passed over 1 file that is no program\n"), Mapsim("corpus import store in"));
        (int code, string output, _) = Mapsim("corpus export store --go-fuzz pkg --name FuzzOps");
        Assert.Equal((0, 2), (code, output.TrimEnd().Split('\n').Length));
        string binary = Directory.GetFiles(_folder.At("pkg", "testdata", "fuzz", "FuzzOps")).Single(), text = Directory.GetFiles(_folder.At("pkg", "testdata", "fuzz", "FuzzOpsText")).Single();
        Assert.Equal("go test fuzz v1\n[]byte(\"\\x00\\x01\\xff\\\"\")\n", File.ReadAllText(binary));
        Assert.StartsWith("go test fuzz v1\nstring(\"mapsim 1\\n# why: it grows.\\n", File.ReadAllText(text), StringComparison.Ordinal);
        Assert.Equal((16, 16), (Path.GetFileName(binary).Length, Path.GetFileName(text).Length));
        Assert.Equal((0, "back: 2 added, 0 already there\n", ""), Mapsim("corpus import back pkg/testdata/fuzz"));
        Assert.Equal(new CorpusStore(_folder.At("store")).Names(), new CorpusStore(_folder.At("back")).Names());
        Assert.Equal(2, Json("corpus export store --go-fuzz old --go 1.19 --json").GetProperty("files").GetArrayLength());
        Assert.All(Directory.GetFiles(_folder.At("old"), "*", SearchOption.AllDirectories), f => Assert.Equal(64, Path.GetFileName(f).Length));
    }

    [Fact]
    public void Import_says_where_a_file_of_Go_s_fuzzer_is_wrong()
    {
        _folder.Write("fuzz/a", "go test fuzz v1\n[]byte(\"fine\")\n");
        _folder.Write("fuzz/b", "go test fuzz v1\nint(5)\n");
        _folder.Write("fuzz/c", "go test fuzz v1\nstring(\"mapsim 1\\nmap m\\n\")\n");
        _folder.Write("other.txt", "text");
        (int code, string output, string error) = Mapsim("corpus import store fuzz other.txt");
        Assert.Equal((2, ""), (code, output));
        Assert.Equal("""
            mapsim: fuzz/b:2:1: expected a []byte, or a string that begins with 'mapsim 1', found int(5)
            mapsim: fuzz/c:2:1: the program's line 2, column 6: expected a map type like map[string]int, found the end of the line
            mapsim: other.txt: expected a corpus file of Go's fuzzer, a .mapsim or a .bin file, found another

            """, error);
        Assert.False(Directory.Exists(_folder.At("store")));
        Directory.CreateDirectory(_folder.At("empty"));
        Assert.Equal((4, "", "mapsim: no programs in empty\n"), Mapsim("corpus import store empty"));
    }

    [Fact]
    public void Promote_moves_a_finding_and_gives_it_a_reason()
    {
        _folder.Write("found.mapsim", Growth);
        _folder.Write("bare.mapsim", Growth.Replace("# why: it grows.\n", "", StringComparison.Ordinal));
        Assert.Equal((0, "corpus/regression/found.mapsim\n", "mapsim: next: mapsim run corpus/regression/found.mapsim\n"), Mapsim("corpus promote found.mapsim"));
        Assert.Equal((2, "", "mapsim: bare.mapsim:2:1: expected a comment '# why: ...' (or --why), found 'map m map[int]int'\n"), Mapsim("corpus promote bare.mapsim"));
        Assert.Equal(0, Mapsim("corpus promote bare.mapsim --name grows-again --why 'another one.'").Code);
        Assert.Equal(Growth.Replace("it grows.", "another one.", StringComparison.Ordinal), File.ReadAllText(_folder.At("corpus", "regression", "grows-again.mapsim")));
        Assert.Equal((false, false), (File.Exists(_folder.At("found.mapsim")), File.Exists(_folder.At("bare.mapsim"))));
    }

    [Fact]
    public void Promote_overwrites_nothing_and_moves_nothing_if_one_file_is_refused()
    {
        _folder.Write("to/a.mapsim", "mapsim 1\n# why: the first.\n");
        _folder.Write("a.mapsim", Growth);
        _folder.Write("b.mapsim", Growth + "len m\n");
        _folder.Write("c.bin", "binary");
        string hash = CorpusName.Of(Encoding.UTF8.GetBytes(Growth));
        _folder.Write(hash, Growth);
        Assert.Equal((2, "", "mapsim: to/a.mapsim: expected no other program of that name, found one (choose another --name)\n"), Mapsim("corpus promote b.mapsim a.mapsim --to to"));
        Assert.Equal((2, "", "mapsim: c.bin:1:1: expected a text program that begins with 'mapsim 1', found a binary one\n"), Mapsim("corpus promote b.mapsim c.bin --to to"));
        Assert.Equal((2, "", $"mapsim: {hash}: expected a name for people (--name), found a hash\n"), Mapsim($"corpus promote b.mapsim {hash} --to to"));
        Assert.Equal((2, "", "mapsim: --name: expected a name of small letters, digits, dots and hyphens, found '../x'\n"), Mapsim("corpus promote b.mapsim --to to --name ../x"));
        Assert.Equal((2, "", "mapsim: --name: expected one file, found 2\n"), Mapsim("corpus promote a.mapsim b.mapsim --name x"));
        Assert.Equal(["a.mapsim"], new CorpusStore(_folder.At("to")).Names());
        Assert.True(File.Exists(_folder.At("b.mapsim")));
        Assert.Equal(0, Mapsim("corpus promote b.mapsim --to to").Code);
        Assert.Equal((0, "to/b.mapsim already there\n", "mapsim: next: mapsim run to/b.mapsim\n"), Mapsim("corpus promote to/b.mapsim --to to"));
    }

    [Fact]
    public void Minimize_keeps_the_small_ones_the_named_ones_and_the_binary_ones()
    {
        _folder.Write("in/small.mapsim", "mapsim 1\nmap m map[int]int\nassign m 1 1\n");
        _folder.Write("in/same.mapsim", "mapsim 1\nmap m map[int]int\n\nassign m 2 2\n");
        _folder.Write("in/other.mapsim", "mapsim 1\nmap m map[int]int\ndelete m 2\nlen m\n");
        _folder.Write("in/b.bin", "binary");
        Mapsim("corpus import store in");
        _folder.Write("store/named.mapsim", "mapsim 1\nmap m map[int]int\n# a long name for nothing new\nlen m\n");
        Assert.Equal((0, "small: kept 4 of 5 entries with 11 features (0 deleted, 4 run now)\n", ""), Mapsim("corpus minimize store --to small"));
        Assert.Equal(4, new CorpusStore(_folder.At("small")).Names().Count);
        JsonElement json = Json("corpus minimize store --json");
        Assert.Equal((5, 4, 1, 11), (json.GetProperty("entries").GetInt32(), json.GetProperty("kept").GetInt32(), json.GetProperty("removed").GetInt32(), json.GetProperty("features").GetInt32()));
        Assert.Equal(new CorpusStore(_folder.At("small")).Names(), new CorpusStore(_folder.At("store")).Names());
        Assert.False(File.Exists(_folder.At("store", CorpusName.Of(File.ReadAllBytes(_folder.At("in", "same.mapsim"))))));
        Directory.CreateDirectory(_folder.At("empty"));
        Assert.Equal((4, "", "mapsim: no entries in empty\n"), Mapsim("corpus minimize empty"));
    }

    [Fact]
    public void Minimize_skips_a_program_that_killed_the_process_three_times_and_does_not_delete_it()
    {
        _folder.Write("in/a.mapsim", Growth);
        _folder.Write("in/b.mapsim", Growth + "len m\n");
        Mapsim("corpus import store in");
        string killer = CorpusName.Hash(File.ReadAllBytes(_folder.At("in", "b.mapsim")));
        string control = string.Concat(Enumerable.Repeat($"STARTED {killer} {Growth.Length + 6}\n", 3));
        _folder.Write("store/.minimize", $"mapsim minimize 1 {RunFeatures.Schema}\n{control}");
        (int code, string output, string error) = Mapsim("corpus minimize store");
        Assert.Equal((1, "store: kept 1 of 2 entries with 5 features (0 deleted, 1 run now)\n"), (code, output));
        Assert.StartsWith($"mapsim: store/{killer}.mapsim: the process died each time while this program ran", error, StringComparison.Ordinal);
        Assert.Equal(2, new CorpusStore(_folder.At("store")).Names().Count);
    }

    [Fact]
    public void Damaged_entries_are_told_and_left_out_with_exit_code_2()
    {
        _folder.Write("in/a.mapsim", Growth);
        _folder.Write("in/b.bin", "binary");
        Mapsim("corpus import store in");
        string torn = CorpusName.Of("binary"u8);
        _folder.Write("store/" + torn, "bin");
        string message = $"mapsim: store/{torn}: expected content with the SHA-256 of the name, found {CorpusName.Hash("bin"u8)} (the file is damaged)\n";
        Assert.Equal((2, "merged: 1 added, 0 already there\n", message), Mapsim("corpus merge merged store"));
        Assert.Equal((2, "small: kept 1 of 1 entries with 5 features (0 deleted, 1 run now)\n", message), Mapsim("corpus minimize store --to small"));
        (int code, _, string error) = Mapsim("corpus export store --go-fuzz pkg");
        Assert.Equal((2, message), (code, error));
        (code, string output, error) = Mapsim("corpus stats store");
        Assert.Equal((2, message, true), (code, error, output.EndsWith("store: expects clean 1; 0 with a digest, 0 with a name, 1 damaged, 0 unfinished\n", StringComparison.Ordinal)));
        Assert.Equal(torn, Path.GetFileName(Json("corpus stats store --json", 2).GetProperty("stores")[0].GetProperty("damaged")[0].GetProperty("file").GetString()));
    }

    [Fact]
    public void Stores_that_are_not_there_or_empty_have_their_own_exit_codes()
    {
        _folder.Write("file", "x");
        Directory.CreateDirectory(_folder.At("empty"));
        Assert.Equal((2, "", "mapsim: none: expected the folder of a store, found nothing\n"), Mapsim("corpus stats none"));
        Assert.Equal((2, "", "mapsim: file: expected the folder of a store, found a file\n"), Mapsim("corpus add file file"));
        Assert.Equal((4, "", "mapsim: no entries in empty\n"), Mapsim("corpus merge target empty"));
        Assert.Equal(4, Mapsim("corpus stats empty").Code);
        Assert.Equal(4, Mapsim("corpus export empty --go-fuzz pkg").Code);
        Assert.Equal((2, "", "mapsim: empty/: expected another store than the target, found the target\n"), Mapsim("corpus merge empty empty/"));
        Assert.Equal((2, "", "mapsim: --name: expected the name of a Go fuzz target, like FuzzRun, found 'Fuzzy'\n"), Mapsim("corpus export empty --go-fuzz pkg --name Fuzzy"));
    }

    private (int Code, string Output, string Error) Mapsim(string arguments) => CorpusProcess.Shell(_folder.Path, "mapsim " + arguments);

    private JsonElement Json(string arguments, int exitCode = 0)
    {
        (int code, string output, _) = Mapsim(arguments);
        JsonElement json = JsonDocument.Parse(output).RootElement;
        Assert.Equal((exitCode, "mapsim.corpus/1"), (code, json.GetProperty("schema").GetString()));
        return json;
    }

    private void CopyExamples()
    {
        foreach (string file in (string[])["examples", "discoveries"])
        {
            foreach (string program in Directory.GetFiles(Repository.Path("corpus", file)))
            {
                _folder.Write($"corpus/{file}/{Path.GetFileName(program)}", File.ReadAllBytes(program));
            }
        }
    }
}
