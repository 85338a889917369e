using MapSim.Faults;
using MapSim.Heap;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.LateBarrier.Label;

namespace MapSim.Map;

/// <summary>
/// The barrier of user code's elem store at the wrong end of it, for the fault wb-post-store only: after the store, with a
/// safe-point in between. It finds the new pointer in the slot; the old one is gone. It lies under the
/// <see cref="MemMove"/> that stores.
/// </summary>
public struct LateBarrier : IFrame<LateBarrier>
{
    private Addr _slot;
    private int _size, _at;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>The elem is stored: are barriers on, and has the slot a pointer? (no access)</summary>
        Start,

        /// <summary>Load a pointer of the slot and write it down.</summary>
        LoadPointer,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.LateBarrier;

    /// <inheritdoc/>
    public static int AddressCount => 1;

    /// <inheritdoc/>
    public static bool IsFunction => false;

    /// <inheritdoc/>
    public static bool IsSafePoint(in LateBarrier f) => f._pc == Start;

    /// <inheritdoc/>
    public static string LabelOf(in LateBarrier f) => f._pc.ToString();

    /// <summary>Calls it for the elem that is about to be stored, if the model has the fault.</summary>
    internal static void CallIfFaulty(Machine m, Addr slot, int size)
    {
        if (m.Has(Fault.WbPostStore))
        {
            ref LateBarrier f = ref m.Call<LateBarrier>();
            f._slot = slot;
            f._size = size;
        }
    }

    /// <inheritdoc/>
    public static void Step(ref LateBarrier f, Machine m)
    {
        do
        {
            switch (f._pc)
            {
                case Start:
                    m.NoSafePoint();
                    if (!f.FindPointer(m, 0))
                    {
                        m.Return();
                        return;
                    }

                    f._pc = LoadPointer;
                    break;
                case LoadPointer:
                    Addr stored = m.LoadPointer(f._slot + f._at);
                    m.BufferOld(stored);
                    m.BufferNew(stored);
                    if (!f.FindPointer(m, f._at + m.PointerSize))
                    {
                        m.Return();
                        return;
                    }

                    break;
            }
        }
        while (m.Next());
    }

    private bool FindPointer(Machine m, int from)
    {
        if (!m.NeedsBulkBarrier(_slot, out PointerMap map, out int offset))
        {
            return false;
        }

        _at = map.Next(offset + from, offset + _size) - offset;
        return _at < _size;
    }
}
