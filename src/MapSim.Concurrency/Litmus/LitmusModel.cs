using System.Numerics;

namespace MapSim.Concurrency.Litmus;

/// <summary>A litmus program that runs: memory, locks and threads, one visible step at a time, forth and back.</summary>
/// <remarks>
/// A thread always stands at a visible statement whose operands are evaluated already, or has stopped: what is local was done
/// by the step before. A statement whose operands have no value (a division by zero, an index outside the array, an unlock
/// of a mutex that is not held) therefore stops its thread without a step of its own.
/// Everything that changes in a step goes into a journal of words; no step allocates once the journal has its size.
/// </remarks>
public sealed partial class LitmusModel : IMemoryModel
{
    // Words of a thread's locals before its registers.
    private const int Position = 0;
    private const int Place = 1;
    private const int First = 2;
    private const int Second = 3;
    private const int HashLow = 4;
    private const int HashHigh = 5;

    // Words that every step leaves in the journal, below the locals it changed.
    private const int Record = 10;
    private const int FaultShift = 32;
    private const int MostLocalStatements = 100_000;

    private readonly LitmusProgram _program;
    private readonly Statement[] _code;
    private readonly long[] _locals;
    private readonly long[] _cells;
    private readonly long[] _stack;
    private readonly StepInfo[] _first;
    private readonly (long Position, string Text)[] _failures;
    private readonly Journal _journal = new();
    private ulong _low;
    private ulong _high;
    private ulong _started;
    private ulong _unfinished;
    private ulong _waiting;
    private ulong _failed;

    /// <summary>A program at its start.</summary>
    /// <param name="program">What runs.</param>
    public LitmusModel(LitmusProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        _program = program;
        _code = program.Code;
        _locals = new long[program.Locals];
        _cells = [.. program.Cells];
        _stack = new long[program.StackDepth];
        _first = new StepInfo[program.Threads.Length];
        _failures = new (long, string)[program.Threads.Length];
        for (int i = 0; i < _cells.Length; i++)
        {
            Toggle(i, _cells[i]);
        }

        for (int t = 0; t < Threads; t++)
        {
            ThreadCode thread = program.Threads[t];
            if (thread.SpawnedBy == null)
            {
                Start(t);
                continue;
            }

            FindFirst(t);
        }
    }

    private LitmusModel(LitmusModel other)
    {
        _program = other._program;
        _code = other._code;
        _locals = [.. other._locals];
        _cells = [.. other._cells];
        _stack = new long[other._stack.Length];
        _first = other._first;
        _failures = [.. other._failures];
        (_low, _high, Depth) = (other._low, other._high, other.Depth);
        (_started, _unfinished, _waiting, _failed) = (other._started, other._unfinished, other._waiting, other._failed);
    }

    /// <summary>The program.</summary>
    public LitmusProgram Program => _program;

    /// <inheritdoc/>
    public int Threads => _program.Threads.Length;

    /// <inheritdoc/>
    public int Depth { get; private set; }

    /// <inheritdoc/>
    public UInt128 StateHash => new(_high, _low);

    /// <inheritdoc/>
    public ulong Unfinished => _unfinished;

    /// <inheritdoc/>
    public ulong Failed => _failed;

    /// <inheritdoc/>
    public ulong Enabled
    {
        get
        {
            ulong enabled = _unfinished;
            for (ulong left = _waiting; left != 0; left &= left - 1)
            {
                int t = BitOperations.TrailingZeroCount(left);
                ref readonly Statement s = ref _code[_locals[_program.Threads[t].Locals]];
                bool isFree = s.Kind == StatementKind.Lock ? _cells[s.Cell] == 0 : ((_started & ~_unfinished) >> s.Target & 1) != 0;
                enabled &= isFree ? ulong.MaxValue : ~(1UL << t);
            }

            return enabled;
        }
    }

    /// <inheritdoc/>
    public string? Failure
    {
        get
        {
            string? text = null;
            for (ulong left = _failed; left != 0; left &= left - 1)
            {
                string one = Describe(BitOperations.TrailingZeroCount(left));
                text = text == null ? one : $"{text}; {one}";
            }

            if (_unfinished == 0 && _program.Final is { } final)
            {
                Fault fault = Evaluator.Run(_program.Expressions, final, _locals, _cells, _stack, out long holds);
                if (fault != Fault.None || holds == 0)
                {
                    string one = fault == Fault.None ? _program.FinalText : $"{Faults.Text(fault)}: {_program.FinalText}";
                    text = text == null ? one : $"{text}; {one}";
                }
            }

            return text;
        }
    }

    /// <inheritdoc/>
    public StepInfo Next(int thread)
    {
        if ((_unfinished >> thread & 1) != 0)
        {
            return Info(thread);
        }

        return (_started >> thread & 1) == 0 ? _first[thread]
            : throw new InvalidOperationException($"expected a thread with a step to make, found {_program.Threads[thread].Name}, which has stopped");
    }

