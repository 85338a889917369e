using MapSim.Faults;
using MapSim.Gc;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;

namespace MapSim.Programs;

/// <content>Operations on maps and iterators, the collector, and objects.</content>
internal unsafe partial struct ProgramBody
{
    /// <summary>The bytes of the object that "new" makes, and of what labels name.</summary>
    public const int PointeeSize = 16;

    private bool BeginMapOperation(ProgramRun run, Machine m, Instruction i)
    {
        GoroutineLocals locals = run.Locals(_g);
        Operation operation = i.Operation!;
        MapType? type = i.Type < 0 ? null : m.Types[i.Type];
        Addr map = i.Map < 0 ? default : run.MapAt(i.Map);
        MapVariant variant = i.Type < 0 ? default : run.Session.VariantOf(i.Type);
        _label = Label.Finish;
        if (operation.Kind is OperationKind.Assign or OperationKind.Lookup or OperationKind.Delete)
        {
            locals.PutKey(i.Type, run.Operand(this, i, type!.Key, operation.Key));
        }

        switch (operation.Kind)
        {
            case OperationKind.Assign when operation.ElemPanics && !m.Has(Fault.AssignBeforeRhs):
                Fail(m, Failure.DivideByZero);
                return true;
            case OperationKind.Assign:
                locals.PutElem(i.Type, run.Operand(this, i, type!.Elem, operation.Elem));
                _label = Label.StoreElem;
                MapAssign.Call(m, i.Type, map, locals.Key, variant);
                if (m.Has(Fault.WbKeyAsIntegerRoot) && KeyArg.IsPointer(variant))
                {
                    locals.KeyIsDead();
                }

                return true;
            case OperationKind.Lookup:
                _label = Label.LoadElem;
                MapAccess.Call(m, i.Type, map, locals.Key, variant, AccessMode.Elem);
                return true;
            case OperationKind.Delete:
                MapDelete.Call(m, i.Type, map, locals.Key, variant);
                return true;
            case OperationKind.Clear:
                MapClear.Call(m, i.Type, map);
                return true;
            case OperationKind.Len:
                MapLen.Call(m, map);
                return true;
            case OperationKind.Clone when map.IsNil:
                return true;
            case OperationKind.Clone:
                MapClone.Call(m, i.Type, map);
                return true;
            case OperationKind.Iter:
                _label = Label.LoadKey;
                Addr iterator = run.NewIterator(i.Iterator);
                run.StartsRange(_g, i, map, iterator);
                MapIterInit.Call(m, i.Type, map, iterator);
                return true;
            case OperationKind.Next:
                _label = Label.LoadKey;
                MapIterNext.Call(m, run.IteratorAt(i.Iterator));
                return true;
            case OperationKind.Range:
                _loops[i.OwnLoop] = 0;
                _label = Label.LoadKey;
                locals.BeginRange(i.Iterator, i.Type);
                run.StartsRange(_g, i, map, locals.Hiter(i.Iterator));
                MapIterInit.Call(m, i.Type, map, locals.Hiter(i.Iterator));
                return true;
            case OperationKind.Gc:
                GcCollect.Call(m);
                return true;
            case OperationKind.New:
                run.SetPointer(_g, i.Pointer, m.Allocate(PointeeSize, m.Heap.PointerMaps.None, ObjectKind.Pointee, default));
                Done(run, m, i, run.NameObject(_g, i.Pointer));
                return true;
            case OperationKind.Read:
                m.LoadWord(run.PointerAt(_g, i.Pointer));
                _label = Label.Finish;
                return true;
            default:
                return false;
        }
    }

    private void DoLoadElem(ProgramRun run, Machine m, Instruction i)
    {
        var elem = new Addr(m.TakeResult());
        MapType type = m.Types[i.Type];
        _found = !elem.IsNil;
        _label = Label.Finish;
        run.Locals(_g).PutResult(i.Type);
        if (!elem.IsNil && type.Elem.Size > 0)
        {
            run.LoadsElem(_g, i, elem);
            MemMove.Call(m, run.Locals(_g).Result, elem, type.Elem.Size, PointerWrite.UserLoad);
        }
    }

