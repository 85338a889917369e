using System.Buffers.Binary;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>Reads values from memory as text: what lookups and iterations returned, what dumps show. No step, never a fault.</summary>
/// <param name="session">The session whose memory it reads.</param>
/// <param name="names">The names of objects that pointers lead to.</param>
public sealed class ValueReader(MapSession session, ObjectNames names)
{
    /// <summary>What stands for bytes that cannot be read.</summary>
    public const string Unreadable = "<not readable>";

    private const int LongestString = 1 << 20;

    /// <summary>The value of a type that lies at an address.</summary>
    public string Text(GoType type, Addr at) =>
        type.Size > 0 && !session.Machine.Memory.IsLive(at, type.Size) ? Unreadable : Text(type, Raw(at, type.Size));

    /// <summary>The value of a type that has these bytes; what they point to is read from memory.</summary>
    public string Text(GoType type, ReadOnlySpan<byte> value)
    {
        switch (type.Kind)
        {
            case GoKind.String:
                return String(Pointer(value), Pointer(value[session.Machine.PointerSize..]).Value);
            case GoKind.Pointer:
                Addr target = Pointer(value);
                return target.IsNil ? "nil" : names.Of(target) ?? target.ToString();
            case GoKind.Interface:
                return Interface(Pointer(value), value.Slice(session.Machine.PointerSize, session.Machine.PointerSize));
            case GoKind.Array when ListText.IsBytes(type):
                return ListText.OfBytes(value[..type.Size]);
            case GoKind.Array:
                var items = new List<string>();
                for (int i = 0; i < type.Length; i++)
                {
                    items.Add(Text(type.Elem!, value.Slice(i * type.Elem!.Size, type.Elem.Size)));
                }

                return ListText.OfArray(type.Elem!, items);
            case GoKind.Struct:
                var fields = new List<string>();
                foreach (GoField field in type.Fields)
                {
                    fields.Add(Text(field.Type, value.Slice(field.Offset, field.Type.Size)));
                }

                return ListText.Braces(fields);
            case GoKind.Unhashable:
                return Pointer(value).IsNil ? "nil" : "{}";
            default:
                return ScalarText.Read(type, value[..type.Size]);
        }
    }

    private string String(Addr data, ulong length) =>
        length == 0 ? "\"\""
        : length > LongestString || !session.Machine.Memory.IsLive(data, (int)length) ? Unreadable
        : GoQuote.Quote(Raw(data, (int)length));

    private string Interface(Addr descriptor, ReadOnlySpan<byte> data)
    {
        if (descriptor.IsNil)
        {
            return "nil";
        }

        if (session.Machine.RuntimeTypeAt(descriptor) is not { } type)
        {
            return Unreadable;
        }

        return GoValue.TypedText(type.Text, type.IsDirectInterface ? Text(type, data) : Text(type, Pointer(data)));
    }

    private Addr Pointer(ReadOnlySpan<byte> value) => new(session.Machine.PointerSize == 8
        ? BinaryPrimitives.ReadUInt64LittleEndian(value)
        : BinaryPrimitives.ReadUInt32LittleEndian(value));

    private ReadOnlySpan<byte> Raw(Addr at, int size) => session.Machine.Memory.Raw(at, size);
}
