using MapSim.Heap;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>An object that should be gone and is not.</summary>
/// <param name="Name">What the driver called it.</param>
/// <param name="Address">Its first byte.</param>
/// <param name="Chain">What still leads to it, root first; empty if nothing does (it was only not collected).</param>
public sealed record Leak(string Name, Addr Address, IReadOnlyList<PointerLink> Chain)
{
    /// <summary>"G10: data of key 7 at 0xc000012340 is alive: global ... -> hmap ..., hmap.buckets -> ...".</summary>
    public override string ToString() =>
        $"{LeakProbe.Id}: {Name} at {Address} is alive: {(Chain.Count == 0 ? "nothing leads to it" : string.Join(", ", Chain))}";
}

/// <summary>
/// G10, the map's half, a weak pointer in other words: what only one entry of a map held (the data of a string, a pointee,
/// an indirect key or elem) is gone after that entry was deleted, cleared or overwritten and a whole collection ran.
/// </summary>
/// <remarks>
/// Whether the entry was the only holder is the driver's knowledge, as is that nothing else may hold on: real Go legally
/// keeps referents of a deleted entry in a copy that an evacuation left in the old array for an iterator, and in whatever
/// an iterator or a clone holds. So ask when the map is not growing and has no live iterator. It does not check that the
/// collector is precise (<see cref="CollectorPrecision"/>).
/// </remarks>
public sealed class LeakProbe
{
    /// <summary>The invariant's number.</summary>
    public const string Id = "G10";

    private readonly List<(uint Record, string Name)> _expected = [];

    /// <summary>How many objects are waited for.</summary>
    public int Count => _expected.Count;

    /// <summary>From now on nobody but dead entries should hold the live object that contains an address; nil, stack and unknown addresses are ignored.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="address">Anywhere in the object.</param>
    /// <param name="name">What to call it in the report.</param>
    public void Expect(Machine m, Addr address, string name)
    {
        if (m.Heap.RecordAt(address) is var record && record != 0)
        {
            _expected.Add((record, name));
        }
    }

    /// <summary>After a whole collection: which of the expected objects are alive still, and why. Those that are gone are waited for no more.</summary>
    public IReadOnlyList<Leak> StillAlive(Machine m)
    {
        _expected.RemoveAll(e => m.Heap.History[e.Record].Freed != 0);
        if (_expected.Count == 0)
        {
            return [];
        }

        MemoryFault fault = m.Memory.Fault;
        int accesses = m.Memory.Accesses;
        PointerSearch search = new PointerSearch(m, followsUnseen: false).AddAllRoots().Run();
        Leak[] leaks = [.. _expected.Select(e => new Leak(e.Name, m.Heap.History[e.Record].Start, search.ChainTo(e.Record)))];
        m.Memory.Fault = fault;
        m.Memory.Accesses = accesses;
        return leaks;
    }
}
