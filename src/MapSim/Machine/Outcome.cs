using MapSim.Memory;

namespace MapSim.Machines;

/// <summary>How badly an operation failed.</summary>
public enum FailureSeverity : byte
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>A Go panic: ends the operation; a program can recover from it.</summary>
    Panic,

    /// <summary>fatal(): "concurrent map ..."; the process dies.</summary>
    Fatal,

    /// <summary>throw(): the runtime found its own state broken; the process dies.</summary>
    Throw,

    /// <summary>Undefined behaviour that a real process may or may not survive: the access reads foreign memory.</summary>
    Undefined,
}

/// <summary>Everything that can end an operation early (go-map.md section 4.11).</summary>
public enum Failure : byte
{
    /// <summary>Nothing failed.</summary>
    None,

    /// <summary>panic: assignment to entry in nil map.</summary>
    AssignToNilMap,

    /// <summary>panic: runtime error: hash of unhashable type T.</summary>
    Unhashable,

    /// <summary>fatal: concurrent map read and map write.</summary>
    ConcurrentReadWrite,

    /// <summary>fatal: concurrent map writes.</summary>
    ConcurrentWrites,

    /// <summary>fatal: concurrent map iteration and map write.</summary>
    ConcurrentIterationWrite,

    /// <summary>fatal: concurrent map clone and map write.</summary>
    ConcurrentCloneWrite,

    /// <summary>throw: bad map state.</summary>
    BadMapState,

    /// <summary>throw: oldoverflow is not nil.</summary>
    OldOverflowNotNil,

    /// <summary>A load or store through nil: Go turns it into a panic.</summary>
    NilDereference,

    /// <summary>An access outside the object that the pointer came from.</summary>
    OutOfBounds,

    /// <summary>An access to freed memory.</summary>
    UseAfterFree,

    /// <summary>An access to an address that never held an object.</summary>
    Unmapped,

    /// <summary>panic: send on closed channel.</summary>
    SendOnClosedChannel,

    /// <summary>panic: close of closed channel.</summary>
    CloseOfClosedChannel,

    /// <summary>panic: sync: negative WaitGroup counter.</summary>
    NegativeWaitGroup,

    /// <summary>fatal: sync: unlock of unlocked mutex.</summary>
    UnlockOfUnlockedMutex,

    /// <summary>fatal: sync: Unlock of unlocked RWMutex.</summary>
    UnlockOfUnlockedRWMutex,

    /// <summary>fatal: sync: RUnlock of unlocked RWMutex.</summary>
    RUnlockOfUnlockedRWMutex,

    /// <summary>panic: runtime error: integer divide by zero. User code's own, where it evaluates a value.</summary>
    DivideByZero,
}

/// <summary>Texts and severities of failures.</summary>
public static class Failures
{
    /// <summary>How bad it is.</summary>
    public static FailureSeverity Severity(Failure failure) => failure switch
    {
        Failure.None => FailureSeverity.None,
        Failure.AssignToNilMap or Failure.Unhashable or Failure.NilDereference
            or Failure.SendOnClosedChannel or Failure.CloseOfClosedChannel or Failure.NegativeWaitGroup or Failure.DivideByZero => FailureSeverity.Panic,
        Failure.BadMapState or Failure.OldOverflowNotNil => FailureSeverity.Throw,
        Failure.OutOfBounds or Failure.UseAfterFree or Failure.Unmapped => FailureSeverity.Undefined,
        _ => FailureSeverity.Fatal,
    };

    /// <summary>The runtime's own words, or MapSim's for undefined behaviour. For Unhashable, the type comes after it.</summary>
    public static string Message(Failure failure) => failure switch
    {
        Failure.AssignToNilMap => "assignment to entry in nil map",
        Failure.Unhashable => "runtime error: hash of unhashable type ",
        Failure.ConcurrentReadWrite => "concurrent map read and map write",
        Failure.ConcurrentWrites => "concurrent map writes",
        Failure.ConcurrentIterationWrite => "concurrent map iteration and map write",
        Failure.ConcurrentCloneWrite => "concurrent map clone and map write",
        Failure.BadMapState => "bad map state",
        Failure.OldOverflowNotNil => "oldoverflow is not nil",
        Failure.NilDereference => "runtime error: invalid memory address or nil pointer dereference",
        Failure.OutOfBounds => "out-of-bounds read or write",
        Failure.UseAfterFree => "use after free",
        Failure.Unmapped => "access to unmapped memory",
        Failure.SendOnClosedChannel => "send on closed channel",
        Failure.CloseOfClosedChannel => "close of closed channel",
        Failure.NegativeWaitGroup => "sync: negative WaitGroup counter",
        Failure.UnlockOfUnlockedMutex => "sync: unlock of unlocked mutex",
        Failure.UnlockOfUnlockedRWMutex => "sync: Unlock of unlocked RWMutex",
        Failure.RUnlockOfUnlockedRWMutex => "sync: RUnlock of unlocked RWMutex",
        Failure.DivideByZero => "runtime error: integer divide by zero",
        _ => "",
    };

    /// <summary>The failure that a memory fault amounts to.</summary>
    public static Failure Of(MemoryFaultKind fault) => fault switch
    {
        MemoryFaultKind.NilDereference => Failure.NilDereference,
        MemoryFaultKind.OutOfBounds => Failure.OutOfBounds,
        MemoryFaultKind.UseAfterFree => Failure.UseAfterFree,
        MemoryFaultKind.Unmapped => Failure.Unmapped,
        _ => Failure.None,
    };
}

/// <summary>MapSim found its own rules broken: a bug in MapSim, never in the program under simulation.</summary>
public sealed class MachineInvariantException : Exception
{
    /// <summary>Creates the exception.</summary>
    public MachineInvariantException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    public MachineInvariantException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Creates the exception.</summary>
    public MachineInvariantException()
    {
    }
}
