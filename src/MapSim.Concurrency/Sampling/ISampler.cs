namespace MapSim.Concurrency.Sampling;

/// <summary>A way to pick the next thread by chance. It may learn from the runs before.</summary>
public interface ISampler
{
    /// <summary>What it is called on a command line: "rw", "pct".</summary>
    string Name { get; }

    /// <summary>The name with every number that decides how it picks: what it has learnt is of use to another one with the same only.</summary>
    string Settings => Name;

    /// <summary>A new run begins.</summary>
    /// <param name="view">What a sampler may look at, and its only source of chance. The same object in every run.</param>
    void Begin(SampleView view);

    /// <summary>The thread that makes the next step.</summary>
    /// <param name="enabled">The threads that can, at least one.</param>
    int Pick(ulong enabled);

    /// <summary>The step was made.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="step">What it did.</param>
    /// <param name="started">The threads that it started.</param>
    void Made(int thread, in StepInfo step, ulong started);

    /// <summary>The run is over.</summary>
    void End();

    /// <summary>Writes what it has learnt from the runs so far; one that learns nothing has nothing to write.</summary>
    /// <param name="to">Where to.</param>
    void Save(BinaryWriter to)
    {
    }

    /// <summary>Reads what another one of the same <see cref="Settings"/> has written, instead of making its runs.</summary>
    /// <param name="from">Where from.</param>
    void Load(BinaryReader from)
    {
    }
}
