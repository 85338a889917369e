using System.Runtime.CompilerServices;
using MapSim.Memory;

namespace MapSim.Machines;

/// <summary>Looking at frames from outside: what oracles and schedulers need. Nothing is changed and nothing allocated.</summary>
public sealed unsafe partial class Machine
{
    /// <summary>A frame on a goroutine's stack.</summary>
    /// <param name="g">The goroutine.</param>
    /// <param name="depth">0 for the frame that runs, 1 for its caller, and so on.</param>
    /// <returns>A view that is good until the goroutine's next step; it does not exist if the stack is not so deep.</returns>
    public FrameView FrameAt(int g, int depth = 0)
    {
        byte* stack = _goroutines[g].Stack.Bytes.Start;
        int at = _goroutines[g].State.Top;
        for (; depth > 0 && at != 0; depth--)
        {
            at = ((FrameHeader*)(stack + at))->Previous;
        }

        return at == 0 ? default : new FrameView(_frames, stack + at);
    }

    /// <summary>The kind of the frame that runs on a goroutine; <see cref="ushort.MaxValue"/> if none does.</summary>
    internal ushort TopKind(int g)
    {
        Goroutine goroutine = _goroutines[g];
        int top = goroutine.State.Top;
        return top == 0 ? ushort.MaxValue : ((FrameHeader*)(goroutine.Stack.Bytes.Start + top))->Kind;
    }

    /// <summary>The frame that runs on a goroutine, which must be of this kind; read it only.</summary>
    internal ref readonly TFrame TopFrame<TFrame>(int g)
        where TFrame : unmanaged, IFrame<TFrame>
    {
        Goroutine goroutine = _goroutines[g];
        return ref Unsafe.AsRef<TFrame>(goroutine.Stack.Bytes.Start + goroutine.State.Top + sizeof(FrameHeader));
    }

    /// <summary>Calls <paramref name="visit"/> with every frame of one kind on any goroutine's stack. Makes no step.</summary>
    internal void VisitFrames<TFrame, TState>(ref TState state, FrameVisitor<TFrame, TState> visit)
        where TFrame : unmanaged, IFrame<TFrame>
    {
        foreach (Goroutine g in _goroutines)
        {
            byte* stack = g.Stack.Bytes.Start;
            for (int at = g.State.Top; at != 0; at = ((FrameHeader*)(stack + at))->Previous)
            {
                if (((FrameHeader*)(stack + at))->Kind == TFrame.Kind)
                {
                    visit(ref state, in Unsafe.AsRef<TFrame>(stack + at + sizeof(FrameHeader)));
                }
            }
        }
    }
}

/// <summary>Is told a frame.</summary>
/// <param name="state">The caller's state.</param>
/// <param name="frame">The frame; read it only.</param>
internal delegate void FrameVisitor<TFrame, TState>(ref TState state, in TFrame frame);

/// <summary>One frame, seen from outside. Good until its goroutine's next step.</summary>
public readonly unsafe ref struct FrameView
{
    private readonly FrameTable _table;
    private readonly byte* _header;

    internal FrameView(FrameTable table, byte* header)
    {
        _table = table;
        _header = header;
    }

    /// <summary>False if there is no such frame.</summary>
    public bool Exists => _header != null;

    /// <summary>The frame's number in its table.</summary>
    public ushort Kind => ((FrameHeader*)_header)->Kind;

    /// <summary>"MapAssign".</summary>
    public string Name => _table.Name(Kind);

    /// <summary>"StoreTop".</summary>
    public string Label => _table.Label(Kind, _header + sizeof(FrameHeader));

    /// <summary>The frame's struct and its scratch memory.</summary>
    public ReadOnlySpan<byte> Bytes => new(_header + sizeof(FrameHeader), ((FrameHeader*)_header)->Size - sizeof(FrameHeader));

    /// <summary>One of the addresses at the frame's start.</summary>
    /// <param name="index">Below the table's <see cref="FrameTable.AddressCount"/> for this kind.</param>
    public Addr Word(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_table.AddressCount(Kind));
        return Unsafe.ReadUnaligned<Addr>(_header + sizeof(FrameHeader) + index * sizeof(Addr));
    }
}
