using MapSim.Faults;
using MapSim.Heap;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Gc.GcWorker.Label;

namespace MapSim.Gc;

/// <summary>
/// The collector's own goroutine (gcBgMarkWorker, gcMarkDone and bgsweep of mgc.go): marks while a collection runs,
/// ends it, sweeps, and waits. There may be several.
/// </summary>
/// <remarks>
/// <code>
/// Wait -- marking --> Pick: a block of globals | a stack at a safe-point | a grey object --> ScanGlobals, ScanObject --> Pick
///                     nothing left --> Flush each P's barrier buffer (ragged barrier) -- something was in it --> Pick
///                                      --> StopTheWorld: flush again -- something came up --> Pick; else marking ends --> Sweep --> Wait
/// </code>
/// Which job comes next is a choice: real workers race for them.
/// </remarks>
public struct GcWorker : IFrame<GcWorker>
{
    /// <summary>Bytes of globals that are one root job.</summary>
    private const int GlobalsBlock = 256;

    private ObjectScan _scan;
    private ulong _global, _globalEnd;
    private ushort _goroutine;
    private byte _p, _flushed;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Wait for something to do (no access).</summary>
        Wait,

        /// <summary>Take the next job; a stack is scanned in this step.</summary>
        Pick,

        /// <summary>Load a global variable.</summary>
        ScanGlobals,

        /// <summary>Load a pointer word of the object.</summary>
        ScanObject,

        /// <summary>Flush the barrier buffer of a P, when its goroutines stand at safe-points.</summary>
        Flush,

        /// <summary>Stop the world, flush all buffers once more, and end marking if nothing came up.</summary>
        StopTheWorld,

