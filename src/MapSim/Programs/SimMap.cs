using MapSim.Layout;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim;

/// <summary>
/// A Go map in a simulated process, to be used like a collection: each operation runs the runtime's function to its
/// end, and leaves the bytes that it would leave in real Go.
/// </summary>
/// <remarks>
/// <code>
/// var m = new SimMap(MapType.Parse("map[string]int"));
/// m.Assign("a", 1);
/// bool found = m.TryGet("a", out GoValue one);
/// </code>
/// Keys and elems are <see cref="GoValue"/>s; C# strings, numbers and bools convert to them. Every string and every
/// value in an interface is allocated anew for each operation, as if computed at run time. A label
/// (<see cref="GoValue.Label"/>) means the same object in all maps of a process. Strings of more than 1 MiB can be
/// stored, but not read back. Not for use by several threads at once.
/// </remarks>
public sealed class SimMap : IDisposable
{
    private readonly SimProcess _process;

    /// <summary>Makes an empty map, make(map[K]V), in a process of its own.</summary>
    /// <param name="type">The map's type.</param>
    /// <param name="options">The process; null for Go 1.23, its own hash and seed 0.</param>
    /// <exception cref="ArgumentException">Keys or elems of the type are larger than <see cref="MapSession.MaxValueSize"/>.</exception>
    public SimMap(MapType type, SimMapOptions? options = null)
        : this(NewProcess(type, options), default)
    {
        _process.Do(s =>
        {
            Address = s.Make(0);
            return default;
        });
    }

    private SimMap(SimProcess process, Addr address) => (_process, Address) = (process, address);

    /// <summary>The map's type.</summary>
    public MapType Type => _process.Type;

    /// <summary>The Go release that it runs on.</summary>
    public GoVersion Version => _process.Session.Machine.Version;

    /// <summary>True for a nil map: it can be read, but not written.</summary>
    public bool IsNil => Address.IsNil;

    /// <summary>len(m): the number of entries; 0 for a nil map.</summary>
    /// <exception cref="InvalidOperationException">The process has died.</exception>
    public int Count
    {
        get
        {
            ulong length = 0;
            _process.Do(s =>
            {
                length = s.Length(Address);
                return default;
            });
            return (int)length;
        }
    }

    /// <summary>The hmap; nil for a nil map.</summary>
    internal Addr Address { get; private set; }

    /// <summary>The process, which clones share.</summary>
    internal SimProcess Process => _process;

    /// <summary>A nil map, var m map[K]V, in a process of its own.</summary>
    /// <param name="type">The map's type.</param>
    /// <param name="options">The process; null for Go 1.23, its own hash and seed 0.</param>
    /// <exception cref="ArgumentException">Keys or elems of the type are larger than <see cref="MapSession.MaxValueSize"/>.</exception>
    public static SimMap Nil(MapType type, SimMapOptions? options = null) => new(NewProcess(type, options), default(Addr));

    /// <summary>m[key] = elem.</summary>
    /// <param name="key">A value of the key type.</param>
    /// <param name="elem">A value of the elem type; for struct{} that is <see cref="GoValue.List"/>().</param>
    /// <exception cref="ArgumentException">The key or elem is no value of its type; the map is as it was.</exception>
    /// <exception cref="GoPanicException">The map is nil, or the key cannot be hashed.</exception>
    /// <exception cref="GoFatalException">The process died of it: there is no memory left, say.</exception>
    /// <exception cref="InvalidOperationException">The process has died before.</exception>
    public void Assign(GoValue key, GoValue elem)
    {
        (GoValue k, GoValue e) = (_process.Fit(Type.Key, key, nameof(key)), _process.Fit(Type.Elem, elem, nameof(elem)));
        _process.Do(s => s.Assign(0, Address, _process.Bytes(Type.Key, k), _process.Bytes(Type.Elem, e)));
    }

    /// <summary>elem, ok = m[key].</summary>
    /// <param name="key">A value of the key type.</param>
    /// <param name="elem">The elem, as a copy; the elem type's zero value if the key is absent.</param>
    /// <returns>False if the key is absent, as every key is in a nil map.</returns>
    /// <exception cref="ArgumentException">The key is no value of the key type.</exception>
    /// <exception cref="GoPanicException">The key cannot be hashed.</exception>
    /// <exception cref="GoFatalException">The process died of it.</exception>
    /// <exception cref="InvalidOperationException">The process has died before.</exception>
    public bool TryGet(GoValue key, out GoValue elem)
    {
        GoValue k = _process.Fit(Type.Key, key, nameof(key));
        bool found = false;
        _process.Do(s => s.Lookup(0, Address, _process.Bytes(Type.Key, k), out found));
        elem = _process.Read(Type.Elem, _process.Session.ResultLocal);
        return found;
    }

