using System.Runtime.InteropServices;
using MapSim.Memory;

namespace MapSim.Heap;

/// <summary>What each P needs for write barriers.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PState
{
    /// <summary>Words in its buffer.</summary>
    public int Buffered;

    /// <summary>1 while this P's stores need barriers (Go's writeBarrier.enabled, which is one flag for all).</summary>
    public byte BarrierOn;

    public byte Reserved1;
    public ushort Reserved2;
}

/// <summary>
/// The write-barrier buffers (mwbbuf.go): a barrier writes down the old and the new pointer and goes on; when the buffer
/// of its P is full, and when the collector asks for it, everything in it is shaded.
/// </summary>
public sealed unsafe partial class GcRecords
{
    /// <summary>Words in Go's buffer.</summary>
    public const int RealBufferSize = 512;

    private readonly Segment _ps;
    private readonly List<Segment> _buffers = [];

    /// <summary>Words a buffer holds: <see cref="RealBufferSize"/>, or fewer to see flushes in small programs. At least 2.</summary>
    public int BufferSize { get; set; } = RealBufferSize;

    /// <summary>Number of Ps.</summary>
    public int Procs => _buffers.Count;

    /// <summary>True if the stores of a P need barriers.</summary>
    public bool IsBarrierOn(int p) => Ps[p].BarrierOn != 0;

    /// <summary>Words in a P's buffer.</summary>
    public int BufferedWords(int p) => Ps[p].Buffered;

    /// <summary>A word of a P's buffer.</summary>
    public Addr Buffered(int p, int at) => ((Addr*)_buffers[p].Start)[at];

    /// <summary>Turns one P's barriers on or off; a real start does all at once.</summary>
    public void SetBarrier(int p, bool on)
    {
        Save(_ps, p * sizeof(PState), sizeof(PState));
        Ps[p].BarrierOn = on ? (byte)1 : (byte)0;
    }

    /// <summary>Where the machine looks for the flag of a P at each pointer store. Moves only when a P is added.</summary>
    internal PState* StateOf(int p) => Ps + p;

    internal void AddP()
    {
        _ps.Grow((_buffers.Count + 1) * sizeof(PState));
        Segment buffer = _memory.Undo.NewSegment(RealBufferSize * sizeof(Addr));
        buffer.Grow(RealBufferSize * sizeof(Addr));
        _buffers.Add(buffer);
        Ps[_buffers.Count - 1].BarrierOn = IsMarking ? (byte)1 : (byte)0;
    }

    /// <summary>Writes a pointer down (nil too, as Go does; the flush ignores it).</summary>
    /// <returns>False if the buffer had no room: flush it first.</returns>
    internal bool TryBuffer(int p, Addr pointer)
    {
        ref PState state = ref Ps[p];
        if (state.Buffered >= BufferSize)
        {
            return false;
        }

        Save(_buffers[p], state.Buffered * sizeof(Addr), sizeof(Addr));
        ((Addr*)_buffers[p].Start)[state.Buffered] = pointer;
        Save(_ps, p * sizeof(PState), sizeof(PState));
        state.Buffered++;
        return true;
    }

    internal void ClearBuffer(int p)
    {
        Save(_ps, p * sizeof(PState), sizeof(PState));
        Ps[p].Buffered = 0;
    }

    private PState* Ps => (PState*)_ps.Start;

    private void SetBarriers(bool on)
    {
        for (int p = 0; p < _buffers.Count; p++)
        {
            SetBarrier(p, on);
        }
    }

    private Fingerprint HashBuffers(ulong place)
    {
        Fingerprint hash = default;
        for (int p = 0; p < _buffers.Count; p++)
        {
            ulong at = place + ((ulong)(p + 2) << 20);
            hash = hash.Xor(Fingerprint.Of(at, (ulong)Ps[p].BarrierOn << 32 | (uint)Ps[p].Buffered));
            for (int i = 0; i < Ps[p].Buffered; i++)
            {
                hash = hash.Xor(Fingerprint.Of(at + 1 + (ulong)i, Buffered(p, i).Value));
            }
        }

        return hash;
    }
}
