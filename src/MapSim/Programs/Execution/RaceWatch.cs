using MapSim.Checks;
using MapSim.Faults;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// A program built with -race: tells the race oracle (H8) what its goroutines do with maps and how they synchronise, and
/// reports the first race.
/// </summary>
/// <remarks>
/// It cannot go back in time: it belongs to one run forwards.
///
/// Whether the runtime tells the detector enough is checked by what operations do in earnest: one that stores h.count
/// (<see cref="CountStores"/>), the word whose first byte stands for the map in the runtime's reports, must have reported a
/// write. Operations that report nothing by design (maps.Clone) are left out.
/// </remarks>
internal sealed class RaceWatch(ProgramRun run)
{
    private readonly RaceDetector _detector = new();
    private readonly Dictionary<int, (ulong Sent, ulong Received)> _channels = [];
    private readonly RaceKind?[] _told = new RaceKind?[run.Code.Goroutines.Count]; // of the map, by the operation in progress

    /// <summary>A map operation begins.</summary>
    public void Began(int g, Instruction i)
    {
        RaceOperation? operation = i.Operation?.Kind switch
        {
            OperationKind.Assign when !i.Operation.ElemPanics => RaceOperation.Assign,
            OperationKind.Lookup => RaceOperation.Lookup,
            OperationKind.Delete => RaceOperation.Delete,
            OperationKind.Clear => RaceOperation.Clear,
            OperationKind.Len => RaceOperation.Len,
            OperationKind.Clone => RaceOperation.Clone,
            OperationKind.Iter => RaceOperation.IterInit,
            OperationKind.Range => i.Kind == InstructionKind.RangeEnd ? RaceOperation.IterNext : RaceOperation.IterInit,
            OperationKind.Next => RaceOperation.IterNext,
            _ => null,
        };
        _told[g] = null;
        if (operation is { } op && i.Type >= 0)
        {
            _told[g] = Emit(g, i, op, MapOf(g, i), default, default);
        }
    }

    /// <summary>Within a step a goroutine goes on with another frame or label.</summary>
    public void GoesOn(int g)
    {
        if (g < _told.Length && _told[g] is { } told && told != RaceKind.Write && !CountStores.Next(run.Session.Machine, g).IsNil)
        {
            Instruction? i = run.WaitingAt(g);
            string operation = ProgramRun.KeyWord(i?.Operation?.Kind);
            run.Oracles.Report($"race/untold/{operation}", $"{run.NameOf(g)} stores the map's count, and the race detector was told that {operation} only reads the map: no race with it can be found", g, i);
        }
    }

    /// <summary>The caller touches a key or elem itself.</summary>
    public void Touches(int g, Instruction i, RaceOperation operation, Addr key, Addr elem) => Emit(g, i, operation, MapOf(g, i), key, elem);

    /// <summary>A goroutine starts.</summary>
    public void Forked(int parent, int child) => _detector.Fork(parent, child);

    /// <summary>A goroutine has waited for the end of another.</summary>
    public void Joined(int waiter, int finished) => _detector.Join(waiter, finished);

    /// <summary>An atomic access.</summary>
    public void Synchronised(int g, int shared)
    {
        _detector.Acquire(g, Id(shared));
        _detector.ReleaseMerge(g, Id(shared));
    }

    /// <summary>A lock was taken, a wait is over, a once was done before.</summary>
    public void Acquired(int g, int shared, bool isWrite)
    {
        _detector.Acquire(g, Id(shared));
        if (isWrite)
        {
            _detector.Acquire(g, Id(shared) + 1);
        }
    }

    /// <summary>A lock was given back, a once is done, a channel closed.</summary>
    public void Released(int g, int shared) => _detector.Release(g, Id(shared));

    /// <summary>A read lock was given back (what writers wait for), or a wait group counted.</summary>
    public void ReadReleased(int g, int shared) => _detector.ReleaseMerge(g, Id(shared) + 1);

    /// <summary>A value went through a channel, or a receive found it closed.</summary>
    /// <param name="g">Who made the step.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="isSend">It sends.</param>
    /// <param name="partner">Who waited; -1 for nobody.</param>
    /// <param name="result">How it ended.</param>
    public void Met(int g, int channel, bool isSend, int partner, ChannelResult result)
    {
        ulong id = run.Channels.IdOf(channel);
        if (result == ChannelResult.Closed)
        {
            _detector.Acquire(g, id);
            return;
        }

        ulong capacity = (ulong)run.Code.Shared[channel].Number;
        if (capacity == 0)
        {
            (int sender, int receiver) = isSend ? (g, partner) : (partner, g);
            _detector.Release(sender, id);
            _detector.Acquire(receiver, id);
            _detector.Release(receiver, id);
            _detector.Acquire(sender, id);
            return;
        }

        (ulong sent, ulong received) = _channels.GetValueOrDefault(channel);
        ulong slot = id + 1 + ((isSend ? sent : received) % capacity);
        _detector.ReleaseAcquire(g, slot);
        if (partner >= 0)
        {
            _detector.ReleaseAcquire(partner, slot);
        }

        _channels[channel] = (sent + (isSend || partner >= 0 ? 1UL : 0), received + (!isSend || partner >= 0 ? 1UL : 0));
    }

    /// <summary>A goroutine that waited finds that the channel was closed.</summary>
    public void Closed(int g, int channel) => _detector.Acquire(g, run.Channels.IdOf(channel));

    private ulong Id(int shared) =>
        run.Code.Shared[shared].Kind == SharedKind.Chan ? run.Channels.IdOf(shared) : run.Shared.Of(shared).Value;

    private Addr MapOf(int g, Instruction i) => i.Map >= 0 ? run.MapAt(i.Map) : run.MapOfIteration(g, i);

    private RaceKind? Emit(int g, Instruction i, RaceOperation operation, Addr map, Addr key, Addr elem)
    {
        MapType type = run.Session.TypeOf(i.Type);
        MapVariant variant = run.Session.VariantOf(i.Type);
        int before = _detector.Races.Count;
        RaceKind? told = RaceEvents.Emit(_detector, g, run.Session.Machine.Steps, new MapCall(operation, type, variant, map, key, elem)
        {
            SaysRead = operation is RaceOperation.Clear or RaceOperation.Delete && run.Session.Machine.Has(Fault.RaceClearAsRead),
        });
        if (_detector.Races.Count > before)
        {
            Race race = _detector.Races[before];
            string[] sites = race.Pair.Split(" | ");
            run.Oracles.Report($"race/{BugKey.Part(sites[0])}/{BugKey.Part(sites[1])}", Text(race), g, i);
        }

        return told;
    }

    private string Text(in Race race) =>
        $"{race.First.SiteText} and {race.Second.SiteText} of one place, by {run.NameOf(race.First.Goroutine)} in step {race.First.What.Step} and {run.NameOf(race.Second.Goroutine)} in step {race.Second.What.Step}, with nothing that orders them";
}
