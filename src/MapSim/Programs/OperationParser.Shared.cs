using System.Globalization;
using MapSim.Layout;

namespace MapSim.Programs;

/// <content>Goroutines, locks, channels, atomic variables, pointer variables, control flow and asserts.</content>
internal sealed partial class OperationParser
{
    /// <summary>The fields of a map's header that "assert" can name; chain(N) besides.</summary>
    internal static IReadOnlyList<string> Fields { get; } =
        ["count", "B", "flags", "noverflow", "nevacuate", "growing", "overflow", "oldoverflow", "nextoverflow"];

    private Operation SharedBody(OperationKind kind)
    {
        switch (kind)
        {
            case OperationKind.Break or OperationKind.Continue:
                return scope.IsInLoop ? new Operation(kind, "")
                    : throw cursor.Error($"'{Operation.Word(kind)}' only in a loop (range, repeat)", cursor.Start, "it outside");
            case OperationKind.New:
                return new Operation(kind, NewPointer());
            case OperationKind.Drop:
                return new Operation(kind, Pointer());
            case OperationKind.Read:
                return Expected(new Operation(kind, Pointer()), null, () => [_values.Operand(GoTypeParser.Parse("*T", arch))]);
            case OperationKind.Spawn:
                return Spawn();
            case OperationKind.Join:
                return new Operation(kind, Goroutine());
            case OperationKind.Lock or OperationKind.Unlock:
                return new Operation(kind, Shared(SharedKind.Mutex, SharedKind.RWMutex));
            case OperationKind.RLock or OperationKind.RUnlock:
                return new Operation(kind, Shared(SharedKind.RWMutex));
            case OperationKind.Add:
                var add = new Operation(kind, Shared(SharedKind.Var, SharedKind.WaitGroup), Elem: Number());
                return scope.Shared[add.Name] == SharedKind.Var ? Expected(add, null, () => [Number()]) : add;
            case OperationKind.Done or OperationKind.Wait:
                return new Operation(kind, Shared(SharedKind.WaitGroup));
            case OperationKind.Do:
                return new Operation(kind, Shared(SharedKind.Once));
            case OperationKind.Load:
                return Expected(new Operation(kind, Shared(SharedKind.Var)), null, () => [Number()]);
            case OperationKind.Store:
                return new Operation(kind, Shared(SharedKind.Var), Elem: Number());
            case OperationKind.Send:
                return new Operation(kind, Shared(SharedKind.Chan), Elem: Number());
            case OperationKind.Receive:
                return Expected(new Operation(kind, Shared(SharedKind.Chan)), "closed", () => [Number()]);
            case OperationKind.Close:
                return new Operation(kind, Shared(SharedKind.Chan));
            default:
                return Assert();
        }
    }

    private GoValue Number() => _values.Value(GoTypeParser.Parse("int64", arch));

    private Operation Spawn()
    {
        if (scope.IsInLoop)
        {
            throw cursor.Error("'spawn' outside loops: each goroutine runs once", cursor.Start, "it in a loop");
        }

        cursor.SkipSpace();
        int at = cursor.Position;
        string name = Goroutine();
        return goroutines.TrySpawn(name) ? new Operation(OperationKind.Spawn, name)
            : throw cursor.Error("a goroutine that no other line spawns", at, $"'{name}'");
    }

    /// <summary>A goroutine's name; its block may come later.</summary>
    private string Goroutine()
    {
        cursor.SkipSpace();
        int at = cursor.Position;
        string name = cursor.Name("a goroutine");
        goroutines.Use(name, cursor.Line, at + 1, inSchedule: false);
        return name;
    }

    private string Shared(params SharedKind[] kinds)
    {
        cursor.SkipSpace();
        int at = cursor.Position;
        string what = string.Join(" or ", kinds.Select(k => "a " + SharedDeclaration.Word(k)));
        string name = cursor.Name(what);
        string[] known = [.. scope.Shared.Where(s => kinds.Contains(s.Value)).Select(s => s.Key)];
        return known.Contains(name) ? name : throw Unknown(known, what, name, at);
    }

    private string NewPointer()
    {
        cursor.SkipSpace();
        int at = cursor.Position;
        string name = cursor.Name("a pointer variable");
        if ((name == Operation.Panic ? "an elem that panics" : scope.MeaningOf(name)) is { } meaning && !scope.Pointers.Contains(name))
        {
            throw cursor.Error("a pointer variable", at, $"'{name}', which is {meaning}");
        }

        scope.Pointers.Add(name);
        return name;
    }

    private string Pointer()
    {
        cursor.SkipSpace();
        int at = cursor.Position;
        string name = cursor.Name("a pointer variable");
        return scope.Pointers.Contains(name) ? name : throw Unknown([.. scope.Pointers], "a pointer variable", name, at);
    }

    private Operation Assert()
    {
        cursor.SkipSpace();
        int at = cursor.Position;
        string name = cursor.Name("a map or a var");
        if (scope.Shared.GetValueOrDefault(name, SharedKind.Mutex) == SharedKind.Var)
        {
            return Must(new Operation(OperationKind.Assert, name), [], () => [Number()]);
        }

        if (!scope.Maps.ContainsKey(name))
        {
            throw Unknown([.. scope.Maps.Keys, .. scope.Shared.Where(s => s.Value == SharedKind.Var).Select(s => s.Key)], "a map or a var", name, at);
        }

        cursor.Expect(".");
        string field = Field();
        string[] words = field switch
        {
            "growing" => ["no", "double", "same"],
            "overflow" or "oldoverflow" => ["nil"],
            "nextoverflow" => ["nil", "spare"],
            _ => [],
        };
        bool isWord = field is "growing" or "nextoverflow";
        return Must(new Operation(OperationKind.Assert, name, field), words, isWord ? null : () => [_values.Value(GoTypeParser.Parse("uint64", arch))]);
    }

    private string Field()
    {
        cursor.SkipSpace();
        int at = cursor.Position;
        string field = cursor.Name("a field");
        if (field == "chain")
        {
            cursor.Expect("(");
            GoValue bucket = _values.Value(GoTypeParser.Parse("uint32", arch));
            cursor.Expect(")");
            return $"chain({bucket.ToText()})";
        }

        return Fields.Contains(field) ? field : throw Unknown([.. Fields, "chain(N)"], "a field", field, at);
    }

    private Operation Must(Operation assert, string[] words, Func<GoValue[]>? values)
    {
        cursor.Expect("=");
        string? word = words.FirstOrDefault(cursor.TryTakeWord);
        return word != null ? assert with { Expected = new ExpectedResult(word, []) }
            : values != null ? assert with { Expected = new ExpectedResult(null, values()) }
            : throw cursor.Error(string.Join(" or ", words));
    }
}
