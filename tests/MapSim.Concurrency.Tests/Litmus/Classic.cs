namespace MapSim.Concurrency.Tests.Litmus;

/// <summary>Benchmark programs of the stateless model checkers, with a parameter.</summary>
internal static class Classic
{
    public static string Readers(int n)
    {
        var text = new ProgramText($"readers({n})", "x").Thread("writer", "store x 1");
        for (int i = 0; i < n; i++)
        {
            text.Thread($"reader{i}", "r = load x");
        }

        return text.ToString();
    }

    public static string LastZero(int n)
    {
        var text = new ProgramText($"lastzero({n})", $"a[{n + 1}] = 0")
            .Thread("reader", $"let i = {n}", "again:", "v = load a[i]", "if v == 0 goto done", "let i = i - 1", "goto again", "done:");
        for (int i = 1; i <= n; i++)
        {
            text.Thread($"w{i}", $"t = load a[{i - 1}]", $"store a[{i}] t + 1");
        }

        return text.ToString();
    }

    public static string Writers(int n)
    {
        var text = new ProgramText($"n_writers_a_reader({n})", "x");
        for (int i = 1; i <= n; i++)
        {
            text.Accesses($"w{i}", "Wx", i);
        }

        return text.Accesses("reader", "Rx").ToString();
    }

    public static string WritesAndRead(int n)
    {
        var text = new ProgramText($"n_writes_a_read_two_threads({n})", "x");
        for (int t = 1; t <= 2; t++)
        {
            text.Accesses($"t{t}", string.Join(' ', Enumerable.Repeat("Wx", n).Append("Rx")), t);
        }

        return text.ToString();
    }

    public static string ReadWrite(int n)
    {
        var text = new ProgramText($"rw({n})", "x");
        for (int i = 1; i <= n; i++)
        {
            text.Accesses($"t{i}", "Rx Wx", i);
        }

        return text.ToString();
    }

    public static string Increment(int n)
    {
        var text = new ProgramText($"inc({n})", "x");
        for (int i = 1; i <= n; i++)
        {
            text.Thread($"t{i}", "r = load x", $"store x r + {1 << (i - 1)}");
        }

        return text.ToString();
    }

    public static string AtomicIncrement(int n, int variables)
    {
        string[] names = ["x", "y", "z"];
        var text = new ProgramText($"{"abc"[variables - 1]}inc({n})", names[..variables]);
        for (int i = 1; i <= n; i++)
        {
            List<string> lines = [];
            for (int v = 0; v < variables; v++)
            {
                lines.Add($"r{v} = add {names[v]} 1");
                if (v > 0)
                {
                    lines.Add($"let seen = r{v - 1}");
                }
            }

            text.Thread($"t{i}", [.. lines]);
        }

        return text.ToString();
    }

    public static string CasRotation(int n)
    {
        var text = new ProgramText($"casrot({n})", "x");
        for (int i = 0; i < n; i++)
        {
            text.Thread($"t{i}", $"r = cas x {i} {i + 1}");
        }

        return text.ToString();
    }

    public static string CasAndWrite(int n)
    {
        var text = new ProgramText($"casw({n})", "x");
        for (int i = 0; i < n; i++)
        {
            text.Thread($"t{i}", "r = cas x 0 1", "store x 2");
        }

        return text.ToString();
    }

    public static string Coherence(int n)
    {
        var text = new ProgramText($"CoA({n})", "x", "y", "z").Accesses("t1", "Wx Ry Rx", 1).Accesses("t2", "Wx Rz Rx", 2);
        for (int i = 1; i <= n; i++)
        {
            text.Accesses($"w{i}", "Wy Wz", i);
        }

        return text.ToString();
    }

    public static string Fibonacci(int n, bool hasChecker)
    {
        var text = new ProgramText($"fib_bench({n})", "i = 1", "j = 1");
        foreach ((string name, string own) in new[] { ("t1", "i"), ("t2", "j") })
        {
            text.Thread(name, "let k = 0", "again:", "a = load i", "c = load j", "let seen = b", "let b = c", $"store {own} a + b", "let k = k + 1", $"if k < {n} goto again");
        }

        return (hasChecker ? text.Accesses("checker", "Ri Rj") : text).ToString();
    }

    /// <summary>Hash table of 128 cells; every thread inserts four numbers of its own, with open addressing.</summary>
    public static string Indexer(int n, bool isLocked)
    {
        var text = new ProgramText($"indexer({n}){(isLocked ? "lock" : "cas")}", "table[128]");
        for (int tid = 0; tid < n; tid++)
        {
            if (isLocked)
            {
                text.Thread($"t{tid}", [.. LockedInserts(tid)]);
                continue;
            }

            text.Thread(
                $"t{tid}", "let m = 0", "next:", "let m = m + 1", $"let w = m * 11 + {tid}", "let h = w * 7 % 128", "probe:", "ok = cas table[h] 0 w",
                "if ok goto done", "let h = (h + 1) % 128", "goto probe", "done:", "if m < 4 goto next");
        }

        return text.ToString();
    }

    /// <summary>Inodes that look for a free block; both have locks (Flanagan and Godefroid).</summary>
    public static string FileSystem(int n)
    {
        const int Blocks = 26;
        const int Probes = 8;
        var text = new ProgramText($"filesystem({n})", $"inode[32]", $"busy[{Blocks}]");
        for (int tid = 0; tid < n; tid++)
        {
            int i = tid % 32;
            List<string> lines = [$"lock locki{i}", $"v = load inode[{i}]", "if v != 0 goto done"];
            for (int probe = 0; probe < Probes; probe++)
            {
                int b = (i * 2 + probe) % Blocks;
                lines.AddRange([$"lock lockb{b}", $"v = load busy[{b}]", $"if v != 0 goto next{probe}",
                    $"store busy[{b}] 1", $"store inode[{i}] {b + 1}", $"unlock lockb{b}", "goto done", $"next{probe}:", $"unlock lockb{b}"]);
            }

            text.Thread($"t{tid}", [.. lines, "assert 0", "done:", $"unlock locki{i}"]);
        }

        return text.ToString();
    }

    // A mutex has a name, not an index, so the probes of the locked table are written out.
    private static IEnumerable<string> LockedInserts(int tid)
    {
        const int Probes = 8;
        for (int m = 1; m <= 4; m++)
        {
            int w = m * 11 + tid;
            for (int probe = 0; probe < Probes; probe++)
            {
                int h = (w * 7 + probe) % 128;
                string[] lines = [$"lock cell{h}", $"v = load table[{h}]", $"if v != 0 goto next{m}_{probe}",
                    $"store table[{h}] {w}", $"unlock cell{h}", $"goto done{m}", $"next{m}_{probe}:", $"unlock cell{h}"];
                foreach (string line in lines)
                {
                    yield return line;
                }
            }

            yield return "assert 0";
            yield return $"done{m}:";
        }
    }
}
