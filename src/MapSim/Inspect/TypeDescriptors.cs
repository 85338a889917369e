using System.Buffers.Binary;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Inspect;

/// <summary>
/// The runtime's type descriptors (runtime._type, internal/abi.Type), which interface values point to, as far as basic
/// types go: a size and a kind say all of them.
/// </summary>
/// <remarks>
/// <code>
/// size 0 | ptrdata 8 | hash 16 | tflag 20 | align 21 | fieldAlign 22 | kind 23 | equal 24 ...    (386: 0, 4, 8, 12 ... 15)
/// </code>
/// </remarks>
public static class TypeDescriptors
{
    private const int KindBits = 31;

    // In the order of abi.Kind's numbers; pointers, chans and funcs are one word that is compared as it is.
    private static readonly string?[] Kinds =
    [
        null, "bool", "int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64", "uintptr", "float32", "float64",
        "complex64", "complex128", null, "unsafe.Pointer", null, null, null, "unsafe.Pointer", null, "string", null, "unsafe.Pointer",
    ];

    /// <summary>The type whose descriptor is at an address, if it is a basic one; null if it is not, or cannot be read. Of a named type the basic type under it.</summary>
    public static GoType? Read(ProcessImage image, Addr descriptor, Arch arch)
    {
        Span<byte> bytes = stackalloc byte[24];
        int kind = KindAt(arch);
        if (!image.TryRead(descriptor, bytes[..(kind + 1)]) || Kinds.ElementAtOrDefault(bytes[kind] & KindBits) is not { } name)
        {
            return null;
        }

        GoType type = GoTypeParser.Parse(name, arch);
        return DecodedMap.Pointer(bytes, arch).Value == (ulong)type.Size ? type : null;
    }

    /// <summary>The first bytes of a descriptor, as far as <see cref="Read"/> looks; null for types that are not basic.</summary>
    public static byte[]? Write(GoType type, Arch arch)
    {
        int kind = Array.IndexOf(Kinds, type.Text);
        if (kind < 0)
        {
            return null;
        }

        var bytes = new byte[KindAt(arch) + 1];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)type.Size);
        bytes[^1] = (byte)kind;
        return bytes;
    }

    private static int KindAt(Arch arch) => 2 * arch.PointerSize + 7;
}
