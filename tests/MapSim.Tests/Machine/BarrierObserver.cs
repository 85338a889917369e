using System.Reflection;
using System.Runtime.CompilerServices;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Machines;

/// <summary>
/// Watches every piece of work of goroutine 0 while the collector marks: compares memory before and after, and what came
/// into the barrier buffer. A store that changes a pointer word of a heap object must have its barrier in front of it,
/// exactly; nothing else may write a pointer down.
/// </summary>
internal sealed unsafe class BarrierObserver
{
    private static readonly FieldInfo MoveWrite = typeof(MemMove).GetField("_write", BindingFlags.NonPublic | BindingFlags.Instance)!;
    private static readonly FieldInfo ClearWrite = typeof(MemClear).GetField("_write", BindingFlags.NonPublic | BindingFlags.Instance)!;
    private readonly MapSession _session;
    private readonly Machine _m;
    private readonly string _name;
    private readonly List<Addr> _entries = [];

    // What the barrier of the store that comes next wrote down, and how much of it is used.
    private readonly List<Addr> _barrier = [];
    private int _used;
    private PointerWrite? _bulk;
    private byte[] _before = [];

    public BarrierObserver(MapSession session, string name)
    {
        _session = session;
        _m = session.Machine;
        _name = name;
    }

    /// <summary>The writes that were seen: their store with its barrier, or, where the table says none, without.</summary>
    public HashSet<PointerWrite> Reached { get; } = [];

    /// <summary>Stores to pointer words that were checked.</summary>
    public int Checked { get; private set; }

    /// <summary>Runs the operation of goroutine 0 to its end and returns its first result.</summary>
    public ulong Run()
    {
        _m.SetTracking(true);
        Region arena = Arena;
        _before = arena.Bytes.Span(0, arena.Bytes.HighWater).ToArray();
        while (_m.Goroutines[0].IsBusy)
        {
            Watch();
        }

        EndBulk();
        Assert.Empty(_barrier);
        Assert.True(arena.Bytes.Span(0, _before.Length).SequenceEqual(_before), $"{_name}: memory changed without a visible store");
        _m.SetTracking(false);
        Assert.Equal(Failure.None, _m.Goroutines[0].Failure);
        return _m.TakeResult();
    }

    private Region Arena => _m.Memory.RegionOf(new Addr(_m.Memory.HeapBase))!;

    private void Watch()
    {
        _m.Heap.FlushBarrierBuffer(0);
        string where = _m.Where();
        bool isBulk = where.StartsWith("Mem", StringComparison.Ordinal) || where.StartsWith("AppendOverflow.Copy", StringComparison.Ordinal);
        if (!isBulk)
        {
            EndBulk();
        }
        else
        {
            BeginBulk(where);
        }

        // One piece of work: a whole step would hide which label made the access.
        _m.Memory.LastAccess = default;
        _m.Run(0);
        Access access = _m.Memory.LastAccess;
        _entries.Clear();
        for (int i = 0; i < _m.Heap.Gc.BufferedWords(0); i++)
        {
            _entries.Add(_m.Heap.Gc.Buffered(0, i));
        }

        CheckEntries(where, access);
        if (access.Kind is AccessKind.Store or AccessKind.Atomic)
        {
            CheckStore(where, access);
        }
        else if (access.Kind == AccessKind.Alloc)
        {
            Follow();
        }

        if (_barrier.Count == 0)
        {
            _barrier.AddRange(_entries);
        }
        else if (isBulk)
        {
            _barrier.AddRange(_entries);
        }
    }

    /// <summary>Only barriers write pointers down.</summary>
    private void CheckEntries(string where, Access access)
    {
        if (where is "MakeMap.StoreStackBucket")
        {
            Reached.Add(PointerWrite.StackBucket);
        }

        if (_entries.Count == 0)
        {
            return;
        }

        bool word = _m.Goroutines[0].State.BarrierDone != 0;
        bool bulk = where is "MemMove.BarrierOld" or "MemMove.BarrierNew" or "MemClear.BarrierOld" or "AppendOverflow.CopyBarrier";
        bool stack = access.Kind is AccessKind.None or AccessKind.Load && where.StartsWith("MapIter", StringComparison.Ordinal);
        Assert.True(word || bulk || stack, $"{_name}: {where} wrote {_entries.Count} pointers down");
        if (stack && !bulk && !word)
        {
            // An iterator on the stack: barrier and store are one, and no matter of the heap.
            _entries.Clear();
        }
    }

