using System.Numerics;
using static MapSim.Fuzz.MapFacts;

namespace MapSim.Fuzz;

/// <summary>A named situation that a campaign must reach: at the end of some operation all its facts are true at once.</summary>
/// <param name="Name">What happens, in words.</param>
/// <param name="Facts">All of them at once.</param>
public sealed record Milestone(string Name, MapFacts Facts)
{
    /// <summary>How many facts it has.</summary>
    public int Parts => BitOperations.PopCount((ulong)Facts);

    /// <summary>How many of its facts are true.</summary>
    public int PartsIn(MapFacts facts) => BitOperations.PopCount((ulong)(facts & Facts));
}

/// <summary>
/// The milestones: what a campaign is blind without. Long chains, grows in place, grows and clears under open iterations,
/// crowds of NaN, evacuation of long chains. The order is that of reports; a number is part of <see cref="FeatureSet.Schema"/>.
/// </summary>
public static class Milestones
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Milestone> All { get; } =
    [
        new("a chain of 4 buckets", Chain4),
        new("a chain of 8 buckets", Chain8),
        new("a chain of 12 buckets", Chain12),
        new("a chain with an empty bucket in the middle", Hole | Chain4),
        new("as many overflow buckets as buckets", ManyOverflow),
        new("the spare overflow buckets are used up", NoSpares | Large),
        new("entries above the load limit", Overloaded),
        new("eight entries above the load limit", Overloaded | OverloadedByBucket),
        new("16 buckets", Large),
        new("256 buckets", Large | Huge),
        new("a grow to twice the size ends", GrowEnded),
        new("a grow in place begins", GrowBegan | SameSize),
        new("a grow in place ends", GrowEnded | SameSizeEnded),
        new("the evacuation mark jumps", MarkJumped),
        new("a chain of 4 buckets is to be evacuated", OldChain4 | Growing),
        new("a chain of 8 buckets is to be evacuated", OldChain4 | OldChain8 | Growing),
        new("a long chain is to be evacuated in place", OldChain4 | Growing | SameSize),
        new("a grow begins under an open iteration", GrowBegan | IteratorOpen),
        new("a grow in place begins under an open iteration", GrowBegan | SameSize | IteratorOpen),
        new("a grow ends under an open iteration", GrowEnded | IteratorOpen),
        new("a grow in place ends under an open iteration", GrowEnded | SameSizeEnded | IteratorOpen),
        new("an iteration goes on over twice the buckets", IterationStep | IteratorOfSmaller | IteratorOpen),
        new("an iteration goes on over four times the buckets", IterationStep | IteratorOfSmaller | IteratorOfQuarter | IteratorOpen),
        new("an iteration begins in the middle of a grow", IterationBegan | Growing),
        new("an iteration begins in the middle of a grow in place", IterationBegan | Growing | SameSize),
        new("an iteration filters an old bucket", IteratorFilters | IteratorOpen),
        new("an iteration filters an old bucket when the next grow begins", IteratorFilters | IteratorOpen | IteratorOfGrow | GrowBegan),
        new("an iteration wraps round while the map grows", IteratorWrapped | IteratorOpen | Growing),
        new("an iteration ends after a grow under it", IterationEnded | GrewUnderIterator),
        new("two iterations are open while the map grows", IteratorOpen | TwoIterators | Growing),
        new("a clear under an open iteration", Clear | IteratorOpen),
        new("a clear in the middle of a grow", Clear | GrowEnded),
        new("a clear in the middle of a grow under an open iteration", Clear | GrowEnded | IteratorOpen),
        new("the map is emptied by delete under an open iteration", Delete | Emptied | IteratorOpen),
        new("an iteration goes on after the map was emptied under it", IterationStep | ClearedUnderIterator | IteratorOpen),
        new("an entry is deleted under an open iteration in the middle of a grow", Delete | IteratorOpen | Growing),
        new("an insert under an open iteration in the middle of a grow", Insert | IteratorOpen | Growing),
        new("a delete in the middle of a grow in place", Delete | Growing | SameSize),
        new("a crowd of NaN", NaNCrowd),
        new("a crowd of NaN grows", NaNCrowd | Growing),
        new("a crowd of NaN grows under an open iteration", NaNCrowd | Growing | IteratorOpen),
        new("a crowd of NaN grows in place", NaNCrowd | Growing | SameSize),
        new("a clone in the middle of a grow", Clone | Growing),
        new("a clone in the middle of a grow in place", Clone | Growing | SameSize),
        new("a clone of a map with long chains", Clone | Chain4),
        new("a clone of a map above its load limit", Clone | Growing | SameSize | Overloaded),
        new("keys outside the buckets are evacuated", IndirectKey | Growing),
        new("keys outside the buckets under an open iteration in the middle of a grow", IndirectKey | Growing | IteratorOpen | IterationStep),
        new("elems outside the buckets are evacuated", IndirectElem | Growing),
        new("listed overflow buckets are evacuated under an open iteration", Listed | OldChain4 | Growing | IteratorOpen),
        new("a panic in the middle of a grow", Panic | Growing),
        new("a clear under an iteration that stands in a spare overflow bucket", Clear | IteratorOpen | IteratorInSpare),
    ];
}
