namespace MapSim.Fuzz;

/// <summary>
/// All features that a campaign has seen: how many executions had each, and the entry that shows it. A table of open
/// addressing; features are also numbered in the order in which they came, domain by domain, so that one can be drawn.
/// </summary>
public sealed class FeatureTable
{
    /// <summary>How many domains there are.</summary>
    public const int Domains = 12;

    /// <summary>A domain takes no more features than this: one that never ends is no measure of progress.</summary>
    public const int MostInDomain = 1 << 17;

    private const int None = -1;
    private readonly List<int>[] _byDomain = [.. Enumerable.Range(0, Domains).Select(_ => new List<int>())];
    private int[] _slots = new int[1 << 14];
    private uint[] _features = new uint[1 << 12];
    private uint[] _hits = new uint[1 << 12];
    private int[] _owners = new int[1 << 12];

    /// <summary>Creates an empty table.</summary>
    public FeatureTable() => Array.Fill(_slots, None);

    /// <summary>How many features there are.</summary>
    public int Count { get; private set; }

    /// <summary>How many features a domain has.</summary>
    public int CountOf(FeatureDomain domain) => _byDomain[(int)domain].Count;

    /// <summary>The n-th feature of a domain, as a number for the other methods.</summary>
    public int NumberOf(FeatureDomain domain, int n) => _byDomain[(int)domain][n];

    /// <summary>The number of a feature; -1 if it was never seen.</summary>
    public int Find(uint feature)
    {
        int mask = _slots.Length - 1;
        for (int at = (int)(FeatureSet.Mix(feature) & (uint)mask); ; at = (at + 1) & mask)
        {
            int number = _slots[at];
            if (number == None || _features[number] == feature)
            {
                return number;
            }
        }
    }

    /// <summary>True if a feature would be new: it was never seen and its domain has room.</summary>
    public bool IsNew(uint feature) => Find(feature) == None && _byDomain[feature >> 28].Count < MostInDomain;

    /// <summary>The feature with a number.</summary>
    public uint this[int number] => _features[number];

    /// <summary>How many executions had it, the more recent ones counting more.</summary>
    public uint HitsOf(int number) => _hits[number];

    /// <summary>The entry that shows it.</summary>
    public int OwnerOf(int number) => _owners[number];

    /// <summary>Adds a feature that is new.</summary>
    public void Add(uint feature, int owner)
    {
        if (Count * 2 >= _slots.Length)
        {
            Grow();
        }

        if (Count == _features.Length)
        {
            Array.Resize(ref _features, Count * 2);
            Array.Resize(ref _hits, Count * 2);
            Array.Resize(ref _owners, Count * 2);
        }

        (_features[Count], _hits[Count], _owners[Count]) = (feature, 0, owner);
        _byDomain[feature >> 28].Add(Count);
        Insert(feature, Count++);
    }

    /// <summary>So many more executions had a feature.</summary>
    public void AddHits(int number, uint hits) => _hits[number] = (uint)Math.Min(uint.MaxValue, (ulong)_hits[number] + hits);

    /// <summary>Another entry shows it from now on.</summary>
    public void SetOwner(int number, int owner) => _owners[number] = owner;

    private void Insert(uint feature, int number)
    {
        int mask = _slots.Length - 1, at = (int)(FeatureSet.Mix(feature) & (uint)mask);
        while (_slots[at] != None)
        {
            at = (at + 1) & mask;
        }

        _slots[at] = number;
    }

    private void Grow()
    {
        _slots = new int[_slots.Length * 2];
        Array.Fill(_slots, None);
        for (int number = 0; number < Count; number++)
        {
            Insert(_features[number], number);
        }
    }
}
