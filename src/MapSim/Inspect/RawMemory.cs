using System.Globalization;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Inspect;

/// <summary>Bytes of a simulated process, as a debugger would write them into a file.</summary>
/// <param name="Name">What they are, usable as a file name: "m-hmap".</param>
/// <param name="Start">Address of the first.</param>
/// <param name="Bytes">The bytes.</param>
public sealed record RawPiece(string Name, Addr Start, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// The memory of simulated maps as raw pieces: what <c>mapsim dump --raw</c> writes, and <c>mapsim inspect</c> reads like
/// dumps of a real process.
/// </summary>
public static class RawMemory
{
    private static readonly ObjectKind[] Data = [ObjectKind.Key, ObjectKind.Elem, ObjectKind.StringData, ObjectKind.Boxed, ObjectKind.Pointee];

    /// <summary>The pieces of a map: hmap first, then mapextra, lists, arrays, overflow buckets.</summary>
    /// <param name="name">The map's name.</param>
    /// <param name="map">The map; not nil.</param>
    /// <param name="names">The names of its buckets: it has visited the map.</param>
    public static IEnumerable<RawPiece> OfMap(string name, MapView map, BucketNames names) =>
        MapRegions.Of(name, map, names).Select(r => new RawPiece(FileName(r.Title), r.Start, r.Bytes));

    /// <summary>
    /// What entries may point to: keys and elems outside of buckets, strings, boxed values, of every page of memory one piece;
    /// and the descriptors of the types in interfaces.
    /// </summary>
    public static IEnumerable<RawPiece> OfData(Machine m)
    {
        IEnumerable<IGrouping<ulong, HeapObject>> pages = m.Heap.LiveObjects().Where(o => Data.Contains(o.Kind)).OrderBy(o => o.Start.Value)
            .GroupBy(o => o.Start.Value / SizeClasses.PageSize);
        foreach (HeapObject[] page in pages.Select(p => p.ToArray()))
        {
            // Whatever lies between them comes along, as it would from a debugger that is asked for the page.
            Addr start = page[0].Start, end = page[^1].Start + (ulong)page[^1].Info.Size;
            Region region = m.Memory.RegionOf(start)!;
            byte[] bytes = region.Bytes.Span((int)(start - region.Base), (int)(end - start)).ToArray();
            yield return new RawPiece(string.Create(CultureInfo.InvariantCulture, $"data-{start.Value:x}"), start, bytes);
        }

        foreach ((Addr at, GoType type) in m.RuntimeTypes)
        {
            if (TypeDescriptors.Write(type, m.Arch) is { } bytes)
            {
                yield return new RawPiece($"type-{FileName(type.Text)}", at, bytes);
            }
        }
    }

    /// <summary>Letters, digits and single hyphens.</summary>
    private static string FileName(string title) =>
        string.Join('-', new string([.. title.Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
