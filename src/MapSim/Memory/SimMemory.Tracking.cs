namespace MapSim.Memory;

/// <summary>
/// The tracked half of memory: journaling stores and keeping the hash of all live words up to date.
/// </summary>
/// <remarks>
/// A store is journaled and its old word taken out of the hash before it happens; the new word is put in when the
/// next store begins or the hash is asked for (<see cref="Settle"/>), so that loads and stores stay plain pointers.
/// </remarks>
public sealed unsafe partial class SimMemory
{
    private Region? _pending;
    private int _pendingFirst;
    private int _pendingLast;
    private Fingerprint _liveHash;

    /// <summary>The hash of every live word of every arena. Incremental while tracking, else computed anew.</summary>
    public Fingerprint LiveHash
    {
        get
        {
            Settle();
            return Tracking ? _liveHash : ComputeLiveHash();
        }
    }

    /// <summary>Starts journaling and hashing (true), or stops and forgets the journal (false).</summary>
    public void SetTracking(bool on)
    {
        Settle();
        Tracking = on;
        Undo.Clear();
        if (on)
        {
            _liveHash = ComputeLiveHash();
        }

        RefreshFastPath();
    }

    /// <summary>The hash of live memory from nothing: what the incremental one must equal.</summary>
    public Fingerprint ComputeLiveHash()
    {
        Fingerprint hash = Globals.HashLive();
        foreach (Region arena in _arenas)
        {
            hash = hash.Xor(arena.HashLive());
        }

        return hash;
    }

    /// <summary>Where <see cref="Raw"/> has read in arenas, for who wants to know what a step has read; null if nobody does. Kept only while tracking.</summary>
    internal List<(ulong Address, int Size)>? RawReads { get; set; }

    /// <summary>Eight bytes of an arena; 0 if they are not live.</summary>
    /// <param name="address">Divisible by 8.</param>
    internal ulong LiveWord(ulong address)
    {
        ulong arena = ArenaOf(new Addr(address));
        if (arena >= (ulong)_arenas.Count)
        {
            return 0;
        }

        Region region = _arenas[(int)arena];
        ulong offset = address - region.Base.Value;
        return offset < (ulong)region.Bytes.HighWater && region.Shadow!.Start[offset >> 3] == ShadowState.Live ? *(ulong*)(region.Bytes.Start + offset) : 0;
    }

    /// <summary>Puts the hash back to an earlier value, together with <see cref="UndoLog.UndoTo"/>.</summary>
    internal void ResetLiveHash(Fingerprint hash)
    {
        _pending = null;
        _liveHash = hash;
    }

    /// <summary>Called by the heap before an object appears or after it is gone: all its words enter or leave the hash.</summary>
    internal void ToggleObject(Region region, int offset, int size)
    {
        Settle();
        _liveHash = _liveHash.Xor(region.HashWords(offset, size));
    }

    /// <summary>Folds the last store into the hash.</summary>
    internal void Settle()
    {
        if (_pending is { } region)
        {
            _pending = null;
            for (int at = _pendingFirst; at <= _pendingLast; at += 8)
            {
                _liveHash = _liveHash.Xor(region.HashWord(at));
            }
        }
    }

    internal void BeforeStore(Region region, int offset, int size)
    {
        Settle();
        int first = offset & ~7, last = (offset + size - 1) & ~7;
        if (first == last)
        {
            Undo.SaveValue<ulong>(region.Bytes, first);
        }
        else
        {
            Undo.Save(region.Bytes, first, last + 8 - first);
        }

        if (region.Shadow == null)
        {
            return;
        }

        for (int at = first; at <= last; at += 8)
        {
            _liveHash = _liveHash.Xor(region.HashWord(at));
        }

        _pending = region;
        _pendingFirst = first;
        _pendingLast = last;
    }
}