    /// <inheritdoc/>
    public void Step(int thread)
    {
        if ((Enabled >> thread & 1) == 0)
        {
            throw new InvalidOperationException($"expected an enabled thread, found {_program.Threads[thread].Name}");
        }

        int at = _program.Threads[thread].Locals;
        ref readonly Statement s = ref _code[_locals[at]];
        int cell = (int)_locals[at + Place];
        Push(thread, s.Kind == StatementKind.Spawn ? s.Target : -1, cell);
        Depth++;
        switch (s.Kind)
        {
            case StatementKind.Load:
                _locals[s.Register] = _cells[cell];
                break;
            case StatementKind.Store:
                Write(cell, _locals[at + First]);
                break;
            case StatementKind.Add:
                long old = _cells[cell];
                Write(cell, unchecked(old + _locals[at + First]));
                _locals[s.Register] = old;
                break;
            case StatementKind.Cas:
                bool isEqual = _cells[cell] == _locals[at + First];
                if (isEqual)
                {
                    Write(cell, _locals[at + Second]);
                }

                _locals[s.Register] = isEqual ? 1 : 0;
                break;
            case StatementKind.Swap:
                long swapped = _cells[cell];
                Write(cell, _locals[at + First]);
                _locals[s.Register] = swapped;
                break;
            case StatementKind.Lock:
                Write(cell, thread + 1);
                break;
            case StatementKind.Unlock:
                Write(cell, 0);
                break;
            case StatementKind.Spawn when (_started >> s.Target & 1) != 0:
                Fail(thread, (int)_locals[at], Fault.SpawnedTwice);
                return;
            case StatementKind.Spawn:
                Start(s.Target);
                break;
        }

        Run(thread, (int)_locals[at] + 1);
    }

    /// <inheritdoc/>
    public void Undo()
    {
        Span<long> r = _journal.Shrink(Record);
        Depth--;
        int thread = (int)r[0];
        int other = (int)r[1];
        if (r[2] >= 0)
        {
            _cells[r[2]] = r[3];
        }

        unchecked
        {
            (_low, _high) = ((ulong)r[4], (ulong)r[5]);
            (_started, _unfinished, _waiting, _failed) = ((ulong)r[6], (ulong)r[7], (ulong)r[8], (ulong)r[9]);
        }

        if (other >= 0)
        {
            _journal.Pop(Own(other));
        }

        _journal.Pop(Own(thread));
    }

    /// <inheritdoc/>
    public IModel Fork() => new LitmusModel(this);

    /// <summary>The line of the text a thread stands at: its next statement, the one it failed at, or the end of the thread.</summary>
    public int Line(int thread)
    {
        ThreadCode t = _program.Threads[thread];
        return (_started >> thread & 1) == 0 ? t.Line : _code[(int)(_locals[t.Locals] & uint.MaxValue)].Line;
    }

    /// <summary>Variables and mutexes with their values, for people: "x=1 a[0]=2 m=t0".</summary>
    public string Memory() => string.Join(' ', _cells.Select((value, i) => i < _program.Variables
        ? FormattableString.Invariant($"{_program.CellNames[i]}={value}")
        : $"{_program.CellNames[i]}={(value == 0 ? "free" : _program.Threads[value - 1].Name)}"));

    /// <summary>How a thread failed: the same string for the same failure, as long as no other one comes between.</summary>
    private string Describe(int thread)
    {
        ThreadCode t = _program.Threads[thread];
        long position = _locals[t.Locals + Position];
        if (_failures[thread].Position != position)
        {
            ref readonly Statement s = ref _code[(int)(position & uint.MaxValue)];
            var fault = (Fault)(position >> FaultShift);
            string what = fault == Fault.Assert ? "" : Faults.Text(fault) + ": ";
            _failures[thread] = (position, FormattableString.Invariant($"{t.Name}: {what}{s.Text} (line {s.Line})"));
        }

        return _failures[thread].Text;
    }

    private StepInfo Info(int thread)
    {
        int at = _program.Threads[thread].Locals;
        return _program.Info((int)_locals[at], (int)_locals[at + Place]);
    }

    private void Push(int thread, int other, int cell)
    {
        _journal.Push(Own(thread));
        if (other >= 0)
        {
            _journal.Push(Own(other));
        }

        bool hasCell = (uint)cell < (uint)_cells.Length;
        Span<long> r = _journal.Grow(Record);
        (r[0], r[1], r[2], r[3]) = (thread, other, hasCell ? cell : -1, hasCell ? _cells[cell] : 0);
        unchecked
        {
            (r[4], r[5]) = ((long)_low, (long)_high);
            (r[6], r[7], r[8], r[9]) = ((long)_started, (long)_unfinished, (long)_waiting, (long)_failed);
        }
    }

    private Span<long> Own(int thread)
    {
        ThreadCode t = _program.Threads[thread];
        return _locals.AsSpan(t.Locals, t.Length);
    }
}
