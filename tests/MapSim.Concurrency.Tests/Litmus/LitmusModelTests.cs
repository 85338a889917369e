using MapSim.Concurrency.Litmus;
using Xunit;

namespace MapSim.Concurrency.Tests.Litmus;

public sealed class LitmusModelTests
{
    [Fact]
    public void Every_visible_statement_tells_what_it_touches_and_does_it()
    {
        LitmusModel model = Model("var x = 5, a[3] = 1/thread t/  store a[1 + 1] 7/  r = add x 2/  ok = cas x (r + 2) 9/  no = cas x 7 8/  v = swap x 4/  lock m/  unlock m/  spawn u/  join u/thread u/  store x v");
        string[] labels = ["store a[2]", "add x", "cas x", "cas x", "swap x", "lock m", "unlock m", "spawn u"];
        foreach (string label in labels)
        {
            Assert.Equal(label, model.Next(0).Label);
            model.Step(0);
        }

        Assert.Equal("x=4 a[0]=1 a[1]=1 a[2]=7 m=free", model.Memory());
        Assert.Equal((0b10UL, 0b11UL), (model.Enabled, model.Unfinished));
        model.Step(1);
        Assert.Equal("join u", model.Next(0).Label);
        model.Step(0);
        Assert.Equal((0UL, 0UL, 10), (model.Enabled, model.Unfinished, model.Depth));
        Assert.Equal("x=0 a[0]=1 a[1]=1 a[2]=7 m=free", model.Memory());
    }

    [Fact]
    public void A_thread_that_is_spawned_starts_then_and_its_first_step_is_known_before()
    {
        LitmusModel model = Model("var x/thread main/  spawn t/thread t/  let i = 3/  store x i");
        Assert.Equal((1UL, 1UL), (model.Enabled, model.Unfinished));
        Assert.Equal("store x", model.Next(1).Label);
        model.Step(0);
        Assert.Equal((2UL, 2UL), (model.Enabled, model.Unfinished));
        model.Step(1);
        Assert.Equal("x=3", model.Memory());
    }

    [Fact]
    public void A_lock_that_is_held_is_waited_for_also_by_its_holder()
    {
        LitmusModel model = Model("thread t/  lock m/  lock m/thread u/  lock m/  unlock m");
        model.Step(0);
        Assert.Equal((0UL, 3UL, "m=t"), (model.Enabled, model.Unfinished, model.Memory()));
        Assert.Throws<InvalidOperationException>(() => model.Step(1));
    }

    [Theory]
    [InlineData("assert 1 == 2", "t: assert 1 == 2 (line 4)")]
    [InlineData("let r = 1 / z", "t: division by zero: let r = 1 / z (line 4)")]
    [InlineData("let r = 1 % z", "t: division by zero: let r = 1 % z (line 4)")]
    [InlineData("store a[3] 1", "t: index outside the array: store a[3] 1 (line 4)")]
    [InlineData("r = load a[-1]", "t: index outside the array: r = load a[-1] (line 4)")]
    [InlineData("store a[0] 1 / z", "t: division by zero: store a[0] 1 / z (line 4)")]
    [InlineData("r = cas a[0] 0 1 / z", "t: division by zero: r = cas a[0] 0 1 / z (line 4)")]
    [InlineData("unlock m", "t: unlock of a mutex it does not hold: unlock m (line 4)")]
    public void A_thread_that_fails_stops_without_a_step_and_the_others_go_on(string statement, string failure)
    {
        LitmusModel model = Model($"var a[3]/thread t/  {statement}/  store a[0] 1/thread u/  lock m/  unlock m");
        Assert.Equal((failure, 2UL, 2UL, 1UL), (model.Failure, model.Enabled, model.Unfinished, model.Failed));
        model.Step(1);
        model.Step(1);
        Assert.Equal((failure, 0UL, 0UL), (model.Failure, model.Enabled, model.Unfinished));
    }

    [Theory]
    [InlineData("again:/  goto again")]
    [InlineData("  let i = 0/again:/  let i = i + 1/  if i goto again")]
    public void A_loop_without_a_visible_step_fails_its_thread(string loop)
    {
        LitmusModel model = Model($"var x/thread t/  store x 1/{loop}");
        model.Step(0);
        Assert.StartsWith("t: a loop without a visible step: ", model.Failure);
        Assert.Equal(0UL, model.Unfinished);
    }

    [Fact]
    public void A_local_loop_that_ends_is_no_failure()
    {
        LitmusModel model = Model("var x/thread t/again:/  let i = i + 1/  if i < 10000 goto again/  store x i");
        model.Step(0);
        Assert.Equal((null, "x=10000"), (model.Failure, model.Memory()));
    }

    [Fact]
    public void The_local_work_after_a_step_belongs_to_it()
    {
        LitmusModel model = Model("var x/thread t/  r = load x/  assert r/  store x 2/thread u/  store x 1");
        Assert.Null(model.Failure);
        model.Step(0);
        Assert.Equal("t: assert r (line 5)", model.Failure);
        model.Undo();
        model.Step(1);
        model.Step(0);
        Assert.Null(model.Failure);
    }

