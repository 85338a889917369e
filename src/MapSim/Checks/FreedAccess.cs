using System.Globalization;
using System.Text;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>
/// G4: an access to freed memory, told so that a person can act on it: who accessed what, who made and who freed it, and
/// through which pointers it was found. Freed memory is poisoned, so the access is caught even if its value is discarded.
/// </summary>
/// <remarks>
/// It does not look for such accesses (the machine does, at each step) nor for pointers to freed memory that nobody has
/// used yet (<see cref="ChainCoverage"/>). A stale pointer to memory that was allocated again is not seen; with
/// <see cref="SimHeap.ReusesMemory"/> off there are none.
/// </remarks>
public sealed class FreedAccess
{
    /// <summary>The invariant's number.</summary>
    public const string Id = "G4";

    private FreedAccess(Access access, FaultSite site)
    {
        Access = access;
        Site = site;
    }

    /// <summary>What was tried.</summary>
    public Access Access { get; }

    /// <summary>By whom, when, and what its stack held.</summary>
    public FaultSite Site { get; }

    /// <summary>The freed object. Of size 0 if the heap knows of none there.</summary>
    public HeapObject Object { get; private init; }

    /// <summary>Where in the object the access was, in bytes.</summary>
    public int Offset { get; private init; }

    /// <summary>What is at that offset, in Go's words.</summary>
    public string Field { get; private init; } = "";

    /// <summary>What happened to the object.</summary>
    public ObjectHistory History { get; private init; }

    /// <summary>The map type it belonged to; null if unknown, or if it belonged to no map.</summary>
    public MapType? MapType { get; private init; }

    /// <summary>The words of the accessing stack that pointed into the object. None if the failed step had overwritten the only one.</summary>
    public IReadOnlyList<string> Stack { get; private init; } = [];

    /// <summary>The shortest chain from a root through the heap whose last link is a pointer to the object. Empty if only the stack held it.</summary>
    public IReadOnlyList<PointerLink> Chain { get; private init; } = [];

    /// <summary>Explains the machine's last fault; call it before anything else runs.</summary>
    /// <returns>Null if that was no use after free.</returns>
    public static FreedAccess? Of(Machine m)
    {
        if (m.LastFault.Kind != MemoryFaultKind.UseAfterFree || m.LastFaultSite is not { } site)
        {
            return null;
        }

        MemoryFault fault = m.Memory.Fault;
        int accesses = m.Memory.Accesses;
        FreedAccess found = Explain(m, m.LastFault.Access, site);
        m.Memory.Fault = fault;
        m.Memory.Accesses = accesses;
        return found;
    }

    /// <summary>The finding as a paragraph.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Line(text, $"{Id}: use after free: {Access} by goroutine {Site.Goroutine} in step {Site.Step}");
        Line(text, $"  at {string.Join(" < ", Site.Stack)}");
        string of = History.Owner.IsNil ? "" : $" of map {History.Owner}{(MapType == null ? "" : $" ({MapType.Text})")}";
        Line(text, $"  into freed {PlaceNames.Of(Object.Kind)} {Object.Start}{of}, {Object.Info.Size} bytes, offset {Offset}: {Field}");
        Line(text, $"  allocated by goroutine {History.AllocatedBy} in step {History.Allocated}, freed by goroutine {History.FreedBy} in step {History.Freed}, collection {History.FreedCycle}");
        Line(text, $"  stack: {(Stack.Count == 0 ? "no word points there any more" : string.Join("; ", Stack))}");
        if (Chain.Count == 0)
        {
            Line(text, $"  chain: no live memory points there");
            return text.ToString();
        }

        Line(text, $"  chain:");
        foreach (PointerLink link in Chain)
        {
            Line(text, $"    {link}");
        }

        return text.ToString();
    }

    private static FreedAccess Explain(Machine m, Access access, FaultSite site)
    {
        // The shadow has one state for eight bytes, so the access may begin behind the last byte asked for.
        bool known = m.Heap.TryFindObject(access.Address, out HeapObject found)
            || m.Heap.TryFindObject(new Addr(access.Address.Value & ~7UL), out found);
        if (!known || found.Info.History == 0)
        {
            return new FreedAccess(access, site);
        }

        var search = new PointerSearch(m, followsUnseen: true) { Goal = found.Info.History };
        var direct = new List<string>();
        foreach (StackRoot root in site.Roots)
        {
            if (root.Value >= found.Start && root.Value < found.End)
            {
                direct.Add($"{PlaceNames.Root(m, root)} = {root.Value}");
            }
            else
            {
                search.AddRoot(root);
            }
        }

        AddOtherStacks(m, site.Goroutine, search);
        search.AddGlobals().Run();
        ObjectHistory history = m.Heap.History[found.Info.History];
        int offset = (int)(access.Address - found.Start);
        return new FreedAccess(access, site)
        {
            Object = found, Offset = offset, Field = PlaceNames.Field(m, search.Types, found, offset), History = history,
            MapType = search.Types.Of(found.Info) ?? search.Types.OfMap(history.Owner), Stack = direct, Chain = search.ChainTo(found.Info.History),
        };
    }

    private static void AddOtherStacks(Machine m, int except, PointerSearch search)
    {
        for (int g = 0; g < m.Goroutines.Count; g++)
        {
            if (g != except && !m.Goroutines[g].IsSystem)
            {
                foreach (StackRoot root in m.StackRoots(g))
                {
                    search.AddRoot(root);
                }
            }
        }
    }

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
