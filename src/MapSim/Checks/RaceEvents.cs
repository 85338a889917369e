using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>What a program does with a map, in the pieces that the -race build reports one by one.</summary>
public enum RaceOperation : byte
{
    /// <summary>mapaccess: v = m[k]; v, ok = m[k].</summary>
    Lookup,

    /// <summary>mapassign: the call that m[k] = v begins with.</summary>
    Assign,

    /// <summary>delete(m, k).</summary>
    Delete,

    /// <summary>clear(m).</summary>
    Clear,

    /// <summary>mapiterinit: a range loop begins (with its first step, which adds nothing).</summary>
    IterInit,

    /// <summary>mapiternext: a range loop goes on.</summary>
    IterNext,

    /// <summary>len(m).</summary>
    Len,

    /// <summary>maps.Clone(m).</summary>
    Clone,

    /// <summary>The caller loads the elem that a lookup found.</summary>
    LoadElem,

    /// <summary>The caller stores the elem where an assignment said.</summary>
    StoreElem,

    /// <summary>The caller loads the key that a range loop stands at.</summary>
    LoadRangeKey,

    /// <summary>The caller loads the elem that a range loop stands at.</summary>
    LoadRangeElem,
}

/// <summary>The memory that an event is about.</summary>
public enum RacePlace : byte
{
    /// <summary>The first byte of the hmap, which stands for the whole map.</summary>
    Map,

    /// <summary>The key that the caller passes by address: all of an array or struct, else its first byte.</summary>
    KeyObject,

    /// <summary>The key slot an iterator stands at: all of it if it has several components, else its first byte.</summary>
    KeySlot,

    /// <summary>The elem slot: all of it if it has several components, else its first byte.</summary>
    Elem,
}

/// <summary>A row of the table: one event of one operation.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Place">What memory.</param>
/// <param name="Kind">Read or write.</param>
/// <param name="GenericOnly">True if the fast variants leave it out.</param>
public readonly record struct RaceRow(RaceOperation Operation, RacePlace Place, RaceKind Kind, bool GenericOnly = false)
{
    /// <summary>How races name it: "Assign.Map".</summary>
    public string Site { get; } = $"{Operation}.{Place}";
}

/// <summary>An operation as a goroutine is about to do it.</summary>
/// <param name="Operation">Which one.</param>
/// <param name="Type">The map's type.</param>
/// <param name="Variant">Which entry points the program calls.</param>
/// <param name="Map">The hmap; nil for a nil map, which reports nothing.</param>
/// <param name="Key">
/// The key object passed to the runtime, or the key slot of LoadRangeKey. Nil if it is a temporary that nobody else
/// can reach, or if the iteration has ended.
/// </param>
/// <param name="Elem">The elem slot; nil if the key is absent.</param>
public readonly record struct MapCall(RaceOperation Operation, MapType Type, MapVariant Variant, Addr Map, Addr Key = default, Addr Elem = default)
{
    /// <summary>True for a broken runtime that reports a read of the hmap where the table has a write.</summary>
    public bool SaysRead { get; init; }
}

