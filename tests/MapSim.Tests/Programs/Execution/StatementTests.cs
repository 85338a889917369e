using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs.Execution;

/// <summary>Each statement does what Go does.</summary>
public sealed class StatementTests
{
    [Fact]
    public void A_range_has_a_body_with_turns_break_continue_and_nesting() => Clean("""
        map m map[int]int
        map s map[int]string
        var n
        repeat 10 assign m $i $i
        assign s 1 "x"
        range i m = 10
          turn 1..4 continue
          add n 1
        end
        assert n = 7
        range i m
          turn 3 break
          add n 1
        end
        assert n = 9
        range i m = 10
          range j s
            break
          end
          range j m
            turn 2 break
            add n 1
          end
        end
        assert n = 19
        range i m = 10
          turn 2 range j m = 10
            add n 1
          end
        end
        assert n = 29
        """);

    [Fact]
    public void Key_and_elem_of_a_range_are_copies() => Clean("""
        map m map[string]int
        map c map[string]int
        repeat 10 assign m "k$i" $i
        range i m = 10
          assign c key(i) elem(i)
          assign m key(i) 99
          lookup c key(i) = elem(i)
          lookup m key(i) = 99
          range j c
            lookup c key(j) = elem(j)
          end
          delete m key(i)
        end
        len m = 0
        lookup c "k7" = 7
        """);

    [Fact]
    public void In_repeat_blocks_the_counter_is_that_of_the_innermost() => Clean("""
        map s map[int]int
        repeat 2
          assign s $i 1
          repeat 5..7
            assign s $i 2
            turn 2 assign s 100 $i
          end
          repeat 20..22 assign s $i 3
          turn 2 assign s $i 4
        end
        len s = 0x7
        lookup s 0 = 1
        lookup s 1 = 4
        lookup s 6 = 2
        lookup s 21 = 3
        lookup s 100 = 6
        assert s.chain(0x0) = 1
        """);

    [Fact]
    public void Break_and_continue_of_a_repetition_leave_it_and_go_on() => Clean("""
        var n
        repeat 5
          turn 2 continue
          turn 4 break
          add n 1
          repeat 3
            turn 2 break
            add n 10
          end
        end
        assert n = 22
        repeat 2
          add n 1
        end
        assert n = 24
        """);

    [Fact]
    public void The_body_of_a_once_runs_once_and_a_second_caller_waits_for_its_end()
    {
        const string Text = """
            once o
            var x
            mutex mu
            goroutine w1
              do o
                lock mu
                store x 1
              end
            end
            goroutine w2
              do o
                store x 2
              end
              load x = 1
            end
            lock mu
            unlock mu

            """;
        Assert.Equal(["ok", "w1: runs", "ok", "w1: ok", "w1: ok", "w2: done before", "w2: 1"], Clean(Text + "schedule main w1").Results);
        Assert.Equal("Diverged ", RanProgram.Of(Text + "schedule main w1 w2*2").End);
    }

    [Fact]
    public void A_once_whose_body_recovers_from_a_panic_is_done() => Clean("""
        once o
        var x
        map n map[int]int nil
        repeat 2
          do o
            assign n 1 1 recover
            add x 1
          end
        end
        assert x = 1
        """);

