using System.Diagnostics;

namespace MapSim.Fuzz;

/// <summary>
/// Writes the campaign's state to the disk: after the first round of a process, then not more often than once a second and
/// so seldom that it takes less than a twentieth of the time, on a thread of its own.
/// </summary>
/// <param name="folder">The campaign.</param>
/// <param name="journal">The corpus: what the state refers to must be on the disk before it.</param>
internal sealed class Checkpointer(CampaignFolder folder, QueueJournal journal)
{
    private const int LeastMilliseconds = 1000, Share = 20;
    private readonly Stopwatch _sinceLast = Stopwatch.StartNew();
    private Task _writing = Task.CompletedTask;
    private double _wait = LeastMilliseconds;

    /// <summary>States written.</summary>
    public int Count { get; private set; }

    /// <summary>Writes the state if it is time.</summary>
    /// <exception cref="IOException">The last one could not be written.</exception>
    public void Offer(Func<EngineState> state)
    {
        if ((Count == 0 || _sinceLast.ElapsedMilliseconds >= _wait) && _writing.IsCompleted)
        {
            _writing.GetAwaiter().GetResult();
            Begin(state);
        }
    }

    /// <summary>Writes the state now.</summary>
    public void Write(Func<EngineState> state)
    {
        Finish();
        Begin(state);
        Finish();
    }

    /// <summary>Waits until nothing is being written.</summary>
    public void Finish() => _writing.GetAwaiter().GetResult();

    private void Begin(Func<EngineState> state)
    {
        _sinceLast.Restart();
        byte[] bytes = state().ToBytes();
        double serialised = _sinceLast.Elapsed.TotalMilliseconds;
        _wait = Math.Max(LeastMilliseconds, Share * serialised);
        Count++;
        _writing = Task.Run(() =>
        {
            var clock = Stopwatch.StartNew();
            journal.FlushToDisk();
            folder.Write(CampaignFiles.Checkpoint, bytes);

            // Writing waits for the disk more than it computes; still it shall not go on all the time.
            _wait = Math.Max(_wait, (Share * serialised) + (2 * clock.Elapsed.TotalMilliseconds));
        });
    }
}
