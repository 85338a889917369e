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
                    if (m.Rushing && f._left > word && (f._left | f._at.Value) % word == 0 && m.Memory.IsLive(f._at, (int)f._left))
                    {
                        // Nobody looks between the steps: the same words, zeroed at a stretch and counted as the same steps.
                        m.ClearRange(f._at, (int)f._left);
                        m.Return();
                        return;
                    }

                    break;
                case BarrierOld:
                    m.BufferPointer(m.LoadPointer(f._at + f._pointer));
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

    /// <summary>The next pointer word in the range that needs a barrier.</summary>
    private bool FindPointer(Machine m, ulong from)
    {
        if (!BarrierTable.HasBarrier(_write) || !m.NeedsBulkBarrier(_at, out PointerMap map, out int offset))
        {
            return false;
        }

        int next = map.Next(offset + (int)from, offset + (int)_left);
        _pointer = (ulong)(next - offset);
        return _pointer < _left;
    }
}
