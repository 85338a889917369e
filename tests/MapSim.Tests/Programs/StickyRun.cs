using MapSim.Faults;
using MapSim.Programs;

namespace MapSim.Tests.Programs;

/// <summary>
/// Runs a program by a random schedule of ranks: the goroutine of the first rank moves while it can, and now and then, in some
/// runs at each step, in others at one of a hundred, the ranks are dealt anew. So whole operations between two steps of the
/// collector are met more often than when each step is a draw of its own.
/// </summary>
internal static class StickyRun
{
    private const int Paces = 8;

    /// <summary>Runs to the end, or to the first thing that an oracle sees.</summary>
    /// <param name="program">The program; its own schedule is not looked at.</param>
    /// <param name="seed">Which schedule.</param>
    /// <param name="changes">What is changed in the model.</param>
    /// <returns>The bug key of what went wrong; null if nothing did.</returns>
    public static string? KeyOf(MapProgram program, int seed, ModelChanges changes)
    {
        var run = new ProgramRun(program, ProgramSettings.Of(program) with { Changes = changes });
        run.MakeMaps();
        var scheduler = new ProgramScheduler(run, ScheduleMode.Prefix);
        var random = new RandomSource((ulong)seed);
        int pace = 1 << random.Below(Paces);
        var ranks = new int[run.Session.Machine.Goroutines.Count];
        while (!run.IsStopped && run.Oracles.First == null && scheduler.IsAnyAlive() && scheduler.Enabled() is { Count: > 0 } enabled)
        {
            for (int g = random.Below(pace) == 0 ? 0 : ranks.Length; g < ranks.Length; g++)
            {
                ranks[g] = random.Below(1000);
            }

            scheduler.Step(enabled.MinBy(g => ranks[g]));
        }

        return run.Oracles.First?.Key ?? run.Dead?.Key;
    }
}
