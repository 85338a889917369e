using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>
/// Which row a run falls into: who was where when a window opened, closed or was tested. None of this has a say in
/// what a test must do.
/// </summary>
public sealed partial class DetectionModel
{
    private void NoteBegin(int actor, ref DetectionActor me)
    {
        if (LooksBeforeItsTest(me.Operation) && OtherInside(actor, me.Map))
        {
            me.Marks |= ActorMarks.WroteBefore;
        }

        if (me.Operation == MapOperation.ElemStore && me.Has(ActorMarks.StoreWritten))
        {
            _state.Add(DetectionRow.WriteBeforeElemStore);
        }
    }

    private void NotePassed(int actor, Addr map)
    {
        if (OtherInside(actor, map))
        {
            _state.Add(DetectionRow.PassedWhileWriterInside);
        }

        if (_state.Actor(actor).Map != map)
        {
            return;
        }

        ref DetectionActor me = ref _state.ChangeActor(actor);
        if (me.Has(ActorMarks.WroteBefore))
        {
            _state.Add(DetectionRow.WriteBeforeTest);
        }

        if (me.Operation == MapOperation.IterNext && me.Iterating == map && me.Has(ActorMarks.IterWritten))
        {
            _state.Add(DetectionRow.WriteBetweenNexts);
        }

        me.Marks = me.Marks & ~(ActorMarks.WroteBefore | ActorMarks.IterWritten) | ActorMarks.Tested;
    }

    /// <summary>A writer has toggled the bit; <paramref name="found"/> is what it had loaded.</summary>
    private void NoteWindow(int actor, ref DetectionActor me, Addr map, bool found)
    {
        me.Marks |= found ? ActorMarks.Toggled : ActorMarks.None;
        if (me.Has(ActorMarks.OthersClosed))
        {
            _state.Add(DetectionRow.WriteBeforeToggle);
        }

        for (int i = 0; i < _state.ActorCount; i++)
        {
            if (i == actor)
            {
                continue;
            }

            if (_state.Actor(i).IsInside(map))
            {
                me.Marks |= ActorMarks.Overlapped;
                _state.ChangeActor(i).Marks |= found ? ActorMarks.Overlapped | ActorMarks.Toggled : ActorMarks.Overlapped;
            }

            NoteWindowOfOther(i, map);
        }
    }

    private void NoteWindowOfOther(int actor, Addr map)
    {
        DetectionActor me = _state.Actor(actor);
        ActorMarks marks = me.Marks;
        if (me.Map == map && me.Has(ActorMarks.Tested) && IsReader(me.Operation))
        {
            _state.Add(DetectionRow.ReaderPassedThenWrite);
        }
        else if (me.Map == map && !me.Has(ActorMarks.Tested) && LooksBeforeItsTest(me.Operation))
        {
            marks |= ActorMarks.WroteBefore;
        }

        if (me.Iterating == map && !(me.Operation == MapOperation.IterNext && me.Has(ActorMarks.Tested)))
        {
            marks |= ActorMarks.IterWritten;
        }

        if (me.Storing == map && me.Operation == MapOperation.ElemStore)
        {
            _state.Add(DetectionRow.WriteBeforeElemStore);
        }
        else if (me.Storing == map)
        {
            marks |= ActorMarks.StoreWritten;
        }

        if (marks != me.Marks)
        {
            _state.ChangeActor(actor).Marks = marks;
        }
    }

    private void NoteWindowClosed(int actor, in DetectionActor me, Addr map)
    {
        bool partnerInside = false;
        for (int i = 0; i < _state.ActorCount; i++)
        {
            if (i == actor || _state.Actor(i).Writing != map)
            {
                continue;
            }

            partnerInside |= _state.Actor(i).IsInside(map) && _state.Actor(i).Has(ActorMarks.Overlapped);
            if (_state.Actor(i).Phase is WriterPhase.Tested or WriterPhase.Loaded)
            {
                _state.ChangeActor(i).Marks |= ActorMarks.OthersClosed;
            }
        }

        // Only the last one out shows that nobody was caught.
        if (me.Has(ActorMarks.Overlapped) && !partnerInside)
        {
            _state.Add(me.Has(ActorMarks.Toggled | ActorMarks.Hidden) ? DetectionRow.HiddenByLaterStore : DetectionRow.LostToggleMissed);
        }
    }

    /// <summary>A store of old flags changes the bit.</summary>
    private void NoteOldFlags(Addr map, bool bit)
    {
        for (int i = 0; i < _state.ActorCount; i++)
        {
            if (_state.Actor(i).IsInside(map))
            {
                _state.ChangeActor(i).Marks |= bit ? ActorMarks.Hidden : ActorMarks.CarriedZero;
            }
        }
    }

    private Failure NoteOr(int actor, Addr map)
    {
        for (int i = 0; i < _state.ActorCount; i++)
        {
            if (i != actor && _state.Actor(i).Pending == map)
            {
                _state.ChangeActor(i).Marks |= ActorMarks.OrLost;
            }
        }

        return Failure.None;
    }

    private void NoteReturn(int actor, ref DetectionActor me)
    {
        if (me.Operation == MapOperation.Length && OtherInside(actor, me.Map))
        {
            _state.Add(DetectionRow.LengthInWindow);
        }
        else if (LooksBeforeItsTest(me.Operation) && !me.Has(ActorMarks.Tested) && OtherInside(actor, me.Map))
        {
            _state.Add(DetectionRow.ReturnedAtR0);
        }

        me.Storing = default;
        if (me.Operation == MapOperation.Assign)
        {
            me.Storing = me.Map;
            me.Marks &= ~ActorMarks.StoreWritten;
        }
        else if (me.Operation is MapOperation.IterInit or MapOperation.IterNext)
        {
            me.Iterating = me.Has(ActorMarks.Tested) ? me.Map : default;
            me.Marks &= ~ActorMarks.IterWritten;
        }
    }

    private void NoteCutShort()
    {
        for (int i = 0; i < _state.ActorCount; i++)
        {
            if (_state.Actor(i).Phase >= WriterPhase.Inside && _state.Actor(i).Has(ActorMarks.Overlapped))
            {
                _state.Add(DetectionRow.CutShort);
                return;
            }
        }
    }

    private void Stored(ref DetectionActor me)
    {
        if (me.Has(ActorMarks.OrLost))
        {
            _state.Add(DetectionRow.IteratorBitsLost);
        }

        me.Pending = default;
        me.Marks &= ~(ActorMarks.Carried | ActorMarks.OrLost);
    }

    private static DetectionRow RowOfExit(in DetectionActor me) =>
        me.Has(ActorMarks.Toggled) ? DetectionRow.BothToggled
        : me.Has(ActorMarks.CarriedZero) ? DetectionRow.ClearedByOldFlags
        : DetectionRow.LostToggleCaught;

    private bool OtherInside(int actor, Addr map)
    {
        for (int i = 0; i < _state.ActorCount; i++)
        {
            if (i != actor && _state.Actor(i).IsInside(map))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsReader(MapOperation operation) =>
        operation is MapOperation.Lookup or MapOperation.IterInit or MapOperation.IterNext or MapOperation.Clone;

    /// <summary>An assignment tests first; a next has only its iterator in hand before its test.</summary>
    private static bool LooksBeforeItsTest(MapOperation operation) =>
        operation is MapOperation.Delete or MapOperation.Clear or MapOperation.Lookup or MapOperation.IterInit or MapOperation.Clone;
}
