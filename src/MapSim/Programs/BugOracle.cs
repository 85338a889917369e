namespace MapSim.Programs;

/// <summary>Which oracle a bug key comes from, by the numbers of docs/INVARIANTS.md and of the fault catalogue.</summary>
public static class BugOracle
{
    private static readonly (string Word, string Oracle)[] Table =
    [
        ("lookup-wrong", "H2"), ("len-wrong", "H2"), ("panic-missing", "H2"), ("panic-wrong", "H2"), ("clone-wrong", "H2"), ("unexpected-result", "H2"), ("panic", "H2"),
        ("structure", "H3"), ("growth", "H4"), ("statistics", "H5"), ("detection", "H7"), ("fatal", "H7"), ("race", "H8"), ("history", "H9"),
        ("use-after-free", "G4"), ("chain", "G5"), ("undefined", "G9"), ("leak", "G10"), ("throw", "throw"),
    ];

    /// <summary>
    /// "H1" to "H9", "G1" to "G10", or "throw" for the runtime's own check of its state; "other" for what ends a process
    /// without an oracle (a deadlock).
    /// </summary>
    /// <param name="key">A bug key.</param>
    public static string Of(string key)
    {
        string[] parts = key.Split('/');
        return parts[0].StartsWith("iter-", StringComparison.Ordinal) ? "H1"
            : parts[0] == "gc" && parts.Length > 1 ? parts[1]
            : Table.FirstOrDefault(t => t.Word == parts[0]).Oracle ?? "other";
    }
}
