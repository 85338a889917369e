using MapSim.Faults;

namespace MapSim.Programs;

/// <summary>
/// Which of the reorderings in a schedule decide: of the order lines that lead to a verdict, the fewest (none can be left
/// out) under which the program comes to the same verdict without the schedule.
/// </summary>
/// <remarks>
/// It tries to leave out each line by itself, so the result is minimal, not the smallest there is. Not for programs with a
/// collector or store buffers, whose steps have dependences that the lines do not say, nor for long runs.
/// </remarks>
public static class DecisiveOrder
{
    private const int MostLines = 64;
    private const int MostSteps = 4000;

    /// <summary>The order lines of a program: "order" for the decisive ones, "past" for the others.</summary>
    /// <param name="program">A program with a schedule.</param>
    /// <param name="result">How it ends with that schedule.</param>
    /// <param name="changes">What was changed in the model.</param>
    /// <returns>Nothing if the lines alone do not lead to the same verdict, or if it is not tried.</returns>
    public static IReadOnlyList<OrderLine> Of(MapProgram program, RunResult result, ModelChanges changes = default)
    {
        var runner = new ProgramRunner(program, changes: changes);
        if (runner.Settings.Collector || runner.Settings.StoreBuffers > 0 || result.BugKey == null || result.Steps > MostSteps)
        {
            return [];
        }

        runner.RecordSteps();
        runner.Run(result.Finding?.Number ?? int.MaxValue);
        IReadOnlyList<OrderLine> past = CausalOrder.Of(runner.Steps, decisive: true);
        MapProgram free = program.WithSchedule([]);
        if (past.Count > MostLines || !LeadsTo(free, past, result.BugKey, changes))
        {
            return [];
        }

        List<OrderLine> needed = [.. past];
        foreach (OrderLine line in past)
        {
            List<OrderLine> without = [.. needed.Where(l => l != line)];
            needed = LeadsTo(free, without, result.BugKey, changes) ? without : needed;
        }

        return [.. past.Select(l => l with { IsDecisive = needed.Contains(l) })];
    }

    private static bool LeadsTo(MapProgram program, IReadOnlyList<OrderLine> lines, string key, ModelChanges changes) =>
        new ProgramRunner(program.WithOrder(lines), mode: ScheduleMode.HappensBefore, changes: changes).Run().BugKey == key;
}
