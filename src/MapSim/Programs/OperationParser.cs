using System.Globalization;
using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>Reads one line that does something with a map or an iterator.</summary>
/// <param name="cursor">The line, behind its first word.</param>
/// <param name="arch">The program's architecture.</param>
/// <param name="version">The program's Go release.</param>
/// <param name="maps">The maps so far; a clone is added.</param>
/// <param name="iterators">The iterators so far; a new one is added.</param>
/// <param name="hasCollector">Whether the header says that there is a collector.</param>
internal sealed class OperationParser(
    LineCursor cursor, Arch arch, GoVersion version, Dictionary<string, MapType> maps, Dictionary<string, MapType> iterators, bool hasCollector)
{
    private Repetition? _repeat;
    private ValueParser _values = new(cursor, arch, null);

    /// <summary>Reads the rest of an operation that begins with a word.</summary>
    public Operation Read(string word)
    {
        if (word == "repeat")
        {
            _repeat = Repetition();
            _values = new ValueParser(cursor, arch, _repeat);
            string[] kinds = [.. Operation.Words.Where(w => w != "repeat")];
            string found = cursor.PeekToken().ToString();
            word = kinds.FirstOrDefault(cursor.TryTakeWord)
                ?? throw cursor.Error($"an operation ({string.Join(", ", kinds)})", hint: Suggestion.Hint(found, kinds));
        }

        Operation operation = Body(Enum.GetValues<OperationKind>().First(k => Operation.Word(k) == word));
        operation = operation with { Repeat = _repeat };
        return cursor.TryTakeWord("recover") ? operation with { Recovers = true } : operation;
    }

    /// <summary>Takes a quoted string.</summary>
    internal static string Quoted(LineCursor cursor)
    {
        int length = GoQuote.Scan(cursor.Rest, out _);
        return length > 0 ? cursor.Take(length) : throw cursor.Error("a string in quotes");
    }

    private Operation Body(OperationKind kind)
    {
        switch (kind)
        {
            case OperationKind.Assign:
                string assigned = Map(out MapType at);
                GoValue key = _values.Value(at.Key);
                bool bare = at.Elem.Size == 0 && (cursor.AtEnd || cursor.Peek != '{');
                return new Operation(kind, assigned, Key: key, Elem: bare ? null : _values.Value(at.Elem));
            case OperationKind.Lookup:
                string looked = Map(out MapType lt);
                var lookup = new Operation(kind, looked, Key: _values.Value(lt.Key));
                return Expected(lookup, "absent", () => [_values.Value(lt.Elem)]);
            case OperationKind.Delete:
                string deleted = Map(out MapType dt);
                return new Operation(kind, deleted, Key: _values.Value(dt.Key));
            case OperationKind.Clear:
                return new Operation(kind, Map(out _));
            case OperationKind.Len:
                var len = new Operation(kind, Map(out _));
                return Expected(len, null, () => [_values.Value(GoTypeParser.Parse("uint", arch))]);
            case OperationKind.Clone:
                return Clone();
            case OperationKind.Iter:
                return Iter();
            case OperationKind.Gc:
                return hasCollector ? new Operation(kind, "") : throw cursor.Error("'gc' only with 'collector' in the header", 0, "no such line");
            default:
                var next = new Operation(kind, Known(iterators, "an iterator", out MapType nt));
                return Expected(next, "end", () => Entry(nt));
        }
    }

    private Operation Clone()
    {
        if (!version.HasClone)
        {
            throw cursor.Error("'clone' only from Go 1.21 on", 0, "go " + version.Name);
        }

        string source = Map(out MapType type);
        string clone = NewName("a name for the new map", iterators, "an iterator");
        if (maps.TryGetValue(clone, out MapType? other) && other.Text != type.Text)
        {
            throw cursor.Error($"a new name, or a map of type {type.Text}", cursor.Position - clone.Length, $"'{clone}'");
        }

        maps[clone] = type;
        return new Operation(OperationKind.Clone, source, clone);
    }

    private Operation Iter()
    {
        string iterator = NewName("a name for the iterator", maps, "a map");
        string map = Map(out MapType type);
        iterators[iterator] = type;
        return Expected(new Operation(OperationKind.Iter, iterator, map), "end", () => Entry(type));
    }

    private GoValue[] Entry(MapType type)
    {
        GoValue key = _values.Value(type.Key);
        return type.Elem.Size == 0 && (cursor.AtEnd || cursor.Peek != '{') ? [key] : [key, _values.Value(type.Elem)];
    }

    private Operation Expected(Operation operation, string? word, Func<GoValue[]> values)
    {
        if (!cursor.TryTake("="))
        {
            return operation;
        }

        return operation with
        {
            Expected = word != null && cursor.TryTakeWord(word) ? new ExpectedResult(word, []) : new ExpectedResult(null, values()),
        };
    }

    private string Map(out MapType type) => Known(maps, "a map", out type);

    private string Known(Dictionary<string, MapType> table, string what, out MapType type)
    {
        cursor.SkipSpace();
        int at = cursor.Position;
        string name = cursor.Name(what);
        return table.TryGetValue(name, out MapType? known) && (type = known) != null ? name
            : throw cursor.Error(table.Count == 0 ? $"{what} declared before" : $"{what} ({string.Join(", ", table.Keys)})", at, $"'{name}'", Suggestion.Hint(name, table.Keys));
    }

    private string NewName(string what, Dictionary<string, MapType> others, string other)
    {
        string name = cursor.Name(what);
        return !others.ContainsKey(name) ? name : throw cursor.Error(what, cursor.Position - name.Length, $"'{name}', which is {other}");
    }

    private Repetition Repetition()
    {
        cursor.SkipSpace();
        int at = cursor.Position;
        string text = cursor.Take(cursor.PeekToken().Length);
        string[] parts = text.Split("..");
        bool ok = long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long first);
        long last = 0;
        ok &= parts.Length == 1 || (parts.Length == 2 && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out last));
        Repetition repetition = parts.Length == 1 ? new Repetition(0, first) : new Repetition(first, last);
        return ok && repetition.From < repetition.To ? repetition
            : throw cursor.Error("how often (20), or numbers from and to (5..20)", at, text.Length > 0 ? $"'{text}'" : "the end of the line");
    }
}
