using System.Buffers.Binary;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// Turns values into the bytes they have in memory. String data, boxed values and pointees are allocated on the
/// simulated heap: every string and box anew, as if computed at run time; a label always means the same object.
/// </summary>
/// <param name="session">The session whose heap holds the objects.</param>
/// <param name="names">Is told what was allocated.</param>
public sealed class ValueWriter(MapSession session, ObjectNames names)
{
    /// <summary>Bytes of what a label names.</summary>
    internal const int PointeeSize = 16;

    private const int MostDynamic = 16;
    private readonly List<(string Text, GoType Type)> _dynamic = [];
    private Func<Addr>? _newPointee;

    /// <summary>Bytes are kept with their values (<see cref="KnownBytes"/>). Nobody may change what <see cref="Bytes"/> gives then.</summary>
    internal bool KeepsBytes { get; init; }

    /// <summary>The bytes of a value, which must fit its type (the parser has checked that).</summary>
    /// <param name="type">The type of its place.</param>
    /// <param name="value">The value; null for one without bytes.</param>
    /// <param name="counter">What $i is; null outside repetitions.</param>
    /// <exception cref="FormatException">The value does not fit the type.</exception>
    public byte[] Bytes(GoType type, GoValue? value, long? counter = null)
    {
        if (value == null)
        {
            return new byte[type.Size];
        }

        if (!KeepsBytes || type.HasPointers)
        {
            return NewBytes(type, value, counter);
        }

        // Without pointers they are a function of type and value.
        if (value.Known.Find(type, value) is { } known)
        {
            return known;
        }

        byte[] bytes = NewBytes(type, value, counter);
        return counter == null || !value.UsesCounter ? value.Known.Add(type, value, bytes) : bytes;
    }

    private byte[] NewBytes(GoType type, GoValue value, long? counter)
    {
        var bytes = new byte[type.Size];
        if (type.Kind == GoKind.Int && counter is { } n && value is { Kind: GoValueKind.Plain, Text: GoValue.Counter })
        {
            GoNumber.WriteInt(n, bytes);
        }
        else
        {
            Write(type, value, counter, bytes);
        }

        return bytes;
    }

    private byte[] DataOf(GoType type, GoValue value, long? counter)
    {
        if (KeepsBytes && value.Known.Find(type, value) is { } known)
        {
            return known;
        }

        byte[] data = value.Data(counter);
        return KeepsBytes && (counter == null || !value.UsesCounter) ? value.Known.Add(type, value, data) : data;
    }

    /// <summary>Makes what a label names, if it does not exist.</summary>
    public Addr MakeLabel(string label) => names.Label(label, _newPointee ??= NewPointee);

    private void Write(GoType type, GoValue value, long? counter, Span<byte> to)
    {
        switch (type.Kind)
        {
            case GoKind.String:
                byte[] data = DataOf(type, value, counter);
                WriteWord(to, data.Length == 0 ? default : names.AddString(session.NewObject(data, ObjectKind.StringData)));
                WriteWord(to[PointerSize..], new Addr((ulong)data.Length));
                break;
            case GoKind.Pointer when value.Kind == GoValueKind.New:
                WriteWord(to, names.AddNew(session.NewObject(new byte[PointeeSize], ObjectKind.Pointee)));
                break;
            case GoKind.Pointer:
                string label = value.ToText(counter);
                WriteWord(to, label == "nil" ? default : names.Label(label, _newPointee ??= NewPointee));
                break;
            case GoKind.Interface:
                WriteInterface(value, counter, to);
                break;
            case GoKind.Array when value.Kind == GoValueKind.Bytes:
                value.Data(counter).CopyTo(to);
                break;
            case GoKind.Array:
                for (int i = 0; i < value.Items.Count; i++)
                {
                    Write(type.Elem!, value.Items[i], counter, to.Slice(i * type.Elem!.Size, type.Elem.Size));
                }

                break;
            case GoKind.Struct:
                for (int i = 0; i < value.Items.Count; i++)
                {
                    Write(type.Fields[i].Type, value.Items[i], counter, to.Slice(type.Fields[i].Offset, type.Fields[i].Type.Size));
                }

                break;
            case GoKind.Unhashable:
                WriteUnhashable(value, to);
                break;
            default:
                ScalarText.Write(type, value.ToText(counter), to);
                break;
        }
    }

    /// <summary>What a label names is a variable of the program: it lives as long as the program.</summary>
    private Addr NewPointee()
    {
        Addr at = session.NewObject(new byte[PointeeSize], ObjectKind.Pointee);
        session.Keep(at);
        return at;
    }

    private void WriteInterface(GoValue value, long? counter, Span<byte> to)
    {
        if (value.Kind != GoValueKind.Typed)
        {
            to.Clear();
            return;
        }

        GoType type = DynamicType(value.Text);
        WriteWord(to, session.Machine.RuntimeType(type));
        byte[] content = Bytes(type, value.Items[0], counter);
        if (type.IsDirectInterface)
        {
            content.CopyTo(to[PointerSize..]);
        }
        else
        {
            WriteWord(to[PointerSize..], names.AddBox(session.NewObject(content, ObjectKind.Boxed, type)));
        }
    }

    /// <summary>A type in an interface. The texts of values that are used again are the same objects.</summary>
    private GoType DynamicType(string text)
    {
        for (int i = 0; i < _dynamic.Count; i++)
        {
            if (ReferenceEquals(_dynamic[i].Text, text))
            {
                return _dynamic[i].Type;
            }
        }

        GoType type = GoTypeParser.Parse(text, session.Machine.Arch);
        if (_dynamic.Count < MostDynamic)
        {
            _dynamic.Add((text, type));
        }

        return type;
    }

    /// <summary>An empty slice, map or func that is not nil points to some object.</summary>
    private void WriteUnhashable(GoValue value, Span<byte> to) =>
        WriteWord(to, value.Kind != GoValueKind.List ? default : names.AddBox(session.NewObject(new byte[PointeeSize], ObjectKind.Pointee)));

    private int PointerSize => session.Machine.PointerSize;

    private void WriteWord(Span<byte> to, Addr value)
    {
        if (PointerSize == 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(to, value.Value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(to, (uint)value.Value);
        }
    }
}
