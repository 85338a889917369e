using MapSim.Layout;
using MapSim.Map;
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
        type.Size > 0 && !session.Machine.Memory.IsLive(at, type.Size) ? Unreadable : Read(type, at);

    private string Read(GoType type, Addr at)
    {
        switch (type.Kind)
        {
            case GoKind.String:
                return String(at);
            case GoKind.Pointer:
                Addr target = session.ReadPointer(at);
                return target.IsNil ? "nil" : names.Of(target) ?? target.ToString();
            case GoKind.Interface:
                return Interface(at);
            case GoKind.Array when ListText.IsBytes(type):
                return ListText.OfBytes(Raw(at, type.Size));
            case GoKind.Array:
                return ListText.OfArray(type.Elem!, Enumerable.Range(0, type.Length).Select(i => Read(type.Elem!, at + i * type.Elem!.Size)));
            case GoKind.Struct:
                return ListText.Braces(type.Fields.Select(f => Read(f.Type, at + f.Offset)));
            case GoKind.Unhashable:
                return session.ReadPointer(at).IsNil ? "nil" : "{}";
            default:
                return ScalarText.Read(type, Raw(at, type.Size));
        }
    }

    private string String(Addr at)
    {
        ulong length = KeyHash.Word(session.Machine, at + session.Machine.PointerSize);
        Addr data = session.ReadPointer(at);
        return length == 0 ? "\"\""
            : length > LongestString || !session.Machine.Memory.IsLive(data, (int)length) ? Unreadable
            : GoQuote.Quote(Raw(data, (int)length));
    }

    private string Interface(Addr at)
    {
        Addr descriptor = session.ReadPointer(at);
        if (descriptor.IsNil)
        {
            return "nil";
        }

        if (session.Machine.RuntimeTypeAt(descriptor) is not { } type)
        {
            return Unreadable;
        }

        Addr value = at + session.Machine.PointerSize;
        return GoValue.TypedText(type.Text, Text(type, type.IsDirectInterface ? value : session.ReadPointer(value)));
    }

    private ReadOnlySpan<byte> Raw(Addr at, int size) => session.Machine.Memory.Raw(at, size);
}
