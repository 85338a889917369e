using System.Globalization;
using System.Text;
using MapSim.Memory;

namespace MapSim.Tests.Programs;

/// <summary>
/// Texts of well-formed programs with every statement of the language, made from a number. The lines in blocks are
/// indented, all else is in canonical spelling. They may deadlock, race and panic: that is a verdict, too.
/// </summary>
internal sealed class RandomConcurrentPrograms
{
    private static readonly string[] MapTypes = ["map[int]*T", "map[string]int", "map[uint64]uint64", "map[int64]struct{}", "map[*T]string", "map[interface {}]*T"];

    private readonly StringBuilder _text = new();
    private readonly List<(string Name, string Key, string Elem)> _maps = [];
    private readonly Having _having;
    private ulong _state;
    private int _depth, _names;

    // What the goroutine that is being written knows, and the blocks around the line.
    private readonly List<string> _pointers = [];
    private readonly List<(string Name, int Map)> _iterators = [];
    private readonly List<(string Name, int Map)> _standing = [];
    private int _loops, _repeats;
    private string? _goroutine;

    private RandomConcurrentPrograms(int seed, Having having)
    {
        _state = (ulong)seed;
        _having = having;
    }

    public static string Make(int seed, Having having)
    {
        var program = new RandomConcurrentPrograms(seed, having);
        program.Program();
        return program._text.ToString();
    }

    private int Next(int limit)
    {
        _state = unchecked(_state + 0x9E3779B97F4A7C15);
        return (int)(Fingerprint.Mix(_state) % (ulong)limit);
    }

    private string Pick(params string[] words) => words[Next(words.Length)];

    private void Line(string line) =>
        _text.Append(' ', 2 * _depth).Append(line).Append(Next(12) == 0 ? "  " + Pick("#", "# why: \"x\"", "#a # b") : "").Append(Next(20) == 0 ? "\n\n" : "\n");

    private void Program()
    {
        _text.Append("mapsim 1\n");
        Header();
        int maps = 1 + Next(3);
        for (int i = 0; i < maps; i++)
        {
            string type = MapTypes[Next(MapTypes.Length)];
            int close = type.IndexOf(']', StringComparison.Ordinal);
            _maps.Add(($"m{i}", type[4..close], type[(close + 1)..]));
            Line($"map m{i} {type}{Pick("", "", " make(9)", " make(20)", _having.HasFlag(Having.Goroutines) ? "" : " stack", " nil")}");
        }

        Line("var x" + Pick("", " = 5", " = -3"));
        Line("var y");
        Line("mutex mu");
        Line("rwmutex rw");
        Line("waitgroup wg");
        Line("once o");
        Line("chan c" + Pick("", " 1", " 3"));
        Line("chan d 2");
        int goroutines = _having.HasFlag(Having.Goroutines) ? 1 + Next(3) : 0;
        for (int g = 1; g <= goroutines; g++)
        {
            _goroutine = $"w{g}";
            Block($"goroutine w{g}", () => Lines(3 + Next(5)));
            _pointers.Clear();
            _iterators.Clear();
        }

        _goroutine = null;
        List<int> spawned = [.. Enumerable.Range(1, goroutines).Where(_ => Next(3) == 0)];
        Lines(Next(6));
        spawned.ForEach(g => Line($"spawn w{g}"));
        Lines(Next(6));
        for (int g = 1; g <= goroutines; g++)
        {
            if (Next(4) == 0)
            {
                Line($"join w{g}");
            }
        }

        if (goroutines > 0)
        {
            Line($"schedule random {Next(1000)}");
        }

        if (Next(3) == 0)
        {
            Line("checkpoints 2 00ff 1a2b");
        }

        if (Next(3) == 0)
        {
            Line("expect " + Pick("clean", "panic", "panic \"close of closed channel\"", "deadlock/lock", "iter-miss/old-bucket-cleared", "clean digest=0123456789abcdef0123456789abcdef"));
        }
    }

