using MapSim.Faults;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.CreateOverflow.Label;

namespace MapSim.Map;

/// <summary>
/// createOverflow (map.go 265-272 of 1.23): makes sure that the map has a mapextra and in it a list of overflow
/// buckets. The start of an iteration over a pointer-free map does this too.
/// </summary>
public struct CreateOverflow : IFrame<CreateOverflow>
{
    private Addr _h, _extra, _slice;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Load h.extra.</summary>
        LoadExtra,

        /// <summary>Allocate the mapextra.</summary>
        NewExtra,

        /// <summary>Store h.extra.</summary>
        StoreExtra,

        /// <summary>Load extra.overflow.</summary>
        LoadOverflow,

        /// <summary>Allocate the slice header.</summary>
        NewSlice,

        /// <summary>Store extra.overflow.</summary>
        StoreOverflow,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.CreateOverflow;

    /// <inheritdoc/>
    public static int AddressCount => 3;

    /// <inheritdoc/>
    public static bool IsFunction => false;

    /// <inheritdoc/>
    public static bool IsSafePoint(in CreateOverflow f) => f._pc is NewExtra or NewSlice;

    /// <inheritdoc/>
    public static string LabelOf(in CreateOverflow f) => f._pc.ToString();

    internal static void Call(Machine m, Addr h)
    {
        ref CreateOverflow f = ref m.Call<CreateOverflow>();
        f._h = h;
    }

    /// <inheritdoc/>
    public static void Step(ref CreateOverflow f, Machine m)
    {
        do
        {
            switch (f._pc)
            {
                case LoadExtra:
                    f._extra = m.LoadPointer(f._h + m.L.Extra);
                    f._pc = f._extra.IsNil ? NewExtra : LoadOverflow;
                    break;
                case NewExtra:
                    f._extra = m.Allocate((ulong)m.L.MapExtraSize, m.Heap.PointerMaps.MapExtra, ObjectKind.MapExtra, f._h);
                    f._pc = StoreExtra;
                    break;
                case StoreExtra:
                    if (m.Has(Repair.CreateOverflowOnce) && KeyHash.Word(m, f._h + m.L.Extra) != 0)
                    {
                        // A compare-and-swap that lost: takes what is there.
                        f._extra = m.LoadPointer(f._h + m.L.Extra);
                        f._pc = LoadOverflow;
                        break;
                    }

                    f._pc = m.StorePointer(f._h + m.L.Extra, f._extra, PointerWrite.CreateExtra) ? LoadOverflow : StoreExtra;
                    break;
                case LoadOverflow:
                    if (!m.LoadPointer(f._extra + StructLayouts.Overflow).IsNil)
                    {
                        m.Return();
                        return;
                    }

                    f._pc = NewSlice;
                    break;
                case NewSlice:
                    f._slice = m.Allocate((ulong)m.L.SliceSize, m.Heap.PointerMaps.Slice, ObjectKind.OverflowSlice, f._h);
                    f._pc = StoreOverflow;
                    break;
                case StoreOverflow:
                    if (m.Has(Repair.CreateOverflowOnce) && KeyHash.Word(m, f._extra + StructLayouts.Overflow) != 0)
                    {
                        m.LoadPointer(f._extra + StructLayouts.Overflow);
                        m.Return();
                        return;
                    }

                    if (m.StorePointer(f._extra + StructLayouts.Overflow, f._slice, PointerWrite.CreateList))
                    {
                        m.Return();
                        return;
                    }

                    break;
            }
        }
        while (m.Next());
    }
}
