using MapSim.Memory;

namespace MapSim.Programs;

/// <content>
/// For engines that ask only how the program can end: what of memory a step has read besides its access, and what the judge of an end looks at. Whatever nobody
/// reads any more makes no difference to the end.
/// </content>
public sealed partial class ProgramStepper
{
    private readonly bool _isLastFindingOpen;
    private long _looks;

    /// <summary>
    /// Only how the program ends is of interest, and that is decided though it has not ended: the structure of a map is broken, and no finding that comes later counts.
    /// (A result that its line does not expect may count: it goes by the number of its operation. And a map that was broken from the start is not judged by that.)
    /// </summary>
    private bool IsSealed => _isForEnds && _trail.IsNoticed && !_isLastFindingOpen;

    /// <summary>Hash of everything that <see cref="StateHash"/> may cover but the heap: goroutines, shared variables, the heap's books, results.</summary>
    public UInt128 ControlHash
    {
        get
        {
            Fingerprint hash = Machine.StateHash.Xor(Machine.Memory.LiveHash).Xor(Machine.Memory.Globals.HashLive()).Xor(_trail.Hash);
            return new UInt128(hash.High, hash.Low);
        }
    }

    /// <summary>True if the last step has read, or may have read, something besides its access.</summary>
    public bool HasReadBesides => Machine.Memory.RawReads is { Count: > 0 } || _looks != _trail.Looks;

    /// <summary>Eight bytes of the heap, the lowest first; 0 where nothing lives.</summary>
    /// <param name="address">Divisible by 8.</param>
    public ulong Word(ulong address) => Machine.Memory.LiveWord(address);

    /// <summary>What the last step has read, or may have read, besides its access: strings, and the map whose structure was looked at.</summary>
    /// <param name="visit">Is told address and size.</param>
    public void VisitReadBesides(Action<ulong, uint> visit)
    {
        bool isShort = _looks != _trail.Looks && _trail.IsBrokenInSkeleton;
        List<(ulong Address, int Size)> raw = Machine.Memory.RawReads!;
        for (int i = 0; i < (isShort ? _trail.RawReadsBeforeLook : raw.Count); i++)
        {
            visit(raw[i].Address, (uint)raw[i].Size);
        }

        if (isShort)
        {
            _trail.VisitSkeleton(visit);
        }
    }

    /// <summary>What whoever judges the end looks at: of a process that died nothing, nor if the structure of a map is broken; else all that can be reached.</summary>
    /// <param name="visit">Is told address and size.</param>
    public void VisitJudged(Action<ulong, uint> visit)
    {
        if (!IsDead && !IsSealed)
        {
            Machine.VisitReachable(visit);
        }
    }

    private void ForgetReads()
    {
        Machine.Memory.RawReads?.Clear();
        _looks = _trail.Looks;
    }
}