    [Theory]
    [InlineData("once o\ndo o\n  do o\n  end\nend", "Fatal deadlock/do")]
    [InlineData("mutex mu\nlock mu\nlock mu", "Fatal deadlock/lock")]
    [InlineData("mutex mu\nunlock mu", "Fatal fatal/sync-unlock-of-unlocked-mutex/unlock")]
    [InlineData("rwmutex rw\nrlock rw\nunlock rw", "Fatal fatal/sync-unlock-of-unlocked-rwmutex/unlock")]
    [InlineData("rwmutex rw\nrunlock rw recover", "Fatal fatal/sync-runlock-of-unlocked-rwmutex/runlock")]
    [InlineData("rwmutex rw\nrlock rw\nrlock rw\nlock rw", "Fatal deadlock/lock")]
    [InlineData("waitgroup wg\nadd wg 2\ndone wg\nadd wg -1\nwait wg\ndone wg", "Panic panic/sync-negative-waitgroup-counter/done")]
    [InlineData("waitgroup wg\ndone wg recover\nwait wg", "Fatal deadlock/wait")]
    [InlineData("chan c\nsend c 1", "Fatal deadlock/send")]
    [InlineData("chan c 1\nclose c\nsend c 1", "Panic panic/send-on-closed-channel/send")]
    [InlineData("chan c\nclose c\nclose c", "Panic panic/close-of-closed-channel/close")]
    [InlineData("select\nend", "Fatal deadlock/select")]
    [InlineData("chan c\nclose c\nselect\n  case send c 1\nend", "Panic panic/send-on-closed-channel/select")]
    [InlineData("chan c\ngoroutine w\n  receive c\nend\njoin w", "Fatal deadlock/join-receive")]
    [InlineData("mutex mu\ngoroutine w\n  lock mu\nend\nlock mu\nlock mu\nspawn w", "Fatal deadlock/lock")]
    [InlineData("chan c\ngoroutine w\n  receive c\nend", "Clean ")]
    [InlineData("new p\ndrop p\nread p", "Panic panic/nil-dereference/read")]
    [InlineData("map m map[int]int nil\nassign m 1 1", "Panic panic/assignment-to-entry-in-nil-map/assign")]
    [InlineData("var x\nadd x 5 = 6", "Mismatch unexpected-result/add")]
    [InlineData("map m map[int]int\nlookup m 1 = 5", "Mismatch unexpected-result/lookup")]
    [InlineData("map m map[int]int\nrange i m = 1\nend", "Mismatch unexpected-result/iterate")]
    public void A_program_that_goes_wrong_has_this_end(string text, string end)
    {
        RanProgram run = RanProgram.Of(text);
        Assert.Equal(end, run.End);
        Assert.True(run.Result.BugKey == null || RanProgram.Of(text + "\nexpect " + run.Result.BugKey).Result.IsAsExpected);
    }

    [Fact]
    public void A_writer_waits_for_the_readers_and_announced_it_holds_up_new_ones()
    {
        const string Text = """
            rwmutex rw
            var x
            goroutine w
              lock rw
              store x 1
              unlock rw
            end
            goroutine r
              rlock rw
              load x = 1
              runlock rw
            end
            rlock rw
            load x = 0
            runlock rw

            """;
        Assert.Equal(["ok", "0", "ok", "w: ok", "w: ok", "w: ok", "r: ok", "r: 1", "r: ok"], Clean(Text + "schedule main w").Results);
        RanProgram diverged = RanProgram.Of(Text + "schedule main w r*2");
        Assert.Equal("the schedule cannot be followed: step 4 (stretch 3, r*2): it waits in 'rlock rw' (line 10)", diverged.Result.Message);
    }

    [Fact]
    public void A_recursive_read_lock_deadlocks_when_a_writer_came_between() =>
        Assert.Equal("Fatal deadlock/lock-rlock", RanProgram.Of("rwmutex rw\ngoroutine w\n  lock rw\nend\nrlock rw\nrlock rw\nschedule main w").End);

    [Fact]
    public void Channels_give_values_in_order_and_say_when_they_are_closed() => Clean("""
        chan b 2
        repeat 2 send b $i
        receive b = 0
        send b -7
        close b
        receive b = 1
        receive b = -7
        repeat 2 receive b = closed
        send b 1 recover
        close b recover
        """);

    [Theory]
    [InlineData("schedule main w*2")]
    [InlineData("schedule w main*2")]
    public void An_unbuffered_channel_hands_over_whoever_comes_first(string schedule) => Clean("""
        chan c
        var x
        goroutine w
          send c 5
          store x 1
        end
        receive c = 5
        load x

        """ + schedule);

