namespace MapSim.Concurrency.Tests.Litmus;

/// <summary>Programs of SCTBench with a known bug each.</summary>
/// <remarks>`let seen = r` keeps a register alive for as long as the program that was measured did.</remarks>
internal static class Bugs
{
    public static string Account() => new ProgramText("account_bad", "balance = 1", "deposited", "withdrawn")
        .Thread("deposit", "lock m", "b = load balance", "store balance b + 2", "store deposited 1", "unlock m")
        .Thread("withdraw", "lock m", "b = load balance", "store balance b - 4", "store withdrawn 1", "unlock m")
        .Thread("check", "lock m", "d = load deposited", "if !d goto done", "w = load withdrawn", "if !w goto done",
            "b = load balance", "assert b == -7", "done:", "unlock m")
        .ToString();

    public static string Lazy() => new ProgramText("lazy01_bad", "data")
        .Thread("t1", "lock m", "r = load data", "store data r + 1", "unlock m")
        .Thread("t2", "lock m", "r = load data", "store data r + 2", "unlock m")
        .Thread("t3", "lock m", "r = load data", "assert r < 3", "unlock m")
        .ToString();

    public static string Deadlock() => new ProgramText("deadlock01_bad", "counter = 1")
        .Thread("t1", "lock a", "lock b", "r = load counter", "store counter r + 1", "unlock b", "unlock a")
        .Thread("t2", "lock b", "lock a", "r = load counter", "store counter r - 1", "unlock a", "unlock b")
        .ToString();

    /// <summary>Setters write a, then b; a checker that sees one without the other fails. The loads of the condition stop as early as in C.</summary>
    public static string Reorder(int setters, int checkers)
    {
        var text = new ProgramText($"reorder({setters}+{checkers})", "a", "b");
        for (int i = 0; i < setters; i++)
        {
            text.Thread($"setter{i}", "store a 1", "store b -1");
        }

        for (int i = 0; i < checkers; i++)
        {
            text.Thread($"checker{i}", "r = load a", "if r != 0 goto second", "s = load b", "let r = s", "if r == 0 goto done",
                "second:", "q = load a", "assert q == 1", "p = load b", "let why = r", "assert p == -1", "done:");
        }

        return text.ToString();
    }

    public static string TwoStage(int first, int second)
    {
        var text = new ProgramText($"twostage({first}+{second})", "data1", "data2");
        for (int i = 0; i < first; i++)
        {
            text.Thread($"a{i}", "lock l1", "store data1 1", "unlock l1", "lock l2", "r = load data1", "store data2 r + 1", "unlock l2");
        }

        for (int i = 0; i < second; i++)
        {
            text.Thread($"b{i}", "lock l1", "r = load data1", "if r != 0 goto go", "unlock l1", "goto done",
                "go:", "t1 = load data1", "unlock l1", "lock l2", "t2 = load data2", "unlock l2", "assert t2 == t1 + 1", "done:");
        }

        return text.ToString();
    }

    public static string WrongLock(int first, int second)
    {
        var text = new ProgramText($"wronglock({first},{second})", "data");
        for (int i = 0; i < first; i++)
        {
            text.Thread($"a{i}", "lock right", "x = load data", "r = load data", "store data r + 1", "s = load data", "let seen = r", "assert s == x + 1", "unlock right", "let seen = s");
        }

        for (int i = 0; i < second; i++)
        {
            text.Thread($"b{i}", "lock wrong", "r = load data", "store data r + 1", "unlock wrong", "let seen = r");
        }

        return text.ToString();
    }
}
