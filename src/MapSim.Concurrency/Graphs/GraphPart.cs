namespace MapSim.Concurrency.Graphs;

/// <summary>A graph as plain data, from which a search on another copy of the model can go on.</summary>
/// <param name="Schedule">The threads of the steps, in an order in which the model can make them.</param>
/// <param name="Stamps">When each step came into the exploration.</param>
/// <param name="Frozen">Which steps may not be moved.</param>
/// <param name="Promises">Locks that come after another lock of their mutex: thread, stamp, and position or the highest number.</param>
/// <param name="NextStamp">The stamp of the next step.</param>
/// <param name="Inherited">The steps from here on are new in this graph.</param>
internal sealed record GraphPart(byte[] Schedule, int[] Stamps, bool[] Frozen, (int Thread, int Stamp, int MadeAt)[] Promises, int NextStamp, int Inherited)
{
    /// <summary>The graph without steps.</summary>
    public static GraphPart Empty { get; } = new([], [], [], [], 1, 0);
}
