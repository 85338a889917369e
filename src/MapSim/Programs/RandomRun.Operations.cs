using System.Globalization;
using MapSim.Checks;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>The operations of a random program, each on the machine and on the model, and their comparison.</summary>
public sealed partial class RandomRun
{
    private void Make()
    {
        MakeForm form = _random.Pick([MakeForm.Hint, MakeForm.Hint, MakeForm.Small, MakeForm.Small, MakeForm.Stack]);
        bool room = _names < 3 && _type.BucketSize < 300;
        form = form == MakeForm.Stack && !room ? MakeForm.Small : form;
        long hint = form == MakeForm.Hint ? _random.Pick<long>([-1, 0, 8, 9, 13, 14, 25, 27, 53, 60, 105, 209, 300, long.MaxValue]) : 0;
        var map = new LiveMap($"m{++_names}", _session.Make(0, form, hint), new NaiveMap(_type.Key.NeedsKeyUpdate));
        Begin(() => $"{map.Name} = make({(form == MakeForm.Hint ? hint : form)})");
        Keep(map);
        After(map, MapEffect.None, MapHeader.Read(Machine, 0, map.Address));
        ulong usable = hint < 0 || hint == long.MaxValue ? 0 : (ulong)hint;
        GrowthPolicy.CheckInitial(Machine, map.Address, usable, MapHeader.Read(Machine, 0, map.Address), _violations);
        ReportViolations();
    }

    private void Keep(LiveMap map)
    {
        if (_maps.Count == MostMaps)
        {
            LiveMap gone = _maps[_random.Below(MostMaps)];
            _maps.Remove(gone);
            _dropped.Add(gone);
            foreach (LiveRange range in _ranges.Where(r => r.Map == gone).ToArray())
            {
                End(range);
            }

        }

        _maps.Add(map);
    }

    private void Assign(LiveMap map, RandomKey key)
    {
        byte[] elem = _values.Elem(_type.Elem);
        Begin(() => $"{map.Name}[{key.Text}] = {Convert.ToHexString(elem)}");
        MapHeader before = MapHeader.Read(Machine, 0, map.Address);
        OperationEnd end = _session.Assign(0, map.Address, key.Bytes, elem);
        MapEffect effect = MapEffect.None;
        if (ExpectEnd(end, key.Unhashable))
        {
            effect = map.Model.Assign(key, elem) ? MapEffect.Insert : MapEffect.Update;
        }

        After(map, effect, before);
    }

    private void Lookup(LiveMap map, RandomKey key)
    {
        Begin(() => $"{map.Name}[{key.Text}]");
        MapHeader before = MapHeader.Read(Machine, 0, map.Address);
        OperationEnd end = _session.Lookup(0, map.Address, key.Bytes, out bool found);
        if (ExpectEnd(end, key.Unhashable))
        {
            NaiveEntry? entry = map.Model.Find(key);
            ReadOnlySpan<byte> elem = Machine.Memory.Raw(_session.ResultLocal, _type.Elem.Size);
            ReadOnlySpan<byte> expected = entry?.Elem ?? new byte[_type.Elem.Size];
            Fold(Fingerprint.OfBytes(found ? 1UL : 0, elem).Low);
            if (found != (entry != null) || !elem.SequenceEqual(expected))
            {
                Fail($"{(found ? "" : "not ")}found, {Convert.ToHexString(elem)}", $"{(entry != null ? "" : "not ")}found, {Convert.ToHexString(expected)}");
            }
        }

        After(map, MapEffect.None, before);
    }

    private void Delete(LiveMap map, RandomKey key)
    {
        Begin(() => $"delete({map.Name}, {key.Text})");
        MapHeader before = MapHeader.Read(Machine, 0, map.Address);
        bool wasEmpty = map.Model.Count == 0;
        OperationEnd end = _session.Delete(0, map.Address, key.Bytes);
        MapEffect effect = MapEffect.None;
        if (ExpectEnd(end, key.Unhashable))
        {
            bool deleted = map.Model.Delete(key);
            effect = wasEmpty ? MapEffect.None : MapEffect.Delete;
            _tally.Emptied += deleted && map.Model.Count == 0 ? 1 : 0;
        }

        After(map, effect, before);
    }

