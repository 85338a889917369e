using System.Text;
using MapSim.Checks;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <content>
/// The structure of a map is looked at when a write has ended, as soon as nobody is busy with the map (as <see cref="ProgramOracles"/> does): a write that ends beside somebody else is
/// looked at when that one ends. Who notices what is broken is part of how a program ends.
/// </content>
internal sealed partial class ResultTrail
{
    /// <summary>A number for each map that was written to: its bit in <see cref="Since.Unseen"/>.</summary>
    private readonly Dictionary<Addr, int> _unseen = [];

    /// <summary>How often the structure of a map was looked at; going back does not count down.</summary>
    public long Looks { get; private set; }

    /// <summary>How many raw reads the step had made before that.</summary>
    public int RawReadsBeforeLook { get; private set; }

    /// <summary>The last look found something that header, tophashes and links alone show.</summary>
    public bool IsBrokenInSkeleton { get; private set; }

    /// <summary>True if the oracles of a run have noticed what is broken, too, which they do at once for small maps only.</summary>
    public bool IsNoticed => _broken != 0 && _since.IsNoticed;

    /// <summary>Header, tophashes and links of the map that was looked at last.</summary>
    /// <param name="visit">Is told address and size.</param>
    public void VisitSkeleton(Action<ulong, uint> visit) => _run.Scan.VisitSkeleton(visit);

    /// <summary>The end of an operation that reads. Where a write waits to be looked at, its order with any other beginning or end decides who looks, as if it were a write's.</summary>
    private TrailEvents EndOfRead(Addr map) =>
        _unseen.TryGetValue(map, out int at) && (_since.Unseen >> at & 1) != 0 ? TrailEvents.ReadEnded | TrailEvents.WriteEnded : TrailEvents.ReadEnded;

    /// <summary>An operation has ended, and that was told.</summary>
    private void Look(Instruction i, Addr map)
    {
        if (map.IsNil || (!IsWrite(i) && _since.Unseen == 0))
        {
            return;
        }

        if (!_unseen.TryGetValue(map, out int at))
        {
            // More maps than bits share the last one: some are looked at too often.
            at = Math.Min(_unseen.Count, 63);
            _unseen.Add(map, at);
        }

        _since.Unseen |= IsWrite(i) ? 1UL << at : 0;
        Machine m = _run.Session.Machine;
        if (_broken != 0 || (_since.Unseen >> at & 1) == 0 || IsBusy(map) || !m.Memory.IsLive(map, m.L.HmapSize))
        {
            return;
        }

        Looks++;
        _since.Unseen &= ~(1UL << at);
        RawReadsBeforeLook = m.Memory.RawReads?.Count ?? 0;
        MapChecks.Check(_run.Scan, m, i.Type, map, _violations);
        if (_violations.Count > 0)
        {
            IsBrokenInSkeleton = MapChecks.NeedsOnlySkeleton(_violations[0].Id);
            _broken = Fingerprint.OfBytes((ulong)i.Operation!.Kind, Encoding.UTF8.GetBytes(_violations[0].Id)).Low;
            _since.IsNoticed = ProgramOracles.IsLookedAtAlways(new MapView(m.Memory, m.Types[i.Type], map));
            _violations.Clear();
        }
        else
        {
            IsBrokenInSkeleton = false;
        }
    }
}
