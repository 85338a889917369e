using System.Globalization;
using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>
/// Reads the text form of programs (docs/PROGRAMS.md), line by line. Every line keeps its spelling, so that printing
/// gives the text back; every value is checked against the type of its place.
/// </summary>
public sealed class ProgramParser
{
    private readonly List<ProgramLine> _lines = [];
    private readonly Dictionary<string, MapType> _maps = [];
    private readonly Dictionary<string, MapType> _iterators = [];
    private readonly HashSet<string> _settings = [];
    private Arch _arch = Arch.Amd64;
    private GoVersion _version = GoVersion.Go123;
    private bool _hasExpectation;

    private ProgramParser()
    {
    }

    /// <summary>Reads a whole program.</summary>
    /// <exception cref="ProgramFormatException">It is wrong; the exception says where.</exception>
    public static MapProgram Parse(string text)
    {
        var parser = new ProgramParser();
        string[] lines = text.Split('\n');
        bool ends = lines.Length > 1 && lines[^1].Length == 0;
        for (int i = 0; i < lines.Length - (ends ? 1 : 0); i++)
        {
            var cursor = new LineCursor(i + 1, lines[i]);
            IStatement? statement = i == 0 ? First(cursor) : cursor.AtEnd ? null : parser.Statement(cursor);
            cursor.ExpectEnd();
            parser._lines.Add(new ProgramLine(statement, cursor.Comment, lines[i]));
        }

        var program = new MapProgram(parser._lines, ends);
        parser.CheckHash(program);
        return program;
    }

    private static Setting First(LineCursor cursor)
    {
        if (!cursor.TryTakeWord("mapsim"))
        {
            throw cursor.Error("'mapsim 1'");
        }

        return cursor.TryTakeWord("1") ? new Setting("mapsim", "1") : throw cursor.Error("format version 1");
    }

    private IStatement Statement(LineCursor cursor)
    {
        cursor.SkipSpace();
        int at = cursor.Position;
        string word = cursor.Rest.Length > 0 && char.IsAsciiLetter(cursor.Peek) ? cursor.Name("a word") : cursor.PeekToken().ToString();
        if (ProgramSettings.Names.Contains(word))
        {
            return Setting(cursor, word, at);
        }

        switch (word)
        {
            case "map": return Map(cursor);
            case "expect": return Expect(cursor, at);
        }

        if (Operation.Words.Contains(word))
        {
            return new OperationParser(cursor, _arch, _version, _maps, _iterators, _settings.Contains("collector")).Read(word);
        }

        string[] words = [.. Operation.Words, "map", "expect", .. ProgramSettings.Names];
        throw cursor.Error($"an operation ({string.Join(", ", Operation.Words)}), a map, expect or a setting ({string.Join(", ", ProgramSettings.Names)})",
            at, $"'{word}'", Suggestion.Hint(word, words));
    }

    private Setting Setting(LineCursor cursor, string name, int at)
    {
        if (_maps.Count > 0)
        {
            throw cursor.Error($"'{name}' before the first map", at, "it after a map");
        }

        if (!_settings.Add(name))
        {
            throw cursor.Error($"'{name}' only once", at, "it again");
        }

        if (ProgramSettings.IsFlag(name))
        {
            return new Setting(name, "");
        }

        cursor.SkipSpace();
        int valueAt = cursor.Position;
        string value = cursor.AtEnd ? "" : cursor.Take(cursor.PeekToken().Length);
        try
        {
            Check(name, value);
        }
        catch (FormatException e)
        {
            string message = value.Length == 0 ? e.Message.Replace("found ''", "found the end of the line", StringComparison.Ordinal) : e.Message;
            throw new ProgramFormatException(cursor.Line, valueAt + 1, message);
        }

        return new Setting(name, value);
    }

    private void Check(string name, string value)
    {
        switch (name)
        {
            case "go":
                _version = GoVersion.Parse(value);
                break;
            case "arch":
                _arch = Arch.Parse(value);
                break;
            case "hash":
                if (!ProgramSettings.HashNames.Contains(value))
                {
                    throw new FormatException($"expected a hash function ({string.Join(", ", ProgramSettings.HashNames)}), found '{value}'{Suggestion.Hint(value, ProgramSettings.HashNames)}");
                }

                break;
            default:
                ProgramSettings.ParseNumber(value, name == "seed" ? ulong.MaxValue : int.MaxValue);
                break;
        }
    }

    private MapDeclaration Map(LineCursor cursor)
    {
        cursor.SkipSpace();
        int nameAt = cursor.Position;
        string name = cursor.Name("a name for the map");
        if (_maps.ContainsKey(name))
        {
            throw cursor.Error("a new name", nameAt, $"'{name}', which is a map already");
        }

        cursor.SkipSpace();
        int at = cursor.Position, length = TypeScanner.Length(cursor.Rest);
        MapType type;
        try
        {
            type = length > 0 ? MapType.Parse(cursor.Take(length), _arch) : throw cursor.Error("a map type like map[string]int");
        }
        catch (FormatException e)
        {
            throw TypeScanner.Error(cursor.Line, at, e);
        }

        if (Math.Max(type.Key.Size, type.Elem.Size) > MapSession.MaxValueSize)
        {
            throw cursor.Error($"keys and elems of at most {MapSession.MaxValueSize} bytes", at, type.Text);
        }

        _maps.Add(name, type);
        return Origin(cursor, new MapDeclaration(name, type.Text));
    }

    private static MapDeclaration Origin(LineCursor cursor, MapDeclaration map)
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

        if (!cursor.TryTakeWord("make"))
        {
            string found = cursor.PeekToken().ToString();
            throw cursor.Error("make(N), small, stack or nil", hint: Suggestion.Hint(found.Split('(')[0], ["make", "small", "stack", "nil"]));
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

    private Expectation Expect(LineCursor cursor, int at)
    {
        if (_hasExpectation)
        {
            throw cursor.Error("'expect' only once", at, "it again");
        }

        _hasExpectation = true;
        VerdictKind[] kinds = [VerdictKind.Clean, VerdictKind.Panic, VerdictKind.Fatal, VerdictKind.Throw, VerdictKind.Undefined];
        string[] words = [.. kinds.Select(Expectation.Word)];
        string found = cursor.PeekToken().ToString();
        int kind = Array.FindIndex(words, cursor.TryTakeWord);
        if (kind < 0)
        {
            throw cursor.Error($"a verdict ({string.Join(", ", words)})", hint: Suggestion.Hint(found, words));
        }

        string? message = cursor.AtEnd || cursor.Peek != '"' || kinds[kind] == VerdictKind.Clean ? null : OperationParser.Quoted(cursor);
        string? digest = null;
        if (cursor.TryTake("digest="))
        {
            digest = cursor.PeekToken().ToString();
            digest = digest.Length == 32 && digest.All(char.IsAsciiHexDigitLower) ? cursor.Take(32) : throw cursor.Error("32 hexadecimal digits");
        }

        return new Expectation(kinds[kind], message, digest);
    }

    private void CheckHash(MapProgram program)
    {
        foreach ((int line, Setting setting) in program.Settings)
        {
            if (setting is { Name: "hash", Value: "aes" } && _arch == Arch.Arm64)
            {
                throw new ProgramFormatException(line, 1, "expected a hash other than aes on arm64 (its AES hash is not modelled), found 'aes'");
            }
        }
    }
}
