using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>Reads the declaration of a map or of something else that goroutines share.</summary>
/// <param name="cursor">The line, behind its first word.</param>
/// <param name="scope">The names so far; the new one is added.</param>
/// <param name="arch">The program's architecture.</param>
internal sealed class DeclarationParser(LineCursor cursor, ProgramScope scope, Arch arch)
{
    /// <summary>Reads the rest of a declaration.</summary>
    public IStatement Read(string word)
    {
        if (scope.Innermost is { } block)
        {
            throw cursor.Error($"declarations outside '{block.Statement.ToText()}'", cursor.Start, $"'{word}' in it");
        }

        if (word == "map")
        {
            return Map();
        }

        SharedKind kind = Enum.GetValues<SharedKind>().First(k => SharedDeclaration.Word(k) == word);
        string name = NewName($"a name for the {word}");
        long number = kind switch
        {
            SharedKind.Var => cursor.TryTake("=") ? Number(long.MinValue, long.MaxValue, "a number") : 0,
            SharedKind.Chan => cursor.AtEnd ? 0 : Number(0, SharedDeclaration.MostCapacity, $"a capacity from 0 to {SharedDeclaration.MostCapacity}"),
            _ => 0,
        };
        scope.Shared.Add(name, kind);
        return new SharedDeclaration(kind, name, number);
    }

    private MapDeclaration Map()
    {
        string name = NewName("a name for the map");
        cursor.SkipSpace();
        int at = cursor.Position, length = TypeScanner.Length(cursor.Rest);
        MapType type;
        try
        {
            type = length > 0 ? MapType.Parse(cursor.Take(length), arch) : throw cursor.Error("a map type like map[string]int");
        }
        catch (FormatException e)
        {
            throw TypeScanner.Error(cursor.Line, at, e);
        }

        if (Math.Max(type.Key.Size, type.Elem.Size) > MapSession.MaxValueSize)
        {
            throw cursor.Error($"keys and elems of at most {MapSession.MaxValueSize} bytes", at, type.Text);
        }

        MapDeclaration map = Origin(new MapDeclaration(name, type.Text), type);
        scope.Maps.Add(name, type);
        if (map.Origin == MapOrigin.Stack)
        {
            scope.StackMaps.Add(name);
        }

        return map;
    }

    private MapDeclaration Origin(MapDeclaration map, MapType type)
    {
        if (cursor.AtEnd || cursor.TryTakeWord("small"))
        {
            return map;
        }

        if (cursor.TryTakeWord("stack"))
        {
            return map with { Origin = MapOrigin.Stack };
        }

        if (cursor.TryTakeWord("nil"))
        {
            return map with { Origin = MapOrigin.Nil };
        }

        if (cursor.TryTakeWord("memory"))
        {
            return map with { Origin = MapOrigin.Memory, Memory = Memory(type) };
        }

        if (!cursor.TryTakeWord("make"))
        {
            string found = cursor.PeekToken().ToString();
            throw cursor.Error("make(N), small, stack, nil or memory", hint: Suggestion.Hint(found.Split('(')[0], ["make", "small", "stack", "nil", "memory"]));
        }

        cursor.Expect("(");
        cursor.SkipSpace();
        int length = Math.Max(0, cursor.Rest.IndexOf(')'));
        if (!GoNumber.TryInt(cursor.Rest[..length].Trim().ToString(), out Int128 hint) || hint < long.MinValue || hint > long.MaxValue)
        {
            throw cursor.Error("a hint for make");
        }

        cursor.Take(length);
        cursor.Expect(")");
        return map with { Origin = MapOrigin.Hint, Hint = (long)hint };
    }

    private CarriedMemory Memory(MapType type)
    {
        if (cursor.AtEnd)
        {
            throw cursor.Error("the map's memory as a word (mapsim inspect --to-program writes it)");
        }

        int at = cursor.Position;
        try
        {
            return CarriedText.Decode(cursor.Take(cursor.PeekToken().Length), type);
        }
        catch (FormatException e)
        {
            throw new ProgramFormatException(cursor.Line, at + 1, e.Message);
        }
    }

    private string NewName(string what)
    {
        cursor.SkipSpace();
        int at = cursor.Position;
        string name = cursor.Name(what);
        return scope.MeaningOf(name) is { } meaning ? throw cursor.Error("a new name", at, $"'{name}', which is {meaning} already") : name;
    }

    private long Number(long min, long max, string expected)
    {
        string token = cursor.PeekToken().ToString();
        if (!GoNumber.TryInt(token, out Int128 n) || n < min || n > max)
        {
            throw cursor.Error(expected);
        }

        cursor.Take(token.Length);
        return (long)n;
    }
}