/// <summary>
/// What Go's race detector is told about maps (gc-and-barriers.md D1), as a table: the runtime reports one access to
/// the hmap for each operation and nothing of its insides (buckets, tophash, flags, evacuation); the compiled caller
/// reports its own loads and stores of keys and elems.
/// </summary>
/// <remarks>
/// Checked against the sources of 1.19 and 1.23 and against reports of 1.23.5. Whoever drives goroutines calls
/// <see cref="Emit"/> when an operation begins, and again right before the caller's load or store of the elem. An
/// empty map reports as a full one does: the event comes before the test of count.
///
/// In a -race build <c>m[k] op= v</c> is a lookup, a load, an assignment and a store (1.19 to 1.23), and the loop that
/// deletes every key is a loop, not a clear. <c>_, ok = m[k]</c> loads the elem too. Not in the table: reflect, and
/// the hmap's birth, for which <see cref="RaceDetector.Forget"/> is enough. Go has no race detector for 386; the
/// table is used there all the same.
/// </remarks>
public static class RaceEvents
{
    /// <summary>Every event, by operation, in the order in which it is reported. maps.Clone has none.</summary>
    public static IReadOnlyList<RaceRow> Table { get; } =
    [
        new(RaceOperation.Lookup, RacePlace.Map, RaceKind.Read),
        new(RaceOperation.Lookup, RacePlace.KeyObject, RaceKind.Read, GenericOnly: true),
        new(RaceOperation.Assign, RacePlace.Map, RaceKind.Write),
        new(RaceOperation.Assign, RacePlace.KeyObject, RaceKind.Read, GenericOnly: true),
        new(RaceOperation.Delete, RacePlace.Map, RaceKind.Write),
        new(RaceOperation.Delete, RacePlace.KeyObject, RaceKind.Read, GenericOnly: true),
        new(RaceOperation.Clear, RacePlace.Map, RaceKind.Write),
        new(RaceOperation.IterInit, RacePlace.Map, RaceKind.Read),
        new(RaceOperation.IterNext, RacePlace.Map, RaceKind.Read),
        new(RaceOperation.Len, RacePlace.Map, RaceKind.Read),
        new(RaceOperation.LoadElem, RacePlace.Elem, RaceKind.Read),
        new(RaceOperation.StoreElem, RacePlace.Elem, RaceKind.Write),
        new(RaceOperation.LoadRangeKey, RacePlace.KeySlot, RaceKind.Read),
        new(RaceOperation.LoadRangeElem, RacePlace.Elem, RaceKind.Read),
    ];

    private static readonly RaceRow[][] ByOperation =
        [.. Enum.GetValues<RaceOperation>().Select(o => Table.Where(r => r.Operation == o).ToArray())];

    /// <summary>Tells a detector what the -race build reports for an operation. Does nothing in <see cref="RaceMode.EveryAccess"/>.</summary>
    /// <param name="detector">Takes the events.</param>
    /// <param name="g">Who does it.</param>
    /// <param name="step">The step of the run.</param>
    /// <param name="call">The operation.</param>
    /// <returns>What it reports of the hmap: a read or a write; null for nothing.</returns>
    public static RaceKind? Emit(RaceDetector detector, int g, ulong step, in MapCall call)
    {
        if (detector.Mode != RaceMode.GoView)
        {
            return null;
        }

        RaceKind? ofMap = null;
        foreach (RaceRow row in ByOperation[(int)call.Operation])
        {
            (Addr address, int size) = Where(row, call);
            if (address.IsNil)
            {
                continue;
            }

            var what = new RaceEvent(row.Site, step);
            RaceKind kind = call.SaysRead && row.Place == RacePlace.Map ? RaceKind.Read : row.Kind;
            ofMap = row.Place == RacePlace.Map ? kind : ofMap;
            if (kind == RaceKind.Write)
            {
                detector.Write(g, address, size, what);
            }
            else
            {
                detector.Read(g, address, size, what);
            }
        }

        return ofMap;
    }

    private static (Addr Address, int Size) Where(RaceRow row, in MapCall call) => row.Place switch
    {
        RacePlace.Map => (call.Map, 1),
        RacePlace.KeyObject when call.Map.IsNil || (row.GenericOnly && call.Variant != MapVariant.Generic) => default,
        RacePlace.KeyObject => (call.Key, ObjectBytes(call.Type.Key)),
        RacePlace.KeySlot => (call.Key, CompiledBytes(call.Type.Key)),
        _ => (call.Elem, CompiledBytes(call.Type.Elem)),
    };

    /// <summary>raceReadObjectPC: arrays and structs as a whole, of all else the first byte.</summary>
    private static int ObjectBytes(GoType type) => type.Kind is GoKind.Array or GoKind.Struct ? type.Size : 1;

    /// <summary>The compiler's instrumentation: types of several components as a whole, of all else the first byte, of empty types nothing.</summary>
    private static int CompiledBytes(GoType type) => type.Size == 0 ? 0 : Components(type) > 1 ? type.Size : 1;

    private static long Components(GoType type) => type.Kind switch
    {
        GoKind.Struct => type.Fields.Sum(f => Components(f.Type)),
        GoKind.Array => type.Length * Components(type.Elem!),
        _ => 1,
    };
}