    [Fact]
    public void Closing_a_channel_wakes_all_who_wait()
    {
        RanProgram run = RanProgram.Of("""
            chan c
            chan d
            chan e
            goroutine r1
              receive c = closed
            end
            goroutine r2
              select
                case receive c = closed
              end
            end
            goroutine s
              receive d = 4
              send e 1 recover
            end
            close c
            send d 4
            close e
            schedule r1 r2 s main*2 s*2
            """);
        Assert.Equal("Clean ", run.End);
        Assert.Contains("s: panic: send on closed channel", run.Results);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(5, 2)]
    public void Of_several_ready_cases_the_draw_takes_one(int forced, int taken) => Clean($"""
        force select {forced}
        chan a 1
        chan b 1
        var x
        send a 1
        send b 2
        select
          case receive a = 1
            store x 1
          case receive b = 2
            store x 2
          default
            store x 3
        end
        assert x = {taken}
        """);

    [Fact]
    public void A_select_without_a_ready_case_takes_its_default_or_waits_for_either_side()
    {
        Clean("""
            chan a
            chan b
            var x
            select
              case receive a
                add x 100
              default
                add x 1
            end
            assert x = 1
            """);
        foreach (string other in (string[])["send a 3", "receive b = 9"])
        {
            RanProgram run = Clean($"""
                chan a
                chan b
                goroutine w
                  select
                    case receive a = 3
                    case send b 9
                  end
                end
                {other}
                schedule w
                """);
            Assert.Equal(2, run.Operations.Count);
        }
    }

    [Fact]
    public void Atomic_variables_are_loaded_stored_and_added_to() => Clean("""
        var x = -3
        load x = -3
        store x 9223372036854775807
        add x 1 = -9223372036854775808
        repeat 4 store x $i
        assert x = 3
        """);

    [Fact]
    public void A_spawned_goroutine_starts_at_its_spawn_and_join_waits_for_its_end() => Assert.Equal(
        ["0", "ok", "w: 1", "w: 2", "ok", "2"],
        Clean("""
            var x
            goroutine w
              add x 1
              add x 1
            end
            load x = 0
            spawn w
            join w
            load x = 2
            """).Results);

    [Fact]
    public void A_looked_up_pointer_keeps_its_object_alive_until_it_is_dropped()
    {
        RanProgram run = RanProgram.Of("""
            collector
            map m map[int]*T
            new p
            assign m 1 p
            drop p
            lookup m 1 -> q
            delete m 1
            gc
            read q
            """);
        Assert.Equal(("Clean ", "N0", "N0"), (run.End, run.Results[3], run.Results[^1]));
        Assert.Equal(0L, Freed(run));
        Assert.Equal(1L, Freed(RanProgram.Of("collector\nnew p\ndrop p\ngc")));
    }

    [Fact]
    public void Goroutines_allocate_in_their_own_arenas()
    {
        RanProgram run = RanProgram.Of("map m map[int]*T\ngoroutine w\n  new p\n  assign m 1 p\nend\nnew q\nassign m 2 q\njoin w\nlookup m 1\nlookup m 2", records: true);
        var allocated = run.Runner.Steps.Where(s => s.Point.Operation == 1 && s.Access.Kind == MapSim.Memory.AccessKind.Alloc).ToDictionary(s => s.Goroutine, s => s.Access.Address.Value >> 32);
        Assert.NotEqual(allocated[0], allocated[1]);
        RanProgram one = RanProgram.Of("procs 1\ngoroutine w\n  new p\nend\nnew q", records: true);
        Assert.Single(one.Runner.Steps.Select(s => s.Access.Address.Value >> 32).Distinct());
    }

    [Fact]
    public void A_goroutine_and_a_pointer_variable_may_have_the_name_of_a_map() => Clean("""
        goroutine m
          new p
          read p
        end
        map m map[int]int
        map p map[int]*T
        spawn m
        join m
        len m = 0
        """);

    private static long Freed(RanProgram run) => (long)run.Runner.Session.Machine.Heap.Statistics().Frees;

    private static RanProgram Clean(string text)
    {
        RanProgram run = RanProgram.Of(text);
        Assert.True(run.End == "Clean ", run.Result.VerdictText);
        return run;
    }
}
