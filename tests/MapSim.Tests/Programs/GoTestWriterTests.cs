using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

/// <summary>What an exported test says; that real Go agrees is in <see cref="GoTestRunTests"/>.</summary>
public class GoTestWriterTests
{
    /// <summary>Every kind of operation: the lines that it needs before it, the line, and the Go that it becomes.</summary>
    private static readonly Dictionary<OperationKind, (string Before, string Line, string Go)> Kinds = new()
    {
        [OperationKind.Assign] = ("", "assign m 1 2", "mSim.assign(simLine(LINE), 1, 2)"),
        [OperationKind.Lookup] = ("", "lookup m 1 = absent", "mSim.lookup(simLine(LINE), 1).absent()"),
        [OperationKind.Delete] = ("", "delete m 1", "mSim.remove(simLine(LINE), 1)"),
        [OperationKind.Clear] = ("", "clear m", "mSim.clear(simLine(LINE))"),
        [OperationKind.Len] = ("", "len m = 0", "mSim.length(simLine(LINE)).is(0)"),
        [OperationKind.Clone] = ("", "clone m d", "d = maps.Clone(m)"),
        [OperationKind.Iter] = ("", "iter i m = end", "i = mSim.iter(simLine(LINE))\n"),
        [OperationKind.Next] = ("iter i m\n", "next i = end", "i.next(simLine(LINE))\n"),
        [OperationKind.Gc] = ("", "gc", "\truntime.GC()"),
        [OperationKind.Range] = ("", "range i m = 0\nend", "for iKey, iElem := range m {\n\t\t\tiRange.yield(iKey, iElem)\n\t\t}\n\t\tiRange.end().is(0)"),
        [OperationKind.Break] = ("repeat 2\n", "break\nend", "\tbreak\n"),
        [OperationKind.Continue] = ("repeat 2\n", "continue\nend", "\tcontinue\n"),
        [OperationKind.New] = ("", "new p", "p = new(T)"),
        [OperationKind.Read] = ("new p\n", "read p", "simRead(p)"),
        [OperationKind.Drop] = ("new p\n", "drop p", "p = nil"),
        [OperationKind.Spawn] = ("", "spawn w", "w.spawn()"),
        [OperationKind.Join] = ("", "join w", "w.join()"),
        [OperationKind.Lock] = ("", "lock mu", "mu.Lock()"),
        [OperationKind.Unlock] = ("lock mu\n", "unlock mu", "mu.Unlock()"),
        [OperationKind.RLock] = ("", "rlock rw", "rw.RLock()"),
        [OperationKind.RUnlock] = ("rlock rw\n", "runlock rw", "rw.RUnlock()"),
        [OperationKind.Add] = ("", "add x 1 = 1", "simValue(run, simLine(LINE), atomic.AddInt64(&x, 1)).is(1)"),
        [OperationKind.Done] = ("add wg 1\n", "done wg", "wg.Done()"),
        [OperationKind.Wait] = ("", "wait wg", "wg.Wait()"),
        [OperationKind.Do] = ("", "do o\nend", "o.Do(func() {"),
        [OperationKind.Load] = ("", "load x = 0", "simValue(run, simLine(LINE), atomic.LoadInt64(&x)).is(0)"),
        [OperationKind.Store] = ("", "store x 3", "atomic.StoreInt64(&x, 3)"),
        [OperationKind.Send] = ("", "send c 3", "c <- 3"),
        [OperationKind.Receive] = ("send c 3\n", "receive c = 3", "simReceive(run, simLine(LINE), c).is(3)"),
        [OperationKind.Close] = ("", "close c", "close(c)"),
        [OperationKind.Assert] = ("", "assert x = 0", "simValue(run, simLine(LINE), atomic.LoadInt64(&x)).is(0)"),
    };