    /// <summary>delete(m, key). Nothing happens if the key is absent or the map is nil.</summary>
    /// <param name="key">A value of the key type.</param>
    /// <exception cref="ArgumentException">The key is no value of the key type.</exception>
    /// <exception cref="GoPanicException">The key cannot be hashed.</exception>
    /// <exception cref="GoFatalException">The process died of it.</exception>
    /// <exception cref="InvalidOperationException">The process has died before.</exception>
    public void Delete(GoValue key)
    {
        GoValue k = _process.Fit(Type.Key, key, nameof(key));
        _process.Do(s => s.Delete(0, Address, _process.Bytes(Type.Key, k)));
    }

    /// <summary>clear(m); before Go 1.21 the loop that deletes every key, which compiles to the same function.</summary>
    /// <exception cref="GoFatalException">The process died of it.</exception>
    /// <exception cref="InvalidOperationException">The process has died before.</exception>
    public void Clear() => _process.Do(s => s.Clear(0, Address));

    /// <summary>
    /// for k, e := range m: each enumeration is an iteration of the runtime, with an iterator on the simulated heap.
    /// </summary>
    /// <remarks>
    /// As in Go, it starts at random (from the seed), several may be under way, and the map may be changed meanwhile:
    /// an entry that is deleted before it is reached does not come, one that is added may come or not. Keys and elems
    /// are copies. Moving on throws what operations throw.
    /// </remarks>
    public IEnumerable<KeyValuePair<GoValue, GoValue>> Range()
    {
        MapSession session = _process.Session;
        Addr iterator = default;
        _process.Do(s =>
        {
            iterator = s.NewIterator();
            return s.IterInit(0, Address, iterator);
        });
        try
        {
            while (!session.IteratorKey(iterator).IsNil)
            {
                yield return new(_process.Read(Type.Key, session.IteratorKey(iterator)), _process.Read(Type.Elem, session.IteratorElem(iterator)));
                _process.Do(s => s.IterNext(iterator));
            }
        }
        finally
        {
            session.Forget(iterator);
        }
    }

    /// <summary>maps.Clone(m): a map with the same entries in the same process; nil for a nil map.</summary>
    /// <exception cref="NotSupportedException">Go 1.19 has no maps.Clone.</exception>
    /// <exception cref="GoFatalException">The process died of it.</exception>
    /// <exception cref="InvalidOperationException">The process has died before.</exception>
    public SimMap Clone()
    {
        if (!Version.HasClone)
        {
            throw new NotSupportedException($"maps.Clone exists from Go 1.21 on; this map runs on Go {Version}");
        }

        Addr clone = default;
        _process.Do(s => s.Clone(0, Address, out clone));
        return new SimMap(_process, clone);
    }

    /// <summary>runtime.GC(): frees everything in the process that no map, iteration or label reaches any more.</summary>
    /// <exception cref="InvalidOperationException">The process was made without a collector, or has died.</exception>
    public void Collect() => _process.Do(s =>
    {
        s.Collect();
        return default;
    });

    /// <summary>Memory statistics in the shape of runtime.MemStats, of the process and of this map.</summary>
    public SimMapStats Stats => new(
        _process.Session.Machine.Heap.Statistics(), IsNil ? default : _process.Session.Machine.Heap.Statistics(Address));

    /// <summary>The program's variable goes out of scope: the next collection frees the map. Its clones stay.</summary>
    public void Dispose() => _process.Session.Forget(Address);

    /// <summary>
    /// What <c>mapsim dump</c> prints: the map's memory in the columns of hexdump -C, with the fields that lie in each
    /// line. Works on a process that has died, too.
    /// </summary>
    /// <param name="name">The map's name in the titles.</param>
    public string Dump(string name = "m")
    {
        if (IsNil)
        {
            return $"# {name}: {Type.Text}, nil\n";
        }

        var view = new MapView(_process.Session.Machine.Memory, Type, Address);
        BucketNames names = new BucketNames(view.Memory, Type, b => MakeBucketArray.BucketCount(Type, b, Version)).Visit(view);
        return MapPrinter.Hex(name, view, names);
    }

    private static SimProcess NewProcess(MapType type, SimMapOptions? options)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new SimProcess(type, options ?? new SimMapOptions());
    }
}
