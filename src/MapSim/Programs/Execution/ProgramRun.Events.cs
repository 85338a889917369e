using System.Globalization;
using MapSim.Checks;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <content>What frames report, and what they ask: whether they can go on, what a result is as text.</content>
internal sealed partial class ProgramRun
{
    /// <summary>True if a frame can make its next step.</summary>
    public bool CanGoOn(in ProgramBody f)
    {
        switch (f.At)
        {
            case ProgramBody.Label.Start:
                return Code.Goroutines.Count == 1 || Shared.Peek(Shared.StateOf(f.Goroutine)) == SharedMemory.Running;
            case ProgramBody.Label.WaitForReaders:
                return Shared.Peek(Shared.Of(CodeOf(f.Goroutine)[f.Position].Shared)) == 0;
            case ProgramBody.Label.Parked:
                return Channels.IsWoken(f.Goroutine);
            case ProgramBody.Label.Begin:
                Instruction i = CodeOf(f.Goroutine)[f.Position];
                return i.Kind != InstructionKind.Operation || i.Shared < 0 || CanBegin(i);
            default:
                return true;
        }
    }

    /// <summary>An operation begins.</summary>
    public void Began(in ProgramBody f, Instruction i)
    {
        if (IsMuted)
        {
            Told?.Began(f.Goroutine, i, i.Type < 0 || IsPeeking ? default : i.Map < 0 ? MapOfIteration(f.Goroutine, i) : MapAt(i.Map));
            return;
        }

        Results.Began(f.Goroutine);
        _stepsBefore = Machine.Steps;
        Oracles.Began(f, i);
        Races?.Began(f.Goroutine, i);
    }

    /// <summary>An operation has ended.</summary>
    public void Ended(in ProgramBody f, Instruction i, string result)
    {
        if (IsMuted)
        {
            Told?.Ended(f.Goroutine, i, result);
            return;
        }

        if (i.Operation!.Kind == OperationKind.Clone)
        {
            Oracles.ClonedTo(f, i);
        }

        Note(f, i, i.Operation, result);
        Detection?.Ended(f.Goroutine, i, Failure.None);
        Oracles.Ended(f, i, default);
        TellWatcher(f, i, default);
    }

    /// <summary>An iteration begins.</summary>
    public void StartsRange(int g, Instruction i, Addr map, Addr iterator)
    {
        if (!IsMuted)
        {
            NoteIterator(i, iterator);
            Oracles.StartsRange(g, i, map, iterator);
        }
    }

    /// <summary>The map that an iteration is over; nil for none.</summary>
    public Addr MapOfIteration(int g, Instruction i) => HiterOf(g, i) is { IsNil: false } at ? PeekPointer(at + Machine.L.ItH) : default;

    /// <summary>A case of a select was taken, or the default.</summary>
    public void EndedCase(in ProgramBody f, Instruction i, Operation? operation, string result)
    {
        if (IsMuted)
        {
            Told?.Ended(f.Goroutine, i, $"{operation?.Kind} {result}");
            return;
        }

        Results.Note(
            f.Goroutine, NameOf(f.Goroutine), i.Line, operation, f.Counter(i), isSelect: true, result, operation == null ? null : Expected(f, i, operation));
    }

    /// <summary>An operation failed.</summary>
    public void Failed(in ProgramBody f, Instruction i, bool recovers)
    {
        Failure failure = Machine.Current.Failure;
        int detail = Machine.Current.FailureDetail;
        if (IsMuted)
        {
            Told?.Failed(f.Goroutine, i, failure, recovers);
            if (!IsPeeking && i.Type >= 0)
            {
                Locals(f.Goroutine).ClearOperation(i.Type);
            }

            return;
        }

        string message = WantsText || !recovers ? Machine.FailureText(failure, detail) ?? "" : "";
        VerdictKind kind = KindOf(failure);
        if (i.Operation != null)
        {
            Note(f, i, i.Operation, WantsText ? $"{Expectation.Word(kind)}: {message}" : "");
        }

        Detection?.Ended(f.Goroutine, i, failure);
        Oracles.Ended(f, i, new OperationEnd(failure, detail));
        TellWatcher(f, i, new OperationEnd(failure, detail));
        if (i.Type >= 0)
        {
            Locals(f.Goroutine).ClearOperation(i.Type);
        }

        if (!recovers)
        {
            _death = new ProcessEnd(kind, message, i.Line, KeyOf(failure, i.Operation?.Kind), f.Goroutine);
        }
    }