    [Fact]
    public void Every_kind_of_operation_is_exported()
    {
        const string Header = "mapsim 1\ncollector\nmap m map[int]int\nvar x\nmutex mu\nrwmutex rw\nwaitgroup wg\nonce o\nchan c 5\ngoroutine w\nend\n";
        foreach (OperationKind kind in Enum.GetValues<OperationKind>())
        {
            Assert.True(Kinds.TryGetValue(kind, out (string Before, string Line, string Go) sample), $"no sample of {kind}");
            string text = Header + sample.Before + sample.Line + "\n";
            int line = (Header + sample.Before).Count(c => c == '\n') + 1;
            Assert.Contains(sample.Go.Replace("LINE", $"{line}", StringComparison.Ordinal), Write(text), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("map[float64]int", "NaN", "math.NaN()")]
    [InlineData("map[float64]int", "NaN(0x7ff8000000000abc)", "math.Float64frombits(0x7ff8000000000abc)")]
    [InlineData("map[float32]int", "NaN", "math.Float32frombits(0x7fc00000)")]
    [InlineData("map[float64]int", "-0", "math.Copysign(0, -1)")]
    [InlineData("map[float32]int", "-Inf", "float32(math.Inf(-1))")]
    [InlineData("map[float64]int", "1e300", "1E+300")]
    [InlineData("map[complex64]int", "(1-Infi)", "complex(float32(1), float32(math.Inf(-1)))")]
    [InlineData("map[uint64]int", "0xff", "255")]
    [InlineData("map[int8]int", "-007", "-7")]
    [InlineData("map[string]int", "\"a\\xff\\u00e9\"", "\"a\\xff\\xc3\\xa9\"")]
    [InlineData("map[[3]int8]int", "{1, 2}", "[3]int8{1, 2}")]
    [InlineData("map[[200]uint8]int", "bytes\"a\\x00\"", "simBytes200(\"a\\x00\")")]
    [InlineData("map[struct{ a int8; _ int64; b string }]int", "{1, 2, \"x\"}", "struct1{a: 1, b: \"x\"}")]
    [InlineData("map[*T]int", "&p", "objP")]
    [InlineData("map[*T]int", "nil", "nil")]
    [InlineData("map[chan int]int", "&c", "objC")]
    [InlineData("map[any]int", "nil", "nil")]
    [InlineData("map[any]int", "5", "int(5)")]
    [InlineData("map[any]int", "uint8(5)", "uint8(5)")]
    [InlineData("map[any]int", "float32(1.5)", "float32(1.5)")]
    [InlineData("map[any]int", "true", "true")]
    [InlineData("map[any]int", "(*T)(&p)", "objP")]
    [InlineData("map[any]int", "(*T)(nil)", "(*T)(nil)")]
    [InlineData("map[any]int", "[2]interface{}{1.5, \"x\"}", "[2]interface{}{float64(1.5), \"x\"}")]
    [InlineData("map[any]int", "struct{ a int }{1}", "struct1{a: 1}")]
    [InlineData("map[any]int", "[]int{}", "[]int{}")]
    [InlineData("map[any]int", "map[int]*T{}", "map[int]*T{}")]
    [InlineData("map[any]int", "(func())(nil)", "(func())(nil)")]
    [InlineData("map[any]int", "(func()){}", "simFunc")]
    public void A_value_is_written_with_exactly_its_bits(string type, string value, string go)
    {
        Assert.Contains($"mSim.lookup(simLine(3), {go})", Write($"mapsim 1\nmap m {type}\nlookup m {value}\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("map[uint8]int", "$i", "uint8(n)")]
    [InlineData("map[int64]int", "$i", "n")]
    [InlineData("map[int64]int", "-$i01", "int64(simInt(simText(\"-\", n, \"01\")))")]
    [InlineData("map[uint64]int", "0x$i", "uint64(simUint(simText(\"0x\", n)))")]
    [InlineData("map[float32]int", "$i", "float32(n)")]
    [InlineData("map[float64]int", "-$i", "float64(simFloat(simText(\"-\", n), 64))")]
    [InlineData("map[string]int", "\"k$i\\x24i\"", "simText(\"k\", n, \"\\x24i\")")]
    [InlineData("map[*T]int", "&p$i", "poolT.at(simText(\"p\", n))")]
    [InlineData("map[any]int", "int8($i)", "int8(n)")]
    [InlineData("map[[2]uint8]int", "{0, $i}", "[2]uint8{0, uint8(n)}")]
    [InlineData("map[[9]uint8]int", "bytes\"k$i\"", "simBytes9(simText(\"k\", n))")]
    public void The_counter_becomes_the_loop_variable(string type, string value, string go)
    {
        string text = Write($"mapsim 1\nmap m {type}\nrepeat 3..5 lookup m {value}\n");
        Assert.Contains("for n := int64(3); n < 5; n++ {\n\t\tmSim.lookup(simLine(3), " + go + ")\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Blocks_become_loops_with_turns_labels_and_the_entry_at_hand()
    {
        string text = Write("""
            mapsim 1
            map m map[int]*T
            chan c 1
            range i m
              delete m key(i)
              turn 3..5 assign m 1 elem(i)
              turn 6 select
              case receive c
                break
              default
                continue
              end
              repeat 2
                turn 2 break
              end
            end
            """);
        Assert.Contains("""
            	loop:
            		for iKey, iElem := range m {
            			iRange.yield(iKey, iElem)
            			turn++
            			// 5: delete m key(i)
            			mSim.remove(simLine(5), iKey)
            			// 6: turn 3..5 assign m 1 elem(i)
            			if turn >= 3 && turn < 5 {
            				mSim.assign(simLine(6), 1, iElem)
            			}
            			// 7: turn 6 select
            			if turn == 6 {
            				select {
            				case <-c:
            					// 9: break
            					iRange.leave()
            					break loop
            				default:
            					// 11: continue
            					continue
            				}
            			}
            """.ReplaceLineEndings("\n"), text, StringComparison.Ordinal);
        Assert.Contains("if turn2 == 2 {\n\t\t\t\t\tbreak\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_depends_on_a_seed_or_a_schedule_is_not_compared_with_the_file()
    {
        string text = Write("""
            mapsim 1
            map m map[int]int
            map free map[int]int
            var x
            goroutine w
              add x 1
              lookup free 1 = absent
            end
            repeat 9 assign m $i $i
            iter i m = 5 5
            next i = 7 7
            range r m
              turn 1 delete m key(r)
            end
            lookup m 3 = 3
            lookup free 1 = absent
            load x = 1
            len m = 8
            """);
        Assert.DoesNotContain(").is(", text.Split("// simAt is", StringSplitOptions.None)[0], StringComparison.Ordinal);
        Assert.DoesNotContain(").absent()", text.Split("// simAt is", StringSplitOptions.None)[0], StringComparison.Ordinal);
        Assert.Contains("simNewMap[int, int](run, \"free\", false)", text, StringComparison.Ordinal);
        Assert.Contains("simNewMap[int, int](run, \"m\", true)", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clean", "simClean(t, \"x.mapsim\", false, \"\", program)")]
    [InlineData("panic", "simClean(t, \"x.mapsim\", true, \"\", program)")]
    [InlineData("panic \"assignment to entry in nil map\"", "simClean(t, \"x.mapsim\", true, \"assignment to entry in nil map\", program)")]
    [InlineData("panic \"runtime error: invalid memory address or nil pointer dereference\"", "simHunt(t, \"x.mapsim\", \"panic/nil-dereference\", 20000, 60, program)")]
    [InlineData("iter-duplicate/same-size-grow", "simHunt(t, \"x.mapsim\", \"iter-duplicate/same-size-grow\", 20000, 60, program)")]
    [InlineData("fatal \"concurrent map writes\"", "simHuntCrash(t, \"x.mapsim\", \"fatal\", \"concurrent map writes\", 20000, 60, program)")]
    [InlineData("fatal/concurrent-map-writes/assign", "simHuntCrash(t, \"x.mapsim\", \"fatal/concurrent-map-writes/assign\", \"concurrent map writes\", 20000, 60, program)")]
    [InlineData("undefined \"use after free\"", "simHuntCrash(t, \"x.mapsim\", \"undefined\", \"\", 20000, 60, program)")]
    [InlineData("race/assign", "t.Skip(\"ran once; only go test -race can see it: race/assign\")")]
    [InlineData("structure/H3.5/assign", "t.Skip(\"ran once; only an export with --unsafe looks into the map: structure/H3.5/assign\")")]
    public void The_test_ends_as_the_program_expects(string expectation, string go)
    {
        Assert.Contains(go, Write($"mapsim 1\nmap m map[int]int\nexpect {expectation}\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.23", "amd64", "count:0 flags:8 B:9 noverflow:10 hash0:12 buckets:16 oldbuckets:24 nevacuate:32 extra:40\", 48)", "simShape{8, 8, 136, 144, 4}, 13)")]
    [InlineData("1.21", "386", "count:0 flags:4 B:5 noverflow:6 hash0:8 buckets:12 oldbuckets:16 nevacuate:20 extra:24\", 28)", "simShape{4, 4, 72, 76, 4}, 12)")]
    public void With_unsafe_the_layout_is_that_of_the_release(string release, string arch, string hmap, string shape)
    {
        string text = Write($"mapsim 1\ngo {release}\narch {arch}\nmap m map[int]int\nassert m.B = 0\nassert m.noverflow = 0\n", isUnsafe: true);
        Assert.Contains($"simRequire(t, \"{release}\", \"{arch}\")", text, StringComparison.Ordinal);
        Assert.Contains(hmap, text, StringComparison.Ordinal);
        Assert.Contains(shape, text, StringComparison.Ordinal);
        Assert.Contains("mHeader.isB(simLine(5), 0)", text, StringComparison.Ordinal);
        Assert.Contains("// not compared: it depends on the hash", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_Go_or_the_test_needs_is_replaced()
    {
        string text = Write("mapsim 1\nmap map1 map[int]*T\nmap func map[int]*string\nmap simRun map[int]*T\nassign func 1 &func\n");
        Assert.Contains("func2 := make(map[int]*string)", text, StringComparison.Ordinal);
        Assert.Contains("the_simRun := make(map[int]*T)", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("map m map[int]*T\nmap n map[int]*U\n  new p\nassign m 1 p\nassign n 1 p\n", 6, "one type for the pointer variable 'p'")]
    [InlineData("map m map[struct{ type int }]int\n", 2, "field names that Go allows")]
    [InlineData("map m map[struct{ a int; a int }]int\n", 2, "field names that Go allows")]
    [InlineData("map m map[int]chan int\nlookup m 1 -> p\nread p\n", 4, "a pointer variable of a type *T")]
    public void What_Go_cannot_say_is_refused_with_its_line(string body, int line, string message)
    {
        var e = Assert.Throws<ProgramFormatException>(() => Write("mapsim 1\n" + body));
        Assert.Equal(line, e.Line);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a-b")]
    [InlineData("func")]
    [InlineData("")]
    public void A_package_must_have_a_name_that_Go_allows(string package)
    {
        MapProgram program = ProgramParser.Parse("mapsim 1\n");
        Assert.Throws<ArgumentException>(() => GoTestWriter.Write(program, new GoTestOptions("x.mapsim", package)));
    }

    [Fact]
    public void The_same_program_gives_the_same_text()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            MapProgram program = RandomPrograms.Make(seed);
            var options = new GoTestOptions("x.mapsim", Unsafe: seed % 2 == 0);
            Assert.Equal(GoTestWriter.Write(program, options), GoTestWriter.Write(ProgramParser.Parse(ProgramPrinter.Print(program)), options));
        }
    }

    private static string Write(string text, bool isUnsafe = false) =>
        GoTestWriter.Write(ProgramParser.Parse(text.ReplaceLineEndings("\n")), new GoTestOptions("x.mapsim", Unsafe: isUnsafe));
}
