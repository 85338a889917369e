using System.Globalization;
using System.Text;
using MapSim.Layout;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>Writes the text of one <see cref="SmallProgram"/>.</summary>
/// <param name="random">Decides everything.</param>
/// <param name="release">The Go release.</param>
/// <param name="discipline">How goroutines share maps.</param>
internal sealed class SmallProgramWriter(RandomSource random, GoVersion release, Discipline discipline)
{
    private const int WorkLimit = 20_000;
    private static readonly string[] Hashes = ["identity", "identity", "lowbits", "lowbits", "onebucket", "aes"];
    private static readonly string[] Forms = ["", "make(9)", "make(9)", "make(14)", "make(20)", "make(27)"];
    private static readonly int[] Filled = [0, 1, 1, 2, 3, 7, 8, 8, 9, 12, 13, 13, 14, 17, 26, 27];
    private readonly StringBuilder _text = new();
    private readonly SmallType _type = random.Pick(random.Chance(discipline == Discipline.None ? 35 : 75) ? SmallType.WithPointers : SmallType.WithoutPointers);
    private readonly bool _collects = random.Chance(discipline == Discipline.Owned ? 92 : 30);
    private readonly int _others = 1 + random.Below(2);
    private readonly string _hash = random.Pick(Hashes);
    private readonly HashSet<string> _pointers = [];
    private readonly bool _piles = random.Chance(40);
    private int _filled;
    private int _names;

    /// <summary>The goroutines besides main that have a map of their own: not the one that only collects.</summary>
    private IEnumerable<int> Owners => discipline == Discipline.Owned ? Enumerable.Range(1, _others).Where(g => !Collects(g)) : [];

    /// <summary>The program's text.</summary>
    public string Write()
    {
        Header();
        for (int g = 1; g <= _others; g++)
        {
            Other(g);
        }

        _pointers.Clear();
        Prepare("m", random.Pick(Filled));
        foreach (int g in Owners)
        {
            Prepare($"m{N(g)}", random.Pick(Filled));
        }

        if (random.Chance(40) && discipline != Discipline.Readers)
        {
            // What main holds before the others start.
            Operation("m", indent: "");
        }

        for (int g = 1; g <= _others; g++)
        {
            Line($"spawn w{N(g)}");
        }

        Operations("m", "");
        for (int g = 1; g <= _others; g++)
        {
            Line($"join w{N(g)}");
        }

        Look();
        return _text.ToString();
    }

    private void Header()
    {
        Line("mapsim 1");
        Line($"go {release.Name}");
        Line($"hash {_hash}");
        Line($"seed {N(random.Below(1 << 16))}");
        if (random.Chance(8))
        {
            Line("generic");
        }

        if (random.Chance(15))
        {
            Line($"procs {N(1 + random.Below(2))}");
        }

        if (random.Chance(discipline == Discipline.None ? 30 : 10))
        {
            Line($"storebuffers {N(random.Pick<int>([1, 2, 4, 8, 16]))}");
        }

        if (_collects)
        {
            Line("collector");
            Line($"workers {N(random.Chance(75) ? 1 : 2)}");
            if (random.Chance(10))
            {
                Line($"gcstart {N(1 + random.Below(3))}");
            }

            if (random.Chance(25))
            {
                Line($"force gcjob {N(random.Below(3))}");
            }
        }

        if (discipline == Discipline.None && random.Chance(35))
        {
            Line("race");
        }

        if (random.Chance(20))
        {
            Line(random.Chance(50) ? "force iterator 7" : "force iterator 0");
        }

        Line($"limit {N(WorkLimit)}");
        Line($"map m {_type.Text} {(PilesUp ? "make(9)" : random.Pick(Forms))}".TrimEnd());
        foreach (int g in Owners)
        {
            Line($"map m{N(g)} {_type.Text} {random.Pick(Forms)}".TrimEnd());
        }

        if (discipline == Discipline.Locked)
        {
            Line("mutex mu");
        }
    }