    [Fact]
    public void Final_is_checked_when_every_thread_has_stopped_and_not_in_a_deadlock()
    {
        LitmusModel model = Model("var x, a[2]/thread t/  store x 1/  r = load x/thread u/  lock m/  lock m/final x == 2 && r == a[0]");
        model.Step(0);
        model.Step(0);
        model.Step(1);
        Assert.Equal((0UL, 2UL, null), (model.Enabled, model.Unfinished, model.Failure));
        LitmusModel other = Model("var x, a[2]/thread t/  store x 1/final x == a[0]");
        other.Step(0);
        Assert.Equal("final x == a[0] (line 5)", other.Failure);
        LitmusModel third = Model("var x, a[2]/thread t/  store x 1/final a[x + 1]");
        third.Step(0);
        Assert.Equal("index outside the array: final a[x + 1] (line 5)", third.Failure);
    }

    [Fact]
    public void Joining_a_failed_thread_succeeds()
    {
        LitmusModel model = Model("var x/thread t/  join u/  store x 1/thread u/  r = load x/  assert r");
        Assert.Equal(2UL, model.Enabled);
        model.Step(1);
        model.Step(0);
        model.Step(0);
        Assert.Equal("x=1", model.Memory());
    }

    [Fact]
    public void A_second_spawn_of_a_thread_fails()
    {
        LitmusModel model = Model("var x/thread main/  spawn t/  spawn t/thread t/  store x 1");
        model.Step(0);
        model.Step(0);
        Assert.Equal("main: spawn of a thread that has started already: spawn t (line 5)", model.Failure);
        Assert.Equal(StepKind.Spawn, Model("var x/thread main/  spawn t/thread t/  store x 1").Next(0).Kind);
        Assert.Equal(StepKind.Everything, Model("var x/thread a/  spawn t/thread b/  spawn t/thread t/  store x 1").Next(0).Kind);
    }

    [Fact]
    public void A_register_that_nothing_reads_later_is_no_part_of_the_state()
    {
        // The loop forgets what it read; what it compares with is remembered until then.
        LitmusModel model = Model("var x/thread t/again:/  r = load x/  if r < 2 goto again/  s = load x/thread u/  v = add x 1/  w = add x 1");
        UInt128 start = model.StateHash;
        model.Step(0);
        Assert.Equal(start, model.StateHash);
        model.Step(1);
        UInt128 one = model.StateHash;
        Assert.NotEqual(start, one);
        model.Step(0);
        Assert.Equal(one, model.StateHash);
    }

    [Fact]
    public void A_register_that_final_names_is_a_part_of_the_state_to_the_end()
    {
        (UInt128 before, UInt128 after) = BothOrders("");
        Assert.Equal(before, after);
        (before, after) = BothOrders("/final r == 0");
        Assert.NotEqual(before, after);
    }

    [Fact]
    public void Taking_back_and_forking_lead_to_the_same_states_as_going_there()
    {
        var random = new Random(7);
        foreach (KnownCount known in KnownCounts.All)
        {
            LitmusProgram program = LitmusProgram.Parse(Programs.Text(known.Name));
            var model = new LitmusModel(program);
            var way = new List<int>();
            for (int i = 0; i < 200; i++)
            {
                if (model.Enabled == 0 || (way.Count > 0 && random.Next(3) == 0))
                {
                    model.Undo();
                    way.RemoveAt(way.Count - 1);
                    continue;
                }

                int thread = random.Next(model.Threads);
                if ((model.Enabled >> thread & 1) != 0)
                {
                    model.Step(thread);
                    way.Add(thread);
                }
            }

            var again = new LitmusModel(program);
            way.ForEach(again.Step);
            IModel fork = model.Fork();
            Assert.Equal(Seen(again), Seen(model));
            Assert.Equal(Seen(again), Seen(fork));
            Assert.Throws<InvalidOperationException>(fork.Undo);
        }
    }

    [Fact]
    public void A_step_does_not_allocate()
    {
        LitmusModel model = Model("var x/thread t/again:/  r = add x 1/  let s = (r * 3 + 1) % 7/  if s < 7 goto again/thread u/back:/  lock m/  unlock m/  goto back");
        Around(model);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Around(model);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void Around(LitmusModel model)
    {
        for (int i = 0; i < 100; i++)
        {
            _ = model.Next(i & 1);
            model.Step(i & 1);
        }

        for (int i = 0; i < 100; i++)
        {
            model.Undo();
        }
    }

    private static (UInt128 ReadFirst, UInt128 WriteFirst) BothOrders(string final)
    {
        LitmusModel model = Model("var x/thread t/  r = load x/thread u/  store x 1" + final);
        model.Step(0);
        model.Step(1);
        UInt128 readFirst = model.StateHash;
        model.Undo();
        model.Undo();
        model.Step(1);
        model.Step(0);
        return (readFirst, model.StateHash);
    }

    private static (UInt128, ulong, ulong, ulong, string?, int) Seen(IModel m) => (m.StateHash, m.Enabled, m.Unfinished, m.Failed, m.Failure, m.Depth);

    private static LitmusModel Model(string lines) => new(LitmusProgram.Parse("litmus test\n" + lines.Replace("/  ", "\n  ", StringComparison.Ordinal)
        .Replace("/thread", "\nthread", StringComparison.Ordinal).Replace("/final", "\nfinal", StringComparison.Ordinal).Replace("/again", "\nagain", StringComparison.Ordinal).Replace("/back", "\nback", StringComparison.Ordinal)));
}
