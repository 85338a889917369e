using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>
/// The oracles of the collector for a driver: looks at a machine whenever the driver stopped it, and in the steps in
/// which marking starts and ends. What costs time in the size of the heap may run less often.
/// </summary>
/// <remarks>
/// <code>
/// marking starts   G6 (what was allocated before is white)  G7 (swept, white, nothing scanned)
/// each look        G6, G7 (flags); at some looks G1 while marking, G3, G7 (colours), G8, G9
/// marking ends     G6 (what was allocated since is black)   G2, G3, G9
/// </code>
/// It does not know G4 (access to freed memory: the machine faults), G5 (chain coverage) and G10 (leaks). It remembers
/// how much was allocated at the last look; a machine that went back in time in between is looked at from then on. Steps
/// that are peeked at are looked at like others.
/// </remarks>
public sealed class GcOracles
{
    private readonly Machine _machine;
    private readonly HeapGraph _graph = new();
    private readonly WeakTriColour _weakTriColour = new();
    private readonly NewIsBlack _newIsBlack = new();
    private readonly NoScanFlag _noScanFlag = new();
    private readonly List<HeapViolation> _violations = [];
    private readonly List<HeapViolation> _found = [];
    private bool _phaseChanged;

    /// <summary>Looks at a machine from now on; objects that are there already count as right.</summary>
    public GcOracles(Machine m)
    {
        _machine = m;
        _newIsBlack.Restart(m);
        m.PhaseChanged += AtPhaseChange;
    }

    /// <summary>The numbers of all oracles here.</summary>
    public static IReadOnlyList<string> Ids { get; } =
        [WeakTriColour.Id, MarkIsComplete.Id, NothingReachableFreed.Id, NewIsBlack.Id, BarriersBeforeScan.Id, NoScanFlag.Id, PointersStayInside.Id];

    /// <summary>
    /// How often the oracles run that read the whole heap: 1 for at each look, n for at one look in n, 0 for only at the
    /// first look after a phase change. The end of marking is always judged.
    /// </summary>
    public int Effort { get; set; } = 1;

    /// <summary>The maps that G8 looks at: type number and hmap. The driver may set a list once and change its content.</summary>
    public IReadOnlyList<(int Type, Addr Map)> Maps { get; set; } = [];

    /// <summary>What was found: of each oracle the first, in the order of time.</summary>
    public IReadOnlyList<HeapViolation> Violations => _violations;

    /// <summary>Takes away the violations that an explained defect of the real runtime accounts for.</summary>
    public void Forgive(Predicate<HeapViolation> isExplained) => _violations.RemoveAll(isExplained);

    /// <summary>Looks so far.</summary>
    public long Looks { get; private set; }

    /// <summary>Looks so far that read the whole heap.</summary>
    public long HeapLooks { get; private set; }

    /// <summary>Ends of marking judged.</summary>
    public long Collections { get; private set; }

    /// <summary>Forgets what was found.</summary>
    public void Forget() => _violations.Clear();

    /// <summary>To be called whenever the program or the collector was stopped.</summary>
    public void Look()
    {
        Looks++;
        _newIsBlack.Check(_machine, _machine.Heap.Gc.IsMarking, _found);
        BarriersBeforeScan.CheckFlags(_machine, _found);
        if (Effort > 0 ? Looks % Effort == 0 : _phaseChanged)
        {
            LookAtHeap();
        }

        Note();
    }

    private void LookAtHeap()
    {
        HeapLooks++;
        _phaseChanged = false;
        _weakTriColour.Check(_machine, _found);
        BarriersBeforeScan.CheckColours(_machine, _found);
        CheckReachable();
        for (int i = 0; i < Maps.Count; i++)
        {
            _noScanFlag.Check(_machine, Maps[i].Type, Maps[i].Map, _found);
        }
    }

    private void CheckReachable()
    {
        _graph.ReadReachable(_machine);
        NothingReachableFreed.Check(_machine, _graph, _found);
        PointersStayInside.Check(_machine, _graph, _found);
    }

    private void AtPhaseChange(Machine m)
    {
        bool marking = m.Heap.Gc.IsMarking;
        _phaseChanged = true;
        _newIsBlack.Check(m, !marking, _found);
        BarriersBeforeScan.CheckFlags(m, _found);
        if (marking)
        {
            BarriersBeforeScan.CheckStart(m, _found);
        }
        else
        {
            Collections++;
            CheckReachable();
            MarkIsComplete.Check(m, _graph, _found);
        }

        Note();
    }

    /// <summary>A broken state stays broken: one violation of each oracle is enough.</summary>
    private void Note()
    {
        foreach (HeapViolation violation in _found)
        {
            if (!_violations.Exists(v => v.Id == violation.Id))
            {
                _violations.Add(violation);
            }
        }

        _found.Clear();
    }
}
