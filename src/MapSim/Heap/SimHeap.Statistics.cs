using MapSim.Memory;

namespace MapSim.Heap;

/// <summary>The heap's history and statistics: who allocated what, and how much of it is left.</summary>
public sealed unsafe partial class SimHeap
{
    /// <summary>What freed memory is filled with.</summary>
    public const ulong Poison = 0xDEADBEEF_DEADBEEF;

    /// <summary>Tells the history that entries now move out of a bucket array.</summary>
    public void NoteMigrating(Addr array, ulong step)
    {
        if (RecordAt(array) is var record && record != 0)
        {
            History.Change(record).Migrating = step + 1;
        }
    }

    /// <summary>Tells the history that a map let go of a bucket array and of the overflow buckets in its chains.</summary>
    public void NoteReleased(Addr array, ulong step)
    {
        if (RecordAt(array) is var record && record != 0)
        {
            History.Change(record).Released = step + 1;
        }
    }

    /// <summary>Tells the history in the chains of which array an overflow bucket was linked.</summary>
    /// <param name="bucket">The overflow bucket.</param>
    /// <param name="before">The bucket in front of it.</param>
    public void NoteLinked(Addr bucket, Addr before)
    {
        if (RecordAt(bucket) is var record && record != 0 && RecordAt(before) is var of && of != 0 && of != record)
        {
            History.Change(record).ArrayRecord = History[of].ArrayRecord != 0 ? History[of].ArrayRecord : of;
        }
    }

    /// <summary>The history record of the live object that contains an address; 0 for none.</summary>
    public uint RecordAt(Addr address) => TryFindObject(address, out HeapObject found) && found.IsLive ? found.Info.History : 0;

    /// <summary>The statistics of the whole heap, in the shape of runtime.MemStats.</summary>
    public MemStats Statistics()
    {
        var stats = new MemStats { NumGC = Gc.Cycle, NextGC = Gc.NextGc };
        foreach (HeapBooks books in _arenas)
        {
            stats.HeapSys += (ulong)books.State.Pages * SizeClasses.PageSize;
            for (int s = 0; s < books.State.Spans; s++)
            {
                Span span = books.Span(s);
                stats.HeapInuse += span.Allocated > 0 ? (ulong)span.Pages * SizeClasses.PageSize : 0;
            }
        }

        stats.Mallocs = Gc.Mallocs;
        stats.Frees = Gc.Frees;
        stats.TotalAlloc = Gc.TotalAlloc;
        stats.HeapAlloc = Gc.HeapLive;
        return stats;
    }

    /// <summary>The statistics of the objects that belong to one map: its header, arrays, overflow buckets, lists, indirect keys and elems.</summary>
    /// <param name="hmap">The map; one on a stack has none.</param>
    public MemStats Statistics(Addr hmap)
    {
        uint record = RecordAt(hmap);
        if (record == 0)
        {
            return new MemStats { NumGC = Gc.Cycle };
        }

        ObjectHistory owner = History[record];
        var stats = new MemStats
        {
            Mallocs = owner.OwnedMallocs, Frees = owner.OwnedFrees, TotalAlloc = owner.OwnedBytes,
            HeapAlloc = owner.OwnedBytes - owner.OwnedFreedBytes, NumGC = Gc.Cycle,
        };
        stats.HeapInuse = stats.HeapAlloc;
        stats.HeapSys = stats.HeapAlloc;
        return stats;
    }

    private void Note(Addr start, in ObjectInfo info, uint slotSize, Origin origin)
    {
        Gc.CountMalloc(slotSize);
        uint owner = info.Kind == (byte)ObjectKind.Hmap ? info.History : origin.Owner.IsNil ? 0 : RecordAt(origin.Owner);
        ref ObjectHistory record = ref History.Change(info.History);
        record.Allocated = origin.Step + 1;
        record.AllocatedBy = (ushort)origin.Goroutine;
        record.Start = start;
        record.Size = info.Size;
        record.Kind = info.Kind;
        record.Owner = owner == info.History ? start : origin.Owner;
        record.OwnerRecord = owner;
        if (owner != 0)
        {
            ref ObjectHistory map = ref History.Change(owner);
            map.OwnedMallocs++;
            map.OwnedBytes += slotSize;
        }
    }

    private void NoteFree(in ObjectInfo info, uint slotSize, Origin origin)
    {
        Gc.CountFree(slotSize);
        ref ObjectHistory record = ref History.Change(info.History);
        record.Freed = origin.Step + 1;
        record.FreedBy = (ushort)origin.Goroutine;
        record.FreedCycle = Gc.Cycle;
        if (record.OwnerRecord != 0)
        {
            ref ObjectHistory map = ref History.Change(record.OwnerRecord);
            map.OwnedFrees++;
            map.OwnedFreedBytes += slotSize;
        }
    }
}
