namespace MapSim.Programs;

/// <summary>Everything that the goroutines of a program did with one map, and what of it a Go map could not have done one after the other.</summary>
/// <remarks>Until operations overlap for the first time only the last write to each key is kept: the rest is the model oracle's business.</remarks>
/// <param name="name">What the program calls the map.</param>
internal sealed class MapHistory(string name)
{
    private const int MostEvents = 4096;
    private readonly Dictionary<string, (string Text, List<KeyEvent> Events)> _keys = new(StringComparer.Ordinal);
    private readonly List<KeyEvent> _clears = [];
    private readonly List<IterationHistory> _iterations = [];
    private int _events;

    /// <summary>A write met another operation.</summary>
    public bool HasOverlap { get; set; }

    /// <summary>There is something about the map that was not told, or too much: it is not judged.</summary>
    public bool IsUnknown { get; set; }

    /// <summary>True if what an operation did is all that need be known about its key: nothing before it can matter any more.</summary>
    /// <param name="isAlone">No other operation on the map overlapped it.</param>
    private bool IsFirstWord(bool isAlone) => isAlone && !HasOverlap && _iterations.TrueForAll(i => i.End != null);

    /// <summary>Adds an operation on a key.</summary>
    /// <param name="key">The key; one that does not equal itself is left out.</param>
    /// <param name="text">Says the key in words.</param>
    /// <param name="happened">The operation.</param>
    /// <param name="isAlone">No other operation on the map overlapped it.</param>
    public void Add(KeyIdentity key, Func<string> text, KeyEvent happened, bool isAlone = false)
    {
        bool isFirstWord = IsFirstWord(isAlone);
        IsUnknown |= !key.IsReadable || _events >= MostEvents;
        if (!key.IsReflexive || IsUnknown || (isFirstWord && happened.Kind != KeyEventKind.Write))
        {
            return;
        }

        if (!_keys.TryGetValue(key.Canonical, out (string Text, List<KeyEvent> Events) known))
        {
            _keys.Add(key.Canonical, known = (text(), []));
        }
        else if (isFirstWord)
        {
            _events -= known.Events.Count;
            known.Events.Clear();
        }

        known.Events.Add(happened);
        _events++;
    }

    /// <summary>Adds a clear.</summary>
    public void Clear(KeyEvent happened, bool isAlone)
    {
        if (IsFirstWord(isAlone))
        {
            _keys.Clear();
            _clears.Clear();
            _events = 0;
        }

        _clears.Add(happened);
    }

    /// <summary>A range begins.</summary>
    public IterationHistory Iterate(string range, int begin)
    {
        var iteration = new IterationHistory(range, begin);
        _iterations.Add(iteration);
        return iteration;
    }

    /// <summary>The map when the program is over.</summary>
    /// <param name="entries">Its entries: key, key in words, elem.</param>
    /// <param name="now">The moment.</param>
    public void Finish(IEnumerable<(KeyIdentity Key, string Text, string Elem)> entries, int now)
    {
        var present = new HashSet<string>(StringComparer.Ordinal);
        foreach ((KeyIdentity key, string text, string elem) in entries)
        {
            present.Add(key.Canonical);
            Add(key, () => text, new KeyEvent(KeyEventKind.Final, elem, now, now));
        }

        foreach ((string key, (_, List<KeyEvent> events)) in _keys)
        {
            if (!present.Contains(key))
            {
                events.Add(new KeyEvent(KeyEventKind.Final, null, now, now));
            }
        }
    }

    /// <summary>The first thing that is wrong; null if nothing is, or nobody can say.</summary>
    public OracleFinding? Judge()
    {
        if (IsUnknown || !HasOverlap)
        {
            return null;
        }

        (int End, string Key, OracleFinding Finding)? first = null;
        foreach ((string canonical, (string text, List<KeyEvent> events)) in _keys)
        {
            List<KeyEvent> all = [.. events, .. _clears];
            if (new KeyHistory(all).FirstImpossible() is var (wrong, what) && IsEarlier(wrong.End, canonical, first))
            {
                string operation = wrong.Kind switch { KeyEventKind.Read => "lookup", KeyEventKind.Yield => "iterate", _ => "end" };
                first = (wrong.End, canonical, new OracleFinding($"history/{what}/{operation}", Explain(text, wrong, all)));
            }

            List<KeyEvent> writes = [.. all.Where(e => e.Kind == KeyEventKind.Write)];
            foreach (IterationHistory iteration in _iterations)
            {
                if (iteration.Judge(canonical, writes) is { } what2 && IsEarlier(iteration.End ?? int.MaxValue, canonical, first))
                {
                    first = (iteration.End ?? int.MaxValue, canonical, new OracleFinding($"history/{what2}/iterate", $"the range {iteration.Name} over {name} {(what2 == "missed-key" ? "does not come by" : "comes more than once by")} {text}: {Told(writes)}"));
                }
            }
        }

        return first?.Finding;
    }

    /// <summary>By the end of the operation, then by the key, so that the order of a dictionary plays no part.</summary>
    private static bool IsEarlier(int end, string key, (int End, string Key, OracleFinding Finding)? first) =>
        first is not { } f || end < f.End || (end == f.End && string.CompareOrdinal(key, f.Key) < 0);

    private string Explain(string key, KeyEvent wrong, IEnumerable<KeyEvent> all)
    {
        string found = wrong.Value == null ? "has no entry for" : "has another elem for";
        string does = wrong.Kind == KeyEventKind.Final ? $"{name} at the end {found} {key}" : $"what '{wrong.Text}' gave for {key}";
        return $"no order of the operations explains {does}: {Told(all.Where(e => e.Kind != KeyEventKind.Final))}";
    }

    private static string Told(IEnumerable<KeyEvent> events) =>
        string.Join(", ", events.OrderBy(e => e.Begin).Take(12).Select(e => $"'{e.Text}' ({e.Begin}-{e.End})"));
}