    private void CheckStore(string where, Access store)
    {
        Follow();
        int at = (int)(store.Address - Arena.Base);
        Addr old = WordOf(_before, at, store.Size), stored = WordOf(Arena.Bytes.Span(at, store.Size), 0, store.Size);
        Arena.Bytes.Span(at, store.Size).CopyTo(_before.AsSpan(at));
        Assert.True(_m.Heap.TryFindObject(store.Address, out HeapObject o), $"{_name}: {where} stores at {store.Address}");
        PointerMap map = _m.Heap.PointerMaps[o.Info.PointerMap];
        int offset = (int)(store.Address - o.Start), word = _m.PointerSize;
        bool isPointer = map.IsPointer(offset - offset % word);
        Assert.True(!isPointer || (store.Size == word && offset % word == 0), $"{_name}: {where} writes a piece of a pointer");
        PointerWrite? write = _bulk ?? WordWrite(where, o, offset, isPointer);
        if (write == null)
        {
            Assert.False(isPointer, $"{_name}: {where} stores a pointer into a {o.Kind} at {offset}, and no write of the table says so");
            Assert.Empty(_barrier);
            return;
        }

        if (BarrierTable.Of(write.Value).Barrier == BarrierKind.None)
        {
            Assert.False(isPointer, $"{_name}: {write} has no barrier and stores a pointer");
            Assert.Empty(_barrier);
            Reached.Add(write.Value);
        }
        else if (_bulk == null)
        {
            AssertBarrier(write.Value, stored.IsNil ? [old] : [old, stored]);
            _barrier.Clear();
        }
        else if (isPointer)
        {
            Addr[] expected = where switch
            {
                "AppendOverflow.CopyStore" => [stored],
                "MemClear.StoreWord" => [old],
                _ => [old, stored],
            };
            AssertBarrier(write.Value, expected);
            _used += expected.Length;
        }
    }

    private void AssertBarrier(PointerWrite write, Addr[] expected)
    {
        IEnumerable<Addr> found = _bulk == null ? _barrier : _barrier.Skip(_used).Take(expected.Length);
        Assert.True(found.SequenceEqual(expected), $"{_name}: {write} stores with [{string.Join(", ", expected)}], its barrier wrote [{string.Join(", ", found)}] down");
        Reached.Add(write);
        Checked++;
    }

    private void BeginBulk(string where)
    {
        if (_bulk != null)
        {
            return;
        }

        Assert.Empty(_barrier);
        _used = 0;
        byte* frame = _m.Goroutines[0].Stack.Bytes.Start + _m.Goroutines[0].State.Top + sizeof(FrameHeader);
        _bulk = where.StartsWith("MemMove", StringComparison.Ordinal) ? (PointerWrite)MoveWrite.GetValue(Unsafe.AsRef<MemMove>(frame))!
            : where.StartsWith("MemClear", StringComparison.Ordinal) ? (PointerWrite)ClearWrite.GetValue(Unsafe.AsRef<MemClear>(frame))!
            : PointerWrite.ListGrow;
        if (_bulk == PointerWrite.UserLoad)
        {
            Reached.Add(PointerWrite.UserLoad);
        }
    }

    private void EndBulk()
    {
        if (_bulk != null)
        {
            Assert.True(_used == _barrier.Count, $"{_name}: {_bulk} wrote {_barrier.Count} pointers down for {_used}");
            _barrier.Clear();
            _bulk = null;
        }
    }

    /// <summary>New pages of the arena are zero, and so is what is allocated: nothing is used again here.</summary>
    private void Follow() => Array.Resize(ref _before, Math.Max(_before.Length, Arena.Bytes.HighWater));

    private static Addr WordOf(ReadOnlySpan<byte> bytes, int at, int size) => new(size switch
    {
        8 => BitConverter.ToUInt64(bytes[at..]),
        4 => BitConverter.ToUInt32(bytes[at..]),
        2 => BitConverter.ToUInt16(bytes[at..]),
        _ => bytes[at],
    });

