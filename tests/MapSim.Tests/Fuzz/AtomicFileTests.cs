using MapSim.Fuzz;
using Xunit;

namespace MapSim.Tests.Fuzz;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_unfinished_file_of_a_living_writer_is_left_alone_until_the_writer_ends()
    {
        using (FileStream living = AtomicFile.Begin(_folder.Path))
        {
            Assert.Equal([living.Name], AtomicFile.Unfinished(_folder.Path));
            Assert.Equal(0, AtomicFile.CleanUp(_folder.Path));
            (int code, _, string error) = Cli.MapsimProcess.Run("corpus", "add", _folder.Path, _folder.Write("in.bin", "x"));
            Assert.Equal((0, ""), (code, error));
            Assert.True(File.Exists(living.Name));
        }

        Assert.Equal(1, AtomicFile.CleanUp(_folder.Path));
        Assert.Empty(AtomicFile.Unfinished(_folder.Path));
    }

    [Fact]
    public void Only_files_that_a_writer_left_are_cleaned_up()
    {
        string[] others = [".1-2-0123456.tmp", "1-2-01234567.tmp", ".editor.tmp", "a.mapsim", ".1-2-01234567.tmp.mapsim"];
        Array.ForEach(others, o => _folder.Write(o, "x"));
        _folder.Write(".1-2-01234567.tmp", "x");
        Assert.Equal(1, AtomicFile.CleanUp(_folder.Path));
        Assert.Equal(others.Order(StringComparer.Ordinal), Directory.GetFiles(_folder.Path).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_file_is_replaced_only_when_asked()
    {
        string file = _folder.At("new", "a");
        Assert.True(AtomicFile.TryCreate(file, "one"u8));
        Assert.False(AtomicFile.TryCreate(file, "two"u8));
        Assert.Equal("one", File.ReadAllText(file));
        AtomicFile.Write(file, "three"u8);
        Assert.Equal("three", File.ReadAllText(file));
        Assert.Single(Directory.GetFiles(_folder.At("new")));
    }

    [Fact]
    public void Of_many_writers_that_want_one_name_exactly_one_gets_it_though_a_cleaner_is_about()
    {
        for (int round = 0; round < 20; round++)
        {
            string file = _folder.At($"round{round}", "a");
            int winners = 0;
            Parallel.For(0, 8, i =>
            {
                if (AtomicFile.TryCreate(file, [(byte)i, (byte)i]))
                {
                    Interlocked.Increment(ref winners);
                }

                AtomicFile.CleanUp(_folder.At($"round{round}"));
            });
            Assert.Equal(1, winners);
            Assert.Equal(2, File.ReadAllBytes(file).Length);
            Assert.Single(Directory.GetFiles(_folder.At($"round{round}")));
        }
    }
}
