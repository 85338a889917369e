using System.Buffers.Binary;
using MapSim.Faults;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Map;

/// <summary>
/// The hasher of a key type: what the compiler generates (for whole keys) and what the runtime's typehash does (for
/// values inside interfaces), built on the machine's memory hash (go-map.md section 6).
/// </summary>
/// <remarks>
/// It reads a key that is in the goroutine's own memory; the data of strings and boxed values is immutable. Each NaN
/// costs a random draw.
/// </remarks>
internal static class KeyHash
{
    private const ulong C0Wide = 33054211828000289, C1Wide = 23344194077549503;
    private const ulong C0Narrow = 2860486313, C1Narrow = 3267000013;

    /// <summary>Hashes a key as an entry point received it.</summary>
    /// <returns>False if the hasher panicked: the operation has failed.</returns>
    public static bool TryHash(Machine m, MapType t, in KeyArg key, ulong seed, out ulong hash)
    {
        if (m.RecordedHashes == null)
        {
            switch (key.Variant)
            {
                case MapVariant.Fast32 or MapVariant.Fast32Ptr:
                    hash = m.MemHash.Hash32((uint)key.Bits, seed);
                    return true;
                case MapVariant.Fast64 or MapVariant.Fast64Ptr:
                    hash = m.MemHash.Hash64(key.Bits, seed);
                    return true;
                case MapVariant.FastStr:
                    hash = m.MemHash.HashString(m.StringBytes(key.Pointer, key.Bits), seed);
                    return true;
            }

            return TryHash(m, t.Key, key.Pointer, seed, out hash);
        }

        return TryRecorded(m, t, key, seed, out hash);
    }

    /// <summary>Hashes the key that lies at an address.</summary>
    public static bool TryHashAt(Machine m, MapType t, Addr key, ulong seed, out ulong hash) =>
        m.RecordedHashes == null
            ? TryHash(m, t.Key, key, seed, out hash)
            : TryRecorded(m, t, new KeyArg(MapVariant.Generic, key, 0), seed, out hash);

    /// <summary>Hashes a key that lies in a bucket, for the map's own code: evacuate and mapiternext.</summary>
    public static bool TryHashStored(Machine m, MapType t, Addr key, ulong seed, out ulong hash) =>
        m.Has(Fault.HashTwoFunctions) ? TryTypeHash(m, t.Key, key, seed, out hash) : TryHashAt(m, t, key, seed, out hash);

    /// <summary>
    /// What lookup and delete do with a key when the map is empty: panic if it cannot be hashed. Before 1.22 they
    /// call the hasher (which may draw); from 1.22 they look at the type.
    /// </summary>
    /// <returns>False if the operation has failed.</returns>
    public static bool CheckKeyOfEmptyMap(Machine m, MapType t, in KeyArg key) =>
        !t.Key.HashMightPanic || key.Variant != MapVariant.Generic || m.Has(Fault.EmptySkipsKeycheck)
        || (m.Version.EmptyMapHashesKey ? TryHash(m, t.Key, key.Pointer, 0, out _) : IsHashable(m, t.Key, key.Pointer));

    /// <summary>The tophash of a key, as the frames store and look for it (<see cref="Bmap.TopHash"/>).</summary>
    internal static byte TopHash(Machine m, ulong hash)
    {
        byte top = Bmap.TopHash(hash, m.PointerSize);
        return top < 2 * Bmap.MinTopHash && m.Has(Fault.TophashNoBump) ? unchecked((byte)(hash >> (m.PointerSize * 8 - 8))) : top;
    }

    private static bool TryRecorded(Machine m, MapType t, in KeyArg key, ulong seed, out ulong hash)
    {
        hash = 0;
        if (key.Variant == MapVariant.Generic && !IsHashable(m, t.Key, key.Pointer))
        {
            return false;
        }

        byte[] content = KeyContent.Of(m, t, key, out bool isNaN);
        if (isNaN)
        {
            // A NaN's hash is made of a random draw: it is computed, never recorded.
            return TryHash(m, t.Key, key.Pointer, seed, out hash);
        }

        hash = m.RecordedHashes!.HashOf(t, content, seed);
        return true;
    }

