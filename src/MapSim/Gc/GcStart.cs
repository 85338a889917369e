using MapSim.Machines;
using static MapSim.Gc.GcStart.Label;

namespace MapSim.Gc;

/// <summary>
/// gcStart (mgc.go): finishes the sweep of the last collection, stops the world, turns the barriers on and starts
/// marking. It runs on the goroutine that wants the collection: a worker, one that called runtime.GC, or one in the tail
/// of an allocation, whose new object was allocated white and is held by its stack only.
/// </summary>
public struct GcStart : IFrame<GcStart>
{
    private ushort _goroutine;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Sweep a span.</summary>
        Sweep,

        /// <summary>Stop the world and start marking, in one step; waits until all others stand at safe-points.</summary>
        StopTheWorld,
    }

    /// <inheritdoc/>
    public static ushort Kind => GcFrameKinds.GcStart;

    /// <inheritdoc/>
    public static int AddressCount => 0;

    /// <inheritdoc/>
    public static bool IsSafePoint(in GcStart f) => true;

    /// <inheritdoc/>
    public static bool IsEnabled(in GcStart f, Machine m) =>
        f._pc == Sweep || m.Heap.Gc.IsMarking || m.Heap.Gc.Unswept || m.CanStopTheWorld(f._goroutine);

    /// <inheritdoc/>
    public static string LabelOf(in GcStart f) => f._pc.ToString();

    internal static void Call(Machine m) => m.Call<GcStart>()._goroutine = (ushort)m.Current.Id;

    /// <inheritdoc/>
    public static void Step(ref GcStart f, Machine m)
    {
        do
        {
            switch (f._pc)
            {
                case Sweep:
                    if (m.SweepSpan())
                    {
                        m.CollectorStep();
                    }
                    else
                    {
                        f._pc = StopTheWorld;
                    }

                    break;
                case StopTheWorld:
                    if (m.Heap.Gc.IsMarking)
                    {
                        // Somebody else was first.
                        m.Leave();
                        return;
                    }

                    if (m.Heap.Gc.Unswept)
                    {
                        // While this one waited for the world to stop, another collection came and went (finishsweep_m).
                        f._pc = Sweep;
                        break;
                    }

                    if (!m.CanStopTheWorld(f._goroutine))
                    {
                        m.Block();
                        return;
                    }

                    m.CollectorStep();
                    if (!m.DrainAll(f._goroutine))
                    {
                        // A late store of its own failed, and with it the goroutine.
                        return;
                    }

                    m.StartMarking();
                    m.Leave();
                    return;
            }
        }
        while (m.Next());
    }
}