    /// <summary>The first other one mostly collects, if there is a collector.</summary>
    private void Other(int g)
    {
        Line($"goroutine w{N(g)}");
        _pointers.Clear();
        if (Collects(g))
        {
            Line("  gc");
        }
        else
        {
            Operations(discipline == Discipline.Owned ? $"m{N(g)}" : "m", "  ");
        }

        if (Collects(g) && discipline != Discipline.Owned && random.Chance(60))
        {
            Operation("m", "  ");
        }

        Line("end");
    }

    private bool Collects(int g) => _collects && g == 1;

    /// <summary>The hash is the key, so that keys of one bucket are easy to write: overflow buckets can be piled up until a grow of the same size is due.</summary>
    private bool PilesUp => _piles && _hash == "identity" && _type.KeyIsInteger;

    /// <summary>Entries whose objects only the map holds.</summary>
    private void Prepare(string map, int count)
    {
        if (PilesUp && map == "m")
        {
            string elem = _type.ElemText("0");
            int kept = random.Below(4);
            Line($"repeat 9 assign m 0x$i0 {elem}".TrimEnd());
            Line($"repeat {N(9 - kept)} delete m 0x$i0");
            Line($"repeat 9 assign m 0x$i1 {elem}".TrimEnd());
            return;
        }

        _filled = Math.Max(_filled, count);
        if (count == 0)
        {
            return;
        }

        if (_type.ElemIsPointer || _type.KeyIsPointer)
        {
            string key = _type.KeyIsPointer && random.Chance(70) ? "x" : _type.KeyText("$i");
            Line($"repeat {N(count)}");
            Line("  new x");
            Line($"  assign {map} {key} {(_type.ElemIsPointer ? "x" : _type.ElemText("$i"))}".TrimEnd());
            Line("  drop x");
            Line("end");
        }
        else
        {
            Line($"repeat {N(count)} assign {map} {_type.KeyText("$i")} {_type.ElemText("$i")}".TrimEnd());
        }

        if (random.Chance(15))
        {
            // Holes and overflow buckets that are left behind.
            Line($"repeat {N(random.Below(count))}..{N(count)} delete {map} {_type.KeyText("$i")}");
        }
    }

    private void Operations(string map, string indent)
    {
        int count = 1 + random.Below(4);
        for (int i = 0; i < count; i++)
        {
            Operation(map, indent);
        }
    }

    private void Operation(string map, string indent)
    {
        bool locks = discipline == Discipline.Locked;
        if (locks)
        {
            Line(indent + "lock mu");
        }

        int dice = random.Below(100);
        if (discipline == Discipline.Readers)
        {
            Read(map, indent, dice);
        }
        else if ((_type.ElemIsPointer || _type.KeyIsPointer) && dice < 55)
        {
            Pointer(map, indent);
        }
        else if (dice < 75)
        {
            Write(map, indent);
        }
        else
        {
            Read(map, indent, random.Below(100));
        }

        if (locks)
        {
            Line(indent + "unlock mu");
        }
    }

    private void Read(string map, string indent, int dice)
    {
        switch (dice)
        {
            case < 30:
                Line($"{indent}lookup {map} {Key()}");
                break;
            case < 40:
                Line($"{indent}len {map}");
                break;
            case < 50 when _type.ElemIsPointer:
                Lookup(map, indent);
                break;
            default:
                string name = $"i{N(_names++)}";
                Line($"{indent}range {name} {map}");
                if (discipline != Discipline.Readers && random.Chance(60))
                {
                    Body(map, indent + $"  turn {N(1 + random.Below(3))} ");
                }
                else if (random.Chance(40))
                {
                    Line($"{indent}  turn {N(1 + random.Below(3))} break");
                }

                Line(indent + "end");
                break;
        }
    }

