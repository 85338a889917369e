using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Inspect;

/// <summary>
/// The text of values in saved memory, strings followed to their bytes, interfaces through the runtime's type descriptors
/// as far as they are of basic types. What cannot be read says so.
/// </summary>
/// <param name="image">The memory.</param>
/// <param name="arch">Its architecture.</param>
public sealed class SavedValues(ProcessImage image, Arch arch)
{
    /// <summary>Bytes of a string that are shown at most.</summary>
    public const int LongestShown = 256;

    /// <summary>Longest string that is believed, in bytes.</summary>
    public const ulong LongestString = 1 << 24;

    /// <summary>The value that a key or elem slot stands for: in the slot, or where an indirect slot points.</summary>
    public string OfSlot(GoType type, bool isIndirect, ReadOnlySpan<byte> slot)
    {
        if (!isIndirect)
        {
            return Of(type, slot);
        }

        Addr at = DecodedMap.Pointer(slot, arch);
        var bytes = new byte[type.Size];
        return image.TryRead(at, bytes) ? Of(type, bytes) : Missing(at, type.Size);
    }

    /// <summary>The value of a type that has these bytes.</summary>
    public string Of(GoType type, ReadOnlySpan<byte> value)
    {
        switch (type.Kind)
        {
            case GoKind.String:
                return String(DecodedMap.Pointer(value, arch), DecodedMap.Pointer(value[arch.PointerSize..], arch).Value);
            case GoKind.Pointer:
                return DecodedMap.Pointer(value, arch).ToString();
            case GoKind.Interface:
                return Interface(DecodedMap.Pointer(value, arch), value.Slice(arch.PointerSize, arch.PointerSize));
            case GoKind.Array when ListText.IsBytes(type):
                return ListText.OfBytes(value[..type.Size]);
            case GoKind.Array:
                var items = new List<string>();
                for (int i = 0; i < type.Length; i++)
                {
                    items.Add(Of(type.Elem!, value.Slice(i * type.Elem!.Size, type.Elem.Size)));
                }

                return ListText.OfArray(type.Elem!, items);
            case GoKind.Struct:
                var fields = new List<string>();
                foreach (GoField field in type.Fields)
                {
                    fields.Add(Of(field.Type, value.Slice(field.Offset, field.Type.Size)));
                }

                return ListText.Braces(fields);
            case GoKind.Unhashable:
                return DecodedMap.Pointer(value, arch).ToString();
            default:
                return ScalarText.Read(type, value[..type.Size]);
        }
    }

    private string String(Addr data, ulong length)
    {
        if (length == 0)
        {
            return "\"\"";
        }

        var bytes = new byte[(int)Math.Min(length, LongestShown)];
        return length > LongestString ? FormattableString.Invariant($"<a string of {length} bytes at {data}>")
            : !image.TryRead(data, bytes) ? Missing(data, (int)length)
            : GoQuote.Quote(bytes) + (length > LongestShown ? FormattableString.Invariant($"... ({length} bytes)") : "");
    }

    private string Interface(Addr descriptor, ReadOnlySpan<byte> data)
    {
        if (descriptor.IsNil)
        {
            return "nil";
        }

        if (TypeDescriptors.Read(image, descriptor, arch) is not { } type)
        {
            return $"<a value of the type at {descriptor}, data word {DecodedMap.Pointer(data, arch)}>";
        }

        return GoValue.TypedText(type.Text, OfSlot(type, !type.IsDirectInterface, data));
    }

    private string Missing(Addr at, int size) => $"<{ProcessImage.Bytes((ulong)size)} at {at}, {(image.MayExist(at) ? "not saved" : "no memory")}>";
}
