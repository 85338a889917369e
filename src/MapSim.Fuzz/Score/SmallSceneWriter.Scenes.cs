namespace MapSim.Fuzz;

/// <content>The scenes.</content>
internal sealed partial class SmallSceneWriter
{
    private static readonly SmallType[] PointerElems = [.. SmallType.WithPointers.Where(t => t.ElemIsPointer && !t.KeyIsPointer)];
    private static readonly SmallType[] PointerHolders = [.. SmallType.WithPointers.Where(t => t.ElemIsPointer || t.KeyIsPointer)];
    private static readonly SmallType[] IntegerKeys = [.. SmallType.WithPointers.Concat(SmallType.WithoutPointers).Where(t => t.KeyIsInteger)];
    private static readonly SmallType[] Shared = [.. SmallType.WithPointers.Where(t => !t.KeyIsPointer)];

    /// <summary>
    /// What was read out of a map lives by the variable alone, as soon as its entry is deleted, cleared or overwritten: the
    /// collector has seen the variable before, or sees the map only then.
    /// </summary>
    private void TakeOut()
    {
        _type = random.Pick(PointerElems);
        Shape();
        Header(collects: true);
        bool isSpawned = random.Chance(95);
        Collecting();
        Fill();
        if (isSpawned)
        {
            Line("spawn w1");
        }

        int key = Number();
        Line($"lookup m {Key(key)} -> p0");
        if (random.Chance(15))
        {
            Line($"lookup m {Key(Number())} -> p1");
        }

        Vanish(key);
        if (random.Chance(20))
        {
            Insert("", 1, Elem());
        }

        if (isSpawned)
        {
            Line("join w1");
        }

        Line("read p0 recover");
        if (random.Chance(20))
        {
            Line("gc");
            Line("read p0 recover");
        }
    }

    /// <summary>An object that only a variable holds moves into the map; who looks for it there must find it.</summary>
    private void PutIn()
    {
        _type = random.Pick(PointerHolders);
        Shape();
        _filled = Math.Min(_filled, random.Pick<int>([0, 1, 1, 8, 9]));
        Header(collects: true);
        Collecting();
        Fill();
        Line("spawn w1");
        Line("new p0");
        int number = Number();
        string key = _type.KeyIsPointer ? "p0" : Key(number);
        Line($"assign m {key} {(_type.ElemIsPointer ? "p0" : Elem())}".TrimEnd());
        Line("drop p0");
        if (_type.ElemIsPointer && !_type.KeyIsPointer && random.Chance(40))
        {
            Line($"lookup m {key} -> p1");
            if (random.Chance(50))
            {
                Vanish(number);
            }

            Line("read p1 recover");
        }

        Line("join w1");
        if (random.Chance(30))
        {
            Line("range e m");
            Line("end");
        }
    }

    private void Vanish(int key)
    {
        switch (random.Below(10))
        {
            case < 3: Line($"delete m {Key(key)}"); break;
            case < 6: Line($"assign m {Key(key)} {Elem()}"); break;
            case < 9: Line("clear m"); break;
            default:
                Line("range i m");
                Line("  delete m key(i)");
                Line("end");
                break;
        }
    }

    private void Collecting()
    {
        Line("goroutine w1");
        Line("  gc");
        Line("end");
    }

    /// <summary>
    /// An iteration begins before or in the middle of a grow; the grow goes on, perhaps to its end; a collection frees what only
    /// the iteration could still need; the iteration goes on. One goroutine, so that there is one schedule, and now and then two.
    /// </summary>
    private void Stand()
    {
        _type = random.Pick(random.Chance(60) ? [.. SmallType.WithoutPointers.Where(t => t.KeyIsInteger)] : IntegerKeys);
        Shape();
        if (random.Chance(50))
        {
            // Four buckets: a grow takes two writes or more, so that an iteration can begin in the middle of it.
            (_hash, _form, _filled, _digit) = (random.Pick<string>(["identity", "aes"]), "make(20)", random.Pick<int>([26, 27, 27]), -1);
        }

        string[] settings = random.Chance(70) ? [$"force iterator {N(random.Below(8))}"] : [];
        Header(collects: true, settings);
        bool hasCompany = random.Chance(10);
        if (hasCompany)
        {
            Collecting();
        }

        Fill();
        if (random.Chance(20))
        {
            // Holes, and overflow buckets that are left behind.
            Line($"repeat {N(random.Below(_filled))}..{N(_filled)} delete m {Key("$i")}");
        }

        if (hasCompany)
        {
            Line("spawn w1");
        }

        string elem = _type.ElemIsPointer ? "new" : _type.ElemText("0");
        if (random.Chance(30))
        {
            Insert("", 1, elem);
            _filled++;
        }

        Line("iter i m");
        if (random.Chance(40))
        {
            Line($"repeat {N(1 + random.Below(4))} next i recover");
        }

        int fresh = random.Below(6);
        if (fresh > 0)
        {
            Insert("", fresh, elem);
        }

        // Writes that move a grow on.
        Line($"repeat {N(1 + random.Below(4))} assign m {Key(0)} {elem}".TrimEnd());
        if (random.Chance(15))
        {
            Line("clear m");
        }

        Line("gc");
        Line($"repeat {N(1 + random.Below(9))} next i recover");
        if (hasCompany)
        {
            Line("join w1");
        }
    }

