using MapSim.Heap;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.MemClear.Label;

namespace MapSim.Map;

/// <summary>
/// memclrHasPointers and memclrNoHeapPointers: zeroes a range, a word at each step. While barriers are on, the pointers
/// in it are first written down for the collector, one load for each (bulkBarrierPreWrite). R0 is nil, R1 is nil.
/// </summary>
public struct MemClear : IFrame<MemClear>
{
    private Addr _at;
    private ulong _left;
    private ulong _pointer;
    private PointerWrite _write;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Does the range need a barrier? (no access)</summary>
        Start,

        /// <summary>Load a pointer that will be cleared, for the barrier.</summary>
        BarrierOld,

        /// <summary>Zero a word.</summary>
        StoreWord,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.MemClear;

    /// <inheritdoc/>
    public static int AddressCount => 1;

    /// <inheritdoc/>
    public static bool IsFunction => false;

    /// <inheritdoc/>
    public static string LabelOf(in MemClear f) => f._pc.ToString();

    internal static void Call(Machine m, Addr at, ulong size, PointerWrite write)
    {
        if (m.CanRush((int)size))
        {
            ClearAtOnce(m, at, (int)size);
            return;
        }

        ref MemClear f = ref m.Call<MemClear>();
        f._at = at;
        f._left = size;
        f._write = write;
    }

    /// <inheritdoc/>
    public static void Step(ref MemClear f, Machine m)
    {
        ulong word = (ulong)m.PointerSize;
        do
        {
            switch (f._pc)
            {
                case Start:
                    m.NoSafePoint();
                    if (f.FindPointer(m, 0))
                    {
                        f._pc = BarrierOld;
                        break;
                    }

                    f._pc = StoreWord;
                    break;
                case BarrierOld:
                    m.BufferOld(m.LoadPointer(f._at + f._pointer));
                    if (!f.FindPointer(m, f._pointer + word))
                    {
                        f._pointer = 0;
                        f._pc = StoreWord;
                    }

                    break;
                case StoreWord:
                    int chunk = m.Chunk(f._at, (int)Math.Min(f._left, word));
                    m.StoreChunk(f._at, 0, chunk);
                    f._at += chunk;
                    f._left -= (ulong)chunk;
                    if (f._left == 0)
                    {
                        m.Return();
                        return;
                    }

                    break;
            }
        }
        while (m.Next());
    }

    /// <summary>The same words without a frame, counted as the same steps; ends early if an access fails.</summary>
    private static void ClearAtOnce(Machine m, Addr at, int size)
    {
        // What the caller did in this step is a step of its own.
        bool ok = m.Next();
        int word = m.PointerSize;
        if (ok && size > word && ((uint)size | at.Value) % (uint)word == 0 && m.Memory.IsLive(at, size))
        {
            m.ClearRange(at, size);
            m.Next();
            return;
        }

        while (ok && size > 0)
        {
            int chunk = m.Chunk(at, Math.Min(size, word));
            m.StoreChunk(at, 0, chunk);
            ok = m.Next();
            at += chunk;
            size -= chunk;
        }
    }

    /// <summary>The next pointer word in the range that needs a barrier.</summary>
    private bool FindPointer(Machine m, ulong from)
    {
        if (!m.HasBarrier(_write) || !m.NeedsBulkBarrier(_at, out PointerMap map, out int offset))
        {
            return false;
        }

        int next = map.Next(offset + (int)from, offset + (int)_left);
        _pointer = (ulong)(next - offset);
        return _pointer < _left;
    }
}
