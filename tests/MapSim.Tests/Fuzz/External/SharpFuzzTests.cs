using MapSim.Fuzz;
using Xunit;

namespace MapSim.Tests.Fuzz;

/// <summary>SharpFuzz by reflection, against an assembly of that name with the same types and signatures (tests/SharpFuzz.Stub).</summary>
public class SharpFuzzTests
{
    private static string Stub => Repository.Path("tests", "SharpFuzz.Stub", "bin", "Release", "net10.0", "SharpFuzz.dll");

    [Theory]
    [InlineData("", "stream")]
    [InlineData("__LIBFUZZER_SHM_ID=x ", "span")]
    public void It_runs_every_input_and_a_finding_is_an_exception(string variable, string runner)
    {
        using var folder = new TemporaryFolder();
        folder.Write("killer", PlantedFault.Killer);
        folder.Write("empty", []);
        folder.Write("zeros", new byte[1 << 16]);
        (int code, string output, string error) = CorpusProcess.Shell(folder.Path, $"export {variable}SHARPFUZZ_STUB_INPUTS=empty:killer:zeros; mapsim fuzz --engine sharpfuzz --assembly '{Stub}' --fault iter-stop-on-emptyrest");
        Assert.Equal(0, code);
        Assert.Equal($"{runner} empty: none\n{runner} killer: crash iter-miss/grow\n{runner} zeros: none\n", output);
        Assert.Equal("mapsim: sharpfuzz ran 3 inputs here\n", error);
    }

    [Fact]
    public void The_features_go_into_the_map_of_the_engine_behind_it()
    {
        using var memory = new SharedMemory(1 << 16);
        string id = memory.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var options = PlantedFault.Target;
        var external = new ExternalTarget(new FuzzTarget(options), e => Assert.Fail(e.ToString()));
        using var target = new SharpFuzzTarget(external, name => name == "__AFL_SHM_ID" ? id : null);
        target.Run(new MemoryStream(AflSeeds.Input(1, 0)));
        byte[] expected = new byte[1 << 16];
        Assert.Equal(0u, new ExternalTarget(new FuzzTarget(options), _ => { }).Run(AflSeeds.Input(1, 0), expected));
        Assert.Equal(expected, memory.Bytes.ToArray());
        Assert.Equal(PlantedFault.BugKey, Assert.Throws<ExternalFindingException>(() => target.Run(PlantedFault.Killer)).Message);
        Assert.Equal(2, target.Executions);
    }

    [Fact]
    public void An_assembly_that_is_missing_or_another_is_told_with_what_to_do()
    {
        using var folder = new TemporaryFolder();
        string text = folder.Write("SharpFuzz.dll", "no assembly");
        foreach ((string file, string message) in new[]
        {
            (folder.At("none.dll"), "expected the assembly SharpFuzz, found no such file; add the package SharpFuzz"),
            (text, "expected a .NET assembly, found something else"),
            (typeof(FuzzTarget).Assembly.Location, "expected the type SharpFuzz.Fuzzer (SharpFuzz 2.x), found none; add the package SharpFuzz"),
        })
        {
            Assert.StartsWith($"{file}: {message}", Assert.Throws<ExternalEngineException>(() => SharpFuzzDoor.Open(file)).Message, StringComparison.Ordinal);
        }

        (int code, _, string error) = CorpusProcess.Shell(folder.Path, "mapsim fuzz --engine sharpfuzz --assembly none.dll");
        Assert.Equal(2, code);
        Assert.StartsWith("mapsim: none.dll: expected the assembly SharpFuzz, found no such file; add", error, StringComparison.Ordinal);
    }
}
