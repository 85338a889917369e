namespace MapSim.Fuzz;

/// <summary>An input of a minimisation.</summary>
/// <param name="Id">The SHA-256 of its content: what the control file calls it.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Load">Reads its content.</param>
/// <param name="IsKept">It stays, whatever its features; so others that add nothing to it go.</param>
public sealed record MinimizeInput(string Id, long Size, Func<byte[]> Load, bool IsKept = false);

/// <summary>What a minimisation came to.</summary>
/// <param name="Kept">The ids that stay, in the order in which they were chosen.</param>
/// <param name="Killers">The ids of inputs that killed the process each time they were tried: skipped, and worth a look.</param>
/// <param name="Features">Different features of all inputs together; those that stay have them all.</param>
/// <param name="Executed">Inputs that this call ran; the others were in the control file.</param>
public sealed record MinimizeResult(IReadOnlyList<string> Kept, IReadOnlyList<string> Killers, int Features, int Executed);

/// <summary>
/// Chooses few small inputs of a corpus that together have all its features: first the smallest, of equal size the one
/// with more features that are new, then the lower id. The same inputs give the same choice, in whatever order they come.
/// </summary>
/// <remarks>
/// Each input is run once, and what it gave is written to the control file at once. A minimisation that was killed is
/// started again with the same control file and goes on where it was; the choice is the same. An input during which the
/// process died <see cref="MostDeaths"/> times is not run again. Once would not do: the process may be killed from
/// outside at any moment, and the input that happens to run is innocent.
/// </remarks>
/// <param name="controlFile">The control file; made if there is none, and left for the caller to delete.</param>
/// <param name="schema">Names what the features are, with a version.</param>
/// <param name="features">The features of an input; may have duplicates, in any order. An exception of it ends the minimisation, as a death.</param>
public sealed class CorpusMinimizer(string controlFile, string schema, Func<byte[], IReadOnlyList<ulong>> features)
{
    /// <summary>How often the process may die during one input until that is blamed; at least 1.</summary>
    public int MostDeaths { get; init; } = 3;

    /// <summary>Runs what was not run yet, and chooses.</summary>
    /// <param name="inputs">The inputs; of several with the same id one counts.</param>
    /// <param name="progress">Called after each input that is done, or was before; null if nobody listens.</param>
    /// <param name="stop">Ends it between two inputs.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="MinimizeLogException">The control file is in use, or is none.</exception>
    public MinimizeResult Run(IEnumerable<MinimizeInput> inputs, Action? progress = null, CancellationToken stop = default)
    {
        List<MinimizeInput> all = [.. inputs.OrderBy(i => i.Size).ThenBy(i => i.Id, StringComparer.Ordinal).ThenByDescending(i => i.IsKept).DistinctBy(i => i.Id)];
        var killers = new List<string>();
        int executed = 0;
        using var log = new MinimizeLog(controlFile, schema);
        foreach (MinimizeInput input in all)
        {
            stop.ThrowIfCancellationRequested();
            if (log.Deaths.GetValueOrDefault(input.Id) >= MostDeaths)
            {
                killers.Add(input.Id);
            }
            else if (!log.Features.ContainsKey(input.Id))
            {
                log.Start(input.Id, input.Size);
                log.Done(input.Id, [.. features(input.Load()).Distinct().Order()]);
                executed++;
            }

            progress?.Invoke();
        }

        List<MinimizeInput> done = [.. all.Where(i => log.Features.ContainsKey(i.Id))];
        var covered = new HashSet<ulong>();
        List<string> kept = Choose(done, log.Features, covered);
        return new MinimizeResult(kept, killers, covered.Count, executed);
    }

    private static List<string> Choose(List<MinimizeInput> inputs, Dictionary<string, ulong[]> features, HashSet<ulong> covered)
    {
        var kept = new List<string>();
        foreach (MinimizeInput input in inputs.Where(i => i.IsKept))
        {
            Keep(input.Id);
        }

        foreach (IGrouping<long, MinimizeInput> equal in inputs.Where(i => !i.IsKept).GroupBy(i => i.Size))
        {
            // What is new of an input only gets less, so an old count is a bound: only the first in the queue is counted again.
            var queue = new PriorityQueue<string, (int, string)>(Comparer<(int New, string Id)>.Create(
                (a, b) => a.New != b.New ? b.New.CompareTo(a.New) : string.CompareOrdinal(a.Id, b.Id)));
            queue.EnqueueRange(equal.Select(i => (i.Id, (New(i.Id), i.Id))));
            while (queue.TryDequeue(out string? id, out (int New, string) bound))
            {
                int count = New(id);
                if (count > 0 && count < bound.New)
                {
                    queue.Enqueue(id, (count, id));
                }
                else if (count > 0)
                {
                    Keep(id);
                }
            }
        }

        return kept;

        int New(string id) => features[id].Count(f => !covered.Contains(f));

        void Keep(string id)
        {
            kept.Add(id);
            covered.UnionWith(features[id]);
        }
    }
}
