namespace MapSim.Concurrency.Litmus;

/// <summary>Why a thread of a litmus program fails.</summary>
internal enum Fault : byte
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>An assert that does not hold.</summary>
    Assert,

    /// <summary>A division or a remainder by zero.</summary>
    DivisionByZero,

    /// <summary>An index below zero or not below the length.</summary>
    IndexOutside,

    /// <summary>An unlock of a mutex that the thread does not hold.</summary>
    UnlockNotHeld,

    /// <summary>A spawn of a thread that has started already.</summary>
    SpawnedTwice,

    /// <summary>A loop without a visible step.</summary>
    EndlessLoop,
}

/// <summary>The words for faults.</summary>
internal static class Faults
{
    /// <summary>What happened; not for <see cref="Fault.None"/>.</summary>
    public static string Text(Fault fault) => fault switch
    {
        Fault.Assert => "failed",
        Fault.DivisionByZero => "division by zero",
        Fault.IndexOutside => "index outside the array",
        Fault.UnlockNotHeld => "unlock of a mutex it does not hold",
        Fault.SpawnedTwice => "spawn of a thread that has started already",
        _ => "a loop without a visible step",
    };
}
