using MapSim.Concurrency.Traces;

namespace MapSim.Concurrency.Tests.Models;

/// <summary>Any model, with the hash of its trace so far.</summary>
internal sealed class HashedModel(IModel inner) : IModel
{
    private readonly TraceHash trace = new(inner.Threads);

    public UInt128 Trace => trace.Value;

    public int Threads => inner.Threads;

    public ulong Enabled => inner.Enabled;

    public ulong Unfinished => inner.Unfinished;

    public int Depth => inner.Depth;

    public UInt128 StateHash => inner.StateHash;

    public string? Failure => inner.Failure;

    public StepInfo Next(int thread) => inner.Next(thread);

    public void Step(int thread)
    {
        trace.Push(thread, inner.Next(thread));
        inner.Step(thread);
    }

    public void Undo()
    {
        inner.Undo();
        trace.Pop();
    }

    public IModel Fork() => throw new NotSupportedException("the hash of the past is not forked");
}
