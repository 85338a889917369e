namespace MapSim.Heap;

/// <summary>Where a walk over all live objects stands; default is the start.</summary>
internal struct HeapCursor
{
    public int Arena;
    public int Span;
    public int Slot;
}

/// <summary>What oracles read of the heap; nothing here changes it.</summary>
public sealed unsafe partial class SimHeap
{
    /// <summary>The next live object, by address, as <see cref="LiveObjects"/> gives them but without allocation.</summary>
    /// <param name="at">Where the walk stands; moves on.</param>
    /// <param name="found">The object.</param>
    /// <param name="isSwept">True if its span was swept since the last collection.</param>
    /// <returns>False at the end.</returns>
    internal bool NextLive(ref HeapCursor at, out HeapObject found, out bool isSwept)
    {
        for (; at.Arena < _arenas.Count; at.Arena++, at.Span = 0)
        {
            HeapBooks books = _arenas[at.Arena];
            for (; at.Span < books.State.Spans; at.Span++, at.Slot = 0)
            {
                ref Span span = ref books.Span(at.Span);
                while (at.Slot < span.Used)
                {
                    int slot = at.Slot++;
                    ref ObjectInfo info = ref books.Object(span.FirstObject + slot);
                    if (info.Live != 0)
                    {
                        found = new HeapObject(books.AddressOf(span, slot, info), info);
                        isSwept = span.SweptCycle == Gc.Cycle;
                        return true;
                    }
                }
            }
        }

        found = default;
        isSwept = false;
        return false;
    }
}