    private void Clear(LiveMap map)
    {
        // Before clear() existed only the delete-all loop compiled to it, and only for keys that equal themselves.
        if (!_case.Version.HasClone && !_type.Key.IsReflexive)
        {
            return;
        }

        Begin(() => $"clear({map.Name})");
        MapHeader before = MapHeader.Read(Machine, 0, map.Address);
        bool hadEntries = map.Model.Count > 0;
        if (hadEntries)
        {
            _tally.Clears++;
            _ranges.ForEach(r => Unless(r.Map != map, r.Oracle.BeforeClear));
            _ranges.ForEach(r => Unless(r.Map != map, r.Cursor.MapCleared));
        }

        ExpectEnd(_session.Clear(0, map.Address), null);
        map.Model.Clear();
        After(map, hadEntries ? MapEffect.Clear : MapEffect.None, before);
    }

    private void Length(LiveMap map)
    {
        Begin(() => $"len({map.Name})");
        MapHeader before = MapHeader.Read(Machine, 0, map.Address);
        ulong length = _session.Length(map.Address);
        Fold(length);
        if (length != (ulong)map.Model.Count)
        {
            Fail($"len {length}", $"{map.Model.Count}");
        }

        After(map, MapEffect.None, before);
    }

    /// <summary>An operation on a nil map.</summary>
    private void Nil()
    {
        RandomKey key = AnyKey();
        int which = _random.Below(5);
        Begin(() => $"nil map, operation {which}, {key.Text}");
        switch (which)
        {
            case 0:
                Expect(_session.Assign(0, default, key.Bytes, new byte[_type.Elem.Size]), Failure.AssignToNilMap);
                break;
            case 1:
                ExpectEnd(_session.Lookup(0, default, key.Bytes, out bool found), key.Unhashable);
                Unless(!found, () => Fail("found", "not found"));
                break;
            case 2:
                ExpectEnd(_session.Delete(0, default, key.Bytes), key.Unhashable);
                break;
            case 3:
                ExpectEnd(_session.Clear(0, default), null);
                Unless(_session.Length(default) == 0, () => Fail("len not 0", "0"));
                break;
            default:
                Addr iterator = _session.NewIterator();
                ExpectEnd(_session.IterInit(0, default, iterator), null);
                Unless(_session.IteratorKey(iterator).IsNil, () => Fail("an entry", "the end"));
                break;
        }
    }

    private void Clone(LiveMap map)
    {
        if (!_case.Version.HasClone)
        {
            return;
        }

        var clone = new LiveMap($"m{++_names}", default, map.Model.Clone());
        Begin(() => $"{clone.Name} = maps.Clone({map.Name})");
        MapHeader before = MapHeader.Read(Machine, 0, map.Address);
        bool overloaded = Bmap.OverLoadFactor(before.Count, before.B, _case.Version, Machine.PointerSize);
        OperationEnd end = _session.Clone(0, map.Address, out Addr address);
        _tally.Clones++;
        if (overloaded && !_case.Version.CloneClampsHint && !Machine.Has(Faults.Repair.CloneClampsHint))
        {
            Know(KnownDefect.CloneHintOverload);
            Expect(end, Failure.OutOfBounds);

            // The collector may have met the address beyond the buckets on the stack before it was read from.
            _oracles?.Forgive(v => v.Id == PointersStayInside.Id && SimMemory.IsOutOfBounds(v.Object));
        }
        else if (ExpectEnd(end, null))
        {
            clone = new LiveMap(clone.Name, address, clone.Model);
            ulong limit = unchecked(_case.Version.LoadFactorNum * (Bmap.BucketShift(before.B, Machine.PointerSize) / 2));
            MapHeader after = MapHeader.Read(Machine, 0, address);
            GrowthPolicy.CheckInitial(Machine, address, overloaded ? limit : before.Count, after, _violations);
            Keep(clone);
            After(clone, MapEffect.None, after);
        }

        After(map, MapEffect.None, before);
    }

    private void Begin(Func<string> text)
    {
        _tally.Operations++;
        if (_log != null)
        {
            _operation = text();
            _log(string.Create(CultureInfo.InvariantCulture, $"{_tally.Operations,5}  {_operation}"));
        }
        else
        {
            _lazyOperation = text;
        }
    }

    private Func<string>? _lazyOperation;

    /// <summary>Checks how an operation ended; true if it ended well.</summary>
    private bool ExpectEnd(OperationEnd end, string? unhashable)
    {
        Expect(end, unhashable == null ? Failure.None : Failure.Unhashable);
        if (unhashable != null && _problem == null)
        {
            string found = Machine.FailureText(end.Failure, end.Detail)!, expected = Failures.Message(Failure.Unhashable) + unhashable;
            Unless(found == expected, () => Fail(found, expected));
        }

        return end.IsOk && _problem == null;
    }

