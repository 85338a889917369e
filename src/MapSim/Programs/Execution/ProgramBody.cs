using MapSim.Faults;
using MapSim.Gc;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using static MapSim.Programs.ProgramBody.Label;

namespace MapSim.Programs;

/// <summary>
/// What a goroutine of a program does: the frame at the bottom of its stack. It goes through its code instruction by
/// instruction and calls the runtime's functions as compiled Go does, loads and stores of keys and elems included.
/// </summary>
/// <remarks>
/// Its state is the position in the code and the counters of its loops; the program's values are in the goroutine's own
/// variables (<see cref="GoroutineLocals"/>). Control flow and what touches nothing shared belongs to the step before, so
/// the frame always rests before an operation that makes a visible step. It handles failures, as a deferred recover does.
/// </remarks>
internal unsafe partial struct ProgramBody : IFrame<ProgramBody>
{
    private fixed long _loops[OperationParser.MostLoops];
    private long _repeat;
    private int _pc;
    private ushort _g;
    private bool _isRepeating, _found;
    private Label _label;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Wait for the spawn; then go to the first operation.</summary>
        Start,

        /// <summary>Go to the next operation (no access).</summary>
        GoOn,

        /// <summary>Begin an operation.</summary>
        Begin,

        /// <summary>mapassign has returned: store the elem.</summary>
        StoreElem,

        /// <summary>mapaccess has returned: load the elem.</summary>
        LoadElem,

        /// <summary>A map function has returned: take what it gave (no access).</summary>
        Finish,

        /// <summary>mapiterinit or mapiternext has returned: load the key.</summary>
        LoadKey,

        /// <summary>Then the elem.</summary>
        LoadRangeElem,

        /// <summary>Both are loaded (no access).</summary>
        Yield,

        /// <summary>Wait until the readers have left an RWMutex.</summary>
        WaitForReaders,

        /// <summary>Wait in the queues of channels.</summary>
        Parked,

        /// <summary>Tell those who join that the goroutine has ended.</summary>
        Exit,