    private void Body(string map, string indent)
    {
        switch (random.Below(_collects ? 5 : 4))
        {
            case 0: Line($"{indent}clear {map}"); break;
            case 1: Line($"{indent}delete {map} {Key()}"); break;
            case 2: Line($"{indent}repeat {N(20)}..{N(21 + random.Below(14))} assign {map} {_type.KeyText("$i")} {_type.ElemText("$i")}".TrimEnd()); break;
            case 3: Line($"{indent}assign {map} {AssignedKey()} {Elem()}".TrimEnd()); break;
            default: Line($"{indent}gc"); break;
        }
    }

    private void Write(string map, string indent)
    {
        switch (random.Below(12))
        {
            case < 4: Line($"{indent}assign {map} {AssignedKey()} {Elem()}".TrimEnd()); break;
            case < 7: Line($"{indent}delete {map} {Key()}"); break;
            case 7: Line($"{indent}clear {map}"); break;
            case 8 when release.HasClone && discipline is Discipline.Owned: Line($"{indent}clone {map} {map}c"); break;
            default: Line($"{indent}repeat {N(30)}..{N(31 + random.Below(10))} assign {map} {_type.KeyText("$i")} {_type.ElemText("$i")}".TrimEnd()); break;
        }
    }

    /// <summary>A pointer moves between the map and a stack.</summary>
    private void Pointer(string map, string indent)
    {
        string[] known = [.. _pointers.Order(StringComparer.Ordinal)];
        switch (random.Below(known.Length > 0 ? 10 : 6))
        {
            case < 3 when _type.ElemIsPointer:
                Lookup(map, indent);
                if (random.Chance(60))
                {
                    Line(indent + (random.Chance(70) ? $"delete {map} {LastKey}" : random.Chance(50) ? $"clear {map}" : $"assign {map} {LastKey} {_type.ElemText("1")}"));
                }

                break;
            case < 6:
                string fresh = Name();
                Line($"{indent}new {fresh}");
                _pointers.Add(fresh);
                Store(map, indent, fresh);
                break;
            case < 8:
                Store(map, indent, random.Pick(known));
                break;
            case 8:
                Line($"{indent}drop {random.Pick(known)}");
                break;
            default:
                Line($"{indent}read {random.Pick(known)} recover");
                break;
        }
    }

    private void Store(string map, string indent, string pointer)
    {
        string key = _type.KeyIsPointer && random.Chance(70) ? pointer : AssignedKey();
        string elem = _type.ElemIsPointer ? pointer : Elem();
        Line($"{indent}assign {map} {key} {elem}".TrimEnd());
        if (random.Chance(70))
        {
            Line($"{indent}drop {pointer}");
        }
    }

    private string LastKey { get; set; } = "";

    private void Lookup(string map, string indent)
    {
        string name = Name();
        LastKey = Key();
        Line($"{indent}lookup {map} {LastKey} -> {name}");
        _pointers.Add(name);
    }

    private string Name() => $"p{N(random.Below(3))}";

    /// <summary>Mostly a key that is there.</summary>
    private string Key() => _type.KeyText(N(random.Chance(75) ? random.Below(Math.Max(1, _filled)) : random.Below(24)));

    /// <summary>A key that is assigned: it may be a fresh object that nobody else knows.</summary>
    private string AssignedKey() => _type.KeyIsPointer && random.Chance(25) ? "new" : Key();

    private string Elem() => _type.ElemIsPointer && random.Chance(35) ? "new" : _type.ElemText(N(random.Below(16)));

    private void Look()
    {
        foreach (string pointer in _pointers.Order(StringComparer.Ordinal))
        {
            Line($"read {pointer} recover");
        }

        if (_collects && random.Chance(40))
        {
            Line("gc");
        }

        Line("range e m");
        Line("end");
        Line("len m");
    }

    private void Line(string line) => _text.Append(line).Append('\n');

    private static string N(int number) => number.ToString(CultureInfo.InvariantCulture);
}