    /// <summary>One or two inserts begin a grow and evacuate; what the other one does meanwhile has nothing to do with it.</summary>
    private void Grow()
    {
        _type = random.Pick(IntegerKeys);
        bool isPiled = random.Chance(60);
        bool isWide = random.Chance(30);
        (_hash, _form) = isPiled ? ("identity", isWide ? "make(20)" : "make(9)")
            : (random.Pick<string>(["identity", "onebucket", "aes"]), isWide ? "make(20)" : random.Pick<string>(["make(9)", ""]));
        _filled = isPiled ? 9 : isWide ? 26 : _form.Length == 0 ? 8 : 13;
        Header(collects: true);
        Line("goroutine w1");
        Line(random.Chance(70) ? "  gc" : "  repeat 3 new p0");
        Line("end");
        if (isPiled)
        {
            Piles(isWide ? 4 : 2);
        }
        else
        {
            Fill();
        }

        Line("spawn w1");
        if (_type.ElemIsPointer && random.Chance(50))
        {
            Line($"lookup m {Key(0)} -> p0");
        }

        int inserts = 1 + random.Below(2);
        _digit = -1;
        _filled = isPiled ? 100 : _filled;
        Insert("", inserts, _type.ElemIsPointer ? "new" : _type.ElemText("0"));
        if (random.Chance(30))
        {
            Line($"delete m {Key(Number())}");
        }

        Line("join w1");
        if (random.Chance(30))
        {
            Line("range e m");
            Line("end");
        }
    }

    /// <summary>Each bucket gets an overflow bucket and loses most of its entries again: a grow to the same size is due.</summary>
    private void Piles(int buckets)
    {
        int kept = random.Below(3);
        for (_digit = 0; _digit < buckets; _digit++)
        {
            Fill();
            Line($"repeat {N(_filled - kept)} delete m {Key("$i")}");
        }
    }

    /// <summary>Each goroutine allocates from a P of its own, so that addresses of the two have little in common.</summary>
    private void Exchange()
    {
        _type = random.Pick(Shared);
        Shape();
        _filled = Math.Min(_filled, random.Pick<int>([1, 2, 2, 8]));
        bool collects = random.Chance(50);
        Header(collects);
        Line("mutex mu");
        Line("goroutine w1");
        Takes("  ", "p0", collects);
        Line("end");
        Fill();
        Line("spawn w1");
        Takes("", "p1", collects);
        Line("join w1");
        Line("range e m");
        Line("end");
    }

    /// <summary>Two to five turns: something with the map, under the lock, or with an own variable, beside it.</summary>
    private void Takes(string indent, string variable, bool collects)
    {
        int turns = 2 + random.Below(4);
        Line($"{indent}new {variable}");
        for (int i = 0; i < turns; i++)
        {
            switch (random.Below(10))
            {
                case < 6:
                    string elem = _type.ElemIsPointer ? random.Pick<string>([variable, variable, "new"]) : Elem();
                    Line($"{indent}lock mu");
                    Line(random.Chance(80) ? $"{indent}assign m {Key(random.Below(2))} {elem}".TrimEnd() : $"{indent}delete m {Key(random.Below(2))}");
                    Line($"{indent}unlock mu");
                    break;
                case < 8:
                    Line($"{indent}read {variable}");
                    break;
                case 8 when collects:
                    Line($"{indent}gc");
                    break;
                default:
                    Line($"{indent}new {variable}");
                    break;
            }
        }

        Line($"{indent}read {variable}");
    }

    /// <summary>One inserts what makes a bucket: the first, one of a chain, or all of a grow. The other one looks keys up meanwhile.</summary>
    private void Publish()
    {
        _type = random.Pick(random.Chance(50) ? SmallType.WithPointers : SmallType.WithoutPointers);
        (_hash, _form, _filled) = random.Below(4) switch
        {
            0 => (random.Pick<string>(["aes", "identity"]), "", 0),
            1 => ("aes", "", 8),
            _ => (random.Pick<string>(["onebucket", "lowbits"]), "make(9)", 8),
        };
        Header(collects: false, $"storebuffers {N(random.Pick<int>([4, 16, 32, 32, 32]))}");
        bool mainReads = random.Chance(50);
        Line("goroutine w1");
        Side("  ", !mainReads);
        Line("end");
        Fill();
        Line("spawn w1");
        Side("", mainReads);
        Line("join w1");
    }

    private void Side(string indent, bool reads)
    {
        if (reads)
        {
            int looks = 1 + random.Below(2);
            for (int i = 0; i < looks; i++)
            {
                Line($"{indent}lookup m {Key(random.Chance(80) ? _filled : random.Below(_filled + 1))}");
            }
        }
        else
        {
            Insert(indent, 1 + random.Below(2), _type.ElemIsPointer ? "nil" : _type.ElemText("1"));
        }
    }
}
