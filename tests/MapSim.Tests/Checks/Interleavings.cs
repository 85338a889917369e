using MapSim.Checks;
using MapSim.Machines;
using MapSim.Memory;
using Xunit;

namespace MapSim.Tests.Checks;

/// <summary>
/// Every order of a few goroutines' micro-steps on a real machine, depth first with undo. A goroutine gives way before
/// and after what the detection table knows, and between operations; the steps in between run without a switch.
/// </summary>
internal sealed class Interleavings
{
    /// <summary>No operation of the tests is longer; racy programs can go in circles.</summary>
    private const int StepLimit = 20_000;

    private readonly Machine _m;
    private readonly IReadOnlyList<Action<Machine>>[] _scripts;
    private readonly int[] _position;
    private readonly HashSet<(Fingerprint State, Fingerprint Monitor, string Scripts)> _seen = [];

    /// <summary>Prepares the goroutines 0, 1 ...; each does one operation of its script after the other.</summary>
    public Interleavings(Machine m, params IReadOnlyList<Action<Machine>>[] scripts)
    {
        _m = m;
        _scripts = scripts;
        _position = new int[scripts.Length];
        Table = new DetectionTable(m);
        m.SetTracking(true);
        Table.Model.Journaling = true;
        for (int g = 0; g < scripts.Length; g++)
        {
            Begin(g);
        }
    }

    public DetectionTable Table { get; }

    /// <summary>Orders explored to their end.</summary>
    public int Runs { get; private set; }

    /// <summary>Runs by the rows they fall into.</summary>
    public Dictionary<DetectionRow, int> Rows { get; } = [];

    /// <summary>Runs that the machine let pass.</summary>
    public int Missed { get; private set; }

    /// <summary>The rows of those runs.</summary>
    public HashSet<DetectionRow> MissedRows { get; } = [];

    /// <summary>True to explore each state (of machine, table and scripts) once: fewer runs, the same agreement and rows.</summary>
    public bool OncePerState { get; init; }

    public void Explore()
    {
        if (OncePerState && !_seen.Add((_m.StateHash, Table.Model.MonitorHash, string.Join(',', _position))))
        {
            return;
        }

        bool any = false;
        for (int g = 0; g < _scripts.Length && !Table.Model.IsOver; g++)
        {
            if (!_m.Goroutines[g].IsBusy)
            {
                continue;
            }

            any = true;
            int mark = Table.Model.Mark, depth = _m.UndoDepth, position = _position[g];
            RunToSwitch(g);
            Explore();
            _position[g] = position;
            Table.UndoTo(mark);
            while (_m.UndoDepth > depth)
            {
                _m.Undo();
            }
        }

        if (!any)
        {
            Runs++;
            if (Table.IsMissed)
            {
                Missed++;
                MissedRows.Add(Table.Model.Rows);
            }

            Rows[Table.Model.Rows] = Rows.GetValueOrDefault(Table.Model.Rows) + 1;
        }
    }

    private void RunToSwitch(int g)
    {
        for (int steps = 0; ; steps++)
        {
            Assert.True(steps < StepLimit, $"goroutine {g} does not end: {string.Join(" < ", _m.CallStack(g))}");
            MicroStep step = Table.NextOf(g).Step;
            Table.Before(g);
            _m.Step(g);
            Table.After(g);
            if (Table.Model.IsOver)
            {
                return;
            }

            if (!_m.Goroutines[g].IsBusy)
            {
                // The next operation is part of this step, so that undoing the step undoes it.
                _position[g]++;
                Begin(g);
                return;
            }

            if (step is MicroStep.W3b or MicroStep.R1 || IsSwitch(Table.NextOf(g).Step))
            {
                return;
            }
        }
    }

    private void Begin(int g)
    {
        if (_position[g] < _scripts[g].Count)
        {
            _m.Select(g);
            _scripts[g][_position[g]](_m);
        }
    }

    private static bool IsSwitch(MicroStep step) => step is not (MicroStep.None or MicroStep.PastTest);
}
