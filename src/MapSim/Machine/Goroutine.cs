using System.Runtime.InteropServices;
using MapSim.Memory;

namespace MapSim.Machines;

/// <summary>The registers of a goroutine: the first bytes of its stack.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct GoroutineState
{
    /// <summary>Offset of the running frame's header; 0 when no operation runs.</summary>
    public int Top;

    /// <summary>Offset of the first free byte.</summary>
    public int Sp;

    /// <summary>Why the last operation ended early (<see cref="Machines.Failure"/>).</summary>
    public byte Failure;

    /// <summary>Unused; zero.</summary>
    public byte Reserved;

    /// <summary>For Unhashable: the number of the type.</summary>
    public ushort FailureDetail;

    /// <summary>Visible steps made; orders the goroutine's events, not part of the state hash.</summary>
    public uint Events;

    /// <summary>First result of the frame that returned last.</summary>
    public ulong R0;

    /// <summary>Second result.</summary>
    public ulong R1;
}

/// <summary>What stands in front of each frame on a stack.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FrameHeader
{
    public ushort Kind;
    public ushort Size;
    public int Previous;
}

/// <summary>
/// A goroutine: a stack region that begins with its registers, goes on with its program's own variables (locals)
/// and then holds the frames of the operation in progress.
/// </summary>
public sealed unsafe class Goroutine
{
    internal Goroutine(int id, Region stack, int localsSize)
    {
        Id = id;
        Stack = stack;
        LocalsSize = (localsSize + 15) & ~15;
        FramesStart = sizeof(GoroutineState) + LocalsSize;
        State.Sp = FramesStart;
    }

    /// <summary>0 for main.</summary>
    public int Id { get; }

    /// <summary>Its memory.</summary>
    public Region Stack { get; }

    /// <summary>Bytes of its program's variables.</summary>
    public int LocalsSize { get; }

    /// <summary>Address of its program's variables.</summary>
    public Addr Locals => Stack.Base + sizeof(GoroutineState);

    /// <summary>True while an operation runs.</summary>
    public bool IsBusy => State.Top != 0;

    /// <summary>Why the last operation ended early; None if it did not.</summary>
    public Failure Failure => (Failure)State.Failure;

    /// <summary>Visible steps made so far.</summary>
    public uint Events => State.Events;

    internal int FramesStart { get; }

    internal ref GoroutineState State => ref *(GoroutineState*)Stack.Bytes.Start;

    /// <summary>The bytes in use, registers first (without the event count): what the state hash sees.</summary>
    internal Fingerprint Hash()
    {
        GoroutineState s = State;
        ulong place = ((ulong)Id + 1) << 40;
        return Fingerprint.Of(place, (ulong)(uint)s.Top << 32 | (uint)s.Sp)
            .Xor(Fingerprint.Of(place + 1, (ulong)s.Failure << 16 | s.FailureDetail))
            .Xor(Fingerprint.Of(place + 2, s.R0))
            .Xor(Fingerprint.Of(place + 3, s.R1))
            .Xor(Fingerprint.OfBytes(place + 4, Stack.Bytes.Span(sizeof(GoroutineState), s.Sp - sizeof(GoroutineState))));
    }
}
