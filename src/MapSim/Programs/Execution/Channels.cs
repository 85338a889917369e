using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>How an attempt to send or receive ended.</summary>
internal enum ChannelResult : byte
{
    /// <summary>It has to wait.</summary>
    Waits,

    /// <summary>It is done.</summary>
    Done,

    /// <summary>Receive: the channel is closed and empty. Send: it is closed, a panic.</summary>
    Closed,
}

/// <summary>
/// The channels of a program as words of simulated memory, with the queues of goroutines that wait, as Go's hchan has
/// them: who comes first is served first, a value goes directly to a receiver that waits.
/// </summary>
/// <remarks>
/// <code>
/// mailbox of goroutine g     0 empty, 1 done, 2 closed | case | value       filled by whoever wakes it
/// channel c                  closed | count | head | receivers | senders | buffer... | receivers: (g, case)... | senders: (g, case, value)...
/// </code>
/// All of it is one range of memory, and each operation on a channel is one atomic access to all of it: a select locks
/// several channels at once, and waking a goroutine takes it out of the queues of the others.
/// </remarks>
internal sealed class Channels
{
    private const int MailboxWords = 3, HeaderWords = 5;
    private const int Closed = 0, Count = 1, Head = 2, Receivers = 3, Senders = 4;
    private readonly Machine _machine;
    private readonly int _goroutines;
    private readonly Addr _base;
    private readonly int _words;
    private readonly int[] _at;
    private readonly int[] _capacity;

    /// <summary>Makes room for them.</summary>
    public Channels(Machine m, ProgramCode code)
    {
        _machine = m;
        _goroutines = code.Goroutines.Count;
        _at = new int[code.Shared.Count];
        _capacity = new int[code.Shared.Count];
        _words = MailboxWords * _goroutines;
        for (int i = 0; i < code.Shared.Count; i++)
        {
            if (code.Shared[i].Kind == SharedKind.Chan)
            {
                _at[i] = _words;
                _capacity[i] = (int)code.Shared[i].Number;
                _words += HeaderWords + _capacity[i] + 5 * _goroutines;
                Any = true;
            }
        }

        _base = Any ? m.Memory.AddGlobals(8 * _words) : default;
    }

    /// <summary>True if the program has a channel.</summary>
    public bool Any { get; }

    /// <summary>What stands for a channel as an object of synchronisation.</summary>
    public ulong IdOf(int channel) => _base.Value + 8 * (ulong)_at[channel];

    /// <summary>True if somebody has woken a goroutine that waits; no step.</summary>
    public bool IsWoken(int g) => Any && BitConverter.ToUInt64(_machine.Memory.Raw(_base + 8 * MailboxWords * g, 8)) != 0;

    /// <summary>One atomic access to all channels.</summary>
    public Span<ulong> Access() => _machine.Atomic(_base, _words);

    /// <summary>Takes what is in a goroutine's mailbox.</summary>
    public static ChannelResult TakeMail(Span<ulong> all, int g, out int which, out ulong value)
    {
        Span<ulong> mail = all.Slice(MailboxWords * g, MailboxWords);
        (ulong state, which, value) = (mail[0], (int)mail[1], mail[2]);
        mail.Clear();
        return state == 2 ? ChannelResult.Closed : ChannelResult.Done;
    }

    /// <summary>Sends if that is possible now.</summary>
    /// <param name="all">The words of <see cref="Access"/>.</param>
    /// <param name="channel">Which channel.</param>
    /// <param name="value">The value.</param>
    /// <param name="partner">The goroutine that was waiting for it; -1 for none.</param>
    public ChannelResult TrySend(Span<ulong> all, int channel, ulong value, out int partner)
    {
        Span<ulong> c = all[_at[channel]..];
        partner = -1;
        if (c[Closed] != 0)
        {
            return ChannelResult.Closed;
        }

        if (c[Receivers] > 0)
        {
            partner = (int)Queue(c, channel, isSend: false)[0];
            Wake(all, partner, 1, Queue(c, channel, isSend: false)[1], value);
            return ChannelResult.Done;
        }

        if (c[Count] == (ulong)_capacity[channel])
        {
            return ChannelResult.Waits;
        }

        Buffer(c, channel)[(int)((c[Head] + c[Count]) % (ulong)_capacity[channel])] = value;
        c[Count]++;
        return ChannelResult.Done;
    }

