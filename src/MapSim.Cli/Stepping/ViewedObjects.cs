using System.Globalization;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Cli.Stepping;

/// <summary>A piece of memory that the cursor can be in.</summary>
/// <param name="Name">Its name, as the timeline calls it.</param>
/// <param name="Start">Its first byte.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Fields">Its fields, by offset; none if they are not known.</param>
internal sealed record ViewedObject(string Name, Addr Start, int Size, IReadOnlyList<HexField> Fields)
{
    /// <summary>True if a byte is in it.</summary>
    public bool Covers(Addr address) => address - Start < (ulong)Size;

    /// <summary>The field at an offset as text: "keys[3]"; empty for none.</summary>
    public string FieldAt(int offset)
    {
        foreach (HexField f in Fields)
        {
            if (offset >= f.Offset && offset < f.Offset + f.Size)
            {
                return NameOf(f);
            }
        }

        return "";
    }

    /// <summary>The fields that lie in a range, those of one array together: "tophash[0..7], keys[0]".</summary>
    public string FieldsIn(int from, int to)
    {
        var texts = new List<string>();
        for (int i = 0; i < Fields.Count; i++)
        {
            if (Fields[i].Offset >= to || Fields[i].Offset + Fields[i].Size <= from)
            {
                continue;
            }

            int last = i;
            while (Fields[i].Index >= 0 && last + 1 < Fields.Count && Fields[last + 1].Name == Fields[i].Name && Fields[last + 1].Offset < to)
            {
                last++;
            }

            texts.Add(last == i ? NameOf(Fields[i]) : string.Create(CultureInfo.InvariantCulture, $"{Fields[i].Name}[{Fields[i].Index}..{Fields[last].Index}]"));
            i = last;
        }

        return string.Join(", ", texts);
    }

    private static string NameOf(HexField f) => f.Index < 0 ? f.Name : string.Create(CultureInfo.InvariantCulture, $"{f.Name}[{f.Index}]");
}

/// <summary>Everything the cursor can be in at one position, in the order in which it goes from one to the next: each map's header, extra, buckets with their chains and spare buckets; iterators; all other live objects.</summary>
internal static class ViewedObjects
{
    /// <summary>The objects of a state; each address once.</summary>
    public static IReadOnlyList<ViewedObject> Of(Timeline timeline, TimelineState state)
    {
        var all = new List<ViewedObject>();
        foreach (MapState map in state.Maps.Where(m => m.Header.Count > 0))
        {
            all.Add(new ViewedObject(map.Name, map.Address, timeline.Layouts.HmapSize, Fields(map.Header)));
            if (map.Extra.Count > 0)
            {
                all.Add(new ViewedObject(timeline.NameOf(map.Extra[0].Address), map.Extra[0].Address, timeline.Layouts.MapExtraSize, Fields(map.Extra)));
            }

            foreach (ArrayState array in map.Arrays)
            {
                all.AddRange(array.Buckets.SelectMany(b => b.Chain.Prepend(b)).Select(b => Bucket(map.Type, b.Name, b.Address)));
                all.AddRange(Enumerable.Range(array.Main, array.Total - array.Main).Select(i => array.Start + i * map.Type.BucketSize).Select(a => Bucket(map.Type, timeline.NameOf(a), a)));
            }
        }

        all.AddRange(state.Iterators.Select(i => new ViewedObject(i.Name, i.Address, timeline.Layouts.HiterSize, Fields(i.Fields))));
        var known = all.Select(o => o.Start).ToHashSet();
        all.AddRange(timeline.Objects.Where(o => o.IsLiveAt(state.Position) && !known.Contains(o.Start)).Select(o => new ViewedObject(o.Name, o.Start, o.Size, [])));
        return [.. all.DistinctBy(o => o.Start)];
    }

    private static ViewedObject Bucket(MapType type, string name, Addr at) => new(name, at, type.BucketSize, [.. MapRegions.BucketFields(type, 0, name)]);

    private static List<HexField> Fields(IReadOnlyList<FieldState> fields) => [.. fields.Select(f => new HexField(f.Offset, f.Size, "", f.Name))];
}
