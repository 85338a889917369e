using System.Globalization;
using System.Text;
using MapSim.Layout;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// A small program of two or three goroutines: main prepares the maps (empty, full, in the middle of a grow, with a chain),
/// then everybody does one to four operations, then main looks at what is left.
/// </summary>
/// <param name="Program">The program, without a schedule.</param>
/// <param name="Sharing">What its goroutines do to the same maps.</param>
public sealed record SmallProgram(MapProgram Program, Sharing Sharing)
{
    /// <summary>So many of 100 have a scene (<see cref="SmallSceneWriter"/>).</summary>
    private const int TinyScenes = 70, Scenes = 40;

    /// <summary>The scenes, the more often the more room for luck they leave.</summary>
    private static readonly SmallScene[] Meetings =
    [
        SmallScene.TakeOut, SmallScene.TakeOut, SmallScene.TakeOut, SmallScene.TakeOut, SmallScene.PutIn, SmallScene.PutIn,
        SmallScene.Stand, SmallScene.Stand, SmallScene.Stand, SmallScene.Stand, SmallScene.Stand, SmallScene.Grow, SmallScene.Grow,
        SmallScene.Exchange, SmallScene.Exchange, SmallScene.Publish, SmallScene.Publish, SmallScene.Publish,
    ];

    /// <summary>Makes one.</summary>
    /// <param name="random">Decides everything.</param>
    /// <param name="release">Its Go release.</param>
    /// <param name="isTiny">Small enough that an explorer can follow all its schedules.</param>
    public static SmallProgram Make(RandomSource random, GoVersion release, bool isTiny = false)
    {
        if (random.Chance(isTiny ? TinyScenes : Scenes))
        {
            SmallScene scene = random.Pick(Meetings);
            return new SmallProgram(ProgramParser.Parse(new SmallSceneWriter(random, release, scene).Write()), scene == SmallScene.Publish ? Sharing.Racy : Sharing.RaceFree);
        }

        Discipline discipline = random.Below(100) switch
        {
            < 65 when isTiny => Discipline.Owned,
            >= 72 when isTiny => Discipline.None,
            _ when isTiny => Discipline.Locked,
            < 50 => Discipline.Owned,
            < 62 => Discipline.Locked,
            < 72 => Discipline.Readers,
            _ => Discipline.None,
        };
        string text = new SmallProgramWriter(random, release, discipline, isTiny).Write();
        return new SmallProgram(ProgramParser.Parse(text), discipline == Discipline.None ? Sharing.Racy : Sharing.RaceFree);
    }
}

/// <summary>How the goroutines of a small program share its maps.</summary>
internal enum Discipline : byte
{
    /// <summary>Each goroutine has a map of its own; they meet in the collector only.</summary>
    Owned,

    /// <summary>Each operation holds a lock.</summary>
    Locked,

    /// <summary>While there are several goroutines they only read.</summary>
    Readers,

    /// <summary>None: data races.</summary>
    None,
}

/// <summary>A type of map that small programs use, and how its keys and elems are written.</summary>
/// <param name="Text">The type.</param>
/// <param name="Key">A key with # for its number.</param>
/// <param name="Elem">An elem with # for its number; empty for elems of no bytes.</param>
/// <param name="ElemIsPointer">Elems are *T.</param>
/// <param name="KeyIsPointer">Keys are *T.</param>
internal sealed record SmallType(string Text, string Key, string Elem, bool ElemIsPointer = false, bool KeyIsPointer = false)
{
    /// <summary>Types whose buckets hold pointers.</summary>
    public static IReadOnlyList<SmallType> WithPointers { get; } =
    [
        new("map[uint64]*T", "#", "&e#", ElemIsPointer: true), new("map[string]*T", "\"k#\"", "&e#", ElemIsPointer: true),
        new("map[uint32]*T", "#", "&e#", ElemIsPointer: true), new("map[uint16]*T", "#", "&e#", ElemIsPointer: true),
        new("map[*T]int", "&q#", "#", KeyIsPointer: true), new("map[*T]struct{}", "&q#", "", KeyIsPointer: true),
        new("map[*T]*T", "&q#", "&e#", true, true), new("map[float64]*T", "#", "&e#", ElemIsPointer: true),
        new("map[string]string", "\"k#\"", "\"e#\""), new("map[interface {}]*T", "int(#)", "&e#", ElemIsPointer: true),
        new("map[uint64][160]uint8", "#", "{#}"), new("map[[200]uint8]int", "{#}", "#"),
    ];

    /// <summary>Types whose buckets hold none.</summary>
    public static IReadOnlyList<SmallType> WithoutPointers { get; } =
        [new("map[uint64]uint64", "#", "#"), new("map[uint32]uint32", "#", "#"), new("map[float64]int64", "#", "#"), new("map[int16]uint8", "#", "#")];

    /// <summary>Keys are integers.</summary>
    public bool KeyIsInteger => Key == "#" && !Text.StartsWith("map[float", StringComparison.Ordinal);

    /// <summary>A key as a program writes it.</summary>
    public string KeyText(string number) => Key.Replace("#", number, StringComparison.Ordinal);

    /// <summary>An elem as a program writes it.</summary>
    public string ElemText(string number) => Elem.Replace("#", number, StringComparison.Ordinal);
}
