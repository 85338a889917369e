using System.Globalization;
using System.Text;
using MapSim.Layout;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>How a small program meets the collector or another goroutine.</summary>
internal enum SmallScene : byte
{
    /// <summary>A pointer is taken out of a map, then its entry goes away, while the collector marks.</summary>
    TakeOut,

    /// <summary>A pointer that only a variable holds is put into a map, as key or elem, and the variable forgets it, while the collector begins or marks.</summary>
    PutIn,

    /// <summary>An iteration stands in a map that grows under it and that is collected meanwhile.</summary>
    Stand,

    /// <summary>A map grows, to twice the size or because of its many overflow buckets, beside the collector or a goroutine with a map of its own.</summary>
    Grow,

    /// <summary>Two goroutines put objects of their own into the same map, under a lock, and use them beside it.</summary>
    Exchange,

    /// <summary>A goroutine with a store buffer makes a new bucket that another one looks into, without a lock.</summary>
    Publish,
}

/// <summary>
/// Writes the text of a <see cref="SmallProgram"/> with one scene: a map that is just before an event (a new bucket, an overflow
/// bucket, a grow), the few operations that make a scene of it, and a last look. What a program of a few random operations comes
/// to by luck only, these come to often.
/// </summary>
/// <param name="random">Decides everything.</param>
/// <param name="release">The Go release.</param>
/// <param name="scene">The scene.</param>
internal sealed partial class SmallSceneWriter(RandomSource random, GoVersion release, SmallScene scene)
{
    private const int WorkLimit = 20_000;
    private readonly StringBuilder _text = new();
    private SmallType _type = SmallType.WithPointers[0];
    private string _hash = "aes";
    private string _form = "";

    // Of a map whose hash is the key: the last hexadecimal digit of all keys, so that they share a bucket; -1 for keys one after the other.
    private int _digit = -1;
    private int _filled;

    /// <summary>The program's text.</summary>
    public string Write()
    {
        switch (scene)
        {
            case SmallScene.TakeOut: TakeOut(); break;
            case SmallScene.PutIn: PutIn(); break;
            case SmallScene.Stand: Stand(); break;
            case SmallScene.Grow: Grow(); break;
            case SmallScene.Exchange: Exchange(); break;
            default: Publish(); break;
        }

        return _text.ToString();
    }

    /// <summary>Everything up to the maps.</summary>
    private void Header(bool collects, params ReadOnlySpan<string> settings)
    {
        Line("mapsim 1");
        Line($"go {release.Name}");
        Line($"hash {_hash}");
        Line($"seed {N(random.Below(1 << 16))}");
        if (random.Chance(8))
        {
            Line("generic");
        }

        if (collects)
        {
            Line("collector");
            if (random.Chance(25))
            {
                Line($"force gcjob {N(random.Below(3))}");
            }
        }

        foreach (string setting in settings)
        {
            Line(setting);
        }

        Line($"limit {N(WorkLimit)}");
        Line($"map m {_type.Text} {_form}".TrimEnd());
    }

    /// <summary>A hash, a size and a filling: one bucket, a chain, or a few buckets, mostly just below or above what is next for them.</summary>
    private void Shape()
    {
        switch (random.Below(10))
        {
            case < 2:
                (_hash, _form, _filled) = ("aes", "", random.Pick<int>([1, 1, 2, 3, 7, 8]));
                break;
            case < 7:
                (_hash, _form, _filled) = (random.Pick<string>(["onebucket", "onebucket", "lowbits"]), "make(9)", random.Pick<int>([8, 9, 9, 9, 10, 13]));
                break;
            default:
                bool isWide = random.Chance(60);
                (_hash, _form, _filled) = ("identity", isWide ? "make(20)" : "make(9)", isWide ? random.Pick<int>([9, 17, 25, 26, 26, 27]) : random.Pick<int>([8, 9, 12, 13, 14]));
                _digit = _type.KeyIsInteger && random.Chance(50) ? random.Below(4) : -1;
                break;
        }
    }

    /// <summary>The key of a number, or with "$i" of the counter.</summary>
    private string Key(string number) => _type.KeyText(_digit >= 0 ? $"0x{number}{N(_digit)}" : number);

    private string Key(int number) => Key(N(number));

    /// <summary>A number of a key: often the last that was filled in, which is the end of a chain, or the next.</summary>
    private int Number() => random.Below(10) switch
    {
        < 5 => Math.Max(0, _filled - 1),
        < 6 => _filled,
        _ => random.Below(Math.Max(1, _filled)),
    };

    private string Elem() => _type.ElemIsPointer ? random.Pick<string>(["new", "nil", "&e1"]) : _type.ElemText(N(random.Below(16)));

    private void Fill()
    {
        if (_filled > 0)
        {
            string elem = _type.ElemIsPointer ? "new" : _type.ElemText("0");
            Line($"repeat {N(_filled)} assign m {Key("$i")} {elem}".TrimEnd());
        }
    }

    private void Insert(string indent, int count, string elem) => Line($"{indent}repeat {N(_filled)}..{N(_filled + count)} assign m {Key("$i")} {elem}".TrimEnd());

    private void Line(string line) => _text.Append(line).Append('\n');

    private static string N(int number) => number.ToString(CultureInfo.InvariantCulture);
}
