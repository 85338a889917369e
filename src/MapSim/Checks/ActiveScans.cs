using System.Runtime.InteropServices;
using MapSim.Gc;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>
/// What workers and assists are in the middle of: objects scanned up to an offset, and blocks of global variables. It is
/// read off their frames. Reused from check to check.
/// </summary>
internal sealed class ActiveScans
{
    private readonly List<(Addr Object, int Offset)> _objects = [];
    private readonly List<(Addr From, Addr To)> _globals = [];

    /// <summary>Objects being scanned; the words in front of the offset are done.</summary>
    public ReadOnlySpan<(Addr Object, int Offset)> Objects => CollectionsMarshal.AsSpan(_objects);

    /// <summary>Global variables taken by a worker and not scanned yet.</summary>
    public ReadOnlySpan<(Addr From, Addr To)> Globals => CollectionsMarshal.AsSpan(_globals);

    public void Read(Machine m)
    {
        _objects.Clear();
        _globals.Clear();
        ActiveScans self = this;
        m.VisitFrames<GcWorker, ActiveScans>(ref self, static (ref ActiveScans s, in GcWorker f) =>
        {
            s.Add(f.Current);
            if (!f.CurrentGlobals.From.IsNil)
            {
                s._globals.Add(f.CurrentGlobals);
            }
        });
        m.VisitFrames<GcAssist, ActiveScans>(ref self, static (ref ActiveScans s, in GcAssist f) => s.Add(f.Current));
    }

    /// <summary>True if a global variable waits in a block that a worker has taken.</summary>
    public bool IsWaiting(Addr global)
    {
        foreach ((Addr from, Addr to) in Globals)
        {
            if (global >= from && global < to)
            {
                return true;
            }
        }

        return false;
    }

    private void Add(ObjectScan scan)
    {
        if (scan.IsActive)
        {
            _objects.Add((scan.Object, scan.Offset));
        }
    }
}
