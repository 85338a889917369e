using MapSim.Machines;

namespace MapSim.Programs;

/// <content>Control flow: everything between two operations. It touches nothing shared.</content>
internal unsafe partial struct ProgramBody
{
    /// <summary>Goes on to the next operation that makes a visible step.</summary>
    private void Advance(ProgramRun run, Machine m)
    {
        Instruction[] code = run.CodeOf(_g);
        if (run.IsStopped)
        {
            _label = Label.GoOn;
            m.Block();
            return;
        }

        while (true)
        {
            Instruction i = code[_pc];
            if (!_isRepeating && !IsTurn(i))
            {
                bool opens = i.Kind is InstructionKind.RepeatBegin or InstructionKind.Select || i.Operation!.OpensBlock;
                _pc = opens ? i.Target : _pc + 1;
                continue;
            }

            switch (i.Kind)
            {
                case InstructionKind.RepeatBegin:
                    _loops[i.OwnLoop] = i.Repeat!.From;
                    _pc++;
                    break;
                case InstructionKind.RepeatEnd:
                    if (++_loops[i.OwnLoop] < i.Repeat!.To)
                    {
                        _pc = i.Target;
                        break;
                    }

                    _loops[i.OwnLoop] = 0;
                    _pc++;
                    break;
                case InstructionKind.Jump:
                    _pc = i.Target;
                    break;
                case InstructionKind.End:
                    End(run, m);
                    return;
                case InstructionKind.Operation when i.Operation!.Kind is OperationKind.Break or OperationKind.Continue:
                    if (i.Operation.Kind == OperationKind.Break)
                    {
                        Leave(run, m, i);
                    }

                    _pc = i.Target;
                    break;
                case InstructionKind.Operation when DoLocally(run, m, i):
                    if (run.IsStopped)
                    {
                        _label = Label.GoOn;
                        m.Block();
                        return;
                    }

                    break;
                default:
                    StartRepeating(i);
                    _label = Label.Begin;
                    m.Next();
                    return;
            }
        }
    }

    /// <summary>Is the line done in this turn of the loop around it?</summary>
    private readonly bool IsTurn(Instruction i)
    {
        if (i.Turn == null)
        {
            return true;
        }

        long turn = _loops[i.Loop] - i.FirstTurn + 1;
        return turn >= i.Turn.From && turn < i.Turn.To;
    }

    private void StartRepeating(Instruction i)
    {
        if (!_isRepeating && i.Operation?.Repeat is { } repeat && i.Kind == InstructionKind.Operation)
        {
            _isRepeating = true;
            _repeat = repeat.From;
        }
    }

    /// <summary>Operations that make no step: drop and assert, and next on an iteration that has ended, which no Go program does.</summary>
    private bool DoLocally(ProgramRun run, Machine m, Instruction i)
    {
        bool isOver = i.Operation!.Kind == OperationKind.Next && run.IsOver(i.Iterator);
        if (i.Operation.Kind is not (OperationKind.Drop or OperationKind.Assert) && !isOver)
        {
            return false;
        }

        StartRepeating(i);
        Done(run, m, i, run.DoLocally(this, i));
        return true;
    }

    /// <summary>Break: the loop's iterator and counter are dead.</summary>
    private void Leave(ProgramRun run, Machine m, Instruction i)
    {
        _loops[i.OwnLoop] = 0;
        if (i.Iterator >= 0)
        {
            run.LeftRange(_g, i);
        }
    }

    private void End(ProgramRun run, Machine m)
    {
        if (run.IsJoined(_g))
        {
            _label = Label.Exit;
            return;
        }

        Leave(m);
    }
}
