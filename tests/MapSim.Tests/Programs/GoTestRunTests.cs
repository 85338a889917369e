using System.Text.RegularExpressions;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

/// <summary>Exported programs, compiled and run by real Go.</summary>
public partial class GoTestRunTests
{
    public static bool HasGo => GoModule.Releases.Count > 0;

    [Fact(Skip = GoModule.NoGo, SkipUnless = nameof(HasGo))]
    public void Real_Go_does_what_the_examples_say()
    {
        string release = GoModule.Releases[^1];
        using var module = new GoModule(release);
        foreach (string file in Files("examples"))
        {
            module.Add(GoModule.Read("examples", file), file);
        }

        Assert.True(module.Packages >= 10);
        Passes(module);
    }

    [Fact(Skip = GoModule.NoGo, SkipUnless = nameof(HasGo))]
    public void The_discoveries_compile_and_end_by_themselves()
    {
        using var module = new GoModule(GoModule.Releases[0]);
        foreach (string file in Files("discoveries"))
        {
            module.Add(GoModule.Read("discoveries", file), file);
        }

        Passes(module);
    }

    [Fact(Skip = GoModule.NoGo, SkipUnless = nameof(HasGo))]
    public void Real_Go_does_what_random_programs_do()
    {
        foreach (string release in new[] { GoModule.Releases[0], GoModule.Releases[^1] }.Distinct())
        {
            using var module = new GoModule(release);
            for (int seed = 0; module.Packages < 10; seed++)
            {
                module.Add(WithEnd(RandomPrograms.Make(seed)));
            }

            Passes(module);
        }
    }

    [Fact(Skip = GoModule.NoGo, SkipUnless = nameof(HasGo))]
    public void The_memory_of_real_maps_is_what_the_simulator_believes()
    {
        string release = GoModule.Releases[0];
        using var module = new GoModule(release);
        string[] examples = [.. Files("examples").Where(f => f is not ("clone-while-growing.mapsim" or "nil-map.mapsim" or "go-1.21-grows-early.mapsim"))];
        foreach (string file in examples)
        {
            string text = Regex.Replace(File.ReadAllText(Repository.Path("corpus", "examples", file)), @"(?m)^go .*\n", "");
            module.Add(ProgramParser.Parse(text.Replace("mapsim 1\n", $"mapsim 1\ngo {release}\n", StringComparison.Ordinal)), file, isUnsafe: true);
        }

        module.Add(ProgramParser.Parse($"""
            mapsim 1
            go {release}
            map m map[uint64]uint64
            repeat 8 assign m $i $i
            assert m.B = 0
            assert m.growing = no
            assign m 8 8
            assert m.B = 1
            repeat 9..104 assign m $i $i
            assert m.count = 104
            assert m.growing = no
            assert m.B = {(release == "1.21" ? 5 : 4)}
            repeat 104..105 assign m $i $i
            assert m.B = 5
            repeat 40 delete m $i
            assert m.B = 5
            """), isUnsafe: true);
        (int code, string output) = module.Test();
        Assert.True(code == 0, output);
        Assert.Equal(module.Packages, Regex.Count(output, "--- PASS"));
    }

    [Fact(Skip = GoModule.NoGo, SkipUnless = nameof(HasGo))]
    public void Goroutines_locks_and_channels_do_in_real_Go_what_the_file_says()
    {
        using var module = new GoModule(GoModule.Releases[0]);
        module.Add(ProgramParser.Parse(Concurrent));
        module.Add(ProgramParser.Parse("""
            mapsim 1
            chan c 1
            close c
            send c 1 recover
            receive c = closed
            close c
            expect panic "close of closed channel"
            """));
        module.Add(ProgramParser.Parse("""
            mapsim 1
            mutex mu
            unlock mu
            expect fatal "sync: unlock of unlocked mutex"
            """));
        (int code, string output) = module.Test();
        Assert.True(code == 0, output);
        Assert.Equal(3, Regex.Count(output, "--- PASS"));
        Assert.Contains("found, real Go shows it too: fatal", output, StringComparison.Ordinal);
    }

    [Theory(Skip = GoModule.NoGo, SkipUnless = nameof(HasGo))]
    [InlineData("delete(m, k)", "_ = k", "len-wrong")]
    [InlineData("m[k] = v", "m[k] = v + 1", "lookup-wrong")]
    [InlineData("rRange.yield(rKey, rElem)", "rRange.yield(rKey, rElem+1)", "iter-stale")]
    [InlineData("rRange.yield(rKey, rElem)", "rRange.yield(rKey+1000, rElem)", "iter-unknown")]
    [InlineData("rRange.yield(rKey, rElem)", "rRange.yield(rKey&^1, rElem&^1)", "iter-duplicate")]
    [InlineData("rRange.yield(rKey, rElem)", "_, _ = rKey, rElem", "iter-miss")]
    [InlineData("mSim.length(simLine(9)).is(18)", "mSim.length(simLine(9)).is(17)", "mismatch")]
    [InlineData("simClean(t, \"x.mapsim\", true, ", "simClean(t, \"x.mapsim\", true, \"other\"+", "ended with panic")]
    [InlineData("delete(m, k)", "delete(m, k); *(*int)(nil) = 1", "panic/nil-dereference")]
    public void A_real_map_that_breaks_a_rule_fails_the_test(string healthy, string broken, string rule)
    {
        string source = GoTestWriter.Write(ProgramParser.Parse("""
            mapsim 1
            map m map[int]int
            map a map[interface{}]int
            repeat 20 assign m $i $i
            lookup m 7 = 7
            range r m
            end
            repeat 2 delete m $i
            len m = 18
            assign a (func())(nil) 1
            expect panic "runtime error: hash of unhashable type func()"
            """), new GoTestOptions("x.mapsim"));
        Assert.Contains(healthy, source, StringComparison.Ordinal);
        using var module = new GoModule(GoModule.Releases[0]);
        module.Add(source.Replace(healthy, broken, StringComparison.Ordinal));
        (int code, string output) = module.Test();
        Assert.True(code != 0, output);
        Assert.Contains(rule, output, StringComparison.Ordinal);
    }

