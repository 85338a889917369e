using MapSim.Faults;
using MapSim.Heap;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.MemMove.Label;

namespace MapSim.Map;

/// <summary>
/// typedmemmove: copies a value word by word, a load and a store for each. While barriers are on, the pointers that
/// will be overwritten and those that overwrite them are first written down for the collector (bulkBarrierPreWrite).
/// Also what user code does around a map call: the elem into its slot after an assignment, out of it after a lookup.
/// </summary>
/// <remarks>
/// Nowhere in it is a safe-point, so the word between its load and its store need not be a root. Before user code's
/// store begins there is one: the goroutine can be stopped between mapassign and *elem = v.
/// </remarks>
public struct MemMove : IFrame<MemMove>
{
    private Addr _to, _from;
    private ulong _word;
    private int _left, _barrier;
    private byte _chunk;
    private bool _wasOff;
    private PointerWrite _write;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Does the copy need a barrier? (no access)</summary>
        Start,

        /// <summary>Load a pointer that will be overwritten, for the barrier.</summary>
        BarrierOld,

        /// <summary>Load the pointer that will overwrite it, for the barrier.</summary>
        BarrierNew,

        /// <summary>Load a word.</summary>
        LoadWord,

        /// <summary>Store it.</summary>
        StoreWord,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.MemMove;

    /// <inheritdoc/>
    public static int AddressCount => 2;

    /// <inheritdoc/>
    public static bool IsFunction => false;

    /// <inheritdoc/>
    public static bool IsSafePoint(in MemMove f) => f._pc == Start && f._write == PointerWrite.UserElem;

    /// <inheritdoc/>
    public static string LabelOf(in MemMove f) => f._pc.ToString();

    /// <summary>Calls it. Nothing is copied if <paramref name="size"/> is 0.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="to">Where to.</param>
    /// <param name="from">Where from.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="write">Which statement this is: the table says whether it has a barrier.</param>
    public static void Call(Machine m, Addr to, Addr from, int size, PointerWrite write)
    {
        if (m.CanRush(2 * size))
        {
            CopyAtOnce(m, to, from, size);
            return;
        }

        bool isUserElem = write == PointerWrite.UserElem;
        if (isUserElem)
        {
            LateBarrier.CallIfFaulty(m, to, size);
        }

        ref MemMove f = ref m.Call<MemMove>();
        f._wasOff = isUserElem && !m.BarrierOn && m.Has(Fault.WbFlagHoisted);
        f._to = to;
        f._from = from;
        f._left = size;
        f._write = write;
    }

    /// <inheritdoc/>
    public static void Step(ref MemMove f, Machine m)
    {
        do
        {
            switch (f._pc)
            {
                case Start:
                    if (f._left == 0)
                    {
                        m.Return();
                        return;
                    }

                    f._pc = f.FindPointer(m, 0) ? BarrierOld : LoadWord;
                    m.NoSafePoint();
                    break;
                case BarrierOld:
                    m.BufferOld(m.LoadPointer(f._to + f._barrier));
                    f._pc = BarrierNew;
                    break;
                case BarrierNew:
                    m.BufferNew(m.LoadPointer(f._from + f._barrier));
                    f._pc = f.FindPointer(m, f._barrier + m.PointerSize) ? BarrierOld : LoadWord;
                    break;
                case LoadWord:
                    f._chunk = (byte)ChunkOf(m, f._to, f._from, f._left);
                    f._word = m.LoadChunk(f._from, f._chunk);
                    f._pc = StoreWord;
                    break;
                case StoreWord:
                    m.StoreChunk(f._to, f._word, f._chunk);
                    f._from += (int)f._chunk;
                    f._to += (int)f._chunk;
                    f._left -= f._chunk;
                    f._word = 0;
                    f._chunk = 0;
                    f._pc = LoadWord;
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

    /// <summary>The same accesses without a frame, counted as the same steps; ends early if one fails.</summary>
    private static void CopyAtOnce(Machine m, Addr to, Addr from, int size)
    {
        // What the caller did in this step is a step of its own.
        bool ok = m.Next();
        while (ok && size > 0)
        {
            int chunk = ChunkOf(m, to, from, size);
            ulong word = m.LoadChunk(from, chunk);
            ok = m.Next();
            if (ok)
            {
                m.StoreChunk(to, word, chunk);
                ok = m.Next();
            }

            from += chunk;
            to += chunk;
            size -= chunk;
        }
    }

    /// <summary>How many bytes the next load and store move: a whole word if possible, as pointers must not be torn.</summary>
    private static int ChunkOf(Machine m, Addr to, Addr from, int left)
    {
        int chunk = Math.Min(m.Chunk(from, left), m.Chunk(to, left));
        return chunk == m.PointerSize && m.Has(Fault.GcTornPointerCopy) ? chunk / 2 : chunk;
    }

    /// <summary>The next pointer word of the destination; leaves 0 if there is none.</summary>
    private bool FindPointer(Machine m, int from)
    {
        _barrier = 0;
        if (!m.BarrierOn || _wasOff || !m.HasBarrier(_write) || !m.NeedsBulkBarrier(_to, out PointerMap map, out int offset))
        {
            return false;
        }

        int next = map.Next(offset + from, offset + _left) - offset;
        _barrier = next < _left ? next : 0;
        return next < _left;
    }
}
