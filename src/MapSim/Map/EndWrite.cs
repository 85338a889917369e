using MapSim.Faults;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.EndWrite.Label;

namespace MapSim.Map;

/// <summary>
/// The end of every writing operation: hashWriting must still be set, else another writer was inside; then it is
/// cleared (map.go 722-727 of 1.23, and the same lines of delete and clear). Result: R0 is the elem's address.
/// </summary>
public struct EndWrite : IFrame<EndWrite>
{
    private Addr _h, _elem;
    private ushort _type;
    private byte _flags;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Load h.flags: is hashWriting still set?</summary>
        CheckFlags,

        /// <summary>Load h.flags.</summary>
        LoadFlags,

        /// <summary>Store h.flags without hashWriting.</summary>
        StoreFlags,

        /// <summary>Load the pointer to an indirect elem.</summary>
        ElemPointer,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.EndWrite;

    /// <inheritdoc/>
    public static int AddressCount => 2;

    /// <inheritdoc/>
    public static bool IsFunction => false;

    /// <inheritdoc/>
    public static string LabelOf(in EndWrite f) => f._pc.ToString();

    /// <summary>Replaces the running frame. <paramref name="elem"/> is nil for operations without a result.</summary>
    internal static void TailCall(Machine m, int type, Addr h, Addr elem)
    {
        ref EndWrite f = ref m.TailCall<EndWrite>();
        f._h = h;
        f._elem = elem;
        f._type = (ushort)type;
    }

    /// <inheritdoc/>
    public static void Step(ref EndWrite f, Machine m)
    {
        do
        {
            switch (f._pc)
            {
                case CheckFlags:
                    if ((m.Load8(f._h + m.L.Flags) & HmapFlags.HashWriting) == 0 && !m.Has(Fault.DetNoExitCheck))
                    {
                        m.Fail(Failure.ConcurrentWrites);
                        return;
                    }

                    f._pc = LoadFlags;
                    break;
                case LoadFlags:
                    f._flags = m.Load8(f._h + m.L.Flags);
                    f._pc = StoreFlags;
                    break;
                case StoreFlags:
                    m.Store8(f._h + m.L.Flags, (byte)(f._flags & ~HmapFlags.HashWriting));
                    if (f._elem.IsNil || !m.Types[f._type].IndirectElem)
                    {
                        m.Return(f._elem);
                        return;
                    }

                    f._flags = 0;
                    f._pc = ElemPointer;
                    break;
                case ElemPointer:
                    m.Return(m.LoadPointer(f._elem));
                    return;
            }
        }
        while (m.Next());
    }
}
