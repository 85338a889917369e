using System.Text;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// The features of programs with several goroutines or a collector: which step of one comes last before which conflicting step
/// of another, by the names of their labels. Pairs with a step of the collector are a domain of their own.
/// </summary>
/// <param name="features">Takes the features.</param>
internal sealed class DeepFeatures(FeatureSet features)
{
    private readonly Dictionary<ulong, (RecordedStep Last, RecordedStep Other)> _last = [];
    private readonly Dictionary<(string First, string Second), uint> _pairs = [];

    /// <summary>Looks at the steps of a run.</summary>
    public void Look(IReadOnlyList<RecordedStep> steps)
    {
        _last.Clear();
        foreach (RecordedStep step in steps)
        {
            if (!step.Access.IsShared || step.Access.Address.IsNil)
            {
                continue;
            }

            ulong word = step.Access.Address.Value >> 3;
            (RecordedStep last, RecordedStep other) = _last.GetValueOrDefault(word);
            RecordedStep before = last.Goroutine != step.Goroutine ? last : other;
            if (before.Number > 0 && before.Access.Conflicts(step.Access))
            {
                // The collector's goroutines have no operations of the program.
                bool collects = before.Point.Operation == 0 || step.Point.Operation == 0;
                features.Add(collects ? FeatureDomain.Collector : FeatureDomain.Interleaving, Pair(before.Point.Label, step.Point.Label));
            }

            _last[word] = (step, before);
        }
    }

    private uint Pair(string first, string second)
    {
        if (!_pairs.TryGetValue((first, second), out uint pair))
        {
            pair = (uint)(Fingerprint.OfBytes(FeatureSet.Version, Encoding.UTF8.GetBytes(first + "<" + second)).Low >> 36);
            _pairs.Add((first, second), pair);
        }

        return pair;
    }
}
