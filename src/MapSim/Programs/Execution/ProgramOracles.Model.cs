using MapSim.Checks;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <content>The model of what maps contain (H2) and the rule of range loops (H1).</content>
internal sealed partial class ProgramOracles
{
    private bool _hasModel;

    /// <summary>A clone was made.</summary>
    public void ClonedTo(in ProgramBody f, Instruction i)
    {
        Addr clone = _run.MapAt(i.OtherMap);
        Know(i.Type, clone);
    }

    /// <summary>A range was left by break.</summary>
    public void LeftRange(int g, int range) => _hasModel |= g < range - 100;

    /// <summary>A goroutine has ended.</summary>
    public void Exited(int g) => _hasModel |= g < -1;

    private void BeganModel(in ProgramBody f, Instruction i, Addr map) => _hasModel |= f.Goroutine < -1;

    private MapEffect EndedModel(in ProgramBody f, Instruction i, Doing doing, Failure failure) => _hasModel ? MapEffect.None : i.Operation!.Kind switch
    {
        OperationKind.Assign => MapEffect.Update,
        OperationKind.Delete => MapEffect.Delete,
        OperationKind.Clear => MapEffect.Clear,
        OperationKind.Iter or OperationKind.Next or OperationKind.Range => MapEffect.Iterate,
        _ => MapEffect.None,
    };
}
