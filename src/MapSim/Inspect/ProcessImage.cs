using System.Globalization;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Inspect;

/// <summary>
/// What was saved of a process's memory: ranges of addresses with their bytes, from raw dumps, hex dumps, a core file or
/// an executable. Only reading; bytes are fetched from their file when somebody asks for them, so that a core of many
/// gigabytes costs what is looked at.
/// </summary>
/// <remarks>Where ranges overlap the one added first is asked first.</remarks>
public sealed class ProcessImage : IDisposable
{
    private readonly List<SavedRange> _ranges = [];

    /// <summary>The ranges, in the order in which they are asked.</summary>
    public IReadOnlyList<SavedRange> Ranges => _ranges;

    /// <summary>True if it is all the memory the process had (a core file): an address in no range is wrong, not just missing.</summary>
    public bool IsComplete { get; set; }

    /// <summary>Adds a range; empty ones are left out.</summary>
    public void Add(SavedRange range)
    {
        if (range.Size > 0)
        {
            _ranges.Add(range);
        }
    }

    /// <summary>Adds bytes that are in memory already.</summary>
    public void Add(string name, Addr start, byte[] bytes) =>
        Add(new SavedRange(name, start, (ulong)bytes.Length, new MemoryStream(bytes, writable: false), 0, (ulong)bytes.Length));

    /// <summary>Reads as many bytes as are known without a gap.</summary>
    /// <returns>How many that were.</returns>
    public int Read(Addr at, Span<byte> into)
    {
        int done = 0;
        while (done < into.Length)
        {
            Addr here = at + done;
            SavedRange? range = null;
            ulong known = 0;
            ulong nextStart = ulong.MaxValue;
            foreach (SavedRange r in _ranges)
            {
                known = r.KnownFrom(here);
                if (known > 0)
                {
                    range = r;
                    break;
                }

                // A range that is asked before the one found may begin further on: it has its say from there.
                nextStart = r.Start > here ? Math.Min(nextStart, r.Start - here) : nextStart;
            }

            if (range == null)
            {
                break;
            }

            int count = (int)Math.Min(Math.Min(known, nextStart), (ulong)(into.Length - done));
            range.Read(here, into.Slice(done, count));
            done += count;
        }

        return done;
    }

    /// <summary>Reads bytes if all of them are known.</summary>
    public bool TryRead(Addr at, Span<byte> into) => Read(at, into) == into.Length;

    /// <summary>A word of the process, if it is known.</summary>
    public bool TryReadWord(Addr at, Arch arch, out ulong word)
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        bool ok = TryRead(at, bytes[..arch.PointerSize]);
        word = ok ? BitConverter.ToUInt64(bytes) : 0;
        return ok;
    }

    /// <summary>True if every byte of a range is known.</summary>
    public bool Has(Addr at, ulong size) => FirstGap(at, size) - at >= size;

    /// <summary>The first address from one on that is not known; if all of the range is, one behind it.</summary>
    public Addr FirstGap(Addr at, ulong size)
    {
        Addr gap = at;
        for (ulong known = 1; known > 0 && gap - at < size; gap += known)
        {
            known = 0;
            foreach (SavedRange r in _ranges)
            {
                known = Math.Max(known, r.KnownFrom(gap));
            }
        }

        return gap;
    }

    /// <summary>True if the process had memory at an address that the files do not have, or may have had: it is missing rather than wrong.</summary>
    public bool MayExist(Addr at) => at.Value >= 4096 && (!IsComplete || _ranges.Any(r => r.Covers(at)));

    /// <summary>Why bytes are not there, for messages: the first address that is missing and what the files say about it.</summary>
    public string WhyMissing(Addr at, ulong size)
    {
        Addr gap = FirstGap(at, size);
        return _ranges.FirstOrDefault(r => r.Covers(gap)) is { } range
            ? $"{gap} is in {range.Name}, {range.WhyNotSaved ?? "which does not have it"}"
            : $"{gap} is in no {(IsComplete ? "memory of the process" : "file")}";
    }

    /// <summary>Bytes from the start of the range that begins exactly at an address to its end; 0 if none does.</summary>
    public ulong SizeOfRangeAt(Addr start) => _ranges.FirstOrDefault(r => r.Start == start)?.Saved ?? 0;

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        foreach (SavedRange range in _ranges)
        {
            range.Source.Dispose();
        }
    }

    /// <summary>A size for messages.</summary>
    internal static string Bytes(ulong n) => string.Create(CultureInfo.InvariantCulture, $"{n} byte{(n == 1 ? "" : "s")}");
}
