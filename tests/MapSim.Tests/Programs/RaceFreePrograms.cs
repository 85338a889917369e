using System.Globalization;
using System.Text;
using MapSim.Memory;

namespace MapSim.Tests.Programs;

/// <summary>
/// Texts of programs without data races in which a collector has much to do, made from a number: two goroutines take turns
/// on one map under a lock, hold what they looked up, iterate on stack and heap, and collections begin at "gc" of a third
/// and at allocations.
/// </summary>
internal sealed class RaceFreePrograms
{
    private readonly StringBuilder _text = new();
    private readonly string _key, _elem;
    private readonly List<string> _pointers = [], _iterators = [];
    private ulong _state;
    private int _entries;

    private RaceFreePrograms(int seed, string key, string elem)
    {
        _state = (ulong)seed;
        _key = key;
        _elem = elem;
    }

    /// <summary>A program.</summary>
    /// <param name="seed">Which.</param>
    /// <param name="key">The map's key type: uint64, int8, string or *T.</param>
    /// <param name="elem">The elem type: uint64 or *T.</param>
    public static string Make(int seed, string key, string elem)
    {
        var program = new RaceFreePrograms(seed, key, elem);
        program.Write();
        return program._text.ToString();
    }

    private int Next(int limit)
    {
        _state = unchecked(_state + 0x9E3779B97F4A7C15);
        return (int)(Fingerprint.Mix(_state) % (ulong)limit);
    }

    private string Pick(params string[] words) => words[Next(words.Length)];

    private void Line(string line) => _text.Append(line).Append('\n');

    private void Write()
    {
        Line("mapsim 1");
        Line("hash " + Pick("onebucket", "onebucket", "lowbits", "aes"));
        Line($"seed {Next(1000)}");
        Line(Pick("collector", "generic\ncollector"));
        Line(Pick("limit 20000", "gcstart 1\nlimit 20000"));

        // One more entry and the map grows; or it is one short of that.
        (string origin, int full) = Next(3) > 0 ? ("", 8) : (" make(9)", 13);
        _entries = full - Next(2);
        Line($"map m map[{_key}]{_elem}{origin}");
        Line("mutex mu");
        Line("goroutine w\nlock mu\nunlock mu");
        Operations();
        Line("end\ngoroutine collecting\ngc\nend");
        Line($"repeat {_entries} assign m {Value(_key, "$i")} {(_elem == "*T" ? "new" : "$i")}");
        Line("spawn collecting\nspawn w");
        _pointers.Clear();
        _iterators.Clear();
        Operations();
    }

    private void Operations()
    {
        for (int i = 2 + Next(3); i > 0; i--)
        {
            Line("lock mu");
            for (int k = 1 + Next(2); k > 0; k--)
            {
                Line(Operation());
            }

            Line("unlock mu");
        }
    }

    private string Operation()
    {
        string key = Value(_key, Next(_entries + 1).ToString(CultureInfo.InvariantCulture));
        switch (Next(14))
        {
            case < 3:
                return $"assign m {Value(_key, (_entries + Next(3)).ToString(CultureInfo.InvariantCulture))} {Elem()}";
            case < 7:
                return Looked(key);
            case 7:
                return $"assign m {key} {Elem()}";
            case 8:
                return $"delete m {key}";
            case 9:
                return Next(3) == 0 ? "clear m" : "len m";
            case 10:
                return $"range r m\n{(Next(2) == 0 ? "turn 3 delete m key(r)" : "turn 2 assign m key(r) " + Elem())}\nend";
            case 11:
                return Dropped();
            default:
                return Stepped();
        }
    }

    /// <summary>Reads an elem, and keeps it if it is a pointer.</summary>
    private string Looked(string key)
    {
        if (_elem != "*T")
        {
            return $"lookup m {key}";
        }

        string name = $"p{Next(3)}";
        _pointers.Add(name);
        return $"lookup m {key} -> {name}" + Pick("\nclear m", $"\ndelete m {key}", $"\nassign m {key} nil");
    }

    private string Dropped() => _pointers.Count == 0 ? "len m" : Pick("drop ", "drop ", "new ") + _pointers[Next(_pointers.Count)];

    /// <summary>An iteration on the heap.</summary>
    private string Stepped()
    {
        if (_iterators.Count > 0 && Next(3) > 0)
        {
            return "next " + _iterators[Next(_iterators.Count)];
        }

        _iterators.Add($"i{_iterators.Count}");
        return $"iter {_iterators[^1]} m";
    }

    private string Elem() => _elem != "*T" ? "7" : _pointers.Count > 0 && Next(2) == 0 ? _pointers[Next(_pointers.Count)] : Pick("new", "new", "nil");

    private static string Value(string type, string number) => type switch
    {
        "string" => $"\"k{number}\"",
        "*T" => "&o" + number,
        _ => number,
    };
}
