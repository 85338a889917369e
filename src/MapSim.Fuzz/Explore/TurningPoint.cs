using MapSim.Concurrency.States;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>The step of a schedule after which something can no longer be helped, whoever moves then.</summary>
/// <param name="Step">Its number in the schedule, from 1; 0 if nothing could ever help.</param>
/// <param name="Mover">Who makes it, as schedules call it; null for step 0.</param>
/// <param name="Instead">Who else could have moved there and kept it open.</param>
public sealed record TurningPoint(int Step, string? Mover, IReadOnlyList<string> Instead)
{
    /// <summary>The step after which a run cannot end well any more.</summary>
    /// <returns>Null if it could to the end.</returns>
    internal static TurningPoint? Doomed(StateGraph graph, Fates fates, IReadOnlyList<int> way, ProgramStepper names) =>
        Of(CriticalStep.Find(graph, fates, way, f => (f & Fates.Well) != 0), names);

    /// <summary>The step after which a run can only end with this key.</summary>
    /// <returns>Null if there is none.</returns>
    internal static TurningPoint? Sealed(StateGraph graph, Fates fates, IReadOnlyList<int> way, string key, ProgramStepper names)
    {
        ulong others = 0;
        for (int i = 0; i < fates.Kinds.Count; i++)
        {
            others |= fates.Kinds[i] == key ? 0 : 1UL << i;
        }

        return Of(CriticalStep.Find(graph, fates, way, f => (f & others) != 0), names);
    }

    private static TurningPoint? Of(CriticalStep? step, ProgramStepper names) => step == null ? null
        : new TurningPoint(step.Step, step.Thread < 0 ? null : names.NameOf(step.Thread), [.. Enumerable.Range(0, names.Movers).Where(m => (step.Instead >> m & 1) != 0).Select(names.NameOf)]);
}
