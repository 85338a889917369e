using System.Runtime.InteropServices;
using MapSim.Memory;

namespace MapSim.Heap;

/// <summary>The collector's phase (gc-and-barriers.md C). Mark termination is one step under stop-the-world, so it is never seen.</summary>
public enum GcPhase : byte
{
    /// <summary>Not marking; sweeping perhaps.</summary>
    Off,

    /// <summary>Marking: barriers are on, new objects are black.</summary>
    Mark,
}

/// <summary>
/// The collector's own memory, in simulated bytes: its registers, the queue of grey objects, and the barrier buffer of
/// each P (<see cref="GcRecords"/>'s other half).
/// </summary>
/// <remarks>
/// <code>
/// registers   phase | cycle | root cursors | sweep cursor | objects being scanned | pacing
/// P p         barrier on? | words in the buffer         buffer of P p   address, address, ...
/// queue       address of a grey object, ...             (last in, first out)
/// </code>
/// </remarks>
public sealed unsafe partial class GcRecords
{
    private readonly SimMemory _memory;
    private readonly Segment _registers;
    private readonly Segment _statistics;
    private readonly Segment _queue;
    private ((ulong Registers, ulong Ps) Version, Fingerprint Hash) _known;

    internal GcRecords(SimMemory memory)
    {
        _memory = memory;
        _registers = memory.Undo.NewSegment(sizeof(Registers));
        _registers.Grow(sizeof(Registers));
        _statistics = memory.Undo.NewSegment(sizeof(Counters));
        _statistics.Grow(sizeof(Counters));
        _queue = memory.Undo.NewSegment(64 * sizeof(ulong));
        _ps = memory.Undo.NewSegment(16 * sizeof(PState));
    }

    /// <summary>Off or marking.</summary>
    public GcPhase Phase => (GcPhase)R.Phase;

    /// <summary>True while marking.</summary>
    public bool IsMarking => R.Phase == (byte)GcPhase.Mark;

    /// <summary>Collections whose marking is complete.</summary>
    public uint Cycle => R.Cycle;

    /// <summary>True if somebody asked for a collection that has not started yet.</summary>
    public bool Requested
    {
        get => R.Requested != 0;
        set => Change().Requested = value ? (byte)1 : (byte)0;
    }

    /// <summary>True if spans may be unswept since the last collection.</summary>
    public bool Unswept => R.Unswept != 0;

    /// <summary>The next span to sweep: arena and span number.</summary>
    internal (int Arena, int Span) SweepCursor
    {
        get => (R.SweepArena, R.SweepSpan);
        set
        {
            ref Registers r = ref Change();
            (r.SweepArena, r.SweepSpan) = value;
        }
    }

    /// <summary>The next byte of the global variables to scan.</summary>
    public int GlobalsScanned
    {
        get => R.GlobalsScanned;
        set => Change().GlobalsScanned = value;
    }

    /// <summary>Objects that workers and assists have taken from the queue and not finished.</summary>
    public int Scanning
    {
        get => R.Scanning;
        set => Change().Scanning = value;
    }

    /// <summary>The heap size at which the next collection starts; 0 for never.</summary>
    public ulong NextGc
    {
        get => R.NextGc;
        set => Change().NextGc = value;
    }

    /// <summary>Grey objects that wait to be scanned.</summary>
    public int QueueLength => R.Queued;

    /// <summary>A grey object that waits.</summary>
    /// <param name="at">0 to <see cref="QueueLength"/> - 1.</param>
    public Addr Queued(int at) => ((Addr*)_queue.Start)[at];

    /// <summary>Objects allocated, ever.</summary>
    public ulong Mallocs => S.Mallocs;

    /// <summary>Objects freed, ever.</summary>
    public ulong Frees => S.Frees;

    /// <summary>Bytes allocated, ever.</summary>
    public ulong TotalAlloc => S.TotalAlloc;

    /// <summary>Bytes of objects not freed yet.</summary>
    public ulong HeapLive => S.HeapLive;

    /// <summary>Marking begins: barriers on for every P, no root scanned. Only under stop-the-world.</summary>
    public void StartMarking()
    {
        ref Registers r = ref Change();
        r.Phase = (byte)GcPhase.Mark;
        r.Requested = 0;
        r.GlobalsScanned = 0;
        SetBarriers(true);
    }