    private void Expect(OperationEnd end, Failure expected)
    {
        Fold((ulong)end.Failure);
        _tally.Panics += expected is Failure.Unhashable or Failure.AssignToNilMap ? 1 : 0;
        if (_session.HitStepLimit)
        {
            Fail($"no end after {_session.StepLimit} steps", "an end");
        }
        else if (end.Failure != expected)
        {
            string? why = end.Failure == Failure.UseAfterFree ? FreedAccess.Of(Machine)?.ToString() : null;
            Fail($"the operation ended with {end.Failure}", why == null ? expected.ToString() : $"{expected}\n{why.TrimEnd()}");
        }
    }

    /// <summary>Checks a map after an operation on it.</summary>
    private void After(LiveMap map, MapEffect effect, MapHeader before)
    {
        if (_problem != null)
        {
            return;
        }

        // What a read corrupts stays corrupt: the next write, or the end, looks at everything.
        if (effect > MapEffect.Iterate || _tally.Operations % 8 == 0)
        {
            MapChecks.Check(_scan, Machine, 0, map.Address, _violations);
        }

        CheckCollector();
        if (_violations.Count == 0)
        {
            MapHeader after = MapHeader.Read(Machine, 0, map.Address);
            GrowthPolicy.Check(Machine, map.Address, effect, before, after, _violations);
            Note(map, effect, before, after);
        }

        ReportViolations();
    }

    private void Note(LiveMap map, MapEffect effect, MapHeader before, MapHeader after)
    {
        Fold(after.Count | (ulong)after.B << 40 | (ulong)after.Flags << 48 | (ulong)after.Noverflow << 16);
        Fold(after.Nevacuate << 32 | after.Hash0);
        if (_log != null && (effect != MapEffect.None || before != after))
        {
            string grow = !after.IsGrowing ? "" : $", {(after.IsSameSize ? "same-size grow" : "grow")} to {after.Buckets} at {after.Nevacuate}";
            _log($"       {after.Count} entries, B {after.B}, flags {after.Flags}, noverflow {after.Noverflow}{grow}");
        }

        bool started = !before.Buckets.IsNil && before.Buckets != after.Buckets && before.B != after.B;
        _tally.Grows += started ? 1 : 0;
        _tally.SameSizeGrows += !started && before.Buckets != after.Buckets && !before.Buckets.IsNil ? 1 : 0;
        _tally.GrowsEnded += before.IsGrowing && before.OldBuckets != after.OldBuckets ? 1 : 0;
        _tally.MostOverflow = Math.Max(_tally.MostOverflow, after.Noverflow);
        _tally.LongestChain = Math.Max(_tally.LongestChain, _scan.LongestChain);
        _tally.MostEntries = Math.Max(_tally.MostEntries, (long)after.Count);
        if (effect == MapEffect.Insert && Bmap.OverLoadFactor(after.Count, after.B, _case.Version, Machine.PointerSize))
        {
            _tally.Overloaded++;
        }

        _tally.WritesUnderRange += effect > MapEffect.Iterate && _ranges.Any(r => r.Map == map) ? 1 : 0;
        if (after.Count != (ulong)map.Model.Count && _problem == null)
        {
            Fail($"count = {after.Count}", $"{map.Model.Count} entries");
        }
    }

    private void ReportViolations()
    {
        if (_violations.Count > 0)
        {
            _problem ??= Report(string.Join('\n', _violations.Select(v => "  " + v)));
            _violations.Clear();
        }
    }

    private void Fail(string found, string expected) => _problem ??= Report($"  found     {found}\n  expected  {expected}");

    private string Report(string what) => string.Create(
        CultureInfo.InvariantCulture,
        $"{_case.Title}\noperation {_tally.Operations}: {_lazyOperation?.Invoke() ?? _operation}\n{what}\nshow it again:  {_case.Command}");

    /// <summary>Counts a known defect; false for null.</summary>
    private bool Know(KnownDefect? defect)
    {
        if (defect is { } known)
        {
            _tally.Known[(int)known]++;
        }

        return defect != null;
    }

    private void Fold(ulong value) => _digest = unchecked(new Fingerprint(
        Fingerprint.Mix(_digest.Low ^ value), Fingerprint.Mix(_digest.High + value) + _digest.Low));

    private static void Unless(bool condition, Action action)
    {
        if (!condition)
        {
            action();
        }
    }
}
