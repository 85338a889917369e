using MapSim.Faults;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>How an operation ended.</summary>
/// <param name="Failure">None if it ended well.</param>
/// <param name="Detail">For Unhashable: the type's number.</param>
public readonly record struct OperationEnd(Failure Failure, int Detail)
{
    /// <summary>True if it ended well.</summary>
    public bool IsOk => Failure == Failure.None;
}

/// <summary>
/// One goroutine that does one map operation after the other: how sequential programs, trace verification and
/// fuzzing drive the machine. Keys and elems are passed as the bytes they have in memory.
/// </summary>
/// <remarks>
/// Each operation has two halves: Begin... pushes its frames (so that a caller may step through them), Finish runs
/// them to the end. The plain methods do both. An operation includes what the compiled program does around the
/// runtime call: the store of the elem after an assignment, the load after a lookup.
/// </remarks>
public sealed partial class MapSession
{
    /// <summary>The largest key or elem a session can handle, in bytes.</summary>
    public const int MaxValueSize = 16 * 1024;

    private const int IteratorSize = 96;
    private const int StackMapsSize = 2048;
    private const int MostStackMaps = (Goroutine.MostVariables - FirstMapVariable) / 2;
    private readonly int _keyArea;
    private readonly int _elemArea;
    private readonly byte[] _zeros;
    private int _stackMaps;
    private int _stackMapCount;

    /// <summary>Creates a machine for maps of the given types.</summary>
    /// <param name="options">What to simulate.</param>
    /// <param name="types">The map types; the first is type 0.</param>
    /// <exception cref="ArgumentException">A key or elem is larger than <see cref="MaxValueSize"/>.</exception>
    public MapSession(MachineOptions options, params IReadOnlyList<MapType> types)
        : this(options, 0, types)
    {
    }

    /// <summary>As the public one.</summary>
    /// <param name="options">What to simulate.</param>
    /// <param name="extraLocals">Bytes of main's variables that are not the session's, behind its own.</param>
    /// <param name="types">The map types.</param>
    /// <param name="pool">Where the arrays of its memory come from; null for new ones.</param>
    internal MapSession(MachineOptions options, int extraLocals, IReadOnlyList<MapType> types, SegmentPool? pool = null)
    {
        foreach (MapType type in types)
        {
            if (Math.Max(type.Key.Size, type.Elem.Size) > MaxValueSize)
            {
                throw new ArgumentException($"{type.Text}: keys and elems may have at most {MaxValueSize} bytes", nameof(types));
            }
        }

        _keyArea = types.Max(t => (t.Key.Size + 15) & ~15);
        _elemArea = types.Max(t => (t.Elem.Size + 15) & ~15);
        _zeros = new byte[_elemArea];
        int own = _keyArea + 2 * _elemArea + IteratorSize + StackMapsSize;
        Machine = new Machine(options, SimFrames.Table, own + extraLocals, pool);
        ExtraLocals = Machine.Goroutines[0].Locals + own;
        foreach (MapType type in types)
        {
            Machine.AddType(type);
        }
    }

    /// <summary>The machine.</summary>
    public Machine Machine { get; }

    /// <summary>Where main's variables begin that are not the session's.</summary>
    internal Addr ExtraLocals { get; }

    /// <summary>Forces the generic functions for types that have fast ones.</summary>
    public bool ForceGeneric { get; set; }

    /// <summary>Most pieces of work an operation may take before it counts as endless.</summary>
    public int StepLimit { get; set; } = int.MaxValue;

    /// <summary>True if the last operation did not end within <see cref="StepLimit"/>.</summary>
    public bool HitStepLimit { get; private set; }

    /// <summary>Where the key of the running operation lies.</summary>
    public Addr KeyLocal => Machine.Goroutines[0].Locals;

    /// <summary>Where the elem to assign lies.</summary>
    public Addr ElemLocal => KeyLocal + _keyArea;

    /// <summary>Where a looked-up elem is copied to.</summary>
    public Addr ResultLocal => ElemLocal + _elemArea;

    /// <summary>The map type with a number.</summary>
    public MapType TypeOf(int type) => Machine.Types[type];

    /// <summary>Which entry points operations on a type call.</summary>
    public MapVariant VariantOf(int type) => ForceGeneric ? MapVariant.Generic : Machine.Types[type].Variant;

    /// <summary>make. Returns the map.</summary>
    /// <param name="type">The type's number.</param>
    /// <param name="form">How the make() was compiled.</param>
    /// <param name="hint">The hint, for <see cref="MakeForm.Hint"/>.</param>
    public Addr Make(int type, MakeForm form = MakeForm.Small, long hint = 0)
    {
        BeginMake(type, form, hint);
        Finish();
        var made = new Addr(Machine.TakeResult());
        Keep(made);
        return made;
    }

