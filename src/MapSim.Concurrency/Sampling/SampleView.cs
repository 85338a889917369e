namespace MapSim.Concurrency.Sampling;

/// <summary>What a sampler may look at: the next step of every thread that has started. Where they stand and what the memory holds is not its business.</summary>
/// <param name="threads">Number of threads of the model.</param>
public sealed class SampleView(int threads)
{
    private readonly StepInfo[] next = new StepInfo[threads];

    /// <summary>Number of threads of the model.</summary>
    public int Threads { get; } = threads;

    /// <summary>The threads that have started at the beginning of the run.</summary>
    public ulong Started { get; internal set; }

    /// <summary>The random numbers of this run.</summary>
    public Chance Chance { get; } = new();

    /// <summary>The next step of a thread.</summary>
    /// <param name="thread">One that has started and is not finished.</param>
    public ref readonly StepInfo Next(int thread) => ref next[thread];

    internal void Set(int thread, in StepInfo step) => next[thread] = step;
}
