namespace MapSim.Programs;

/// <summary>
/// What an op of the binary form does. The numbers are part of the format: an op keeps its number for ever, new ones get
/// the next free number. The arguments of each are listed in <see cref="BinaryOpTable"/>.
/// </summary>
public enum BinaryOpCode : byte
{
    /// <summary>A table entry that no op has yet. It does nothing.</summary>
    Reserved = 0,

    /// <summary>The header and the first map. Only the first one of a program counts.</summary>
    Config = 1,

    /// <summary>One more map.</summary>
    Map = 2,

    /// <summary>m[key] = elem.</summary>
    Assign = 3,

    /// <summary>"repeat A..B assign m $i elem".</summary>
    AssignMany = 4,

    /// <summary>m[key of the innermost loop] = elem.</summary>
    AssignHere = 5,

    /// <summary>m[key] = elem with a key that is written out.</summary>
    AssignLiteral = 6,

    /// <summary>v, ok = m[key].</summary>
    Lookup = 7,

    /// <summary>"repeat A..B lookup m $i".</summary>
    LookupMany = 8,

    /// <summary>A lookup of the key of the innermost loop.</summary>
    LookupHere = 9,

    /// <summary>A lookup with a key that is written out.</summary>
    LookupLiteral = 10,

    /// <summary>A lookup whose elem, a pointer, stays in a pointer variable.</summary>
    LookupInto = 11,

    /// <summary>delete(m, key).</summary>
    Delete = 12,

    /// <summary>"repeat A..B delete m $i".</summary>
    DeleteMany = 13,

    /// <summary>Deletes the key of the innermost loop.</summary>
    DeleteHere = 14,

    /// <summary>A delete with a key that is written out.</summary>
    DeleteLiteral = 15,

    /// <summary>clear(m).</summary>
    Clear = 16,

    /// <summary>len(m).</summary>
    Len = 17,

    /// <summary>maps.Clone; before Go 1.21 len.</summary>
    Clone = 18,

    /// <summary>Starts an iteration.</summary>
    Iter = 19,

    /// <summary>Takes the next step of an iteration; starts it if that is still to be done.</summary>
    Next = 20,

    /// <summary>Opens a range loop.</summary>
    Range = 21,

    /// <summary>Opens a repetition of several lines.</summary>
    RepeatBlock = 22,

    /// <summary>Ends the innermost block.</summary>
    End = 23,

    /// <summary>The next op so often.</summary>
    Times = 24,

    /// <summary>The next op only in some turns of the loop.</summary>
    Turn = 25,

    /// <summary>Leaves the innermost loop.</summary>
    Break = 26,

    /// <summary>Goes on to the innermost loop's next turn.</summary>
    Continue = 27,

    /// <summary>runtime.GC(); without a collector len of the first map.</summary>
    Gc = 28,

    /// <summary>The ops that follow belong to a goroutine.</summary>
    Goroutine = 29,

    /// <summary>The schedule: a goroutine makes so many visible steps.</summary>
    Yield = 30,

    /// <summary>A random schedule; counts if there is no Yield.</summary>
    RandomSchedule = 31,

    /// <summary>The goroutine starts here, not with the program; join if it cannot.</summary>
    Spawn = 32,

    /// <summary>Waits for the end of a goroutine.</summary>
    Join = 33,

    /// <summary>Lock of a mutex.</summary>
    Lock = 34,

    /// <summary>Unlock of a mutex.</summary>
    Unlock = 35,

    /// <summary>RLock.</summary>
    RLock = 36,

    /// <summary>RUnlock.</summary>
    RUnlock = 37,

    /// <summary>Adds to a variable.</summary>
    Add = 38,

    /// <summary>WaitGroup.Add.</summary>
    AddGroup = 39,

    /// <summary>WaitGroup.Done.</summary>
    Done = 40,

    /// <summary>WaitGroup.Wait.</summary>
    Wait = 41,

    /// <summary>Opens the body of a once.</summary>
    Do = 42,

    /// <summary>Loads a variable.</summary>
    Load = 43,

    /// <summary>Stores to a variable.</summary>
    Store = 44,

    /// <summary>Sends to a channel.</summary>
    Send = 45,

    /// <summary>Receives from a channel.</summary>
    Receive = 46,

    /// <summary>Closes a channel.</summary>
    Close = 47,

    /// <summary>Opens a select with its first case.</summary>
    Select = 48,

    /// <summary>The next case of the innermost select; opens one elsewhere.</summary>
    Case = 49,

    /// <summary>The default of the innermost select; opens one elsewhere.</summary>
    Default = 50,

    /// <summary>p = new(T).</summary>
    New = 51,

    /// <summary>Reads what a pointer variable points to; sets it with new if that is still to be done.</summary>
    Read = 52,

    /// <summary>p = nil; new if there is no p yet.</summary>
    Drop = 53,

    /// <summary>m[key] = an elem whose evaluation panics.</summary>
    AssignPanic = 54,
}
