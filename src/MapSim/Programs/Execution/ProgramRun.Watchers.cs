using MapSim.Memory;

namespace MapSim.Programs;

/// <content>Runs by units: iterations that are alive, and those who are told of each operation on a map.</content>
internal sealed partial class ProgramRun
{
    private readonly List<(int Number, LiveIterator Live)> _live = [];
    private readonly List<Dictionary<string, int>> _keys = [];
    private int _keyCount;
    private ulong _stepsBefore;

    /// <summary>Is told of each operation on a map; null if nobody listens.</summary>
    public MapWatcher? Watcher { get; set; }

    /// <summary>The iterations that have begun and not ended, in the order in which they began.</summary>
    public IEnumerable<LiveIterator> LiveIterators => _live.Select(l => l.Live);

    private static int NumberOf(Instruction i) => i.Operation!.Kind == OperationKind.Range ? i.Iterator : -1 - i.Iterator;

    private int SlotOf(int map) => Code.Maps[map].Name[^1] - '0';

    private void BeginsIteration(Instruction i, Addr iterator)
    {
        EndsIteration(NumberOf(i));
        _live.Add((NumberOf(i), new LiveIterator(iterator, SlotOf(i.Map), i.Operation!.Kind == OperationKind.Range)));
    }

    private void EndsIteration(int number)
    {
        for (int n = _live.Count - 1; n >= 0; n--)
        {
            if (_live[n].Number == number)
            {
                _live.RemoveAt(n);
            }
        }
    }

    private int SlotOfLive(int number)
    {
        int at = 0;
        while (at < _live.Count && _live[at].Number != number)
        {
            at++;
        }

        return at < _live.Count ? _live[at].Live.Slot : 0;
    }

    /// <summary>An operation has ended, and the oracles were told.</summary>
    private void TellWatcher(in ProgramBody f, Instruction i, OperationEnd end)
    {
        bool isJudged = Oracles.HasEnded || Oracles.IsOff;
        if ((!IsByUnits && Watcher == null) || i.Type < 0 || !isJudged)
        {
            return;
        }

        bool isStep = i.Operation!.Kind is OperationKind.Iter or OperationKind.Next or OperationKind.Range;
        int number = isStep ? NumberOf(i) : 0;
        if (isStep && HiterOf(f.Goroutine, i).IsNil)
        {
            return;
        }

        if (Watcher != null && Oracles.LastEnded is var (map, before))
        {
            int slot = i.Map >= 0 ? SlotOf(i.Map) : SlotOfLive(number);
            var e = new MapEvent(
                i.Operation.Kind, slot, i.Type, map, before, isStep ? HiterOf(f.Goroutine, i) : default, end, Machine.Steps - _stepsBefore, KeyNumber(i, Oracles.LastKey));
            Watcher(Machine, e);
        }

        if (isStep && (!end.IsOk || StandingKey(f.Goroutine, i).IsNil))
        {
            EndsIteration(number);
        }
    }

    private int KeyNumber(Instruction i, KeyIdentity? key)
    {
        if (key is not { IsReflexive: true, IsReadable: true })
        {
            return -1;
        }

        while (_keys.Count <= i.Type)
        {
            _keys.Add(new Dictionary<string, int>(StringComparer.Ordinal));
        }

        if (!_keys[i.Type].TryGetValue(key.Canonical, out int number))
        {
            number = _keyCount++;
            _keys[i.Type].Add(key.Canonical, number);
        }

        return number;
    }
}
