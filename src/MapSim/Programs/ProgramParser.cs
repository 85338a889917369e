using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>
/// Reads the text form of programs (docs/PROGRAMS.md), line by line. Every line keeps its spelling, so that printing
/// gives the text back; every value is checked against the type of its place.
/// </summary>
public sealed class ProgramParser
{
    private static readonly string[] BlockWords = ["goroutine", "select", "case", "default", "end"];
    private static readonly string[] DeclarationWords = ["map", .. SharedDeclaration.Words];
    private static readonly string[] ScheduleWords = ["schedule", "order", "past", "checkpoints"];

    private readonly List<ProgramLine> _lines = [];
    private readonly ProgramScope _scope = new();
    private readonly HashSet<string> _settings = [];
    private readonly GoroutineNames _goroutines = new();
    private readonly ExpectationParser _expectations = new();
    private Arch _arch = Arch.Amd64;
    private GoVersion _version = GoVersion.Go123;

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
        parser.CheckWhole(program);
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

        if (DeclarationWords.Contains(word))
        {
            return new DeclarationParser(cursor, _scope, _arch).Read(word);
        }

        if (ScheduleWords.Contains(word))
        {
            return new ScheduleParser(cursor, _goroutines).Read(word);
        }

        if (ExpectationParser.Words.Contains(word))
        {
            return _expectations.Read(cursor, word, at);
        }

        bool inSelect = _scope.Innermost?.Statement is SelectLine;
        if (BlockWords.Contains(word) && word != "select")
        {
            return new BlockParser(cursor, _scope, _goroutines, Operations).Read(word, at);
        }

        if (inSelect)
        {
            throw cursor.Error("case, default or end", at, $"'{word}'", Suggestion.Hint(word, ["case", "default", "end"]));
        }

        return Operation.Words.Contains(word) || word == "select" ? Operations(cursor).Statement(word) : throw Unknown(cursor, word, at);
    }

    private OperationParser Operations(LineCursor cursor) =>
        new(cursor, _arch, _version, _scope, _goroutines, _settings.Contains("collector"));

    private static ProgramFormatException Unknown(LineCursor cursor, string word, int at)
    {
        string[] words = [.. Operation.Words, .. BlockWords, .. DeclarationWords, .. ScheduleWords, .. ExpectationParser.Words, .. ProgramSettings.Names];
        string hint = Suggestion.Hint(word, words);
        return cursor.Error(
            $"an operation ({string.Join(", ", Operation.Words)}), a block ({string.Join(", ", BlockWords)}), a declaration ({string.Join(", ", DeclarationWords)}), {string.Join(", ", ScheduleWords)}, {string.Join(", ", ExpectationParser.Words)} or a setting ({string.Join(", ", ProgramSettings.Names)})",
            at, $"'{word}'", hint);
    }

    private Setting Setting(LineCursor cursor, string name, int at)
    {
        if (_scope.Maps.Count > 0)
        {
            throw cursor.Error($"'{name}' before the first map", at, "it after a map");
        }

        if (_scope.Shared.Count > 0 || _scope.Innermost != null)
        {
            throw cursor.Error($"'{name}' before the first declaration and goroutine", at, "it after one");
        }

        if (!_settings.Add(name) && name != "force")
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
        if (name == "force" && !cursor.AtEnd)
        {
            value += " " + cursor.Take(cursor.PeekToken().Length);
        }

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
            default:
                ProgramSettings.Check(name, value);
                break;
        }
    }

    private void CheckWhole(MapProgram program)
    {
        if (_scope.Innermost is { } open)
        {
            throw new ProgramFormatException(open.Line, 1, $"expected an 'end' for '{open.Statement.ToText()}', found the end of the program");
        }

        _goroutines.Check(program);
        foreach ((int line, Setting setting) in program.Settings)
        {
            if (setting is { Name: "hash", Value: "aes" } && _arch == Arch.Arm64)
            {
                throw new ProgramFormatException(line, 1, "expected a hash other than aes on arm64 (its AES hash is not modelled), found 'aes'");
            }
        }

        CheckCarried(program);
    }

    /// <summary>A map's memory was laid out for one hash function; its keys must be there, and fit.</summary>
    private void CheckCarried(MapProgram program)
    {
        ILookup<string, (int Line, string Value)> settings = program.Settings.ToLookup(s => s.Setting.Name, s => (s.Line, s.Setting.Value));
        string hash = settings["hash"].Select(s => s.Value).FirstOrDefault() ?? (_arch == Arch.Arm64 ? "portable" : "aes");
        int bytes = ProgramSettings.HashKeyBytes(hash, _arch);
        foreach ((int line, string keys) in settings["hashkeys"])
        {
            if (keys.Length != 2 * bytes)
            {
                throw new ProgramFormatException(line, 1, bytes == 0 ? $"expected a hash that has keys (aes or portable) for 'hashkeys', found '{hash}'"
                    : $"expected {bytes} bytes of hash keys (hash {hash} on {_arch}), found {keys.Length / 2}");
            }
        }

        if (program.Maps.Select(m => m).FirstOrDefault(m => m.Map.Origin == MapOrigin.Memory) is not { Map: not null } carried)
        {
            return;
        }

        if (!settings.Contains("hashkeys"))
        {
            throw new ProgramFormatException(carried.Line, 1, "expected 'hashkeys' in the header for a map with memory of its own (where keys lie depends on them), found none");
        }

        if (settings.Contains("collector"))
        {
            throw new ProgramFormatException(settings["collector"].First().Line, 1, "expected no collector with a map with memory of its own (its memory has addresses of another process), found 'collector'");
        }
    }
}