        /// <summary>Only with the fault iter-prefetch: mapiternext has returned, and the body of the range begins (no access).</summary>
        Prefetched,
    }

    /// <inheritdoc/>
    public static ushort Kind => 30;

    /// <inheritdoc/>
    public static int AddressCount => 0;

    /// <inheritdoc/>
    public static bool HasLocalWork => true;

    /// <summary>The position in the code.</summary>
    public readonly int Position => _pc;

    /// <summary>The goroutine.</summary>
    public readonly int Goroutine => _g;

    /// <inheritdoc/>
    public static bool IsSafePoint(in ProgramBody f) => true;

    /// <inheritdoc/>
    public static bool IsLocal(in ProgramBody f) => f._label is GoOn or StoreElem or LoadElem or Finish or LoadKey or LoadRangeElem or Yield or Prefetched;

    /// <inheritdoc/>
    public static bool IsEnabled(in ProgramBody f, Machine m) => m.GoroutineAt(f._g).Failure != Failure.None || ((ProgramRun)m.Host!).CanGoOn(f);

    /// <inheritdoc/>
    public static string LabelOf(in ProgramBody f) => f._label.ToString();

    /// <summary>Pushes it on the selected goroutine's stack.</summary>
    public static void Call(Machine m)
    {
        ref ProgramBody f = ref m.Call<ProgramBody>();
        f._g = (ushort)m.Current.Id;
        m.HandleFailures();
    }

    /// <summary>What the frame waits for, if it waits.</summary>
    public readonly Label At => _label;

    /// <summary>Lookup: whether the key was there.</summary>
    public readonly bool HasFound => _found;

    /// <summary>The counter that $i means for an instruction; null if it has none.</summary>
    public readonly long? Counter(Instruction instruction) =>
        _isRepeating ? _repeat : instruction.Counter >= 0 ? _loops[instruction.Counter] : null;

    /// <inheritdoc/>
    public static void Step(ref ProgramBody f, Machine m)
    {
        var run = (ProgramRun)m.Host!;
        if (m.Current.Failure != Failure.None)
        {
            f.Failed(run, m);
            return;
        }

        if (!run.CanGoOn(f))
        {
            m.Block();
            return;
        }

        Instruction instruction = run.CodeOf(f._g)[f._pc];
        switch (f._label)
        {
            case Start:
            case GoOn:
                f.Advance(run, m);
                break;
            case Begin:
                f.DoBegin(run, m, instruction);
                break;
            case StoreElem when instruction.Operation!.ElemPanics:
                f.Fail(m, Failure.DivideByZero);
                break;
            case StoreElem:
                f._label = Finish;
                var to = new Addr(m.TakeResult());
                run.StoresElem(f._g, instruction, to);
                MemMove.Call(m, to, run.Locals(f._g).Elem, m.Types[instruction.Type].Elem.Size, Heap.PointerWrite.UserElem);
                break;
            case LoadElem:
                f.DoLoadElem(run, m, instruction);
                break;
            case Finish:
                f.DoFinish(run, m, instruction);
                break;
            case LoadKey:
                f.DoLoadKey(run, m, instruction);
                break;
            case LoadRangeElem:
                f.DoLoadRangeElem(run, m, instruction);
                break;
            case Yield:
                f.DoYield(run, m, instruction);
                break;
            case Prefetched:
                m.TakeResult();
                f.EnterBody(instruction);
                break;
            case WaitForReaders:
                m.Atomic(run.Shared.Of(instruction.Shared), 2)[1] = SharedMemory.WriterHas;
                run.Acquired(f._g, instruction.Shared, isWrite: true);
                f.Done(run, m, instruction, "ok");
                break;
            case Parked:
                f.Wake(run, m, instruction);
                break;
            case Exit:
                m.Atomic(run.Shared.StateOf(f._g))[0] = SharedMemory.Ended;
                Leave(m);
                break;
        }
    }

    private void DoBegin(ProgramRun run, Machine m, Instruction instruction)
    {
        run.Began(this, instruction);
        switch (instruction.Kind)
        {
            case InstructionKind.RangeEnd:
                _label = LoadKey;
                if (!m.Has(Fault.IterPrefetch))
                {
                    MapIterNext.Call(m, run.Locals(_g).Hiter(instruction.Iterator));
                    run.Called(_g, instruction);
                }

                break;
            case InstructionKind.DoEnd:
                m.Atomic(run.Shared.Of(instruction.Shared))[0] = 2;
                run.Released(_g, instruction.Shared);
                _pc++;
                _label = GoOn;
                break;
            case InstructionKind.Select:
                BeginSelect(run, m, instruction);
                break;
            default:
                if (BeginMapOperation(run, m, instruction))
                {
                    run.Called(_g, instruction);
                }
                else
                {
                    BeginSharedOperation(run, m, instruction);
                }

                break;
        }
    }

    /// <summary>An operation has ended; on to the next, or to its next repetition.</summary>
    private void Done(ProgramRun run, Machine m, Instruction instruction, string result)
    {
        run.Ended(this, instruction, result);
        Repeated(instruction);
        m.RenewLimit();
    }

    private void Repeated(Instruction instruction)
    {
        if (!_isRepeating || ++_repeat >= instruction.Operation!.Repeat!.To)
        {
            _isRepeating = false;
            _repeat = 0;
            _pc++;
        }

        _label = GoOn;
    }

    /// <summary>
    /// A panic that the line recovers ends the operation only; all else ends the goroutine, and with it the process: its
    /// failure stays in its registers (<see cref="ProgramRun.IsDead"/>).
    /// </summary>
    private void Failed(ProgramRun run, Machine m)
    {
        Instruction instruction = run.CodeOf(_g)[_pc];
        bool recovers = instruction.Operation is { Recovers: true } && Failures.Severity(m.Current.Failure) == FailureSeverity.Panic;
        run.Failed(this, instruction, recovers);
        if (!recovers)
        {
            Leave(m);
            return;
        }

        m.TakeFailure(out _);
        Repeated(instruction);
        m.RenewLimit();
    }

    private static void Leave(Machine m)
    {
        m.HandleNoFailures();
        m.Return();
    }
}
