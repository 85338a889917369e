using MapSim.Heap;
using MapSim.Machines;

namespace MapSim.Checks;

/// <summary>
/// G6: an object allocated while the collector marks is black from the start, one allocated at any other time is white.
/// It looks at what was allocated since it looked last; the collector's phase must have been the same in between.
/// </summary>
/// <remarks>It does not see objects that came and went between two looks.</remarks>
public sealed class NewIsBlack
{
    internal const string Id = "G6";
    private uint _last;

    /// <summary>Begins with what is allocated from now on.</summary>
    public void Restart(Machine m) => _last = (uint)m.Heap.History.Count;

    /// <summary>Checks the objects allocated since the last time.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="marking">Whether the collector marked when they were allocated.</param>
    /// <param name="found">Takes at most one violation.</param>
    public void Check(Machine m, bool marking, IList<HeapViolation> found)
    {
        var count = (uint)m.Heap.History.Count;
        Colour expected = marking ? Colour.Black : Colour.White;
        bool clean = true;
        for (uint number = _last + 1; number <= count && clean; number++)
        {
            if (m.Heap.TryFindObject(m.Heap.History[number].Start, out HeapObject o) && o.IsLive && o.Info.History == number && o.Colour != expected)
            {
                found.Add(HeapViolation.Of(m, Id, o.Start, $"a new object that is {o.Colour}", $"{expected}: the collector {(marking ? "marked" : "did not mark")} when it was allocated"));
                clean = false;
            }
        }

        // A machine that went back has fewer records than before.
        _last = count;
    }
}
