namespace MapSim.Concurrency.Tests.Litmus;

/// <summary>More programs of SCTBench, written anew from what they do (sources: wcventure/PERIOD, evaluation/CS): critical sections that are right each for itself, and a check that more than one of them had to keep true.</summary>
/// <remarks>An "atomic block" of the originals is a mutex. What only one thread reads and writes, and what never changes, is a register or a number here.</remarks>
internal static class SctBench
{
    /// <summary>Three threads each hand a value on; whether all three have the same at the end depends on who is first.</summary>
    public static string TokenRing() => new ProgramText("token_ring_bad", "x1 = 1", "x2 = 2", "x3 = 1", "flag1", "flag2", "flag3")
        .Thread("t1", "lock m", "v = load x3", "store x1 (v + 1) % 4", "store flag1 1", "unlock m")
        .Thread("t2", "lock m", "v = load x1", "store x2 v", "store flag2 1", "unlock m")
        .Thread("t3", "lock m", "v = load x2", "store x3 v", "store flag3 1", "unlock m")
        .Thread("t4", "lock m", "f = load flag1", "if !f goto done", "f = load flag2", "if !f goto done", "f = load flag3", "if !f goto done",
            "a = load x1", "b = load x2", "assert a == b", "b = load x2", "c = load x3", "assert b == c", "done:", "unlock m")
        .ToString();

    /// <summary>A driver is stopped while a request that had looked at the flag before is still on its way.</summary>
    public static string Bluetooth() => new ProgramText("bluetooth_driver_bad", "pending = 1", "stopping", "event", "stopped")
        .Thread("stop", "store stopping 1", "was = add pending -1", "if was != 1 goto look", "store event 1", "look:",
            "e = load event", "if !e goto done", "store stopped 1", "done:")
        .Thread("request", "f = load stopping", "if f goto leave", "was = add pending 1", "s = load stopped", "assert !s", "leave:",
            "was = add pending -1", "if was != 1 goto done", "store event 1", "done:")
        .ToString();

    /// <summary>A flag says that something was pushed once; the reader takes it for "there is something to pop".</summary>
    public static string Stack(int size) => new ProgramText($"stack_bad({size})", "top", $"arr[{size}]", "flag")
        .Thread("pushes", "let i = 0", "again:", "lock m", "t = load top", $"assert t != {size}", "store arr[t] i", "store top t + 1", "store flag 1", "unlock m",
            "let i = i + 1", $"if i < {size} goto again")
        .Thread("pops", "let i = 0", "again:", "lock m", "f = load flag", "if !f goto out", "t = load top", "assert t != 0", "store top t - 1", "v = load arr[t - 1]", "out:", "unlock m",
            "let i = i + 1", $"if i < {size} goto again")
        .ToString();

    /// <summary>Flags hand a queue from one thread to the other and back; who counts rounds in which it had no turn looks for the wrong element.</summary>
    public static string Queue(int size)
    {
        string[] enqueue = ["t = load tail", "store element[t] value", "a = load amount", "store amount a + 1", "store tail t + 1"];
        return new ProgramText($"queue_bad({size})", $"element[{size}]", $"stored[{size}]", "head", "tail", "amount", "mayEnqueue = 1", "mayDequeue")
            .Thread("enqueues", ["let value = 0", "lock m", .. enqueue, "store stored[0] value", "h = load head", "t = load tail", "assert h != t", "unlock m", "let i = 0",
                "again:", $"if i >= {size - 1} goto done", "lock m", "f = load mayEnqueue", "if !f goto out", "let value = value + 1", .. enqueue, "store stored[i + 1] value",
                "store mayEnqueue 0", "store mayDequeue 1", "out:", "unlock m", "let i = i + 1", "goto again", "done:"])
            .Thread("dequeues", "let i = 0", "again:", "lock m", "f = load mayDequeue", "if !f goto out", "h = load head", "x = load element[h]", "a = load amount", "store amount a - 1",
                "store head h + 1", "s = load stored[i]", "assert x == s", "store mayDequeue 0", "store mayEnqueue 1", "out:", "unlock m", "let i = i + 1", $"if i < {size} goto again")
            .ToString();
    }

    /// <summary>The same mistake with a ring of ten cells.</summary>
    public static string CircularBuffer(int rounds) => new ProgramText($"circular_buffer_bad({rounds})", "buffer[10]", "first", "next", "send = 1", "receive")
        .Thread("sends", "let i = 0", "again:", "lock m", "f = load send", "if !f goto out", "n = load next", "store buffer[n] i", "store next (n + 1) % 10", "n = load next", "assert n < 10",
            "store send 0", "store receive 1", "out:", "unlock m", "let i = i + 1", $"if i < {rounds} goto again")
        .Thread("receives", "let i = 0", "again:", "lock m", "f = load receive", "if !f goto out", "let got = -1", "n = load next", "if n == 0 goto check", "at = load first",
            "if at >= 10 goto check", "store first at + 1", "got = load buffer[at]", "check:", "assert got == i", "store receive 0", "store send 1", "out:", "unlock m",
            "let i = i + 1", $"if i < {rounds} goto again")
        .ToString();

    /// <summary>The first of each class takes a second mutex while it holds the first, and gives it back only after it has the first again. (Two more threads of the original do nothing.)</summary>
    public static string Carter()
    {
        static string[] Class(string count) =>
            ["lock m", $"n = load {count}", $"store {count} n + 1", "if n + 1 != 1 goto inside", "lock l", "inside:", "unlock m",
             "lock m", $"n = load {count}", $"store {count} n - 1", "if n - 1 != 0 goto out", "unlock l", "out:", "unlock m"];
        return new ProgramText("carter01_bad", "A", "B").Thread("a", Class("A")).Thread("b", Class("B")).ToString();
    }
}