    /// <summary>First half of <see cref="Make"/>; the result is the machine's.</summary>
    public void BeginMake(int type, MakeForm form = MakeForm.Small, long hint = 0)
    {
        Addr stack = form == MakeForm.Stack ? StackMap(Machine.Types[type]) : default;
        MakeMap.Call(Machine, type, form, hint, stack);
    }

    /// <summary>m[key] = elem.</summary>
    public OperationEnd Assign(int type, Addr map, ReadOnlySpan<byte> key, ReadOnlySpan<byte> elem)
    {
        Machine.Memory.Poke(ElemLocal, elem);
        Declare(ElemVariable, ElemLocal, elem.Length, Machine.PointersOf(type).Elem);
        BeginAssign(type, map, key);
        return FinishAssign(type, elem);
    }

    /// <summary>First half of <see cref="Assign"/>: mapassign.</summary>
    public void BeginAssign(int type, Addr map, ReadOnlySpan<byte> key)
    {
        PutKey(type, key);
        MapAssign.Call(Machine, type, map, KeyLocal, VariantOf(type));
    }

    /// <summary>Second half of <see cref="Assign"/>: ends mapassign and stores the elem where it says.</summary>
    public OperationEnd FinishAssign(int type, ReadOnlySpan<byte> elem)
    {
        OperationEnd end = Finish();
        if (end.IsOk && !HitStepLimit)
        {
            BeginStoreElem(type, elem);
            end = Finish();
        }

        Undeclare(ElemVariable);
        return end;
    }

    /// <summary>What user code does after mapassign returned: stores the elem.</summary>
    public void BeginStoreElem(int type, ReadOnlySpan<byte> elem)
    {
        Machine.Memory.Poke(ElemLocal, elem);
        Declare(ElemVariable, ElemLocal, elem.Length, Machine.PointersOf(type).Elem);
        MemMove.Call(Machine, new Addr(Machine.TakeResult()), ElemLocal, Machine.Types[type].Elem.Size, PointerWrite.UserElem);
    }

    /// <summary>v, ok = m[key]; the value is at <see cref="ResultLocal"/>, zeroed if the key is absent.</summary>
    public OperationEnd Lookup(int type, Addr map, ReadOnlySpan<byte> key, out bool found)
    {
        BeginLookup(type, map, key);
        OperationEnd end = Finish();
        found = false;
        if (HitStepLimit)
        {
            return end;
        }

        var elem = new Addr(Machine.TakeResult());
        found = !elem.IsNil;
        int size = Machine.Types[type].Elem.Size;

        // A collector looks at the variable from now on: it must not see the pointers of an earlier lookup.
        if (!found || Collector != null)
        {
            Machine.Memory.Poke(ResultLocal, _zeros.AsSpan(0, size));
        }

        if (found && size > 0)
        {
            Declare(ResultVariable, ResultLocal, size, Machine.PointersOf(type).Elem);
            MemMove.Call(Machine, ResultLocal, elem, size, PointerWrite.UserLoad);
            end = Finish();
        }

        return end;
    }

    /// <summary>First half of <see cref="Lookup"/>: mapaccess.</summary>
    public void BeginLookup(int type, Addr map, ReadOnlySpan<byte> key)
    {
        PutKey(type, key);
        Undeclare(ResultVariable);
        MapAccess.Call(Machine, type, map, KeyLocal, VariantOf(type), AccessMode.Elem);
    }

    /// <summary>delete(m, key).</summary>
    public OperationEnd Delete(int type, Addr map, ReadOnlySpan<byte> key)
    {
        BeginDelete(type, map, key);
        return Finish();
    }

    /// <summary>First half of <see cref="Delete"/>.</summary>
    public void BeginDelete(int type, Addr map, ReadOnlySpan<byte> key)
    {
        PutKey(type, key);
        MapDelete.Call(Machine, type, map, KeyLocal, VariantOf(type));
    }

    /// <summary>clear(m), or the delete-all loop that compiles to it.</summary>
    public OperationEnd Clear(int type, Addr map)
    {
        MapClear.Call(Machine, type, map);
        return Finish();
    }

    /// <summary>len(m).</summary>
    public ulong Length(Addr map)
    {
        MapLen.Call(Machine, map);
        Finish();
        return Machine.TakeResult();
    }

    /// <summary>maps.Clone(m); nil for nil.</summary>
    public OperationEnd Clone(int type, Addr map, out Addr clone)
    {
        clone = default;
        if (map.IsNil)
        {
            return default;
        }

        MapClone.Call(Machine, type, map);
        OperationEnd end = Finish();
        clone = new Addr(Machine.TakeResult());
        Keep(clone);
        return end;
    }