    /// <summary>Which statement a store of one pointer is, by the place in the algorithm.</summary>
    private PointerWrite? WordWrite(string where, HeapObject o, int offset, bool isPointer) => where switch
    {
        "MakeMap.StoreBuckets" => PointerWrite.MakeBuckets,
        "MakeMap.StoreExtra" => PointerWrite.MakeExtra,
        "MakeMap.StoreNextOverflow" => PointerWrite.MakeNextOverflow,
        "MakeBucketArray.StoreSentinel" => PointerWrite.Sentinel,
        "NewOverflow.StoreNext" => PointerWrite.NextOverflow,
        "NewOverflow.StoreNoNext" => PointerWrite.NoNextOverflow,
        "NewOverflow.StoreSentinel" => PointerWrite.SentinelReset,
        "NewOverflow.StoreLink" => PointerWrite.Link,
        "AppendOverflow.StoreArray" => PointerWrite.ListArray,
        "AppendOverflow.StoreElement" => PointerWrite.ListElement,
        "CreateOverflow.StoreExtra" => PointerWrite.CreateExtra,
        "CreateOverflow.StoreOverflow" => PointerWrite.CreateList,
        "MapAssign.StoreBuckets" => PointerWrite.FirstBucket,
        "MapAssign.UpdateKey" => PointerWrite.StringKeyUpdate,
        "MapInsert.StoreKeyPointer" => PointerWrite.KeyStorage,
        "MapInsert.StoreElemPointer" => PointerWrite.ElemStorage,
        "MapInsert.StoreKey" => _session.VariantOf(0) switch
        {
            MapVariant.FastStr => isPointer ? PointerWrite.StringKey : null,
            MapVariant.Fast32Ptr or MapVariant.Fast64Ptr => PointerWrite.FastPointerKey,
            _ => PointerWrite.FastKey,
        },
        "MapErase.ClearKey" => _session.VariantOf(0) switch
        {
            MapVariant.Generic => PointerWrite.DeleteKeyStorage,
            MapVariant.FastStr => PointerWrite.DeleteStringKey,
            _ => PointerWrite.DeletePointerKey,
        },
        "MapErase.ClearElem" => PointerWrite.DeleteElemStorage,
        "HashGrow.StoreOldBuckets" => PointerWrite.GrowOldBuckets,
        "HashGrow.StoreBuckets" => PointerWrite.GrowBuckets,
        "HashGrow.StoreOldOverflow" => PointerWrite.GrowOldOverflow,
        "HashGrow.StoreOverflow" => PointerWrite.GrowOverflow,
        "HashGrow.StoreExtra" => PointerWrite.GrowExtra,
        "HashGrow.StoreNextOverflow" => PointerWrite.GrowNextOverflow,
        "Evacuate.CopyKey" => PointerWrite.EvacuateKeyStorage,
        "AdvanceEvacuationMark.StoreOldBuckets" => PointerWrite.EndOldBuckets,
        "AdvanceEvacuationMark.StoreOldOverflow" => PointerWrite.EndOldOverflow,
        "MapIterInit.StoreType" => PointerWrite.IterType,
        "MapIterInit.StoreH" => PointerWrite.IterH,
        "MapIterInit.StoreBuckets" => PointerWrite.IterBuckets,
        "MapIterInit.StoreOverflow" => PointerWrite.IterOverflow,
        "MapIterInit.StoreOldOverflow" => PointerWrite.IterOldOverflow,
        "MapIterNext.StoreEnd" or "MapIterNext.StoreIterator" when o.Kind == ObjectKind.Hiter =>
            offset == 0 ? PointerWrite.IterKey : offset == _m.L.ItElem ? PointerWrite.IterElem : offset == _m.L.ItBptr ? PointerWrite.IterBptr : null,
        "MapClear.StoreOldBuckets" => PointerWrite.ClearOldBuckets,
        "MapClear.ClearExtra" => PointerWrite.ClearExtra,
        "MapClear.StoreNextOverflow" => PointerWrite.ClearNextOverflow,
        "MapClone.StoreBuckets" => PointerWrite.CloneBucket,
        "MoveToBmap.StoreKeyPointer" => PointerWrite.CloneKeyStorage,
        "MoveToBmap.StoreElemPointer" => PointerWrite.CloneElemStorage,
        _ => null,
    };
}
