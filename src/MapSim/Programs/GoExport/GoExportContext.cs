using System.Globalization;
using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>What the parts of an export share: the program, what is known of it, and the names and packages in use.</summary>
internal sealed class GoExportContext
{
    /// <summary>Looks at a program.</summary>
    /// <exception cref="ProgramFormatException">It has something that Go cannot say.</exception>
    public GoExportContext(MapProgram program, GoTestOptions options)
    {
        Program = program;
        Options = options;
        Settings = ProgramSettings.Of(program);
        Tree = ProgramTree.Of(program);
        Facts = new ExportFacts(program, Tree, Settings);
        foreach ((_, MapDeclaration map) in program.Maps)
        {
            MapTypes[map.Name] = MapType.Parse(map.Type, Settings.Arch);
        }

        foreach (Operation clone in program.Operations.Select(o => o.Operation).Where(o => o.Kind == OperationKind.Clone))
        {
            MapTypes.TryAdd(clone.Other!, MapTypes[clone.Name]);
        }

        Types = new GoTypeSource(Settings.Arch, Names, Packages);
        Scalars = new GoScalarSource(Need);
        Objects = new GoObjects(Names, Types, Scalars, Need);
        Values = new GoValueSource(Settings.Arch, Types, Scalars, Objects, Need);
        Pointers = new PointerTypes(Tree, MapTypes, Settings.Arch);
        Need("run.go");
        Need("model.go");
        Need("iteration.go");
    }

    /// <summary>The program.</summary>
    public MapProgram Program { get; }

    /// <summary>How it is written.</summary>
    public GoTestOptions Options { get; }

    /// <summary>Its header.</summary>
    public ProgramSettings Settings { get; }

    /// <summary>Its statements.</summary>
    public IReadOnlyList<ProgramNode> Tree { get; }

    /// <summary>What can be foretold.</summary>
    public ExportFacts Facts { get; }

    /// <summary>The types of its maps, clones included.</summary>
    public Dictionary<string, MapType> MapTypes { get; } = [];

    /// <summary>Map types that the test has for itself, by their text: their hash function is imposed.</summary>
    public Dictionary<string, string> OwnMapTypes { get; } = [];

    /// <summary>The Go variables of maps, locks, channels and goroutines.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>The identifiers in use.</summary>
    public GoNames Names { get; } = new();

    /// <summary>Packages that the program's own part imports.</summary>
    public SortedSet<string> Packages { get; } = new(StringComparer.Ordinal);

    /// <summary>Parts of the common code that the test has.</summary>
    public SortedSet<string> Parts { get; } = new(StringComparer.Ordinal);

    /// <summary>Types as Go source.</summary>
    public GoTypeSource Types { get; }

    /// <summary>Numbers as Go source.</summary>
    public GoScalarSource Scalars { get; }

    /// <summary>What labels name.</summary>
    public GoObjects Objects { get; }

    /// <summary>Values as Go source.</summary>
    public GoValueSource Values { get; }

    /// <summary>The types of pointer variables.</summary>
    public PointerTypes Pointers { get; }

    /// <summary>True if the test runs the program until a rule breaks: then the file's own results show the defect, and are not compared.</summary>
    public bool Hunts => GoVerdict.HuntedKey(Program.Expectation) != null;

    /// <summary>Notes a package ("math") or a part of the common code ("pool.go").</summary>
    public void Need(string what) => _ = what.EndsWith(".go", StringComparison.Ordinal) ? Parts.Add(what) : Packages.Add(what);

    /// <summary>The model of a map.</summary>
    public string Model(string map) => Variables["model of " + map];

    /// <summary>A number as text.</summary>
    public static string Text(long n) => n.ToString(CultureInfo.InvariantCulture);
}
