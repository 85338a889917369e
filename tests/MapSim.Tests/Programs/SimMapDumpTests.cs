using MapSim.Layout;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

public sealed class SimMapDumpTests
{
    [Theory]
    [InlineData("aes", HashRegime.Aes)]
    [InlineData("portable", HashRegime.Portable)]
    [InlineData("identity", HashRegime.Identity)]
    [InlineData("lowbits", HashRegime.LowBits)]
    [InlineData("onebucket", HashRegime.OneBucket)]
    [InlineData("consttop", HashRegime.ConstantTop)]
    public void The_dump_is_what_mapsim_dump_prints_for_the_same_program(string name, HashRegime regime)
    {
        foreach (Arch arch in Arch.All)
        {
            foreach (GoVersion version in GoVersion.All)
            {
                bool generic = arch == Arch.I386;
                string hash = name == "aes" && arch == Arch.Arm64 ? "portable" : name;
                string text = $"mapsim 1\ngo {version}\narch {arch}\nhash {hash}\nseed 5\n{(generic ? "generic\n" : "")}map m map[string]any\n"
                    + "assign m \"a\" 1.5\nlookup m \"a\"\nrepeat 40 assign m \"k$i\" \"e$i\"\niter i m\nnext i\ndelete m \"k7\"\nlen m\n";
                var run = new ProgramRunner(ProgramParser.Parse(text));
                run.Run();

                var m = new SimMap(MapType.Parse("map[string]any", arch), new() { Version = version, Hash = regime, Seed = 5, ForceGeneric = generic });
                m.Assign("a", 1.5);
                Assert.True(m.TryGet("a", out _));
                for (int i = 0; i < 40; i++)
                {
                    m.Assign($"k{i}", $"e{i}");
                }

                _ = m.Range().Take(2).Count();
                m.Delete("k7");
                Assert.Equal(40, m.Count);
                Assert.Equal(MapPrinter.Hex(run, run.Maps[0]), m.Dump());
            }
        }
    }

    [Fact]
    public void A_clone_is_dumped_under_its_own_name()
    {
        SimMap m = SimMapTests.Of("map[int]int");
        m.Assign(1, 2);
        Assert.StartsWith("# copy: hmap\n", m.Clone().Dump("copy"), StringComparison.Ordinal);
        Assert.StartsWith("# m: hmap\n", m.Dump(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_dump_is_no_step()
    {
        SimMap m = SimMapTests.Of("map[int]int");
        m.Assign(1, 2);
        ulong steps = m.Process.Session.Machine.Steps;
        Assert.Equal(m.Dump(), m.Dump());
        Assert.Equal(steps, m.Process.Session.Machine.Steps);
    }
}
