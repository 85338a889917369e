using MapSim.Checks;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>The iterations of a random program: open over several operations, judged by the range oracle.</summary>
public sealed partial class RandomRun
{
    private void StartRange(LiveMap map)
    {
        if (_ranges.Count == MostRanges)
        {
            End(_ranges[_random.Below(MostRanges)]);
        }

        Addr iterator = _session.NewIterator();
        var range = new LiveRange($"r{++_names}", map, iterator, new RangeOracle(map.Model, _keys), new RangeCursor(Machine, _type, map.Address, iterator));
        Begin(() => $"{range.Name} = range {map.Name}");
        MapHeader before = MapHeader.Read(Machine, 0, map.Address);
        _tally.Ranges++;
        _ranges.Add(range);
        if (ExpectEnd(_session.IterInit(0, map.Address, range.Iterator), null))
        {
            Judge(range);
        }

        After(map, MapEffect.Iterate, before);
    }

    private void StepRange()
    {
        if (_ranges.Count > 0)
        {
            Step(_random.Pick(_ranges));
        }
    }

    private void Step(LiveRange range)
    {
        Begin(() => $"{range.Name}.next() over {range.Map.Name}");
        MapHeader before = MapHeader.Read(Machine, 0, range.Map.Address);
        range.Cursor.BeforeStep();
        OperationEnd end = NextOf(range);
        if (end.Failure == Machines.Failure.NilDereference && range.Cursor.LostBucket && _type.IndirectKey)
        {
            Know(KnownDefect.OldBucketLost);
            Fold((ulong)end.Failure);
            End(range);
        }
        else if (range.LostList && (!end.IsOk || _session.HitStepLimit))
        {
            Know(KnownDefect.ListLost);
            End(range);
        }
        else if (ExpectEnd(end, null))
        {
            Judge(range);
        }

        After(range.Map, MapEffect.Iterate, before);
    }

    private void Judge(LiveRange range)
    {
        _tally.RangeSteps++;
        Addr key = _session.IteratorKey(range.Iterator);
        if (key.IsNil)
        {
            End(range);
            if (range.LostList)
            {
                return;
            }

            Fold(0);
            if (range.Oracle.End(out NaiveEntry? missed) != RangeFault.None && !IsKnownMiss(range, missed!))
            {
                Fail($"the end of {range.Name} without the key {missed!.Key.Text}, elem {Convert.ToHexString(missed.Elem)}", "each entry that lives from start to end");
            }

            return;
        }

        if (range.LostList)
        {
            // It may be reading anything by now: what it yields says nothing about the map.
            Know(KnownDefect.ListLost);
            End(range);
            return;
        }

        if (!Machine.Memory.IsLive(key, _type.Key.Size))
        {
            Fail($"a key at {key}, which is not alive", "a live key");
            return;
        }

        Addr at = _session.IteratorElem(range.Iterator);
        ReadOnlySpan<byte> keyBytes = Machine.Memory.Raw(key, _type.Key.Size);
        ReadOnlySpan<byte> elem = Machine.Memory.Raw(at, _type.Elem.Size);
        Fold(Fingerprint.OfBytes(3, keyBytes).Low);
        Fold(Fingerprint.OfBytes(4, elem).Low);
        range.Cursor.AfterStep();
        RangeFault fault = range.Oracle.Yield(keyBytes, elem, out RandomKey? known);
        _log?.Invoke($"       at {key}, bucket {_session.ReadPointer(range.Iterator + Machine.L.ItBptr)}, check {_session.ReadPointer(range.Iterator + Machine.L.ItCheckBucket).Value:x}, offset {Machine.Memory.Raw(range.Iterator + Machine.L.ItOffset, 1)[0]}: {known?.Text ?? Convert.ToHexString(keyBytes)}: {Convert.ToHexString(elem)}");
        if (fault != RangeFault.None && !IsKnown(range, fault, known, keyBytes, elem))
        {
            Fail($"{range.Name} yielded {known?.Text ?? Convert.ToHexString(keyBytes)}: {Convert.ToHexString(elem)}: {fault}", "a live entry, as it is now, once");
        }
    }

    /// <summary>A fault that the real runtime shows too, for a cause that was seen (docs of <see cref="KnownDefect"/>).</summary>
    private bool IsKnown(LiveRange range, RangeFault fault, RandomKey? key, ReadOnlySpan<byte> keyBytes, ReadOnlySpan<byte> elem)
    {
        KnownDefect? cause = fault switch
        {
            RangeFault.UnknownKey => null,
            RangeFault.Twice when range.Cursor.LostFilter => KnownDefect.FilterLost,
            RangeFault.Twice when range.Cursor.LostBucket => KnownDefect.OldBucketLost,
            RangeFault.Twice when range.Cursor.BucketRelinked => KnownDefect.BucketRelinked,
            RangeFault.Twice when range.Cursor.SeedChanged && key!.IsReflexive => KnownDefect.SeedChanged,
            _ when !range.Oracle.SawClear || !range.Oracle.WasCleared(keyBytes, elem) => null,
            _ when !_case.Version.ClearMarksBucketsEmpty => KnownDefect.ClearLeavesIterators,
            _ when !key!.IsReflexive => KnownDefect.ClearLeavesNaN,
            _ => null,
        };
        return Know(cause);
    }

    private bool IsKnownMiss(LiveRange range, NaiveEntry missed) => Know(
        range.Cursor.LostBucket ? KnownDefect.OldBucketLost
        : range.Cursor.GainedFilter && !missed.Key.IsReflexive ? KnownDefect.FilterGained
        : null);

    private void End(LiveRange range)
    {
        _ranges.Remove(range);
        _session.Forget(range.Iterator);
    }
}
