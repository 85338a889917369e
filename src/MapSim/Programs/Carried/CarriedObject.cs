using MapSim.Heap;

namespace MapSim.Programs;

/// <summary>A word of an object that is an address: of another object, of a type descriptor, or of something that is not there.</summary>
/// <param name="At">Its offset in the object.</param>
/// <param name="Target">The number of the object it leads to, or <see cref="Outside"/>, or <see cref="Descriptor"/>.</param>
/// <param name="Offset">How far into that object; for <see cref="Outside"/> the address itself.</param>
/// <param name="Type">For <see cref="Descriptor"/>: Go's spelling of the type.</param>
public readonly record struct CarriedLink(int At, int Target, ulong Offset, string? Type = null)
{
    /// <summary>The address of nothing that was carried along: whoever follows it leaves every live object.</summary>
    public const int Outside = -1;

    /// <summary>A type word of an interface.</summary>
    public const int Descriptor = -2;
}

/// <summary>An object of a map that a program carries with it: its bytes, and which of its words are addresses.</summary>
/// <param name="kind">What it is for.</param>
/// <param name="bytes">Its bytes, zero where the links are.</param>
/// <param name="name">Boxed: Go's spelling of the value's type. Pointee: its label, "&amp;at_c000012340". Else empty.</param>
public sealed class CarriedObject(ObjectKind kind, byte[] bytes, string name = "")
{
    private readonly List<CarriedLink> _links = [];

    /// <summary>What it is for.</summary>
    public ObjectKind Kind => kind;

    /// <summary>Its bytes, zero where the links are.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>A type or a label, see the constructor.</summary>
    public string Name => name;

    /// <summary>Its links.</summary>
    public IReadOnlyList<CarriedLink> Links => _links;

    /// <summary>The bytes, to be filled in.</summary>
    internal Span<byte> Content => bytes;

    /// <summary>Makes a word a link.</summary>
    internal void Link(CarriedLink link, int word)
    {
        bytes.AsSpan(link.At, word).Clear();
        _links.Add(link);
    }
}