    [Fact(Skip = GoModule.NoGo, SkipUnless = nameof(HasGo))]
    public void A_hunt_reports_what_real_Go_shows_too_and_what_it_does_not()
    {
        string source = GoTestWriter.Write(ProgramParser.Parse("""
            mapsim 1
            map m map[int]int
            repeat 20 assign m $i $i
            range r m
            end
            expect iter-miss/some-reason
            """), new GoTestOptions("x.mapsim"));
        using var module = new GoModule(GoModule.Releases[0]);
        module.Add(source);
        module.Add(source.Replace("rRange.yield(rKey, rElem)", "if rKey != 7 {\n\t\t\trRange.yield(rKey, rElem)\n\t\t}", StringComparison.Ordinal));
        (int code, string output) = module.Test();
        Assert.True(code == 0, output);
        Assert.Contains("not found in 50 runs with seeds of the runtime's own: iter-miss/some-reason", output, StringComparison.Ordinal);
        Assert.Contains("found in run 1, real Go shows it too: iter-miss/some-reason", output, StringComparison.Ordinal);
        Assert.Contains("x.mapsim:4: iter-miss: 7: 7 was not yielded", output, StringComparison.Ordinal);
    }

    [Theory(Skip = GoModule.NoGo, SkipUnless = nameof(HasGo))]
    [InlineData("iter-duplicate-same-size-grow.mapsim", "iter-duplicate/same-size-grow")]
    [InlineData("iter-miss-old-bucket-cleared.mapsim", "iter-miss/old-bucket-cleared")]
    [InlineData("iter-nil-dereference-big-keys.mapsim", "panic/nil-dereference/next")]
    public void With_the_programs_own_hash_function_real_Go_shows_the_defect_too(string file, string key)
    {
        string? release = GoModule.Releases.LastOrDefault(r => r != "1.21");
        Assert.SkipWhen(release == null, "Go 1.21 grows earlier, the program is for the others");
        string text = Regex.Replace(File.ReadAllText(Repository.Path("corpus", "discoveries", file)), @"(?m)^(go |expect |next i = ).*\n?", m => m.Value.StartsWith("next", StringComparison.Ordinal) ? "next i\n" : "");
        MapProgram program = ProgramParser.Parse(text.Replace("mapsim 1\n", $"mapsim 1\ngo {release}\n", StringComparison.Ordinal) + $"\nrepeat 30 next i\nexpect {key}\n");
        using var module = new GoModule(release!);
        module.Add(program, file, isUnsafe: true);
        (int code, string output) = module.Test(runs: 2000);
        Assert.True(code == 0, output);
        Assert.Contains("real Go shows it too: " + key, output, StringComparison.Ordinal);
    }

    private const string Concurrent = """
        mapsim 1
        race
        map m map[int]*T
        map own map[string]int
        var x = 1
        mutex mu
        rwmutex rw
        waitgroup wg
        once o
        chan c 2
        chan d

        goroutine w1
          assign own "a" 1
          lookup own "a" = 1
          repeat 100
            lock mu
            assign m $i &p
            unlock mu
          end
          do o
            add x 1
          end
          done wg
          send c 5
          send c 6
          close c
        end

        goroutine w2
          new p
          read p
          do o
            add x 1
          end
          lock mu
          assign m 1000 p
          lookup m 1000 -> q
          unlock mu
          read q
          drop q
          read q recover
          done wg
          send d 1
        end

        add wg 2
        spawn w1
        spawn w2
        wait wg
        receive c = 5
        receive c = 6
        receive c = closed
        select
        case receive d
          store x 7
        end
        join w1
        join w2
        rlock rw
        len m = 101
        range i m
          turn 3..5 continue
          turn 6 select
          default
            break
          end
        end
        runlock rw
        expect clean
        """;

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(Repository.Path("corpus", folder), "*.mapsim").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal);

    private static void Passes(GoModule module)
    {
        Assert.Equal("", module.Unformatted());
        (int code, string output) = module.Test();
        Assert.True(code == 0, output);
        Assert.Equal(module.Packages, Results().Count(output));
    }

    /// <summary>The program with an expectation of how the simulator ends it.</summary>
    private static MapProgram WithEnd(MapProgram program)
    {
        RunResult result = new ProgramRunner(program).Run();
        Assert.Contains(result.Verdict, new[] { VerdictKind.Clean, VerdictKind.Panic });
        string? message = result.Verdict == VerdictKind.Panic ? GoQuote.Quote(System.Text.Encoding.UTF8.GetBytes(result.Message)) : null;
        return new MapProgram([.. program.Lines, new ProgramLine(new Expectation(result.Verdict, message))]);
    }

    [GeneratedRegex("^--- (PASS|SKIP)", RegexOptions.Multiline)]
    private static partial Regex Results();
}
