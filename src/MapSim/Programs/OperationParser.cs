using System.Globalization;
using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>Reads one line that does something: with a map or an iterator here, with what goroutines share in the other half.</summary>
/// <param name="cursor">The line, behind its first word.</param>
/// <param name="arch">The program's architecture.</param>
/// <param name="version">The program's Go release.</param>
/// <param name="scope">The names so far; new ones are added.</param>
/// <param name="goroutines">The goroutines' names.</param>
/// <param name="hasCollector">Whether the header says that there is a collector.</param>
internal sealed partial class OperationParser(
    LineCursor cursor, Arch arch, GoVersion version, ProgramScope scope, GoroutineNames goroutines, bool hasCollector)
{
    /// <summary>How deep loops can be nested.</summary>
    internal const int MostLoops = 8;

    /// <summary>How deep ranges can be nested.</summary>
    internal const int MostRanges = 4;

    private Repetition? _repeat;
    private Turns? _turn;
    private ValueParser _values = new(cursor, arch, scope.Repeat, scope);

    /// <summary>Reads the rest of a line that begins with a word: an operation, or the begin of a repetition or select.</summary>
    public IStatement Statement(string word)
    {
        if (word == "turn")
        {
            _turn = Turn();
            word = NextWord([.. Operation.Words.Where(w => w != "turn"), "select"]);
        }

        if (word == "repeat")
        {
            _repeat = Repetition();
            if (cursor.AtEnd)
            {
                var line = new RepeatLine(_repeat, _turn);
                CheckDepth(line);
                scope.Push(cursor.Line, line);
                return line;
            }

            _values = new ValueParser(cursor, arch, _repeat, scope);
            word = NextWord([.. Operation.Words.Where(w => w is not ("repeat" or "turn" or "range" or "do" or "spawn" or "break" or "continue"))]);
        }

        if (word == "select")
        {
            var line = new SelectLine(_turn);
            scope.Push(cursor.Line, line);
            return line;
        }

        OperationKind kind = Enum.GetValues<OperationKind>().First(k => Operation.Word(k) == word);
        Operation operation = Body(kind) with { Repeat = _repeat, Turn = _turn };
        operation = CanPanic(kind) && scope.Innermost?.IsSelect != true && cursor.TryTakeWord("recover") ? operation with { Recovers = true } : operation;
        if (operation.OpensBlock)
        {
            CheckDepth(operation);
            scope.Push(cursor.Line, operation, kind == OperationKind.Range ? operation.Name : null, kind == OperationKind.Range ? scope.Maps[operation.Other!] : null);
        }

        return operation;
    }

    /// <summary>Takes a quoted string.</summary>
    internal static string Quoted(LineCursor cursor)
    {
        int length = GoQuote.Scan(cursor.Rest, out _);
        return length > 0 ? cursor.Take(length) : throw cursor.Error("a string in quotes");
    }

    private static bool CanPanic(OperationKind kind) => kind is not (OperationKind.Range or OperationKind.Do or OperationKind.Break or OperationKind.Continue
        or OperationKind.Spawn or OperationKind.Join or OperationKind.Assert);

    private void CheckDepth(IStatement statement)
    {
        if (scope.Loops == MostLoops || (statement is Operation { Kind: OperationKind.Range } && scope.Ranges == MostRanges))
        {
            throw cursor.Error($"at most {MostLoops} loops within one another, {MostRanges} of them ranges", cursor.Start, "one more");
        }
    }

    private string NextWord(string[] words)
    {
        string found = cursor.AtEnd ? "" : cursor.PeekToken().ToString();
        return words.FirstOrDefault(cursor.TryTakeWord)
            ?? throw cursor.Error($"an operation ({string.Join(", ", words)})", hint: Suggestion.Hint(found, words));
    }

    private Operation Body(OperationKind kind)
    {
        switch (kind)
        {
            case OperationKind.Assign:
                string assigned = Map(out MapType at);
                GoValue key = _values.Assigned(at.Key);
                if (cursor.TryTakeWord(Operation.Panic))
                {
                    return new Operation(kind, assigned, Key: key, ElemPanics: true);
                }

                bool bare = at.Elem.Size == 0 && (cursor.AtEnd || cursor.Peek != '{');
                return new Operation(kind, assigned, Key: key, Elem: bare ? null : _values.Assigned(at.Elem));
            case OperationKind.Lookup:
                return Lookup();
            case OperationKind.Delete:
                string deleted = Map(out MapType dt);
                return new Operation(kind, deleted, Key: _values.Operand(dt.Key));
            case OperationKind.Clear:
                return new Operation(kind, Map(out _));
            case OperationKind.Len:
                return Expected(new Operation(kind, Map(out _)), null, () => [_values.Value(GoTypeParser.Parse("uint", arch))]);
            case OperationKind.Clone:
                return Clone();
            case OperationKind.Iter:
                return Iter();
            case OperationKind.Range:
                return Range();
            case OperationKind.Gc:
                return hasCollector ? new Operation(kind, "") : throw cursor.Error("'gc' only with 'collector' in the header", cursor.Start, "no such line");
            case OperationKind.Next:
                var next = new Operation(kind, Known(scope.Iterators, "an iterator", out MapType nt));
                return Expected(next, "end", () => Entry(nt));
            default:
                return SharedBody(kind);
        }
    }

    private Operation Lookup()
    {
        string map = Map(out MapType type);
        var lookup = new Operation(OperationKind.Lookup, map, Key: _values.Operand(type.Key));
        if (cursor.TryTake("->"))
        {
            if (type.Elem.Kind != GoKind.Pointer)
            {
                throw cursor.Error($"'->' only where elems are pointers", cursor.Position - 2, type.Elem.Text);
            }

            lookup = lookup with { Into = NewPointer() };
        }

        return Expected(lookup, "absent", () => [_values.Operand(type.Elem)]);
    }

    private Operation Clone()
    {
        if (!version.HasClone)
        {
            throw cursor.Error("'clone' only from Go 1.21 on", cursor.Start, "go " + version.Name);
        }

        string source = Map(out MapType type);
        cursor.SkipSpace();
        int at = cursor.Position;
        string clone = cursor.Name("a name for the new map");
        if (scope.MeaningOf(clone) is { } meaning && (!scope.Maps.TryGetValue(clone, out MapType? other) || other.Text != type.Text))
        {
            throw cursor.Error($"a new name, or a map of type {type.Text}", at, $"'{clone}', which is {meaning}");
        }

        if (scope.Goroutine != null && scope.StackMaps.Contains(clone))
        {
            throw OnMainsStack(clone, at);
        }

        scope.Maps[clone] = type;
        return new Operation(OperationKind.Clone, source, clone);
    }

    private Operation Iter()
    {
        string iterator = NewIterator();
        string map = Map(out MapType type);
        scope.Iterators[iterator] = type;
        return Expected(new Operation(OperationKind.Iter, iterator, map), "end", () => Entry(type));
    }

    private Operation Range()
    {
        string iterator = NewIterator();
        string map = Map(out _);
        return Expected(new Operation(OperationKind.Range, iterator, map), null, () => [_values.Value(GoTypeParser.Parse("uint", arch))]);
    }

    private string NewIterator()
    {
        cursor.SkipSpace();
        int at = cursor.Position;
        string name = cursor.Name("a name for the iterator");
        return scope.MeaningOf(name) is { } meaning && !scope.Iterators.ContainsKey(name)
            ? throw cursor.Error("a name for the iterator", at, $"'{name}', which is {meaning}")
            : name;
    }

    private GoValue[] Entry(MapType type)
    {
        GoValue key = _values.Operand(type.Key);
        return type.Elem.Size == 0 && (cursor.AtEnd || cursor.Peek != '{') ? [key] : [key, _values.Operand(type.Elem)];
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

    private string Map(out MapType type)
    {
        cursor.SkipSpace();
        int at = cursor.Position;
        string name = Known(scope.Maps, "a map", out type);
        return scope.Goroutine != null && scope.StackMaps.Contains(name)
            ? throw OnMainsStack(name, at)
            : name;
    }

    private ProgramFormatException OnMainsStack(string map, int at) =>
        cursor.Error("a map that others than main can reach", at, $"'{map}', which is on main's stack");

    private string Known<T>(Dictionary<string, T> table, string what, out T type)
        where T : notnull
    {
        cursor.SkipSpace();
        int at = cursor.Position;
        string name = cursor.Name(what);
        return table.TryGetValue(name, out T? known) && (type = known) != null ? name : throw Unknown(table.Keys, what, name, at);
    }

    private ProgramFormatException Unknown(IReadOnlyCollection<string> names, string what, string found, int at) =>
        cursor.Error(names.Count == 0 ? $"{what} declared before" : $"{what} ({string.Join(", ", names)})", at, $"'{found}'", Suggestion.Hint(found, names));

    private Turns Turn()
    {
        if (scope.Loops == 0)
        {
            throw cursor.Error("'turn' only in a loop (range, repeat)", cursor.Start, "it outside");
        }

        Repetition turns = Numbers("a turn (3), or turns from and to (3..6)", out bool single);
        return single && turns.To >= 1 ? new Turns(turns.To, turns.To + 1)
            : !single && turns.From >= 1 ? new Turns(turns.From, turns.To)
            : throw cursor.Error("turns from 1");
    }

    private Repetition Repetition() => Numbers("how often (20), or numbers from and to (5..20)", out _);

    private Repetition Numbers(string expected, out bool single)
    {
        cursor.SkipSpace();
        int at = cursor.Position;
        string text = cursor.AtEnd ? "" : cursor.Take(cursor.PeekToken().Length);
        string[] parts = text.Split("..");
        bool ok = long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long first);
        long last = 0;
        single = parts.Length == 1;
        ok &= single || (parts.Length == 2 && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out last));
        Repetition repetition = single ? new Repetition(0, first) : new Repetition(first, last);
        return ok && repetition.From < repetition.To && repetition.To < long.MaxValue ? repetition
            : throw cursor.Error(expected, at, text.Length > 0 ? $"'{text}'" : "the end of the line");
    }
}
