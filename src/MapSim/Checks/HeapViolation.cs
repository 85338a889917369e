using System.Globalization;
using MapSim.Heap;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>One broken property of the heap or of the collector's state.</summary>
/// <param name="Id">The oracle's number: "G1" ...</param>
/// <param name="Object">The object it is about; nil if it is about no object.</param>
/// <param name="Found">What is there.</param>
/// <param name="Expected">What should be there.</param>
/// <param name="About">The object's story: kind, size, colour, who allocated and who freed it. Empty for no object.</param>
public readonly record struct HeapViolation(string Id, Addr Object, string Found, string Expected, string About)
{
    /// <summary>"G3 (object 0xc000010000): found ..., expected ...; bucket array at ...".</summary>
    public override string ToString() =>
        $"{Id}{(Object.IsNil ? "" : $" (object {Object})")}: found {Found}, expected {Expected}{(About.Length == 0 ? "" : "; " + About)}";

    internal static HeapViolation Of(Machine m, string id, Addr at, string found, string expected) =>
        new(id, at, found, expected, at.IsNil ? "" : StoryOf(m, at));

    /// <summary>What is known of the object, live or freed, that contains an address.</summary>
    internal static string StoryOf(Machine m, Addr at)
    {
        if (!m.Heap.TryFindObject(at, out HeapObject o))
        {
            return $"no object contains {at}";
        }

        string into = at == o.Start ? "" : string.Create(CultureInfo.InvariantCulture, $", {at - o.Start} bytes into it");
        string story = string.Create(CultureInfo.InvariantCulture, $"{NameOf(o)}{into}: {o.Info.Size} bytes, {(o.IsLive ? o.Colour.ToString() : "freed")}");
        if (o.Info.History == 0)
        {
            return story;
        }

        ref readonly ObjectHistory h = ref m.Heap.History[o.Info.History];
        string owner = h.Owner.IsNil || h.Owner == o.Start ? "" : $" for the map {h.Owner}";
        string freed = h.Freed == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", freed in step {h.Freed} by goroutine {h.FreedBy} after collection {h.FreedCycle}");
        return string.Create(CultureInfo.InvariantCulture, $"{story}, allocated in step {h.Allocated} by goroutine {h.AllocatedBy}{owner}{freed}");
    }

    /// <summary>"bucket array 0xc000012000".</summary>
    internal static string NameOf(in HeapObject o) => $"{PlaceNames.Of(o.Kind)} {o.Start}";
}
