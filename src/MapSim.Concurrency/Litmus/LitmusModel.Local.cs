namespace MapSim.Concurrency.Litmus;

// What happens between visible steps, and the hash that goes with it.
public sealed partial class LitmusModel
{
    /// <summary>A thread begins: its local work before the first visible statement is done.</summary>
    private void Start(int thread)
    {
        _started |= 1UL << thread;
        _unfinished |= 1UL << thread;
        Run(thread, _program.Threads[thread].Start);
    }

    /// <summary>Looks at the first step of a thread that is to be spawned, then forgets that it ran.</summary>
    private void FindFirst(int thread)
    {
        (ulong low, ulong high, ulong started, ulong unfinished, ulong waiting, ulong failed) = (_low, _high, _started, _unfinished, _waiting, _failed);
        Start(thread);
        _first[thread] = (_unfinished >> thread & 1) != 0 ? Info(thread) : new StepInfo(StepKind.Own, 0, 1);
        (_low, _high, _started, _unfinished, _waiting, _failed) = (low, high, started, unfinished, waiting, failed);
        Own(thread).Clear();
        Own(thread)[Position] = -1;
    }

    /// <summary>Local work from a position on, up to the next visible statement or the end of the thread.</summary>
    private void Run(int thread, int from)
    {
        int at = _program.Threads[thread].Locals;
        _waiting &= ~(1UL << thread);
        for (int n = 0; n < MostLocalStatements; n++)
        {
            ref readonly Statement s = ref _code[from];
            Fault fault = Fault.None;
            long value;
            switch (s.Kind)
            {
                case StatementKind.Goto:
                    from = s.Target;
                    continue;
                case StatementKind.If:
                    fault = Evaluate(s.First, out value);
                    from = fault != Fault.None ? from : value != 0 ? s.Target : from + 1;
                    break;
                case StatementKind.Assert:
                    fault = Evaluate(s.First, out value);
                    fault = fault == Fault.None && value == 0 ? Fault.Assert : fault;
                    from += fault == Fault.None ? 1 : 0;
                    break;
                case StatementKind.Let:
                    fault = Evaluate(s.First, out value);
                    if (fault == Fault.None)
                    {
                        _locals[s.Register] = value;
                        from++;
                    }

                    break;
                case StatementKind.Stop:
                    Stop(thread, from);
                    return;
                default:
                    fault = Operands(at, thread, s);
                    if (fault == Fault.None)
                    {
                        _waiting |= s.Kind is StatementKind.Lock or StatementKind.Join ? 1UL << thread : 0;
                        Arrive(thread, from, _program.Live[from]);
                        return;
                    }

                    break;
            }

            if (fault != Fault.None)
            {
                Fail(thread, from, fault);
                return;
            }
        }

        Fail(thread, from, Fault.EndlessLoop);
    }

    private Fault Evaluate(Expression e, out long value) => Evaluator.Run(_program.Expressions, e, _locals, _cells, _stack, out value);

    /// <summary>Evaluates what a visible statement needs, for its step and for who asks what it will touch.</summary>
    private Fault Operands(int at, int thread, in Statement s)
    {
        Fault fault = Fault.None;
        _locals[at + Place] = s.Cell;
        if (s.Size > 0)
        {
            fault = Evaluate(s.Index, out long index);
            fault = fault == Fault.None && unchecked((ulong)index >= (ulong)s.Size) ? Fault.IndexOutside : fault;
            if (fault != Fault.None)
            {
                return fault;
            }

            _locals[at + Place] += index;
        }

        if (s.Kind == StatementKind.Unlock)
        {
            return _cells[s.Cell] == thread + 1 ? Fault.None : Fault.UnlockNotHeld;
        }

        if (s.Kind is StatementKind.Store or StatementKind.Add or StatementKind.Cas or StatementKind.Swap)
        {
            fault = Evaluate(s.First, out _locals[at + First]);
        }

        return fault == Fault.None && s.Kind == StatementKind.Cas ? Evaluate(s.Second, out _locals[at + Second]) : fault;
    }

    private void Stop(int thread, int position)
    {
        _unfinished &= ~(1UL << thread);
        Arrive(thread, position, _program.Kept[thread]);
    }

    private void Fail(int thread, int position, Fault fault)
    {
        _failed |= 1UL << thread;
        _waiting &= ~(1UL << thread);
        _unfinished &= ~(1UL << thread);
        Arrive(thread, position + ((long)fault << FaultShift), _program.Kept[thread]);
    }

    /// <summary>Puts a thread at a position, and that and its live registers into the hash.</summary>
    private void Arrive(int thread, long position, int[] live)
    {
        int at = _program.Threads[thread].Locals;
        _locals[at + Position] = position;
        unchecked
        {
            ulong low = Mixing.Mix((ulong)position + _program.ThreadSeeds[2 * thread]);
            ulong high = Mixing.Mix((ulong)position ^ _program.ThreadSeeds[2 * thread + 1]);
            foreach (int r in live)
            {
                ulong value = (ulong)_locals[r];
                low = Mixing.Mix(low + value);
                high = Mixing.Mix(high * 0x9e3779b97f4a7c15 ^ value);
            }

            _low ^= (ulong)_locals[at + HashLow] ^ low;
            _high ^= (ulong)_locals[at + HashHigh] ^ high;
            _locals[at + HashLow] = (long)low;
            _locals[at + HashHigh] = (long)high;
        }
    }

    private void Write(int cell, long value)
    {
        Toggle(cell, _cells[cell]);
        Toggle(cell, value);
        _cells[cell] = value;
    }

    private void Toggle(int cell, long value)
    {
        unchecked
        {
            _low ^= Mixing.Mix((ulong)value + _program.CellSeeds[2 * cell]);
            _high ^= Mixing.Mix((ulong)value * 0x9e3779b97f4a7c15 ^ _program.CellSeeds[2 * cell + 1]);
        }
    }
}
