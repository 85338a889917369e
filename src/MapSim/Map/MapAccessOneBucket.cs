using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.MapAccessOneBucket.Label;

namespace MapSim.Map;

/// <summary>
/// Lookup of a string while the map has a single bucket (map_faststr.go 29-74 of 1.23): compares without hashing.
/// </summary>
/// <remarks>
/// Keys below 32 bytes are compared at once. Of longer ones only length and the first and last four bytes are looked
/// at; if two keys pass, the hash decides after all, if one does, it is compared in the end. Result: R0 elem address.
/// </remarks>
public struct MapAccessOneBucket : IFrame<MapAccessOneBucket>
{
    private const int Short = 32;
    private Addr _h, _key, _b;
    private ulong _length;
    private ushort _type;
    private byte _i, _maybe, _sameLength;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Load a string's length.</summary>
        StringLength,

        /// <summary>Load the tophash beside it: in use?</summary>
        Cell,

        /// <summary>Load the string's data pointer.</summary>
        StringData,

        /// <summary>Load the data pointer of the one long key that may be equal.</summary>
        MaybeData,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.MapAccessOneBucket;

    /// <inheritdoc/>
    public static int AddressCount => 3;

    /// <inheritdoc/>
    public static bool IsFunction => false;

    /// <inheritdoc/>
    public static string LabelOf(in MapAccessOneBucket f) => f._pc.ToString();

    internal static void TailCall(Machine m, int type, Addr h, in KeyArg key, Addr b)
    {
        ref MapAccessOneBucket f = ref m.TailCall<MapAccessOneBucket>();
        f._h = h;
        f._key = key.Pointer;
        f._length = key.Bits;
        f._b = b;
        f._type = (ushort)type;
        f._maybe = Bmap.Slots;
    }

    /// <inheritdoc/>
    public static void Step(ref MapAccessOneBucket f, Machine m)
    {
        MapType t = m.Types[f._type];
        do
        {
            switch (f._pc)
            {
                case StringLength:
                    f._sameLength = m.LoadWord(f.KeySlot(t) + m.PointerSize) == f._length ? (byte)1 : (byte)0;
                    f._pc = Cell;
                    break;
                case Cell:
                    byte top = m.Load8(f._b + f._i);
                    bool candidate = f._sameLength != 0 && !Bmap.IsEmpty(top);
                    f._sameLength = 0;
                    if (candidate)
                    {
                        f._pc = StringData;
                    }
                    else if (f.IsLast(top == Bmap.EmptyRest))
                    {
                        m.Return();
                        return;
                    }

                    break;
                case StringData:
                    Addr data = m.LoadPointer(f.KeySlot(t));
                    if (data == f._key || (f._length < Short && f.SameString(m, data)))
                    {
                        m.Return(f.ElemSlot(t), f.KeySlot(t));
                        return;
                    }

                    if (f._length >= Short && f.LooksAlike(m, data))
                    {
                        if (f._maybe != Bmap.Slots)
                        {
                            MapAccess.TailCallToHash(m, f._type, f._h, new KeyArg(MapVariant.FastStr, f._key, f._length));
                            return;
                        }

                        f._maybe = f._i;
                    }

                    if (f.IsLast(false))
                    {
                        m.Return();
                        return;
                    }

                    break;
                case MaybeData:
                    bool equal = f.SameString(m, m.LoadPointer(f.KeySlot(t)));
                    m.Return(equal ? f.ElemSlot(t) : default, equal ? f.KeySlot(t) : default);
                    return;
            }
        }
        while (m.Next());
    }

    private readonly Addr KeySlot(MapType t) => _b + (Bmap.DataOffset + _i * t.KeySlot);

    private readonly Addr ElemSlot(MapType t) => _b + (t.ElemsOffset + _i * t.ElemSlot);

    /// <summary>Goes to the next cell, or to the candidate after the last; true if there is nothing more to look at.</summary>
    private bool IsLast(bool rest)
    {
        _i++;
        if (!rest && _i < Bmap.Slots)
        {
            _pc = StringLength;
            return false;
        }

        if (_maybe == Bmap.Slots)
        {
            return true;
        }

        _i = _maybe;
        _pc = MaybeData;
        return false;
    }

    private readonly bool SameString(Machine m, Addr data) => data == _key
        || m.StringBytes(data, _length).SequenceEqual(m.StringBytes(_key, _length));

    private readonly bool LooksAlike(Machine m, Addr data)
    {
        ReadOnlySpan<byte> a = m.StringBytes(data, _length), b = m.StringBytes(_key, _length);
        return a[..4].SequenceEqual(b[..4]) && a[^4..].SequenceEqual(b[^4..]);
    }
}