    private static bool TryHash(Machine m, GoType t, Addr p, ulong seed, out ulong hash)
    {
        hash = seed;
        if (t.IsPlainMemory)
        {
            hash = Plain(m, p, t.Size, seed);
            return true;
        }

        switch (t.Kind)
        {
            case GoKind.String:
                hash = m.MemHash.HashString(StringAt(m, p), seed);
                return true;
            case GoKind.Float:
                hash = Float(m, p, t.Size, seed);
                return true;
            case GoKind.Complex:
                hash = Float(m, p + t.Size / 2, t.Size / 2, Float(m, p, t.Size / 2, seed));
                return true;
            case GoKind.Interface:
                return TryHashInterface(m, p, seed, out hash);
            case GoKind.Array:
                for (int i = 0; i < t.Length; i++)
                {
                    if (!TryHash(m, t.Elem!, p + i * t.Elem!.Size, hash, out hash))
                    {
                        return false;
                    }
                }

                return true;
            case GoKind.Struct:
                return TryHashStruct(m, t, p, seed, out hash);
            default:
                return FailUnhashable(m, t);
        }
    }

    private static bool TryHashStruct(Machine m, GoType t, Addr p, ulong seed, out ulong hash)
    {
        hash = seed;
        if (t.Unwrapped != t)
        {
            return TryHash(m, t.Fields[0].Type, p + t.Fields[0].Offset, seed, out hash);
        }

        for (int i = 0; i < t.Fields.Count;)
        {
            GoField field = t.Fields[i];
            if (field.Name == "_")
            {
                i++;
            }
            else if (!field.Type.IsPlainMemory)
            {
                if (!TryHash(m, field.Type, p + field.Offset, hash, out hash))
                {
                    return false;
                }

                i++;
            }
            else
            {
                // A run of plain fields without padding between them is hashed in one go, by its length.
                int end = field.Offset + field.Type.Size, next = i + 1;
                while (next < t.Fields.Count && t.Fields[next] is { Name: not "_" } f && f.Type.IsPlainMemory && f.Offset == end)
                {
                    end += f.Type.Size;
                    next++;
                }

                hash = m.MemHash.HashBytes(m.Memory.Raw(p + field.Offset, end - field.Offset), hash);
                i = next;
            }
        }

        return true;
    }

    private static bool TryHashInterface(Machine m, Addr p, ulong seed, out ulong hash)
    {
        hash = seed;
        if (!TryDynamic(m, p, out GoType? type, out Addr value))
        {
            return true;
        }

        if (!type!.IsComparable)
        {
            return FailUnhashable(m, type);
        }

        (ulong c0, ulong c1) = m.PointerSize == 8 ? (C0Wide, C1Wide) : (C0Narrow, C1Narrow);
        if (!TryTypeHash(m, type, value, seed ^ c0, out hash))
        {
            return false;
        }

        hash = unchecked(hash * c1) & m.Arch.MaxUintptr;
        return true;
    }

