using System.Runtime.CompilerServices;
using MapSim.Memory;

namespace MapSim.Machines;

/// <summary>Calls, returns and failures: what frames do to the call stack.</summary>
public sealed unsafe partial class Machine
{
    /// <summary>
    /// Pushes a zeroed frame for the caller to fill in. A calling frame must have set its own label before and must
    /// leave its Step afterwards.
    /// </summary>
    /// <param name="scratch">Bytes of scratch memory behind the frame.</param>
    public ref T Call<T>(int scratch = 0)
        where T : unmanaged, IFrame<T>
    {
        int size = (sizeof(FrameHeader) + sizeof(T) + scratch + 7) & ~7;
        int at = _g->Sp;
        if (at + size > _current.Stack.Bytes.Capacity || size > ushort.MaxValue)
        {
            throw new MachineInvariantException($"the stack of goroutine {_current.Id} is full");
        }

        if (Memory.Tracking)
        {
            SaveBeforeCall(_current.Stack.Bytes, at, size);
        }

        byte* p = _stack + at;
        Unsafe.InitBlock(p, 0, (uint)size);
        var header = (FrameHeader*)p;
        header->Kind = T.Kind;
        header->Size = (ushort)size;
        header->Previous = _g->Top;
        _g->Top = at;
        _g->Sp = at + size;
        if (T.IsFunction)
        {
            _safeAt = Steps;
        }

        if (header->Previous == 0)
        {
            // The goroutine was in user code, where it can be stopped, until now.
            _g->Safe = 1;
        }

        return ref Unsafe.AsRef<T>(p + sizeof(FrameHeader));
    }

    /// <summary>Replaces the running frame by another, which returns to the running frame's caller.</summary>
    public ref T TailCall<T>(int scratch = 0)
        where T : unmanaged, IFrame<T>
    {
        Pop();
        return ref Call<T>(scratch);
    }

    /// <summary>Ends the running frame; the results wait for its caller.</summary>
    public void Return(Addr r0 = default, Addr r1 = default) => Return(r0.Value, r1.Value);

    /// <summary>Ends the running frame; the results wait for its caller.</summary>
    public void Return(ulong r0, ulong r1 = 0)
    {
        _g->R0 = r0;
        _g->R1 = r1;
        Pop();
    }

    /// <summary>
    /// Ends the running frame and leaves the results that wait for the caller below it: for frames that the machine pushed
    /// in between. The goroutine is still in the allocation's tail then, where it can be stopped.
    /// </summary>
    public void Leave()
    {
        Pop();
        _safeAt = Steps;
    }

    /// <summary>Takes the first result of the frame that returned (and forgets both).</summary>
    public ulong TakeResult()
    {
        ulong r0 = _g->R0;
        _g->R0 = 0;
        _g->R1 = 0;
        return r0;
    }

    /// <summary>Takes both results of the frame that returned.</summary>
    public Addr TakeResults(out Addr second)
    {
        second = new Addr(_g->R1);
        return new Addr(TakeResult());
    }

    /// <summary>The running frame handles the failures of the frames that it calls from now on, as a deferred recover does.</summary>
    public void HandleFailures() => _g->Handler = _g->Top;

    /// <summary>The frame that handles failures is about to end.</summary>
    public void HandleNoFailures() => _g->Handler = 0;

    /// <summary>
    /// Ends the operation and notes why: unwinds every frame, or those above the frame that handles failures. That one
    /// finds it with <see cref="TakeFailure"/>.
    /// </summary>
    public void Fail(Failure failure, int detail = 0)
    {
        _g->Failure = (byte)failure;
        _g->FailureDetail = (ushort)detail;
        _g->BarrierDone = 0;
        Unwind(_current);
        _g->R0 = 0;
        _g->R1 = 0;
        _budget = Math.Min(_budget, 0);
    }

    /// <summary>Forgets the failure of the selected goroutine (recover), so that it can go on.</summary>
    public Failure TakeFailure(out int detail)
    {
        detail = _g->FailureDetail;
        var failure = (Failure)_g->Failure;
        if (Memory.Tracking)
        {
            Memory.Undo.Save(_current.Stack.Bytes, 0, sizeof(GoroutineState));
        }

        _g->Failure = 0;
        _g->FailureDetail = 0;
        return failure;
    }

    /// <summary>The scratch memory behind a frame.</summary>
    public static byte* Scratch<T>(ref T frame)
        where T : unmanaged => (byte*)Unsafe.AsPointer(ref frame) + sizeof(T);

    /// <summary>The address of a frame's scratch memory, for calls that take a pointer.</summary>
    public Addr ScratchAddress<T>(ref T frame)
        where T : unmanaged => _current.Stack.Base + (int)(Scratch(ref frame) - _stack);

    /// <summary>Where the selected goroutine stands: "MapAssign.StoreTop", or "idle".</summary>
    public string Where()
    {
        if (_g->Top == 0)
        {
            return "idle";
        }

        byte* header = _stack + _g->Top;
        ushort kind = ((FrameHeader*)header)->Kind;
        return $"{_frames.Name(kind)}.{_frames.Label(kind, header + sizeof(FrameHeader))}";
    }

    /// <summary>The call stack of a goroutine, innermost first, as "Frame.Label".</summary>
    public IReadOnlyList<string> CallStack(int g)
    {
        var frames = new List<string>();
        byte* stack = _goroutines[g].Stack.Bytes.Start;
        for (int at = _goroutines[g].State.Top; at != 0; at = ((FrameHeader*)(stack + at))->Previous)
        {
            ushort kind = ((FrameHeader*)(stack + at))->Kind;
            frames.Add($"{_frames.Name(kind)}.{_frames.Label(kind, stack + at + sizeof(FrameHeader))}");
        }

        return frames;
    }

    private static void Unwind(Goroutine g)
    {
        ref GoroutineState state = ref g.State;
        state.Top = state.Handler;
        state.Sp = state.Handler == 0 ? g.FramesStart : state.Handler + ((FrameHeader*)(g.Stack.Bytes.Start + state.Handler))->Size;
    }

    private void Pop()
    {
        int at = _g->Top;
        _g->Top = ((FrameHeader*)(_stack + at))->Previous;
        _g->Sp = at;
    }
}
