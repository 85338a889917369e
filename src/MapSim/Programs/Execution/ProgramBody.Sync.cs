using MapSim.Machines;

namespace MapSim.Programs;

/// <content>Goroutines, locks, atomic variables, channels and select. Each is one visible step, once it is enabled.</content>
internal unsafe partial struct ProgramBody
{
    private void BeginSharedOperation(ProgramRun run, Machine m, Instruction i)
    {
        SharedMemory shared = run.Shared;
        switch (i.Operation!.Kind)
        {
            case OperationKind.Spawn:
                m.Atomic(shared.StateOf(i.Shared))[0] = SharedMemory.Running;
                run.Forked(_g, i.Shared);
                break;
            case OperationKind.Join:
                m.Atomic(shared.StateOf(i.Shared));
                run.Joined(_g, i.Shared);
                break;
            case OperationKind.Load:
                ulong loaded = m.Atomic(shared.Of(i.Shared))[0];
                run.Synchronised(_g, i.Shared);
                Done(run, m, i, ProgramRun.Number(loaded));
                return;
            case OperationKind.Store:
                m.Atomic(shared.Of(i.Shared))[0] = run.NumberOf(this, i, i.Operation);
                run.Synchronised(_g, i.Shared);
                break;
            case OperationKind.Add when run.IsVariable(i.Shared):
                ulong sum = unchecked(m.Atomic(shared.Of(i.Shared))[0] += run.NumberOf(this, i, i.Operation));
                run.Synchronised(_g, i.Shared);
                Done(run, m, i, ProgramRun.Number(sum));
                return;
            case OperationKind.Send:
            case OperationKind.Receive:
                BeginChannel(run, m, i);
                return;
            case OperationKind.Close:
                if (!run.Channels.Close(run.Channels.Access(), i.Shared))
                {
                    Fail(m, Failure.CloseOfClosedChannel);
                    return;
                }

                run.Released(_g, i.Shared);
                break;
            default:
                if (!BeginLock(run, m, i))
                {
                    return;
                }

                break;
        }

        Done(run, m, i, "ok");
    }

    /// <summary>False if the operation is not over, or has failed.</summary>
    private bool BeginLock(ProgramRun run, Machine m, Instruction i)
    {
        bool isRW = run.IsReadWrite(i.Shared);
        Span<ulong> word = m.Atomic(run.Shared.Of(i.Shared), isRW ? 2 : 1);
        switch (i.Operation!.Kind)
        {
            case OperationKind.Lock when isRW && word[0] > 0:
                word[1] = SharedMemory.WriterWaits;
                _label = Label.WaitForReaders;
                return false;
            case OperationKind.Lock:
                word[isRW ? 1 : 0] = isRW ? SharedMemory.WriterHas : 1;
                run.Acquired(_g, i.Shared, isWrite: true);
                return true;
            case OperationKind.Unlock:
                if (word[isRW ? 1 : 0] != (isRW ? SharedMemory.WriterHas : 1))
                {
                    Fail(m, isRW ? Failure.UnlockOfUnlockedRWMutex : Failure.UnlockOfUnlockedMutex);
                    return false;
                }

                word[isRW ? 1 : 0] = 0;
                run.Released(_g, i.Shared);
                return true;
            case OperationKind.RLock:
                word[0]++;
                run.Acquired(_g, i.Shared, isWrite: false);
                return true;
            case OperationKind.RUnlock:
                if (word[0] == 0)
                {
                    Fail(m, Failure.RUnlockOfUnlockedRWMutex);
                    return false;
                }

                word[0]--;
                run.ReadReleased(_g, i.Shared);
                return true;
            case OperationKind.Do:
                run.Acquired(_g, i.Shared, isWrite: true);
                run.Ended(this, i, word[0] == 0 ? "runs" : "done before");
                _pc = word[0] == 0 ? _pc + 1 : i.Target;
                word[0] = Math.Max(1, word[0]);
                _label = Label.GoOn;
                return false;
            case OperationKind.Wait:
                run.Acquired(_g, i.Shared, isWrite: true);
                return true;
            default:
                long delta = i.Operation.Kind == OperationKind.Done ? -1 : unchecked((long)run.NumberOf(this, i, i.Operation));
                long count = unchecked((long)word[0] + delta);
                word[0] = unchecked((ulong)count);
                if (count < 0)
                {
                    // As in Go, it stays negative.
                    Fail(m, Failure.NegativeWaitGroup);
                    return false;
                }

                run.ReadReleased(_g, i.Shared);
                return true;
        }
    }

