using System.Globalization;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>A visible step of a run.</summary>
/// <param name="Number">Its number in the run, from 1.</param>
/// <param name="Goroutine">Who made it: the machine's number.</param>
/// <param name="Point">Its name.</param>
/// <param name="Access">What it touched.</param>
/// <param name="Line">The line of the operation; 0 for the collector.</param>
public readonly record struct RecordedStep(ulong Number, int Goroutine, StepPoint Point, Access Access, int Line)
{
    /// <summary>"   41  w1.2.MapAssign.StoreTop  store 0xc000010008+1  (line 7)".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number,6}  {Point}  {Access}")
        + (Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"  (line {Line})") : "");
}

/// <summary>Records the visible steps of a run, one by one: their names, what they touch, where in the program they belong.</summary>
/// <param name="run">The run.</param>
/// <param name="most">Keep only the last so many.</param>
internal sealed class StepRecorder(ProgramRun run, int most)
{
    private readonly List<RecordedStep> _steps = [];
    private int[] _ordinals = [];
    private Instruction?[] _instructions = [];
    private ulong _before;

    /// <summary>The recorded steps, oldest first.</summary>
    public IReadOnlyList<RecordedStep> Steps => _steps.Count > most ? _steps.GetRange(_steps.Count - most, most) : _steps;

    /// <summary>Listens to a scheduler from now on.</summary>
    public void Watch(ProgramScheduler scheduler)
    {
        Machine m = run.Session.Machine;
        if (!m.Tracking)
        {
            m.SetTracking(true);
        }

        run.KeepsNames = true;
        _before = m.Steps;
        _ordinals = new int[m.Goroutines.Count];
        _instructions = new Instruction?[m.Goroutines.Count];
        scheduler.Stepping = Before;
        scheduler.Stepped = Note;
    }

    private void Before(int g)
    {
        _ordinals[g] = run.OrdinalOfNext(g);
        _instructions[g] = run.WaitingAt(g);
        _before = run.Session.Machine.Steps;
    }

    private void Note(int g)
    {
        Machine m = run.Session.Machine;
        if (m.Steps == _before)
        {
            return;
        }

        _steps.Add(new RecordedStep(m.Steps, g, run.NotePoint(g, _ordinals[g]), m.Memory.LastAccess, _instructions[g]?.Line ?? 0));
        if (_steps.Count > 2L * most)
        {
            _steps.RemoveRange(0, _steps.Count - most);
        }
    }
}
