using MapSim.Faults;

namespace MapSim.Programs;

/// <summary>How far a program is shrunk.</summary>
/// <param name="Budget">Executions that may be made; those of the state that it goes on from do not count. At least 1.</param>
public sealed record ShrinkOptions(long Budget = ShrinkOptions.DefaultBudget)
{
    /// <summary>The budget if nobody says otherwise.</summary>
    public const long DefaultBudget = 20_000;

    /// <summary>
    /// What is changed in the model. The bug must stay with these changes, and how the program ends without the faults among them
    /// (clean, as a rule) must stay, too. None: a program with exactly one line "with ..." that expects clean says it itself.
    /// </summary>
    public ModelChanges Changes { get; init; }

    /// <summary>How many random schedules are tried for a concurrent program that has no more than <see cref="SearchedOperations"/> operations.</summary>
    public int RandomSchedules { get; init; } = 4;

    /// <summary>Programs with more operations are not searched for a new schedule: cutting the old one has to do.</summary>
    public int SearchedOperations { get; init; } = 24;

    /// <summary>Looks for a schedule in a better way than by chance; null for none.</summary>
    public ScheduleSearch? Search { get; init; }

    /// <summary>Where an earlier shrinking of the same program stopped; null to begin.</summary>
    public ShrinkState? From { get; init; }

    /// <summary>Asked before each execution whether to stop, as if the budget were used up; null for never.</summary>
    public Func<bool>? IsStopped { get; init; }

    /// <summary>Told the state after each improvement, and at the end; null if nobody keeps it.</summary>
    public Action<ShrinkState>? Improved { get; init; }
}

/// <summary>Looks for a schedule under which a program ends with a bug; a function of its arguments alone. Counts as one execution.</summary>
/// <param name="program">The program, without a schedule.</param>
/// <param name="key">The bug key.</param>
/// <returns>The schedule; null if it found none.</returns>
public delegate IReadOnlyList<Stretch>? ScheduleSearch(MapProgram program, string key);

/// <summary>What shrinking came to.</summary>
/// <param name="Program">The smallest program that was found; it expects the bug key (in a line "with ...", if the model was changed).</param>
/// <param name="Result">How it ends.</param>
/// <param name="Executions">Executions, those of the state it went on from included.</param>
/// <param name="Irrelevant">What of the first program does not matter, because the last one does without: sentences for people.</param>
/// <param name="Complete">True if nothing more helps; false if it was stopped.</param>
public sealed record ShrinkResult(MapProgram Program, RunResult Result, int Executions, IReadOnlyList<string> Irrelevant, bool Complete)
{
    /// <summary>What was changed in the model.</summary>
    public ModelChanges Changes { get; init; }

    /// <summary>Lines of the first program that do something, see <see cref="Shrinker.CountOperations"/>.</summary>
    public int OperationsBefore { get; init; }

    /// <summary>Lines of the smallest one that do something.</summary>
    public int OperationsAfter { get; init; }

    /// <summary>From here shrinking can go on.</summary>
    public required ShrinkState State { get; init; }
}

/// <summary>There is nothing to shrink: the program has no bug key.</summary>
public sealed class NothingToShrinkException : Exception
{
    /// <summary>Creates the exception.</summary>
    public NothingToShrinkException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="NothingToShrinkException(string)"/>
    public NothingToShrinkException()
    {
    }

    /// <inheritdoc cref="NothingToShrinkException(string)"/>
    public NothingToShrinkException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
