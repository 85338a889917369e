using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.AppendOverflow.Label;

namespace MapSim.Map;

/// <summary>
/// The append of a bucket to *h.extra.overflow, with the runtime's growslice: doubling up to 256, then a quarter more
/// plus 192, rounded up to what the allocator hands out (go-map.md section 5).
/// </summary>
public struct AppendOverflow : IFrame<AppendOverflow>
{
    private Addr _h, _bucket, _slice, _array, _new;
    private ulong _length, _capacity, _i, _word;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Load h.extra.</summary>
        LoadExtra,

        /// <summary>Load extra.overflow.</summary>
        LoadSlice,

        /// <summary>Load the array pointer.</summary>
        LoadArray,

        /// <summary>Load the length.</summary>
        LoadLength,

        /// <summary>Load the capacity.</summary>
        LoadCapacity,

        /// <summary>Allocate a bigger array.</summary>
        NewArray,

        /// <summary>Does the copy need a barrier? (no access)</summary>
        Copy,

        /// <summary>Load an element for the barrier of the copy: the new array is fresh, so only what goes in is written down.</summary>
        CopyBarrier,

        /// <summary>Load an element.</summary>
        CopyLoad,

        /// <summary>Store it in the bigger array.</summary>
        CopyStore,

        /// <summary>Store the capacity.</summary>
        StoreCapacity,

        /// <summary>Store the array pointer.</summary>
        StoreArray,

        /// <summary>Store the length.</summary>
        StoreLength,

        /// <summary>Store the new element.</summary>
        StoreElement,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.AppendOverflow;

    /// <inheritdoc/>
    public static int AddressCount => 5;

    /// <inheritdoc/>
    public static bool IsFunction => false;

    /// <inheritdoc/>
    public static bool IsSafePoint(in AppendOverflow f) => f._pc is NewArray;

    /// <inheritdoc/>
    public static string LabelOf(in AppendOverflow f) => f._pc.ToString();

    internal static void Call(Machine m, Addr h, Addr bucket)
    {
        ref AppendOverflow f = ref m.Call<AppendOverflow>();
        f._h = h;
        f._bucket = bucket;
    }

    /// <summary>The capacity growslice gives a slice of pointers that needs one element more than it can hold.</summary>
    public static ulong GrownCapacity(ulong capacity, GoVersion version, Arch arch)
    {
        ulong needed = capacity + 1, wanted = capacity;
        if (needed > 2 * capacity)
        {
            wanted = needed;
        }
        else if (capacity < 256)
        {
            wanted = 2 * capacity;
        }
        else
        {
            while (wanted < needed)
            {
                wanted += (wanted + 3 * 256) / 4;
            }
        }

        ulong word = (ulong)arch.PointerSize;
        return SizeClasses.RoundUpSize(wanted * word, true, version, arch) / word;
    }

    /// <inheritdoc/>
    public static void Step(ref AppendOverflow f, Machine m)
    {
        do
        {
            switch (f._pc)
            {
                case LoadExtra:
                    f._slice = m.LoadPointer(f._h + m.L.Extra);
                    f._pc = LoadSlice;
                    break;
                case LoadSlice:
                    f._slice = m.LoadPointer(f._slice + StructLayouts.Overflow);
                    f._pc = LoadArray;
                    break;
                case LoadArray:
                    f._array = m.LoadPointer(f._slice + StructLayouts.SliceArray);
                    f._pc = LoadLength;
                    break;
                case LoadLength:
                    f._length = m.LoadWord(f._slice + m.L.SliceLen);
                    f._pc = LoadCapacity;
                    break;
                case LoadCapacity:
                    f._capacity = m.LoadWord(f._slice + m.L.SliceCap);
                    f._pc = f._length + 1 > f._capacity ? NewArray : StoreLength;
                    break;
                case NewArray:
                    f._capacity = GrownCapacity(f._capacity, m.Version, m.Arch);
                    f._new = m.Allocate(f._capacity * (ulong)m.PointerSize, m.Heap.PointerMaps.Words, ObjectKind.OverflowArray, f._h);
                    f._pc = f._length == 0 ? StoreCapacity : Copy;
                    break;
                case Copy:
                    // Only now: the allocation may have started a collection.
                    f._pc = m.BarrierOn ? CopyBarrier : CopyLoad;
                    m.NoSafePoint();
                    break;
                case CopyBarrier:
                    m.BufferNew(m.LoadPointer(f._array + (f._i * (ulong)m.PointerSize)));
                    f._i = f._i + 1 == f._length ? 0 : f._i + 1;
                    f._pc = f._i == 0 ? CopyLoad : CopyBarrier;
                    break;
                case CopyLoad:
                    f._word = m.LoadWord(f._array + (f._i * (ulong)m.PointerSize));
                    f._pc = CopyStore;
                    break;
                case CopyStore:
                    m.StoreWord(f._new + (f._i * (ulong)m.PointerSize), f._word);
                    f._word = 0;
                    f._i++;
                    f._pc = f._i == f._length ? StoreCapacity : CopyLoad;
                    break;
                case StoreCapacity:
                    m.StoreWord(f._slice + m.L.SliceCap, f._capacity);
                    f._i = 0;
                    f._pc = StoreArray;
                    break;
                case StoreArray:
                    if (m.StorePointer(f._slice + StructLayouts.SliceArray, f._new, PointerWrite.ListArray))
                    {
                        f._array = f._new;
                        f._new = default;
                        f._pc = StoreLength;
                    }

                    break;
                case StoreLength:
                    m.StoreWord(f._slice + m.L.SliceLen, f._length + 1);
                    f._pc = StoreElement;
                    break;
                case StoreElement:
                    if (m.StorePointer(f._array + (f._length * (ulong)m.PointerSize), f._bucket, PointerWrite.ListElement))
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
