using MapSim.Faults;
using MapSim.Memory;

namespace MapSim.Heap;

/// <summary>
/// Freeing: what the sweeper does to the spans after a collection, span by span, and always before one is allocated
/// from again (gc-and-barriers.md C 7).
/// </summary>
public sealed unsafe partial class SimHeap
{
    /// <summary>Called with each object before it is freed: for observers, which must change nothing.</summary>
    public Action<HeapObject>? BeforeFree { get; set; }

    /// <summary>Frees an object: poisons its bytes, so that any later access through a stale pointer is a finding.</summary>
    /// <exception cref="ArgumentException">No live object starts there.</exception>
    public void Free(Addr start, Origin origin = default)
    {
        ulong arena = _memory.ArenaOf(start);
        if (arena >= (ulong)_arenas.Count || !_arenas[(int)arena].Find(start, out int span, out int index, out Addr first)
            || first != start || _arenas[(int)arena].Object(index).Live == 0)
        {
            throw new ArgumentException($"no live object starts at {start}");
        }

        Free(_arenas[(int)arena], span, index, start, origin);
    }

    /// <summary>Sweeps the next span that is not swept since the last collection.</summary>
    /// <returns>False if there was none: every span is swept.</returns>
    public bool SweepNext(Origin origin)
    {
        while (Gc.Unswept)
        {
            (int arena, int span) = Gc.SweepCursor;
            if (arena == _arenas.Count)
            {
                Gc.EndSweep();
                break;
            }

            if (span >= _arenas[arena].State.Spans)
            {
                Gc.SweepCursor = (arena + 1, 0);
                continue;
            }

            Gc.SweepCursor = (arena, span + 1);
            if (_arenas[arena].Span(span).SweptCycle != Gc.Cycle)
            {
                SweepSpan(_arenas[arena], span, origin);
                return true;
            }
        }

        return false;
    }

    /// <summary>Gives an object a colour.</summary>
    internal void SetColour(int arena, int index, Colour colour) => _arenas[arena].ChangeObject(index).Colour = (byte)colour;

    /// <summary>
    /// Marks the object that an address lies in, if it is white: grey if it has pointers, else black. Interior pointers
    /// count; nil and what is no heap address is ignored.
    /// </summary>
    public void Shade(Addr address)
    {
        ulong arena = _memory.ArenaOf(address);
        if (arena >= (ulong)_arenas.Count || !_arenas[(int)arena].Find(address, out _, out int index, out Addr start))
        {
            return;
        }

        ref ObjectInfo info = ref _arenas[(int)arena].Object(index);
        if (info.Live == 0 || info.Colour != (byte)Colour.White || (address != start && _changes.Has(Fault.GcNoInterior)))
        {
            return;
        }

        SetColour((int)arena, index, info.NoScan != 0 ? Colour.Black : Colour.Grey);
        if (info.NoScan == 0)
        {
            Gc.Push(start);
        }
    }

    /// <summary>The object is scanned.</summary>
    /// <param name="start">Its first byte.</param>
    public void Blacken(Addr start)
    {
        int arena = (int)_memory.ArenaOf(start);
        if (_arenas[arena].Find(start, out _, out int index, out _))
        {
            SetColour(arena, index, Colour.Black);
        }
    }

    /// <summary>Shades everything in the barrier buffer of a P and empties it.</summary>
    /// <returns>True if there was something in it.</returns>
    public bool FlushBarrierBuffer(int p)
    {
        int count = Gc.BufferedWords(p);
        for (int i = 0; i < count; i++)
        {
            Shade(Gc.Buffered(p, i));
        }

        Gc.ClearBuffer(p);
        return count > 0;
    }

    private void SweepSpan(HeapBooks books, int index, Origin origin)
    {
        ref Span span = ref books.Change(index);
        span.SweptCycle = Gc.Cycle;
        span.Reusable = 0;
        span.NextReusable = 0;
        for (int slot = 0; slot < span.Used; slot++)
        {
            int at = span.FirstObject + slot;
            ref ObjectInfo info = ref books.Object(at);
            if (info.Live == 0)
            {
                span.Reusable += ReusesMemory && IsReusable(info, Gc.Cycle) ? 1 : 0;
            }
            else if (info.Colour == (byte)Colour.White)
            {
                Free(books, index, at, books.AddressOf(span, slot, info), origin);
            }
            else
            {
                books.ChangeObject(at).Colour = (byte)Colour.White;
            }
        }
    }

    private void Free(HeapBooks books, int spanIndex, int index, Addr start, Origin origin)
    {
        BeforeFree?.Invoke(new HeapObject(start, books.Object(index)));
        ref ObjectInfo info = ref books.ChangeObject(index);
        int offset = (int)(start - books.Region.Base), size = ((int)info.Size + 7) & ~7;
        if (_memory.Tracking)
        {
            _memory.ToggleObject(books.Region, offset, size);
        }

        Frees = unchecked(Frees + 1);
        info.Live = 0;
        info.FreedCycle = Gc.Cycle;
        books.Region.Fill(offset, size, Poison);
        books.Region.SetState(offset, size, ShadowState.Freed);
        ref Span span = ref books.Change(spanIndex);
        span.Allocated--;
        books.ChangeState().Freed++;
        NoteFree(info, span.ElemSize, origin);
    }
}
