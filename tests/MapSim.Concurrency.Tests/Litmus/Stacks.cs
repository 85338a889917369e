namespace MapSim.Concurrency.Tests.Litmus;

/// <summary>The hardest program of SCTBench: Vyukov's SafeStack, a lock-free stack of array cells with a bug that needs seven preemptions.</summary>
internal static class Stacks
{
    // All cells of an array start with the same value, so `next` holds the difference to what it starts with: 1, 2, -1.
    private const string Start = "((h != 2) * (h + 2) - 1)";

    /// <summary>Threads that pop an element, write to it, check that it is theirs, and push it back.</summary>
    public static string SafeStack(int threads, int rounds)
    {
        var text = new ProgramText($"SafeStack({threads},{rounds})", "count = 3", "head = 0", "next[3]", "value[3] = -1");
        for (int t = 0; t < threads; t++)
        {
            text.Thread(
                $"t{t}", "let n = 0",
                "pop:", "c = load count", "if c <= 1 goto pop", "h = load head", $"d = swap next[h] -1 - {Start}", $"let after = d + {Start}", "if after < 0 goto pop",
                "ok = cas head h after", "if ok goto popped", $"d = swap next[h] after - {Start}", "goto pop", "popped:", "d = add count -1",
                $"store value[h] {t}", "v = load value[h]", $"assert v == {t}",
                "push:", "top = load head", $"store next[h] top - {Start}", "ok = cas head top h", "if !ok goto push", "d = add count 1",
                "let n = n + 1", $"if n < {rounds} goto pop");
        }

        return text.ToString();
    }
}
