using System.Runtime.CompilerServices;

namespace MapSim.Machines;

/// <summary>
/// A runtime function as a step machine: an unmanaged struct that lives in simulated stack bytes and says with its
/// label where it goes on. It holds live locals only; whatever it needs no more it clears.
/// </summary>
/// <typeparam name="TSelf">The frame's own type.</typeparam>
public interface IFrame<TSelf>
    where TSelf : unmanaged, IFrame<TSelf>
{
    /// <summary>The frame's number in its <see cref="FrameTable"/>; fixed for ever, as snapshots contain it.</summary>
    static abstract ushort Kind { get; }

    /// <summary>How many words at the start of the frame are addresses: the collector's roots.</summary>
    static abstract int AddressCount { get; }

    /// <summary>
    /// Runs the frame from its label: each case makes at most one visible access and says where to go next. It may
    /// go on through further cases while <see cref="Machine.Next"/> says so; after a call or return it must leave at once.
    /// </summary>
    static abstract void Step(ref TSelf f, Machine m);

    /// <summary>
    /// False for the second half of a Go function, for inlined code and for functions that Go never interrupts (nosplit):
    /// there is no safe-point where such a frame begins.
    /// </summary>
    static virtual bool IsFunction => true;

    /// <summary>
    /// True if the frame stands at a safe-point because of what it will do next: call a function that may be interrupted,
    /// newobject above all. What was just done is known to the machine (a call, an allocation, a hash).
    /// </summary>
    static virtual bool IsSafePoint(in TSelf f) => false;

    /// <summary>False while the frame waits for something that others do.</summary>
    static virtual bool IsEnabled(in TSelf f, Machine m) => true;

    /// <summary>
    /// True for frames that may stand before work that touches nothing shared (see <see cref="IsLocal"/>); the machine asks only those.
    /// </summary>
    static virtual bool HasLocalWork => false;

    /// <summary>True if what the frame does next touches nothing shared: it belongs to the step before.</summary>
    static virtual bool IsLocal(in TSelf f) => false;

    /// <summary>The name of the label the frame stands at.</summary>
    static abstract string LabelOf(in TSelf f);
}

/// <summary>The frames a machine can run, by number.</summary>
public sealed unsafe class FrameTable
{
    private readonly Entry[] _entries = new Entry[64];

    /// <summary>The step functions by kind, for the machine's loop.</summary>
    internal delegate*<byte*, Machine, void>[] Steps { get; } = new delegate*<byte*, Machine, void>[64];

    /// <summary>Which kinds are asked whether what they do next is local.</summary>
    internal bool[] HasLocalWork { get; } = new bool[64];

    /// <summary>Adds a frame type.</summary>
    public FrameTable Add<T>()
        where T : unmanaged, IFrame<T>
    {
        if (_entries[T.Kind].Name != null)
        {
            throw new InvalidOperationException($"frame kind {T.Kind} is taken by {_entries[T.Kind].Name}");
        }

        Steps[T.Kind] = &StepOf<T>;
        HasLocalWork[T.Kind] = T.HasLocalWork;
        _entries[T.Kind] = new Entry(typeof(T).Name, &LabelOf<T>, T.AddressCount, sizeof(T), &IsSafePoint<T>, &IsEnabled<T>, &IsLocal<T>);
        return this;
    }

    /// <summary>The frame type's name.</summary>
    public string Name(ushort kind) => _entries[kind].Name ?? $"frame {kind}";

    /// <summary>How many words at the frame's start are addresses.</summary>
    public int AddressCount(ushort kind) => _entries[kind].AddressCount;

    /// <summary>Bytes in the frame's struct.</summary>
    public int Size(ushort kind) => _entries[kind].Size;

    /// <summary>The label at which the frame stands.</summary>
    internal string Label(ushort kind, byte* frame) => _entries[kind].Label == null ? "" : _entries[kind].Label(frame);

    internal bool IsSafePoint(ushort kind, byte* frame) => _entries[kind].SafePoint(frame);

    internal bool IsEnabled(ushort kind, byte* frame, Machine m) => _entries[kind].Enabled(frame, m);

    internal bool IsLocal(ushort kind, byte* frame) => _entries[kind].Local(frame);

    private static void StepOf<T>(byte* frame, Machine m)
        where T : unmanaged, IFrame<T> => T.Step(ref Unsafe.AsRef<T>(frame), m);

    private static string LabelOf<T>(byte* frame)
        where T : unmanaged, IFrame<T> => T.LabelOf(in Unsafe.AsRef<T>(frame));

    private static bool IsSafePoint<T>(byte* frame)
        where T : unmanaged, IFrame<T> => T.IsSafePoint(in Unsafe.AsRef<T>(frame));

    private static bool IsEnabled<T>(byte* frame, Machine m)
        where T : unmanaged, IFrame<T> => T.IsEnabled(in Unsafe.AsRef<T>(frame), m);

    private static bool IsLocal<T>(byte* frame)
        where T : unmanaged, IFrame<T> => T.IsLocal(in Unsafe.AsRef<T>(frame));

    private readonly struct Entry(
        string name, delegate*<byte*, string> label, int addressCount, int size, delegate*<byte*, bool> safePoint, delegate*<byte*, Machine, bool> enabled,
        delegate*<byte*, bool> local)
    {
        public readonly string? Name = name;
        public readonly delegate*<byte*, string> Label = label;
        public readonly int AddressCount = addressCount;
        public readonly int Size = size;
        public readonly delegate*<byte*, bool> SafePoint = safePoint;
        public readonly delegate*<byte*, Machine, bool> Enabled = enabled;
        public readonly delegate*<byte*, bool> Local = local;
    }
}
