using MapSim.Checks;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <content>What the runtime draws at random (H5): where iterations start, map seeds. Not asked where the program forces it.</content>
/// <remarks>
/// Only asked of programs in which main is alone. With others, which operation ends first, and which ones nobody disturbs, can
/// depend on what was drawn: what is seen would be a selection, to which the bounds for false alarms do not apply.
/// </remarks>
internal sealed partial class ProgramOracles
{
    private readonly RepeatedStarts? _starts;
    private readonly RepeatedSeeds? _seeds;

    private bool LooksAt(ChoiceKind kind) =>
        _doing.Count == 1 && _run.Settings.StoreBuffers == 0 && !_run.Settings.Forced.Any(f => f.Kind == kind);

    /// <summary>An operation has ended: did it draw?</summary>
    private void LookAtChance(in ProgramBody f, Instruction i, Doing doing, MapEffect? effect, OperationEnd end)
    {
        if (!end.IsOk)
        {
            return;
        }

        bool begins = i is { Kind: InstructionKind.Operation, Operation.Kind: OperationKind.Iter or OperationKind.Range };
        if (begins && _starts?.Add(Machine.Memory, Machine.Arch, _run.HiterOf(f.Goroutine, i)) is { } text)
        {
            Report(RepeatedStarts.BugKey, text, f.Goroutine, i, f.Counter(i));
        }

        bool empties = effect == MapEffect.Clear || (effect == MapEffect.Delete && doing.Before.Count == 1);
        if (empties && new MapView(Machine.Memory, Machine.Types[i.Type], doing.Map).Count == 0)
        {
            LookAtSeed(i.Type, doing.Map, f.Goroutine, i, f.Counter(i));
        }
    }

    /// <summary>A map has a new seed: it was made, or is empty again.</summary>
    private void LookAtSeed(int type, Addr map, int g, Instruction? i, long? counter)
    {
        if (_seeds?.Add(new MapView(Machine.Memory, Machine.Types[type], map).Hash0) is { } text)
        {
            Report(RepeatedSeeds.BugKey, text, g, i, counter);
        }
    }
}