    /// <summary>Marking is complete: barriers off, every span is to be swept. Only under stop-the-world.</summary>
    public void EndMarking()
    {
        ref Registers r = ref Change();
        r.Phase = (byte)GcPhase.Off;
        r.Cycle++;
        r.Unswept = 1;
        r.SweepArena = 0;
        r.SweepSpan = 0;
        SetBarriers(false);
    }

    /// <summary>Pacing: growth in percent after which a collection starts by itself; 0 for never.</summary>
    public int Percent { get; set; }

    /// <summary>Pacing: the smallest heap at which one starts, in bytes.</summary>
    public ulong MinimumHeap { get; set; }

    /// <summary>Computes from what is live now when the next collection starts by itself.</summary>
    public void SetTrigger() =>
        NextGc = Percent == 0 ? 0 : Math.Max(MinimumHeap, HeapLive + HeapLive / 100 * (ulong)Percent);

    internal void EndSweep()
    {
        Change().Unswept = 0;
        SetTrigger();
    }

    internal void Push(Addr start)
    {
        ref Registers r = ref Change();
        _queue.Grow((r.Queued + 1) * sizeof(Addr));
        Save(_queue, r.Queued * sizeof(Addr), sizeof(Addr));
        ((Addr*)_queue.Start)[r.Queued++] = start;
    }

    /// <summary>Takes a grey object from the queue to scan it.</summary>
    public Addr Pop()
    {
        ref Registers r = ref Change();
        r.Scanning++;
        return ((Addr*)_queue.Start)[--r.Queued];
    }

    internal void CountMalloc(uint bytes)
    {
        Save(_statistics, 0, sizeof(Counters));
        S.Mallocs++;
        S.TotalAlloc += bytes;
        S.HeapLive += bytes;
    }

    internal void CountFree(uint bytes)
    {
        Save(_statistics, 0, sizeof(Counters));
        S.Frees++;
        S.HeapLive -= bytes;
    }

    /// <summary>What the state hash sees; nothing while no collection ever ran.</summary>
    /// <param name="isJournaled">Changes are journaled: what is known of a version of the records is still true.</param>
    internal Fingerprint Hash(bool isJournaled)
    {
        if (!isJournaled)
        {
            return ComputeHash();
        }

        // What waits in a buffer or in the queue does not change but with the number of it.
        (ulong, ulong) version = (_registers.Version, _ps.Version);
        if (_known.Version != version)
        {
            _known = (version, ComputeHash());
        }

        return _known.Hash;
    }

    private Fingerprint ComputeHash()
    {
        const ulong Place = 0xC0_11EC_7000_0000;
        Fingerprint hash = default;
        var words = (ulong*)_registers.Start;
        for (int i = 0; i < sizeof(Registers) / 8; i++)
        {
            hash = hash.Xor(Fingerprint.Of(Place + (ulong)i, words[i]));
        }

        for (int i = 0; i < R.Queued; i++)
        {
            hash = hash.Xor(Fingerprint.Of(Place + 0x10000 + (ulong)i, Queued(i).Value));
        }

        return hash.Xor(HashBuffers(Place));
    }

    private ref Registers R => ref *(Registers*)_registers.Start;

    private ref Counters S => ref *(Counters*)_statistics.Start;

    private ref Registers Change()
    {
        Save(_registers, 0, sizeof(Registers));
        return ref R;
    }

    private void Save(Segment segment, int offset, int length)
    {
        if (_memory.Tracking)
        {
            _memory.Undo.Save(segment, offset, length);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Registers
    {
        public byte Phase;
        public byte Requested;
        public byte Unswept;
        public byte Reserved;
        public uint Cycle;
        public int GlobalsScanned;
        public int Scanning;
        public int SweepArena;
        public int SweepSpan;
        public int Queued;
        public int Reserved2;
        public ulong NextGc;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Counters
    {
        public ulong Mallocs;
        public ulong Frees;
        public ulong TotalAlloc;
        public ulong HeapLive;
    }
}
