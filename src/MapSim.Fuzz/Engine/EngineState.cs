using System.Security.Cryptography;
using System.Text;

namespace MapSim.Fuzz;

/// <summary>
/// What an engine, or a campaign, has to remember to go on as if it had never stopped: named sections of bytes, with a
/// checksum over all. A reader takes the sections that it knows by name, so that one can be added without a new format.
/// </summary>
public sealed class EngineState
{
    /// <summary>Changes when the bytes around the sections do.</summary>
    public const int Version = 1;

    private static readonly byte[] Magic = Encoding.ASCII.GetBytes(FormattableString.Invariant($"mapsim state {Version}\n"));
    private readonly SortedDictionary<string, byte[]> _sections = new(StringComparer.Ordinal);

    /// <summary>The names of the sections, in ordinal order.</summary>
    public IReadOnlyCollection<string> Names => _sections.Keys;

    /// <summary>Writes a section, or replaces it.</summary>
    public void Set(string name, Action<BinaryWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new BinaryWriter(buffer, Encoding.UTF8, leaveOpen: true))
        {
            write(writer);
        }

        _sections[name] = buffer.ToArray();
    }

    /// <summary>Reads a section to its last byte.</summary>
    /// <exception cref="InvalidDataException">There is no such section, or it has another length.</exception>
    public void Get(string name, Action<BinaryReader> read)
    {
        if (!TryGet(name, read))
        {
            throw new InvalidDataException($"expected a section '{name}', found {string.Join(", ", Names)}");
        }
    }

    /// <summary>Reads a section to its last byte, if there is one.</summary>
    /// <returns>False if there is none.</returns>
    /// <exception cref="InvalidDataException">It has another length.</exception>
    public bool TryGet(string name, Action<BinaryReader> read)
    {
        if (!_sections.TryGetValue(name, out byte[]? bytes))
        {
            return false;
        }

        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        try
        {
            read(reader);
        }
        catch (EndOfStreamException)
        {
            throw new InvalidDataException($"section '{name}': expected more than {bytes.Length} bytes");
        }

        return reader.BaseStream.Position == bytes.Length ? true
            : throw new InvalidDataException($"section '{name}': expected {reader.BaseStream.Position} bytes, found {bytes.Length}");
    }

    /// <summary>Writes all sections and the checksum.</summary>
    public void Save(Stream to)
    {
        using var buffer = new MemoryStream();
        using (var writer = new BinaryWriter(buffer, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Magic);
            writer.Write(_sections.Count);
            foreach ((string name, byte[] bytes) in _sections)
            {
                writer.Write(name);
                writer.Write(bytes.Length);
                writer.Write(bytes);
            }
        }

        byte[] hash = SHA256.HashData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        buffer.WriteTo(to);
        to.Write(hash);
    }

    /// <summary>The bytes that <see cref="Save"/> writes.</summary>
    public byte[] ToBytes()
    {
        using var buffer = new MemoryStream();
        Save(buffer);
        return buffer.ToArray();
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is no state, one of another version, or damaged.</exception>
    public static EngineState Load(Stream from)
    {
        using var buffer = new MemoryStream();
        from.CopyTo(buffer);
        ReadOnlySpan<byte> all = buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
        if (!all.StartsWith(Magic))
        {
            throw new InvalidDataException($"expected '{Encoding.ASCII.GetString(Magic).TrimEnd()}' in the first line, found something else");
        }

        if (all.Length < Magic.Length + SHA256.HashSizeInBytes || !SHA256.HashData(all[..^SHA256.HashSizeInBytes]).AsSpan().SequenceEqual(all[^SHA256.HashSizeInBytes..]))
        {
            throw new InvalidDataException("expected the checksum of what comes before at its end, found another one: the file is damaged");
        }

        var state = new EngineState();
        buffer.Position = Magic.Length;
        using var reader = new BinaryReader(buffer, Encoding.UTF8);
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            string name = reader.ReadString();
            state._sections.Add(name, reader.ReadBytes(reader.ReadInt32()));
        }

        return state;
    }
}