    /// <summary>The runtime's hash of a dynamic value: it takes struct fields one by one, unlike the compiler's code.</summary>
    private static bool TryTypeHash(Machine m, GoType t, Addr p, ulong seed, out ulong hash)
    {
        if (t.IsPlainMemory || t.Kind is not (GoKind.Array or GoKind.Struct))
        {
            return TryHash(m, t, p, seed, out hash);
        }

        hash = seed;
        if (t.Kind == GoKind.Array)
        {
            for (int i = 0; i < t.Length; i++)
            {
                if (!TryTypeHash(m, t.Elem!, p + i * t.Elem!.Size, hash, out hash))
                {
                    return false;
                }
            }

            return true;
        }

        foreach (GoField field in t.Fields)
        {
            if (field.Name != "_" && !TryTypeHash(m, field.Type, p + field.Offset, hash, out hash))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsHashable(Machine m, GoType t, Addr p)
    {
        switch (t.Kind)
        {
            case GoKind.Interface:
                return !TryDynamic(m, p, out GoType? type, out Addr value)
                    || (type!.IsComparable ? IsHashable(m, type, value) : FailUnhashable(m, type));
            case GoKind.Array:
                return Enumerable.Range(0, t.HashMightPanic ? t.Length : 0).All(i => IsHashable(m, t.Elem!, p + i * t.Elem!.Size));
            case GoKind.Struct:
                return t.Fields.All(f => f.Name == "_" || IsHashable(m, f.Type, p + f.Offset));
            default:
                return t.IsComparable || FailUnhashable(m, t);
        }
    }

    private static bool FailUnhashable(Machine m, GoType t)
    {
        m.Fail(Failure.Unhashable, m.RuntimeTypeNumber(t));
        return false;
    }

    /// <summary>The type of an interface value and where the value lies; false for nil.</summary>
    internal static bool TryDynamic(Machine m, Addr p, out GoType? type, out Addr value)
    {
        ulong word = Word(m, p);
        type = null;
        value = default;
        if (word == 0)
        {
            return false;
        }

        type = m.RuntimeTypeAt(new Addr(word)) ?? throw new MachineInvariantException($"no type descriptor at 0x{word:x}");
        value = type.IsDirectInterface ? p + m.PointerSize : new Addr(Word(m, p + m.PointerSize));
        return true;
    }

    /// <summary>The bytes of the string whose header is at an address.</summary>
    internal static ReadOnlySpan<byte> StringAt(Machine m, Addr p) =>
        m.StringBytes(new Addr(Word(m, p)), Word(m, p + m.PointerSize));

    internal static ulong Word(Machine m, Addr p)
    {
        ReadOnlySpan<byte> bytes = m.Memory.Raw(p, m.PointerSize);
        return m.PointerSize == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    internal static double FloatAt(Machine m, Addr p, int size)
    {
        ReadOnlySpan<byte> bytes = m.Memory.Raw(p, size);
        return size == 8 ? BinaryPrimitives.ReadDoubleLittleEndian(bytes) : BinaryPrimitives.ReadSingleLittleEndian(bytes);
    }

    private static ulong Plain(Machine m, Addr p, int size, ulong seed)
    {
        if (size == 0)
        {
            return seed;
        }

        ReadOnlySpan<byte> bytes = m.Memory.Raw(p, size);
        return size switch
        {
            4 => m.MemHash.Hash32(BinaryPrimitives.ReadUInt32LittleEndian(bytes), seed),
            8 => m.MemHash.Hash64(BinaryPrimitives.ReadUInt64LittleEndian(bytes), seed),
            _ => m.MemHash.HashBytes(bytes, seed),
        };
    }

    private static ulong Float(Machine m, Addr p, int size, ulong seed)
    {
        double x = FloatAt(m, p, size);
        (ulong c0, ulong c1) = m.PointerSize == 8 ? (C0Wide, C1Wide) : (C0Narrow, C1Narrow);
        return x == 0 ? unchecked(c1 * (c0 ^ seed)) & m.Arch.MaxUintptr
            : double.IsNaN(x) ? NaN(m, seed)
            : m.MemHash.HashBytes(m.Memory.Raw(p, size), seed);
    }

    private static ulong NaN(Machine m, ulong seed)
    {
        (ulong c0, ulong c1) = m.PointerSize == 8 ? (C0Wide, C1Wide) : (C0Narrow, C1Narrow);
        ulong draw = m.Choices.Draw(ChoiceKind.NaNHash);
        ulong r = m.Version.WideRandom ? draw & m.Arch.MaxUintptr : (uint)(draw & uint.MaxValue);
        return unchecked(c1 * (c0 ^ seed ^ r)) & m.Arch.MaxUintptr;
    }
}