    private void DoFinish(ProgramRun run, Machine m, Instruction i)
    {
        string result = run.ResultOf(this, i, m.TakeResult());
        if (i.Type >= 0)
        {
            run.Ended(this, i, result);
            run.Locals(_g).ClearOperation(i.Type);
            _found = false;
            Repeated(i);
            m.RenewLimit();
            return;
        }

        Done(run, m, i, result);
    }

    /// <summary>
    /// The loop's variables: k and v of "for k, v := range m" are copies. An iterator of "iter" is on the heap and is looked
    /// at without a step, so its stores must not wait in the store buffer.
    /// </summary>
    private void DoLoadKey(ProgramRun run, Machine m, Instruction i)
    {
        m.TakeResult();
        _label = Label.Yield;
        if (!IsRange(i) && !m.DrainAll(_g))
        {
            return;
        }

        MapType type = m.Types[i.Type];
        GoroutineLocals locals = run.Locals(_g);
        Addr key = run.StandingKey(_g, i);
        if (key.IsNil)
        {
            return;
        }

        bool isRange = IsRange(i);
        if (!isRange)
        {
            locals.PutKeyRoom(i.Type);
            locals.PutResult(i.Type);
        }

        if (type.Key.Size > 0)
        {
            run.LoadsRangeKey(_g, i, key);
            _label = Label.LoadRangeElem;
            MemMove.Call(m, isRange ? locals.RangeKey(i.Iterator) : locals.Key, key, type.Key.Size, PointerWrite.UserLoad);
            return;
        }

        DoLoadRangeElem(run, m, i);
    }

    private void DoLoadRangeElem(ProgramRun run, Machine m, Instruction i)
    {
        MapType type = m.Types[i.Type];
        _label = Label.Yield;
        if (type.Elem.Size > 0)
        {
            GoroutineLocals locals = run.Locals(_g);
            Addr elem = run.StandingElem(_g, i);
            run.LoadsRangeElem(_g, i, elem);
            MemMove.Call(m, IsRange(i) ? locals.RangeElem(i.Iterator) : locals.Result, elem, type.Elem.Size, PointerWrite.UserLoad);
        }
    }

    private void DoYield(ProgramRun run, Machine m, Instruction i)
    {
        bool ended = run.StandingKey(_g, i).IsNil;
        if (!IsRange(i))
        {
            run.Ended(this, i, run.EntryText(_g, i));
            run.Locals(_g).ClearOperation(i.Type);
            Repeated(i);
            m.RenewLimit();
            return;
        }

        long turns = _loops[i.OwnLoop];
        run.Ended(this, i, ended ? ProgramRun.RangeEndText(i, turns) : run.EntryText(_g, i));
        m.RenewLimit();
        _label = Label.GoOn;
        if (ended)
        {
            _loops[i.OwnLoop] = 0;
            run.EndsRange(i.Map, run.Locals(_g).Hiter(i.Iterator));
            run.Locals(_g).EndRange(i.Iterator, i.Type);
            _pc = i.Kind == InstructionKind.RangeEnd ? _pc + 1 : i.Target;
            return;
        }

        _loops[i.OwnLoop] = turns + 1;
        if (m.Has(Fault.IterPrefetch))
        {
            _label = Label.Prefetched;
            MapIterNext.Call(m, run.Locals(_g).Hiter(i.Iterator));
            return;
        }

        EnterBody(i);
    }

    private void EnterBody(Instruction range)
    {
        _pc = range.Kind == InstructionKind.RangeEnd ? range.Target : _pc + 1;
        _label = Label.GoOn;
    }

    private static bool IsRange(Instruction i) => i.Operation!.Kind == OperationKind.Range;
}