    /// <summary>What comes of the failure belongs to the step that failed: nobody moves in between.</summary>
    private void Fail(Machine m, Failure failure)
    {
        _label = Label.Finish;
        m.Fail(failure);
    }

    private void BeginChannel(ProgramRun run, Machine m, Instruction i)
    {
        Span<ulong> all = run.Channels.Access();
        ulong value = i.Operation!.Elem == null ? 0 : run.NumberOf(this, i, i.Operation);
        ChannelResult result = Try(run, all, i.Operation, i.Shared, ref value, out int partner);
        if (result == ChannelResult.Waits)
        {
            run.Channels.Wait(all, i.Shared, i.Operation.Kind == OperationKind.Send, _g, 0, value);
            _label = Label.Parked;
            return;
        }

        run.Met(_g, i.Shared, i.Operation.Kind == OperationKind.Send, partner, result);
        EndChannel(run, m, i, i.Operation, result, value);
    }

    private static ChannelResult Try(ProgramRun run, Span<ulong> all, Operation operation, int channel, ref ulong value, out int partner) =>
        operation.Kind == OperationKind.Send
            ? run.Channels.TrySend(all, channel, value, out partner)
            : run.Channels.TryReceive(all, channel, out value, out partner);

    /// <summary>A send or receive is over. False if it failed.</summary>
    private bool EndChannel(ProgramRun run, Machine m, Instruction i, Operation operation, ChannelResult result, ulong value)
    {
        if (operation.Kind == OperationKind.Send && result == ChannelResult.Closed)
        {
            Fail(m, Failure.SendOnClosedChannel);
            return false;
        }

        string text = operation.Kind == OperationKind.Send ? "ok" : result == ChannelResult.Closed ? "closed" : ProgramRun.Number(value);
        if (i.Kind == InstructionKind.Select)
        {
            run.EndedCase(this, i, operation, text);
        }
        else
        {
            Done(run, m, i, text);
        }

        return true;
    }

    private void BeginSelect(ProgramRun run, Machine m, Instruction i)
    {
        _label = Label.Finish;
        Span<ulong> all = run.Channels.Any ? run.Channels.Access() : default;
        int ready = run.ReadyCase(all, i);
        if (ready >= 0)
        {
            ulong value = i.Cases[ready].Operation.Elem == null ? 0 : run.NumberOf(this, i, i.Cases[ready].Operation);
            ChannelResult result = Try(run, all, i.Cases[ready].Operation, i.Cases[ready].Channel, ref value, out int partner);
            run.Met(_g, i.Cases[ready].Channel, i.Cases[ready].Operation.Kind == OperationKind.Send, partner, result);
            TakeCase(run, m, i, ready, result, value);
        }
        else if (i.Default >= 0)
        {
            run.EndedCase(this, i, null, "default");
            _pc = i.Default;
            _label = Label.GoOn;
        }
        else
        {
            for (int c = 0; c < i.Cases.Count; c++)
            {
                SelectCase one = i.Cases[c];
                bool isSend = one.Operation.Kind == OperationKind.Send;
                bool isFirst = !i.Cases.Take(c).Any(x => x.Channel == one.Channel && x.Operation.Kind == one.Operation.Kind);
                if (isFirst)
                {
                    run.Channels.Wait(all, one.Channel, isSend, _g, c, isSend ? run.NumberOf(this, i, one.Operation) : 0);
                }
            }

            _label = Label.Parked;
        }
    }

    private void TakeCase(ProgramRun run, Machine m, Instruction i, int which, ChannelResult result, ulong value)
    {
        if (EndChannel(run, m, i, i.Cases[which].Operation, result, value))
        {
            _pc = i.Cases[which].Target;
            _label = Label.GoOn;
        }
    }

    /// <summary>Somebody has sent, received or closed.</summary>
    private void Wake(ProgramRun run, Machine m, Instruction i)
    {
        ChannelResult result = Channels.TakeMail(run.Channels.Access(), _g, out int which, out ulong value);
        if (i.Kind == InstructionKind.Select)
        {
            run.Woke(_g, i.Cases[which].Channel, result);
            TakeCase(run, m, i, which, result, value);
        }
        else
        {
            run.Woke(_g, i.Shared, result);
            EndChannel(run, m, i, i.Operation!, result, value);
        }
    }
}