    private void Header()
    {
        if (Next(3) == 0)
        {
            Line("go " + Pick("1.21", "1.22", "1.23"));
        }

        Line("hash " + Pick("aes", "portable", "lowbits", "onebucket", "consttop"));
        Line($"seed {Next(100)}");
        if (Next(3) == 0)
        {
            Line($"procs {1 + Next(3)}");
        }

        if (_having.HasFlag(Having.StoreBuffers))
        {
            Line($"storebuffers {1 + Next(8)}");
        }

        if (_having.HasFlag(Having.Collector))
        {
            Line("collector");
            Line($"workers {1 + Next(2)}");
        }

        if (_having.HasFlag(Having.Race))
        {
            Line("race");
        }

        if (Next(4) == 0)
        {
            Line($"force {Pick("hash0", "iterator", "select", "noverflow", "nan")} {Next(9)}");
        }

        Line("limit 20000");
    }

    private void Lines(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Statement();
        }
    }

    private void Block(string open, Action body)
    {
        Line(open);
        _depth++;
        body();
        _depth--;
        Line("end");
    }

    private string Turn() => _loops > 0 && Next(4) == 0 ? $"turn {Pick("1", "2", "1..3", "2..5")} " : "";

    private string Recover() => Next(2) == 0 ? " recover" : "";

    private void Statement()
    {
        switch (Next(_depth < 4 ? 24 : 16))
        {
            case < 10:
                Line(Turn() + (Next(5) == 0 ? Repeated() : MapOperation() + Recover()));
                break;
            case < 12:
                PointerOperation();
                break;
            case < 16:
                SharedOperation();
                break;
            case 16 or 17:
                Range();
                break;
            case 18 or 19:
                Loop(Turn() + $"repeat {Pick("2", "3", "4..6")}", () => Lines(1 + Next(3)), isRepeat: true);
                break;
            case 20:
                Locked();
                break;
            case 21:
                Select();
                break;
            case 22 when _loops == 0:
                Block("do o", () => Lines(1 + Next(2)));
                break;
            default:
                Assert();
                break;
        }
    }

    private void Loop(string open, Action body, bool isRepeat)
    {
        _loops++;
        _repeats += isRepeat ? 1 : 0;
        Block(open, () =>
        {
            body();
            if (Next(3) == 0)
            {
                Line($"turn {Pick("2", "2..4")} {Pick("break", "continue")}");
                Line("add x 1");
            }
        });
        _loops--;
        _repeats -= isRepeat ? 1 : 0;
    }

    private void Range()
    {
        int map = Next(_maps.Count);
        string name = $"r{_names++}";
        if (_standing.Count == 3)
        {
            return;
        }

        _standing.Add((name, map));
        Loop(Turn() + $"range {name} {_maps[map].Name}", () => Lines(1 + Next(3)), isRepeat: false);
        _standing.RemoveAt(_standing.Count - 1);
    }

    private void Locked()
    {
        switch (Next(3))
        {
            case 0:
                Line("lock mu");
                Lines(1 + Next(2));
                Line("unlock mu");
                break;
            case 1:
                Line("rlock rw");
                Lines(1 + Next(2));
                Line("runlock rw");
                break;
            default:
                Line("lock rw");
                Lines(1);
                Line("unlock rw");
                break;
        }
    }

    private void Select() => Block(Turn() + "select", () =>
    {
        bool waits = _goroutine == null && _having == Having.Nothing;
        int cases = Next(3) + (waits ? 0 : 1);
        for (int i = 0; i < cases; i++)
        {
            Line("case " + (Next(2) == 0 ? $"receive {Pick("c", "d")}" : $"send {Pick("c", "d")} {Next(9)}"));
            _depth++;
            Lines(Next(2));
            _depth--;
        }

        if (waits || Next(2) == 0)
        {
            Line("default");
            _depth++;
            Lines(Next(2));
            _depth--;
        }
    });

    private void SharedOperation()
    {
        bool alone = !_having.HasFlag(Having.Goroutines);
        Line(Turn() + Next(alone ? 8 : 12) switch
        {
            0 => "load x",
            1 => $"store y {Next(20) - 5}",
            2 => $"add x {Next(5) - 2}",
            3 => $"add wg {Next(4) - 1}" + Recover(),
            4 => "done wg" + Recover(),
            5 => "close d" + Recover(),
            6 => _having.HasFlag(Having.Collector) ? "gc" : "load y",
            7 => _iterators.Count > 0 ? $"next {_iterators[Next(_iterators.Count)].Name}" : "load x",
            8 => $"send {Pick("c", "d")} {(_repeats > 0 && Next(2) == 0 ? "$i" : "7")}" + Recover(),
            9 => $"receive {Pick("c", "d")}" + Pick("", "", " = 7", " = closed"),
            10 => "wait wg",
            _ => Pick("lock mu", "unlock mu", "rlock rw", "runlock rw", "lock rw", "unlock rw"),
        });
    }

    private void PointerOperation()
    {
        string name = _pointers.Count > 0 && Next(2) == 0 ? _pointers[Next(_pointers.Count)] : $"p{_names++}";
        int map = _maps.FindIndex(m => m.Elem == "*T");
        bool known = _pointers.Contains(name);
        switch (Next(known ? 4 : 2))
        {
            case 0 when map >= 0:
                Line(Turn() + $"lookup {_maps[map].Name} {Value(_maps[map].Key)} -> {name}{Pick("", "", " = absent")}");
                break;
            case 0 or 1:
                Line(Turn() + $"new {name}");
                break;
            case 2:
                Line(Turn() + $"read {name} recover");
                break;
            default:
                Line(Turn() + $"drop {name}");
                break;
        }

        if (!known)
        {
            _pointers.Add(name);
        }
    }

    private void Assert() => Line(Turn() + Next(4) switch
    {
        0 => "assert x = " + Next(6).ToString(CultureInfo.InvariantCulture),
        1 => $"assert m0.{Pick("count", "B", "flags", "noverflow", "nevacuate", "overflow", "oldoverflow", "chain(0)", "chain(0x1)")} = {Next(3)}",
        2 => $"assert m0.growing = {Pick("no", "double", "same")}",
        _ => $"assert m0.nextoverflow = {Pick("nil", "spare")}",
    });

    private string Repeated()
    {
        _repeats++;
        string line = $"repeat {Pick("9", "12", "3..20")} {MapOperation()}{Recover()}";
        _repeats--;
        return line;
    }

    private string MapOperation()
    {
        int at = Next(_maps.Count);
        (string map, string key, string elem) = _maps[at];
        switch (Next(12))
        {
            case < 6:
                return $"assign {map} {Value(key)}{(elem == "struct{}" ? "" : " " + Value(elem))}";
            case 6:
                return $"lookup {map} {Value(key)}{(Next(3) == 0 ? " = absent" : "")}";
            case 7 or 8:
                return $"delete {map} {Value(key)}";
            case 9:
                return Next(4) == 0 ? $"clear {map}" : $"len {map}";
            case 10 when _repeats == 0:
                string name = $"i{_names++}";
                _iterators.Add((name, at));
                return $"iter {name} {map}";
            default:
                return $"clone {map} {map}";
        }
    }

    private string Value(string type)
    {
        List<string> copies = [];
        foreach ((string name, int map) in _standing)
        {
            copies.AddRange(_maps[map].Key == type ? [$"key({name})"] : []);
            copies.AddRange(_maps[map].Elem == type ? [$"elem({name})"] : []);
        }

        if (copies.Count > 0 && Next(2) == 0)
        {
            return copies[Next(copies.Count)];
        }

        bool counts = _repeats > 0 && Next(3) > 0;
        string number = counts ? "$i" : Next(12).ToString(CultureInfo.InvariantCulture);
        return type switch
        {
            "*T" => _pointers.Count > 0 && Next(3) == 0 ? _pointers[Next(_pointers.Count)] : Next(8) == 0 ? "nil" : "&o" + number,
            "string" => $"\"k{number}\"",
            "interface {}" => Pick($"int({number})", $"string(\"s{number}\")", $"(*T)(&o{number})", "[]int{}"),
            _ => number,
        };
    }
}
