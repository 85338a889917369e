using System.Text;
using MapSim.Fuzz;
using Xunit;

namespace MapSim.Tests.Fuzz;

public sealed class CorpusStoreTests : IDisposable
{
    private const string Text = "mapsim 1\nmap m map[int]int\n";
    private readonly TemporaryFolder _folder = new();
    private readonly CorpusStore _store;

    public CorpusStoreTests() => _store = new CorpusStore(_folder.At("store"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_program_is_called_by_the_hash_of_its_content()
    {
        // sha256sum of the same bytes.
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad.bin", CorpusName.Of("abc"u8));
        Assert.Equal(new CorpusPlace("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad.bin", true), _store.Add("abc"u8));
        Assert.EndsWith(".mapsim", _store.Add(Encoding.UTF8.GetBytes(Text)).Name, StringComparison.Ordinal);
        Assert.Equal("abc"u8.ToArray(), File.ReadAllBytes(_folder.At("store", CorpusName.Of("abc"u8))));
    }

    [Fact]
    public void A_program_that_is_there_is_not_added_again_under_whatever_name()
    {
        byte[] named = Encoding.UTF8.GetBytes(Text);
        Assert.Equal(new CorpusPlace("grow.mapsim", true), _store.AddNamed("grow.mapsim", named));
        Assert.Equal(new CorpusPlace("grow.mapsim", false), _store.AddNamed("grow.mapsim", named));
        Assert.Equal(new CorpusPlace("grow.mapsim", false), _store.Add(named));
        Assert.Equal(new CorpusPlace("grow.mapsim", false), new CorpusStore(_store.Root).Add(named));
        Assert.True(_store.Add("x"u8).IsNew);
        Assert.False(_store.Add("x"u8).IsNew);
        Assert.Equal(2, _store.Names().Count);
    }

    [Fact]
    public void A_name_that_another_program_has_is_refused()
    {
        _store.AddNamed("grow.mapsim", Encoding.UTF8.GetBytes(Text));
        Assert.Null(_store.AddNamed("grow.mapsim", "mapsim 1\nmap other map[int]int\n"u8));
        Assert.Equal(Text, File.ReadAllText(_folder.At("store", "grow.mapsim")));
        Assert.Throws<ArgumentException>(() => _store.AddNamed("../grow.mapsim", "mapsim 1\n"u8));
        Assert.Throws<ArgumentException>(() => _store.AddNamed("binary.mapsim", "abc"u8));
        Assert.Empty(AtomicFile.Unfinished(_store.Root));
    }

    [Fact]
    public void Damaged_entries_are_told_and_never_used()
    {
        string whole = _store.Add("whole"u8).Name, torn = _store.Add("this one will be torn"u8).Name, empty = _store.Add("this one will be empty"u8).Name;
        File.WriteAllBytes(_folder.At("store", torn), "this one wi"u8.ToArray());
        File.WriteAllBytes(_folder.At("store", empty), []);
        _folder.Write("store/named.mapsim", "no program");
        string misnamed = CorpusName.Hash("whole"u8) + ".mapsim";
        _folder.Write("store/" + misnamed, "whole");
        _folder.Write("store/README.md", "no entry");
        _folder.Write("store/" + whole + ".json", "{}");

        var damaged = new List<CorpusDamage>();
        Assert.Equal([whole], _store.Read(damaged.Add).Select(e => e.Name));
        Assert.Equal(4, damaged.Count);
        Assert.Contains($"{_folder.At("store", torn)}: expected content with the SHA-256 of the name, found {CorpusName.Hash("this one wi"u8)} (the file is damaged)", damaged.Select(d => d.ToString()));
        Assert.Contains($"{_folder.At("store", "named.mapsim")}: expected a program that begins with 'mapsim 1', found something else", damaged.Select(d => d.ToString()));
        Assert.Contains($"{_folder.At("store", misnamed)}: expected the extension .bin, found .mapsim", damaged.Select(d => d.ToString()));
    }

    [Fact]
    public void Adding_a_program_mends_its_damaged_entry()
    {
        string name = _store.Add("a program"u8).Name;
        File.WriteAllBytes(_folder.At("store", name), "b program"u8.ToArray());
        Assert.Equal(new CorpusPlace(name, true), _store.Add("a program"u8));
        Assert.Equal([name], _store.Read(d => Assert.Fail(d.ToString())).Select(e => e.Name));
    }

    [Fact]
    public void Entries_come_in_the_order_of_their_names_and_know_what_they_are()
    {
        _store.AddNamed("z.mapsim", Encoding.UTF8.GetBytes(Text));
        _store.Add("abc"u8);
        List<CorpusEntry> entries = [.. _store.Read(d => Assert.Fail(d.ToString()))];
        Assert.Equal([(false, false), (true, true)], entries.Select(e => (e.IsText, e.IsNamed)));
        Assert.Equal(entries.Select(e => e.Name).Order(StringComparer.Ordinal), entries.Select(e => e.Name));
        Assert.Equal(CorpusName.Hash(Encoding.UTF8.GetBytes(Text)), entries[1].Hash);
        Assert.Empty(new CorpusStore(_folder.At("nowhere")).Read(d => Assert.Fail(d.ToString())));
    }

    [Fact]
    public void Stores_merge_by_a_plain_copy_of_their_files_as_by_taking_their_entries()
    {
        var other = new CorpusStore(_folder.At("other"));
        foreach (string content in (string[])["a", "b", "c"])
        {
            _store.Add(Encoding.UTF8.GetBytes(content));
            other.Add(Encoding.UTF8.GetBytes(content + content));
        }

        other.Add("b"u8);
        var taken = new CorpusStore(_folder.At("taken"));
        Directory.CreateDirectory(_folder.At("copied"));
        foreach (CorpusStore store in (CorpusStore[])[_store, other])
        {
            store.Read(d => Assert.Fail(d.ToString())).ToList().ForEach(e => taken.Take(e));
            Directory.GetFiles(store.Root).ToList().ForEach(f => File.Copy(f, _folder.At("copied", Path.GetFileName(f)), overwrite: true));
        }

        Assert.Equal(6, taken.Names().Count);
        Assert.Equal(taken.Names(), new CorpusStore(_folder.At("copied")).Read(d => Assert.Fail(d.ToString())).Select(e => e.Name));
    }

    [Fact]
    public void A_taken_entry_keeps_its_name_if_that_is_free()
    {
        var source = new CorpusStore(_folder.At("source"));
        source.AddNamed("grow.mapsim", Encoding.UTF8.GetBytes(Text));
        CorpusEntry entry = source.Read(_ => { }).Single();
        Assert.Equal(new CorpusPlace("grow.mapsim", true), _store.Take(entry));
        Assert.Equal(new CorpusPlace("grow.mapsim", false), _store.Take(entry));

        var taken = new CorpusStore(_folder.At("taken"));
        taken.AddNamed("grow.mapsim", "mapsim 1\n"u8);
        Assert.Equal(new CorpusPlace(CorpusName.Of(entry.Content.Span), true), taken.Take(entry));
        Assert.Equal(new CorpusPlace(CorpusName.Of(entry.Content.Span), false), taken.Take(entry));
        Assert.Equal("mapsim 1\n", File.ReadAllText(_folder.At("taken", "grow.mapsim")));
    }

    [Fact]
    public void Statistics_count_kinds_sizes_and_expectations()
    {
        _store.Add("123456"u8);
        _store.Add(Encoding.UTF8.GetBytes(Text));
        const string Panic = "mapsim 1\nexpect panic \"m\" digest=00000000000000000000000000000000\n";
        _store.AddNamed("panic.mapsim", Encoding.UTF8.GetBytes(Panic));
        string wrong = _store.Add("mapsim 1\nmap m\n"u8).Name;
        _folder.Write("store/.1-1-00000000.tmp", "left over");
        CorpusStats stats = CorpusStats.Of(_store);
        Assert.Equal(new CorpusSizes(3, 6 + Text.Length + Panic.Length, 6, Text.Length, Panic.Length), stats.All);
        Assert.Equal((2, 1, 1, 1, 1), (stats.Text.Entries, stats.Binary.Entries, stats.Named, stats.Pinned, stats.Unfinished));
        Assert.Equal("clean 1, panic 1", string.Join(", ", stats.Expectations.Select(e => $"{e.Key} {e.Value}")));
        Assert.Equal($"{_folder.At("store", wrong)}:2:6: expected a map type like map[string]int, found the end of the line", Assert.Single(stats.Damaged).ToString());
    }
}
