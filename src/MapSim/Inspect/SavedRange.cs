using MapSim.Memory;

namespace MapSim.Inspect;

/// <summary>A range of addresses of a process whose bytes, or some of them, lie in a file.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Start">Address of the first byte.</param>
/// <param name="Size">Bytes that the process had there.</param>
/// <param name="Source">Where the bytes are; it can seek. The image reads it only when it must.</param>
/// <param name="Offset">Where in the source they begin.</param>
/// <param name="Saved">How many of them the source has; at most <paramref name="Size"/>.</param>
/// <param name="RestIsZero">The bytes behind the saved ones were zero (ELF's p_filesz below p_memsz); else nobody knows them.</param>
/// <param name="WhyNotSaved">For messages: why the rest is not there; null if all of it is.</param>
public sealed record SavedRange(
    string Name, Addr Start, ulong Size, Stream Source, long Offset, ulong Saved, bool RestIsZero = false, string? WhyNotSaved = null)
{
    /// <summary>True if the address lies in the range, saved or not.</summary>
    public bool Covers(Addr at) => at - Start < Size;

    /// <summary>How many bytes from an address on are known; 0 if that one is not.</summary>
    internal ulong KnownFrom(Addr at)
    {
        ulong offset = at - Start, known = RestIsZero ? Size : Saved;
        return offset < known ? known - offset : 0;
    }

    /// <summary>Reads bytes that are known.</summary>
    internal void Read(Addr at, Span<byte> into)
    {
        ulong offset = at - Start;
        int fromFile = offset >= Saved ? 0 : (int)Math.Min(Saved - offset, (ulong)into.Length);
        if (fromFile > 0)
        {
            Source.Position = Offset + (long)offset;
            Source.ReadExactly(into[..fromFile]);
        }

        into[fromFile..].Clear();
    }
}
