using System.Buffers.Binary;
using MapSim.Gc;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// Sessions with a collector: which of the program's values are roots, and when the collector moves. Without a
/// collector nothing is ever freed, and none of this costs anything.
/// </summary>
/// <remarks>
/// What the session makes on the program's behalf (maps, clones, iterators) is kept by a global variable until
/// <see cref="Forget"/>. Key, elem and result of an operation are variables on main's stack for as long as it runs. What
/// a driver allocates with <see cref="NewObject(ReadOnlySpan{byte}, ObjectKind, GoType)"/> belongs to nobody until it is
/// stored somewhere or kept.
/// </remarks>
public sealed partial class MapSession
{
    private const int KeyVariable = 0, ElemVariable = 1, ResultVariable = 2, IteratorVariable = 3, FirstMapVariable = 4;
    private readonly Dictionary<Addr, Addr> _kept = [];
    private readonly Stack<Addr> _freeSlots = [];

    /// <summary>The collector; null if there is none.</summary>
    public Collector? Collector { get; private set; }

    /// <summary>When the collector moves; null if there is none.</summary>
    public GcSchedule? Schedule { get; private set; }

    /// <summary>Gives the session a collector. Call it before the first operation.</summary>
    /// <param name="options">How the collector behaves.</param>
    /// <param name="schedule">When it moves; null for only when it must, and to the end of a collection.</param>
    /// <param name="workers">Goroutines that mark and sweep, 1 or more.</param>
    public void UseCollector(GcOptions options, GcSchedule? schedule = null, int workers = 1)
    {
        if (Machine.Heap.Gc.Mallocs > 0)
        {
            throw new InvalidOperationException("the collector must be there before the first allocation");
        }

        Collector = new Collector(Machine, options, workers);
        Schedule = schedule ?? GcSchedule.OnDemand;
    }

    /// <summary>runtime.GC(): everything unreachable is free when it returns.</summary>
    /// <exception cref="InvalidOperationException">There is no collector.</exception>
    public void Collect()
    {
        if (Collector == null)
        {
            throw new InvalidOperationException("this session has no collector");
        }

        GcCollect.Call(Machine);
        Finish();
    }

    /// <summary>Keeps an object alive, as a global variable of the program would. Nothing happens without a collector, for nil, and for what is no heap object.</summary>
    /// <returns>False if nothing had to be done.</returns>
    public bool Keep(Addr address)
    {
        if (Collector == null || address.IsNil || _kept.ContainsKey(address) || Machine.Memory.IsStack(address))
        {
            return false;
        }

        if (!_freeSlots.TryPop(out Addr slot))
        {
            slot = Machine.Memory.AddGlobals(8);
        }

        _kept.Add(address, slot);
        Machine.SetGlobal(slot, address);
        return true;
    }

    /// <summary>Keeps everything that the pointers in a value point to.</summary>
    public void KeepPointers(GoType type, ReadOnlySpan<byte> value)
    {
        for (int i = 0; Collector != null && i < type.PointerOffsets.Count; i++)
        {
            Keep(PointerIn(value[type.PointerOffsets[i]..]));
        }
    }

    /// <summary>Ends <see cref="Keep"/>: the object lives as long as something else points to it.</summary>
    public void Forget(Addr address)
    {
        if (_kept.Remove(address, out Addr slot))
        {
            Machine.SetGlobal(slot, default);
            _freeSlots.Push(slot);
        }
    }

    private Addr PointerIn(ReadOnlySpan<byte> bytes) => new(
        Machine.PointerSize == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes));

    /// <summary>A value of the program lies at an address of main's stack from now on.</summary>
    private void Declare(int variable, Addr at, int size, PointerMap map)
    {
        if (Collector != null && (map.HasPointers || size == 0))
        {
            Machine.DeclareVariable(0, variable, at, size, map);
        }
    }

    private void Undeclare(int variable) => Declare(variable, default, 0, Machine.Heap.PointerMaps.None);

    private bool RunToEnd()
    {
        bool ended = Schedule == null ? Machine.Run(StepLimit) : Schedule.Run(Machine, Collector!, StepLimit);
        Undeclare(KeyVariable);
        return ended;
    }
}