        /// <summary>Sweep a span.</summary>
        Sweep,
    }

    /// <inheritdoc/>
    public static ushort Kind => GcFrameKinds.GcWorker;

    /// <inheritdoc/>
    public static int AddressCount => 0;

    /// <inheritdoc/>
    public static bool IsEnabled(in GcWorker f, Machine m)
    {
        GcRecords gc = m.Heap.Gc;
        return f._pc switch
        {
            Wait => gc.IsMarking || gc.Requested || gc.Unswept,
            Pick => !gc.IsMarking || Jobs(m) > 0 || IsDone(m),
            Flush => !gc.IsMarking || IsStopped(m, f._p),
            StopTheWorld => !gc.IsMarking || m.CanStopTheWorld(f._goroutine),
            _ => true,
        };
    }

    /// <inheritdoc/>
    public static string LabelOf(in GcWorker f) => f._pc.ToString();

    internal static void Call(Machine m) => m.Call<GcWorker>()._goroutine = (ushort)m.Current.Id;

    /// <summary>The global variables that it has taken and not scanned yet, for oracles; nil and nil if there are none.</summary>
    internal readonly (Addr From, Addr To) CurrentGlobals => (new Addr(_global), new Addr(_globalEnd));

    /// <summary>The object being scanned, for oracles.</summary>
    internal readonly ObjectScan Current => _scan;

    /// <inheritdoc/>
    public static void Step(ref GcWorker f, Machine m)
    {
        GcRecords gc = m.Heap.Gc;
        do
        {
            if (!IsEnabled(f, m))
            {
                m.Block();
                return;
            }

            if (f._pc is Pick or Flush or StopTheWorld && !gc.IsMarking)
            {
                // Another worker ended the marking.
                f._pc = Wait;
                f._p = 0;
                f._flushed = 0;
            }

            switch (f._pc)
            {
                case Wait:
                    if (!gc.IsMarking && gc.Requested)
                    {
                        GcStart.Call(m);
                        return;
                    }

                    f._pc = gc.IsMarking ? Pick : Sweep;
                    break;
                case Pick:
                    f.PickJob(m);
                    break;
                case ScanGlobals:
                    m.Heap.Shade(m.LoadPointer(new Addr(f._global)));
                    f._global += 8;
                    f._pc = f._global < f._globalEnd ? ScanGlobals : f.EndGlobals(m);
                    break;
                case ScanObject:
                    f._pc = f._scan.Next(m) ? ScanObject : Pick;
                    break;
                case Flush:
                    m.CollectorStep();
                    f._flushed |= m.Heap.FlushBarrierBuffer(f._p) ? (byte)1 : (byte)0;
                    f._p++;
                    if (f._p == gc.Procs)
                    {
                        f._pc = f._flushed != 0 ? Pick : StopTheWorld;
                        f._p = 0;
                        f._flushed = 0;
                    }

                    break;
                case StopTheWorld:
                    m.CollectorStep();
                    f._pc = TryEndMarking(m) ? Sweep : Pick;
                    break;
                case Sweep:
                    if (m.SweepSpan())
                    {
                        m.CollectorStep();
                    }
                    else
                    {
                        f._pc = Wait;
                    }

                    break;
            }
        }
        while (m.Next());
    }

    /// <summary>Ends the marking if nothing is left to mark; call it only while the world is stopped.</summary>
    private static bool TryEndMarking(Machine m)
    {
        GcRecords gc = m.Heap.Gc;
        m.DrainStoreBuffers();
        for (int p = 0; p < gc.Procs && !m.Has(Fault.GcTermNoFlush); p++)
        {
            m.Heap.FlushBarrierBuffer(p);
        }

        // The roots too: a worker that slept in front of this since the last collection would end the next one at its start.
        if (gc.QueueLength > 0 || HasGlobals(m) || !IsDone(m))
        {
            return false;
        }

        m.EndMarking();
        return true;
    }

    private static bool HasGlobals(Machine m) => m.Heap.Gc.GlobalsScanned < m.Memory.Globals.Bytes.HighWater;

    private static int Jobs(Machine m)
    {
        int jobs = (HasGlobals(m) ? 1 : 0) + (m.Heap.Gc.QueueLength > 0 ? 1 : 0);
        for (int g = 0; g < m.Goroutines.Count; g++)
        {
            jobs += !m.Goroutines[g].IsStackBlack && m.IsAtSafePoint(g) ? 1 : 0;
        }

        return jobs;
    }

    private static bool IsDone(Machine m)
    {
        bool done = m.Heap.Gc.Scanning == 0;
        for (int g = 0; g < m.Goroutines.Count; g++)
        {
            done &= m.Goroutines[g].IsStackBlack;
        }

        return done;
    }

    private static bool IsStopped(Machine m, int p)
    {
        bool stopped = true;
        for (int g = 0; g < m.Goroutines.Count; g++)
        {
            stopped &= m.ProcOf(g) != p || m.IsAtSafePoint(g);
        }

        return stopped;
    }

    private void PickJob(Machine m)
    {
        int jobs = Jobs(m);
        if (jobs == 0)
        {
            _pc = Flush;
            return;
        }

        int choice = jobs == 1 ? 0 : (int)(m.GcChoices.Draw(ChoiceKind.GcJob) % (ulong)jobs);
        if (m.Heap.Gc.QueueLength > 0 && choice-- == 0)
        {
            _scan.Take(m);
            _pc = _scan.IsActive ? ScanObject : Pick;
            return;
        }

        m.CollectorStep();
        if (HasGlobals(m) && choice-- == 0)
        {
            TakeGlobals(m);
            return;
        }

        for (int g = 0; g < m.Goroutines.Count; g++)
        {
            if (!m.Goroutines[g].IsStackBlack && m.IsAtSafePoint(g) && choice-- == 0)
            {
                m.ScanStack(g);
                return;
            }
        }
    }

    private void TakeGlobals(Machine m)
    {
        GcRecords gc = m.Heap.Gc;
        int from = gc.GlobalsScanned, to = Math.Min(from + GlobalsBlock, m.Memory.Globals.Bytes.HighWater);
        gc.GlobalsScanned = to;
        gc.Scanning++;
        _global = (m.Memory.Globals.Base + from).Value;
        _globalEnd = (m.Memory.Globals.Base + to).Value;
        _pc = ScanGlobals;
    }

    private Label EndGlobals(Machine m)
    {
        m.Heap.Gc.Scanning--;
        _global = 0;
        _globalEnd = 0;
        return Pick;
    }
}