    /// <summary>Whoever schedules ends the run: nobody can move, the schedule cannot be followed, an operation has no end.</summary>
    public void End(ProcessEnd end) => _end = end;

    /// <summary>A range was left by break.</summary>
    public void LeftRange(int g, Instruction leaves)
    {
        if (!IsMuted)
        {
            Oracles.LeftRange(g, leaves.Iterator);
            EndsIteration(leaves.Iterator);
        }

        EndsRange(leaves.Map, Locals(g).Hiter(leaves.Iterator));
        Locals(g).EndRange(leaves.Iterator, leaves.Type);
    }

    /// <summary>Drop, assert, and next on an iteration that has ended: their results.</summary>
    public string DoLocally(in ProgramBody f, Instruction i)
    {
        switch (i.Operation!.Kind)
        {
            case OperationKind.Drop:
                SetPointer(f.Goroutine, i.Pointer, default);
                return "ok";
            case OperationKind.Next:
                return "end";
            default:
                return i.Map < 0 ? Number(Shared.Peek(Shared.Of(i.Shared)))
                    : HeaderField.Read(Machine, Machine.Types[i.Type], MapAt(i.Map), i.Operation.Other!.Replace(GoValue.Counter, f.Counter(i)?.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        }
    }

    /// <summary>The result of an operation whose function has returned.</summary>
    public string ResultOf(in ProgramBody f, Instruction i, ulong returned)
    {
        GoroutineLocals locals = Locals(f.Goroutine);
        switch (i.Operation!.Kind)
        {
            case OperationKind.Lookup:
                if (i.Pointer >= 0)
                {
                    SetPointer(f.Goroutine, i.Pointer, PeekPointer(locals.Result));
                }

                return !WantsText ? "" : f.HasFound ? Reader.Text(Machine.Types[i.Type].Elem, locals.Result) : "absent";
            case OperationKind.Len:
                Oracles.Returned(returned);
                return WantsText ? returned.ToString(CultureInfo.InvariantCulture) : "";
            case OperationKind.Clone:
                SetMap(i.OtherMap, new Addr(returned));
                return "ok";
            case OperationKind.Read:
                return WantsText ? PointerText(f.Goroutine, i.Pointer) : "";
            default:
                return "ok";
        }
    }

    /// <summary>The entry an iteration stands at, from the loop's variables.</summary>
    public string EntryText(int g, Instruction i)
    {
        if (!WantsText)
        {
            return "";
        }

        MapType type = Machine.Types[i.Type];
        if (StandingKey(g, i).IsNil)
        {
            return "end";
        }

        GoroutineLocals locals = Locals(g);
        bool isRange = i.Operation!.Kind == OperationKind.Range;
        string key = Reader.Text(type.Key, isRange ? locals.RangeKey(i.Iterator) : locals.Key);
        return type.Elem.Size == 0 ? key : key + " " + Reader.Text(type.Elem, isRange ? locals.RangeElem(i.Iterator) : locals.Result);
    }

    /// <summary>What the end of a range is: the number of entries, if the line says how many there must be.</summary>
    public static string RangeEndText(Instruction i, long turns) => i.Operation!.Expected == null ? "end" : turns.ToString(CultureInfo.InvariantCulture);

    /// <summary>Which case of a select can be done now, by chance if several can; -1 for none.</summary>
    public int ReadyCase(Span<ulong> all, Instruction select)
    {
        var ready = new List<int>();
        for (int c = 0; c < select.Cases.Count; c++)
        {
            if (Channels.IsReady(all, select.Cases[c].Channel, select.Cases[c].Operation.Kind == OperationKind.Send))
            {
                ready.Add(c);
            }
        }

        return ready.Count == 0 ? -1 : ready.Count == 1 ? ready[0] : ready[(int)(Machine.Choices.Draw(ChoiceKind.Select) % (ulong)ready.Count)];
    }

    /// <summary>The severity of a failure as a verdict.</summary>
    public static VerdictKind KindOf(Failure failure) => Failures.Severity(failure) switch
    {
        FailureSeverity.None => VerdictKind.Clean,
        FailureSeverity.Panic => VerdictKind.Panic,
        FailureSeverity.Fatal => VerdictKind.Fatal,
        FailureSeverity.Throw => VerdictKind.Throw,
        _ => VerdictKind.Undefined,
    };

    /// <summary>The word for an operation in a bug key: all steps of iterations are one.</summary>
    public static string KeyWord(OperationKind? kind) => kind switch
    {
        null => "select",
        OperationKind.Iter or OperationKind.Next or OperationKind.Range => "iterate",
        { } other => Operation.Word(other),
    };

    private string KeyOf(Failure failure, OperationKind? operation)
    {
        string what = failure switch
        {
            Failure.NilDereference => "nil-dereference",
            Failure.Unhashable => "unhashable",
            Failure.DivideByZero => "divide-by-zero",
            Failure.OutOfBounds => "out-of-bounds",
            Failure.Unmapped => "unmapped",
            Failure.UseAfterFree => BugKey.Part(FreedAccess.Of(Machine) is { Object.Info.Size: > 0 } freed ? PlaceNames.Of(freed.Object.Kind) : "memory"),
            _ => BugKey.Part(Failures.Message(failure)),
        };
        string oracle = failure == Failure.UseAfterFree ? "use-after-free" : Expectation.Word(KindOf(failure));
        return $"{oracle}/{what}/{KeyWord(operation)}";
    }

    private bool CanBegin(Instruction i)
    {
        OperationKind kind = i.Operation!.Kind;
        switch (kind)
        {
            case OperationKind.Join:
                return Shared.Peek(Shared.StateOf(i.Shared)) == SharedMemory.Ended;
            case OperationKind.Lock or OperationKind.RLock:
                Addr at = Shared.Of(i.Shared);
                return Shared.Peek(IsReadWrite(i.Shared) ? at + 8 : at) == 0;
            case OperationKind.Wait:
                return Shared.Peek(Shared.Of(i.Shared)) == 0;
            case OperationKind.Do:
                return Shared.Peek(Shared.Of(i.Shared)) != 1;
            default:
                return true;
        }
    }

    private void Note(in ProgramBody f, Instruction i, Operation operation, string result)
    {
        if (!WantsText)
        {
            Results.Count++;
            return;
        }

        // A range's own line says how many entries there must be; its turns are not compared.
        string? expected = operation.Kind == OperationKind.Range && !StandingKey(f.Goroutine, i).IsNil ? null : Expected(f, i, operation);
        Results.Note(f.Goroutine, NameOf(f.Goroutine), i.Line, operation, f.Counter(i), isSelect: false, result, expected);
    }

    private string? Expected(in ProgramBody f, Instruction i, Operation operation)
    {
        if (operation.Expected is not { Word: null } expected)
        {
            return operation.Expected?.Word;
        }

        long? counter = f.Counter(i);
        GoType[] places = operation.Kind switch
        {
            OperationKind.Lookup => [Machine.Types[i.Type].Elem],
            OperationKind.Len or OperationKind.Range => [GoTypeParser.Parse("uint", Settings.Arch)],
            OperationKind.Iter or OperationKind.Next when Machine.Types[i.Type].Elem.Size == 0 => [Machine.Types[i.Type].Key],
            OperationKind.Iter or OperationKind.Next => [Machine.Types[i.Type].Key, Machine.Types[i.Type].Elem],
            OperationKind.Read => [GoTypeParser.Parse("*T", Settings.Arch)],
            OperationKind.Load or OperationKind.Add or OperationKind.Receive => [Int64],
            OperationKind.Assert when operation.Other == null => [Int64],
            OperationKind.Assert => [GoTypeParser.Parse("uint64", Settings.Arch)],
            _ => [],
        };
        var texts = new List<string>();
        for (int p = 0; p < places.Length; p++)
        {
            texts.Add(Text(f, i, places[p], expected.Values[p], counter));
        }

        return places.Length == 0 ? expected.ToText(counter) : string.Join(' ', texts);
    }

    private string Text(in ProgramBody f, Instruction i, GoType type, GoValue value, long? counter)
    {
        if (!value.IsReference)
        {
            return ValueText.Of(type, value, counter, Settings.Arch);
        }

        GoroutineLocals locals = Locals(f.Goroutine);
        return value.Kind == GoValueKind.Variable ? PointerText(f.Goroutine, PointerNamed(f.Goroutine, value.Text))
            : Reader.Text(type, value.Kind == GoValueKind.RangeKey
                ? locals.RangeKey(RangeNamed(f.Goroutine, f.Position, value.Text))
                : locals.RangeElem(RangeNamed(f.Goroutine, f.Position, value.Text)));
    }

    private string PointerText(int g, int pointer) => Reader.Text(GoTypeParser.Parse("*T", Settings.Arch), Locals(g).Pointer(pointer));
}
