using MapSim.Machines;
using static MapSim.Gc.GcCollect.Label;

namespace MapSim.Gc;

/// <summary>
/// runtime.GC: waits for a collection that is running, starts one of its own, waits for the end of its marking, and
/// sweeps every span. What was unreachable when it was called is free when it returns.
/// </summary>
public struct GcCollect : IFrame<GcCollect>
{
    private uint _target;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Wait while a collection marks; then start one (no access).</summary>
        Start,

        /// <summary>Wait for the end of marking (no access).</summary>
        WaitForMark,

        /// <summary>Sweep a span.</summary>
        Sweep,
    }

    /// <inheritdoc/>
    public static ushort Kind => GcFrameKinds.GcCollect;

    /// <inheritdoc/>
    public static int AddressCount => 0;

    /// <inheritdoc/>
    public static bool IsSafePoint(in GcCollect f) => true;

    /// <inheritdoc/>
    public static bool IsEnabled(in GcCollect f, Machine m) => f._pc switch
    {
        Start => !m.Heap.Gc.IsMarking,
        WaitForMark => !m.Heap.Gc.IsMarking || m.Heap.Gc.Cycle >= f._target,
        _ => true,
    };

    /// <inheritdoc/>
    public static string LabelOf(in GcCollect f) => f._pc.ToString();

    /// <summary>Calls it.</summary>
    public static void Call(Machine m) => m.Call<GcCollect>();

    /// <inheritdoc/>
    public static void Step(ref GcCollect f, Machine m)
    {
        if (!IsEnabled(f, m))
        {
            m.Block();
            return;
        }

        do
        {
            switch (f._pc)
            {
                case Start:
                    f._target = m.Heap.Gc.Cycle + 1;
                    f._pc = WaitForMark;
                    GcStart.Call(m);
                    return;
                case WaitForMark:
                    f._pc = Sweep;
                    break;
                case Sweep:
                    if (!m.SweepSpan())
                    {
                        m.Return();
                        return;
                    }

                    m.CollectorStep();
                    break;
            }
        }
        while (m.Next());
    }
}
