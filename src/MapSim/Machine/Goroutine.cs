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

    /// <summary>1 after the barrier of a pointer store and before the store itself.</summary>
    public byte BarrierDone;

    /// <summary>For Unhashable: the number of the type.</summary>
    public ushort FailureDetail;

    /// <summary>Visible steps made; orders the goroutine's events, not part of the state hash.</summary>
    public uint Events;

    /// <summary>First result of the frame that returned last.</summary>
    public ulong R0;

    /// <summary>Second result.</summary>
    public ulong R1;

    /// <summary>1 if there is a safe-point between the last access and the next: a call, an allocation, user code.</summary>
    public byte Safe;

    /// <summary>1 if the collector has scanned this stack in the present cycle (it is black).</summary>
    public byte StackScanned;

    /// <summary>Unused; zero.</summary>
    public ushort Reserved1;

    /// <summary>Offset of the frame to which a failure unwinds; 0: it unwinds everything.</summary>
    public int Handler;
}

/// <summary>Where a variable of a goroutine's program lies on its stack, and which of its words are pointers.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct StackVariable
{
    /// <summary>Offset from the first of the locals.</summary>
    public int Offset;

    /// <summary>Bytes; 0 while the variable is dead.</summary>
    public int Size;

    /// <summary>Its pointer map's number.</summary>
    public int PointerMap;
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
    /// <summary>Variables with pointers that a goroutine's program can have on its stack at a time.</summary>
    public const int MostVariables = 34;

    private const int KnownHashes = 32;

    private static readonly int HeaderSize = (sizeof(GoroutineState) + MostVariables * sizeof(StackVariable) + 15) & ~15;

    private readonly BlockHasher _frames;
    private (ulong Version, Fingerprint Hash)[]? _known;

    internal Goroutine(int id, Region stack, int localsSize, bool isSystem)
    {
        Id = id;
        _frames = new BlockHasher(Place + 4);
        Stack = stack;
        IsSystem = isSystem;
        LocalsSize = (localsSize + 15) & ~15;
        FramesStart = HeaderSize + LocalsSize;
        State.Sp = FramesStart;
    }

    /// <summary>0 for main.</summary>
    public int Id { get; }

    /// <summary>True for the runtime's own goroutines (the collector's): their stacks are no roots, and nobody waits for their safe-points.</summary>
    public bool IsSystem { get; }

    /// <summary>Its memory.</summary>
    public Region Stack { get; }

    /// <summary>Bytes of its program's variables.</summary>
    public int LocalsSize { get; }

    /// <summary>Address of its program's variables.</summary>
    public Addr Locals => Stack.Base + HeaderSize;

    /// <summary>True while an operation runs.</summary>
    public bool IsBusy => State.Top != 0;

    /// <summary>Why the last operation ended early; None if it did not.</summary>
    public Failure Failure => (Failure)State.Failure;

    /// <summary>More about <see cref="Failure"/>: for Unhashable the number of the type.</summary>
    public int FailureDetail => State.FailureDetail;

    /// <summary>Visible steps made so far.</summary>
    public uint Events => State.Events;

    /// <summary>True if the collector has scanned its stack in the present cycle.</summary>
    public bool IsStackBlack => State.StackScanned != 0;

    internal int FramesStart { get; }

    private ulong Place => ((ulong)Id + 1) << 40;

    internal ref StackVariable Variable(int at) => ref ((StackVariable*)(Stack.Bytes.Start + sizeof(GoroutineState)))[at];

    internal ref GoroutineState State => ref *(GoroutineState*)Stack.Bytes.Start;

    /// <summary>The bytes in use, registers first (without the event count): what the state hash sees.</summary>
    /// <param name="isJournaled">Changes are journaled: what is known of a version of the stack's bytes is still true.</param>
    internal Fingerprint Hash(bool isJournaled)
    {
        if (!isJournaled)
        {
            return ComputeHash();
        }

        // Of more than one version: who goes back and forth comes to the same ones again.
        _known ??= new (ulong, Fingerprint)[KnownHashes];
        ulong version = Stack.Bytes.Version;
        ref (ulong Version, Fingerprint Hash) known = ref _known[version % KnownHashes];
        if (known.Version != version)
        {
            known = (version, ComputeHash());
        }

        return known.Hash;
    }

    private Fingerprint ComputeHash()
    {
        ref GoroutineState s = ref State;
        ulong place = Place;
        return Fingerprint.Of(place, (ulong)(uint)s.Top << 32 | (uint)s.Sp)
            .Xor(Fingerprint.Of(place + 1, (ulong)s.StackScanned << 40 | (ulong)s.BarrierDone << 32 | (ulong)s.Failure << 16 | s.FailureDetail))
            .Xor(Fingerprint.Of(place + 2, s.R0))
            .Xor(Fingerprint.Of(place + 3, s.R1))
            .Xor(_frames.Hash(Stack.Bytes.Span(sizeof(GoroutineState), s.Sp - sizeof(GoroutineState))));
    }
}