    /// <summary>Receives if that is possible now.</summary>
    /// <param name="all">The words of <see cref="Access"/>.</param>
    /// <param name="channel">Which channel.</param>
    /// <param name="value">The value; 0 from a closed channel.</param>
    /// <param name="partner">The goroutine that was waiting to send; -1 for none.</param>
    public ChannelResult TryReceive(Span<ulong> all, int channel, out ulong value, out int partner)
    {
        Span<ulong> c = all[_at[channel]..];
        (value, partner) = (0, -1);
        Span<ulong> senders = Queue(c, channel, isSend: true);
        if (c[Count] > 0)
        {
            Span<ulong> buffer = Buffer(c, channel);
            value = buffer[(int)c[Head]];
            buffer[(int)c[Head]] = 0;
            c[Head] = (c[Head] + 1) % (ulong)_capacity[channel];
            c[Count]--;
            if (c[Senders] > 0)
            {
                // The first who waits gets the place that became free.
                partner = (int)senders[0];
                buffer[(int)((c[Head] + c[Count]) % (ulong)_capacity[channel])] = senders[2];
                c[Count]++;
                Wake(all, partner, 1, senders[1], 0);
            }

            return ChannelResult.Done;
        }

        if (c[Senders] > 0)
        {
            partner = (int)senders[0];
            value = senders[2];
            Wake(all, partner, 1, senders[1], 0);
            return ChannelResult.Done;
        }

        return c[Closed] != 0 ? ChannelResult.Closed : ChannelResult.Waits;
    }

    /// <summary>True if a send or receive need not wait.</summary>
    public bool IsReady(Span<ulong> all, int channel, bool isSend)
    {
        Span<ulong> c = all[_at[channel]..];
        return c[Closed] != 0 || (isSend ? c[Receivers] > 0 || c[Count] < (ulong)_capacity[channel] : c[Senders] > 0 || c[Count] > 0);
    }

    /// <summary>Puts a goroutine into a channel's queue.</summary>
    public void Wait(Span<ulong> all, int channel, bool isSend, int g, int which, ulong value)
    {
        Span<ulong> c = all[_at[channel]..];
        int width = isSend ? 3 : 2, counter = isSend ? Senders : Receivers;
        Span<ulong> entry = Queue(c, channel, isSend).Slice(width * (int)c[counter], width);
        entry[0] = (ulong)g;
        entry[1] = (ulong)which;
        if (isSend)
        {
            entry[2] = value;
        }

        c[counter]++;
    }

    /// <summary>Closes a channel: wakes all who wait. False if it is closed already.</summary>
    public bool Close(Span<ulong> all, int channel)
    {
        Span<ulong> c = all[_at[channel]..];
        if (c[Closed] != 0)
        {
            return false;
        }

        c[Closed] = 1;
        while (c[Receivers] > 0)
        {
            Wake(all, (int)Queue(c, channel, isSend: false)[0], 2, Queue(c, channel, isSend: false)[1], 0);
        }

        while (c[Senders] > 0)
        {
            Wake(all, (int)Queue(c, channel, isSend: true)[0], 2, Queue(c, channel, isSend: true)[1], 0);
        }

        return true;
    }

    private Span<ulong> Buffer(Span<ulong> c, int channel) => c.Slice(HeaderWords, _capacity[channel]);

    private Span<ulong> Queue(Span<ulong> c, int channel, bool isSend)
    {
        int at = HeaderWords + _capacity[channel];
        return isSend ? c.Slice(at + 2 * _goroutines, 3 * _goroutines) : c.Slice(at, 2 * _goroutines);
    }

    /// <summary>Fills a goroutine's mailbox and takes it out of every queue.</summary>
    private void Wake(Span<ulong> all, int g, ulong state, ulong which, ulong value)
    {
        Span<ulong> mail = all.Slice(MailboxWords * g, MailboxWords);
        (mail[0], mail[1], mail[2]) = (state, which, value);
        for (int channel = 0; channel < _at.Length; channel++)
        {
            if (_at[channel] != 0)
            {
                Span<ulong> c = all[_at[channel]..];
                Remove(Queue(c, channel, isSend: false), ref c[Receivers], 2, (ulong)g);
                Remove(Queue(c, channel, isSend: true), ref c[Senders], 3, (ulong)g);
            }
        }
    }

    private static void Remove(Span<ulong> queue, ref ulong count, int width, ulong g)
    {
        int kept = 0, total = (int)count;
        for (int i = 0; i < total; i++)
        {
            if (queue[width * i] != g)
            {
                queue.Slice(width * i, width).CopyTo(queue[(width * kept)..]);
                kept++;
            }
        }

        queue[(width * kept)..(width * total)].Clear();
        count = (ulong)kept;
    }
}