    /// <summary>Memory for an iterator, on the heap; kept until <see cref="Forget"/>.</summary>
    public Addr NewIterator()
    {
        Addr at = Machine.Heap.Allocate(0, (ulong)(Machine.Has(Repair.IterEndsWithSeed) ? Machine.L.HiterSpace : Machine.L.HiterSize), Machine.Heap.PointerMaps.Hiter, ObjectKind.Hiter, new Origin(Machine.Steps, 0, default));
        Keep(at);
        return at;
    }

    /// <summary>Zeroed memory for an iterator among the goroutine's own variables, as for a range loop. There is one: the last call's is given up.</summary>
    public Addr StackIterator()
    {
        Addr at = ResultLocal + _elemArea;
        Machine.Memory.Poke(at, stackalloc byte[IteratorSize]);
        Declare(IteratorVariable, at, Machine.L.HiterSize, Machine.Heap.PointerMaps.Hiter);
        return at;
    }

    /// <summary>Starts an iteration and takes its first step. The iterator must be zeroed.</summary>
    public OperationEnd IterInit(int type, Addr map, Addr iterator)
    {
        MapIterInit.Call(Machine, type, map, iterator);
        return Finish();
    }

    /// <summary>Takes the next step of an iteration that has not ended.</summary>
    public OperationEnd IterNext(Addr iterator)
    {
        MapIterNext.Call(Machine, iterator);
        return Finish();
    }

    /// <summary>The key an iterator stands at; nil at its end.</summary>
    public Addr IteratorKey(Addr iterator) => ReadPointer(iterator);

    /// <summary>The elem an iterator stands at.</summary>
    public Addr IteratorElem(Addr iterator) => ReadPointer(iterator + Machine.L.ItElem);

    /// <summary>A pointer in memory, read without a step.</summary>
    public Addr ReadPointer(Addr at) => new(KeyHash.Word(Machine, at));

    /// <summary>Memory for a value that the program points to; no step. Every word of it may be a pointer, or none.</summary>
    public Addr NewObject(ReadOnlySpan<byte> content, ObjectKind kind, bool hasPointers = false) =>
        NewObject(content, kind, hasPointers ? Machine.Heap.PointerMaps.Words : Machine.Heap.PointerMaps.None);

    /// <summary>Memory for a value of a type; no step.</summary>
    public Addr NewObject(ReadOnlySpan<byte> content, ObjectKind kind, GoType type) =>
        NewObject(content, kind, Machine.Heap.PointerMaps.Of(type));

    private Addr NewObject(ReadOnlySpan<byte> content, ObjectKind kind, PointerMap map)
    {
        int g = Machine.Current.Id;
        Addr at = Machine.Heap.Allocate(Machine.ProcOf(g), (ulong)Math.Max(1, content.Length), map, kind, new Origin(Machine.Steps, g, default));
        Machine.Memory.Poke(at, content);

        // The new object is black while the collector marks, so what is put into it needs a barrier.
        for (int i = map.Next(0, content.Length); Machine.BarrierOn && i + Machine.PointerSize <= content.Length; i = map.Next(i + Machine.PointerSize, content.Length))
        {
            Machine.BufferPointer(PointerIn(content[i..]));
        }

        return at;
    }

    private void PutKey(int type, ReadOnlySpan<byte> key)
    {
        Machine.Memory.Poke(KeyLocal, key);
        Declare(KeyVariable, KeyLocal, key.Length, Machine.PointersOf(type).Key);
    }

    /// <summary>Runs the operation to its end.</summary>
    public OperationEnd Finish()
    {
        HitStepLimit = !RunToEnd();
        Failure failure = Machine.TakeFailure(out int detail);
        return new OperationEnd(failure, detail);
    }

    private Addr StackMap(MapType type)
    {
        int size = (((Machine.L.HmapSize + 7) & ~7) + type.BucketSize + 15) & ~15;
        if (_stackMaps + size > StackMapsSize || _stackMapCount == MostStackMaps)
        {
            throw new InvalidOperationException("no room for one more map on the stack");
        }

        Addr at = ResultLocal + _elemArea + IteratorSize + _stackMaps;
        _stackMaps += size;
        Addr bucket = at + ((Machine.L.HmapSize + 7) & ~7);
        Declare(FirstMapVariable + 2 * _stackMapCount, at, Machine.L.HmapSize, Machine.Heap.PointerMaps.Hmap);
        Declare(FirstMapVariable + 2 * _stackMapCount + 1, bucket, type.BucketSize, Machine.Heap.PointerMaps.OfBucket(type));
        _stackMapCount++;
        return at;
    }
}
