using MapSim.Machines;
using static MapSim.Gc.GcAssist.Label;

namespace MapSim.Gc;

/// <summary>
/// A mark assist (gcAssistAlloc): a goroutine that allocates while the collector marks scans as many words as it
/// allocated, if there are grey objects. It stands on top of the frame that allocated, at a safe-point.
/// </summary>
public struct GcAssist : IFrame<GcAssist>
{
    private ObjectScan _scan;
    private int _left;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Take a grey object, or end.</summary>
        Take,

        /// <summary>Load a pointer word of it.</summary>
        Scan,
    }

    /// <inheritdoc/>
    public static ushort Kind => GcFrameKinds.GcAssist;

    /// <inheritdoc/>
    public static int AddressCount => 0;

    /// <inheritdoc/>
    public static bool IsSafePoint(in GcAssist f) => true;

    /// <inheritdoc/>
    public static string LabelOf(in GcAssist f) => f._pc.ToString();

    internal static void Call(Machine m, int words) => m.Call<GcAssist>()._left = words;

    /// <summary>The object being scanned, for oracles.</summary>
    internal readonly ObjectScan Current => _scan;

    /// <inheritdoc/>
    public static void Step(ref GcAssist f, Machine m)
    {
        do
        {
            switch (f._pc)
            {
                case Take:
                    if (f._left <= 0 || !m.Heap.Gc.IsMarking || m.Heap.Gc.QueueLength == 0)
                    {
                        m.Leave();
                        return;
                    }

                    f._scan.Take(m);
                    f._pc = f._scan.IsActive ? Scan : Take;
                    break;
                case Scan:
                    f._left--;
                    if (!f._scan.Next(m))
                    {
                        f._pc = Take;
                    }

                    break;
            }
        }
        while (m.Next());
    }
}
