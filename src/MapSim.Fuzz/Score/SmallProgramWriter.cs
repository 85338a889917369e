using System.Globalization;
using System.Text;
using MapSim.Layout;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>Writes the text of one <see cref="SmallProgram"/>.</summary>
/// <param name="random">Decides everything.</param>
/// <param name="release">The Go release.</param>
/// <param name="discipline">How goroutines share maps.</param>
/// <param name="isTiny">Fewer entries, operations and goroutines.</param>
internal sealed partial class SmallProgramWriter(RandomSource random, GoVersion release, Discipline discipline, bool isTiny = false)
{
    private const int WorkLimit = 20_000;
    private static readonly string[] Hashes = ["identity", "identity", "lowbits", "lowbits", "onebucket", "aes"];
    private static readonly string[] Forms = ["", "make(9)", "make(9)", "make(14)", "make(20)", "make(27)"];
    private readonly StringBuilder _text = new();
    private readonly SmallType _type = random.Pick(random.Chance(discipline == Discipline.None ? 35 : 75) ? SmallType.WithPointers : SmallType.WithoutPointers);
    private readonly bool _collects = random.Chance(discipline == Discipline.Owned ? 92 : 30);
    private readonly int _others = isTiny ? 1 : 1 + random.Below(2);
    private readonly string _hash = isTiny && random.Chance(40) ? "onebucket" : random.Pick(Hashes);
    private readonly HashSet<string> _pointers = [];
    private readonly bool _piles = random.Chance(40);

    // Of tiny programs: main iterates over the map while it grows; a map of four buckets just below a grow.
    private readonly bool _iterates = isTiny && random.Chance(20), _isWide = isTiny && random.Chance(10);
    private int _filled;
    private int _names;

    /// <summary>The goroutines besides main that have a map of their own: not the one that only collects.</summary>
    private IEnumerable<int> Owners => discipline == Discipline.Owned ? Enumerable.Range(1, _others).Where(g => !Collects(g)) : [];

    /// <summary>Of tiny programs: all keys in one chain, with or nearly with an overflow bucket.</summary>
    private bool IsChain => isTiny && _hash == "onebucket";

    /// <summary>The program's text.</summary>
    public string Write()
    {
        Header();
        _filled = isTiny ? random.Pick(_isWide ? WideFilled : IsChain || IteratesAcrossGrow ? ChainFilled : TinyFilled) : 0;
        for (int g = 1; g <= _others; g++)
        {
            Other(g);
        }

        _pointers.Clear();
        Prepare("m", isTiny ? _filled : random.Pick(Filled));
        foreach (int g in Owners)
        {
            Prepare($"m{N(g)}", random.Pick(isTiny ? TinyFilled : Filled));
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

        if (IteratesAcrossGrow)
        {
            IterationAcrossGrow();
        }
        else
        {
            Operations("m", "");
        }

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
            Line($"workers {N(isTiny || random.Chance(75) ? 1 : 2)}");
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
        else if (IteratesAcrossGrow && random.Chance(60))
        {
            Line($"force iterator {N(random.Below(4))}");
        }

        Line($"limit {N(WorkLimit)}");
        Line($"map m {_type.Text} {(PilesUp && !_isWide ? random.Pick(isTiny ? PileForms : PileForms[..1]) : _isWide ? "make(20)" : IsChain || IteratesAcrossGrow ? "make(9)" : random.Pick(Forms))}".TrimEnd());
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

    private void Operations(string map, string indent)
    {
        int count = 1 + random.Below(isTiny ? 3 : 4);
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
            default: Line($"{indent}repeat {N(30)}..{N(31 + random.Below(isTiny ? 2 : 10))} assign {map} {_type.KeyText("$i")} {_type.ElemText("$i")}".TrimEnd()); break;
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
                    Line(indent + (random.Chance(isTiny ? 33 : 70) ? $"delete {map} {LastKey}" : random.Chance(50) ? $"clear {map}" : $"assign {map} {LastKey} {_type.ElemText("1")}"));
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
    private string Key() => _type.KeyText(N(IsChain ? random.Pick<int>([0, Math.Max(0, _filled - 1), Math.Max(0, _filled - 1), _filled]) : random.Chance(75) ? random.Below(Math.Max(1, _filled)) : random.Below(24)));

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

        if (!isTiny || random.Chance(15))
        {
            Line("range e m");
            Line("end");
            Line("len m");
        }
    }

    private void Line(string line) => _text.Append(line).Append('\n');

    private static string N(int number) => number.ToString(CultureInfo.InvariantCulture);
}
