using System.Numerics;
using System.Runtime.InteropServices;

namespace MapSim.Concurrency.States;

/// <summary>
/// The states whose future is known, each with the places of memory that made a difference to it. A state that agrees with one of them on these
/// places, and on everything but memory, has the same future.
/// </summary>
/// <remarks>
/// States with the same control have few different sets of places between them, mostly one or two. So a state is looked for under each set that was
/// noted with its control: by a hash of the set's number and of what the places hold.
/// </remarks>
/// <param name="model">The model; it stands in the state that is added or looked for.</param>
/// <param name="words">The numbers of its words.</param>
internal sealed class AlikeStates(IMemoryModel model, WordNumbers words)
{
    /// <summary>States with the same control are not noted under more sets.</summary>
    private const int MostSets = 64;

    private static readonly ulong[] Spread = [.. Enumerable.Range(0, 256).Select(SpreadOf)];

    private readonly StateTable _controls = new(hasNumbers: true);
    private readonly GrowingArray<(int Set, int Next)> _setsOf = new();
    private readonly StateTable _parts = new(hasNumbers: true);
    private readonly GrowingArray<(int State, int Set, ulong Asleep)> _known = new();
    private readonly Dictionary<UInt128, int> _numbers = [];
    private readonly List<ulong[]> _sets = [];
    private ulong[] _values = new ulong[512];

    /// <summary>The places of a set.</summary>
    public ReadOnlySpan<ulong> Places(int set) => _sets[set];

    /// <summary>The number of a set.</summary>
    public int NumberOf(PlaceSet places)
    {
        ReadOnlySpan<ulong> bits = places.Bits;
        ref int number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, Mixing.Block(bits, default), out bool isKnown);
        if (!isKnown)
        {
            number = _sets.Count;
            _sets.Add(bits.ToArray());
        }

        return number;
    }

    /// <summary>The future of a state is known.</summary>
    /// <param name="control">Its control.</param>
    /// <param name="set">The places that made a difference.</param>
    /// <param name="state">Its number.</param>
    /// <param name="asleep">Threads whose next step was left out, because who moved them before has seen what comes of it.</param>
    public void Add(UInt128 control, int set, int state, ulong asleep)
    {
        if (!Note(control, set))
        {
            return;
        }

        UInt128 part = PartOf(control, set);
        if (_parts.Add(part, _known.Count, out int at))
        {
            _known.Add((state, set, asleep));
        }
        else if ((asleep & ~_known[at].Asleep) == 0)
        {
            _known[at] = (state, set, asleep);
        }
    }

    /// <summary>Finds a state whose future is that of the state in which the model stands.</summary>
    /// <param name="control">The control.</param>
    /// <param name="asleep">Threads whose next step need not be made.</param>
    /// <param name="set">The places that make a difference.</param>
    /// <returns>Its number; -1 if none is known.</returns>
    public int Find(UInt128 control, ulong asleep, out int set)
    {
        for (int i = _controls.TryFind(control, out int first) ? first : -1; i >= 0; i = _setsOf[i].Next)
        {
            set = _setsOf[i].Set;
            if (_parts.TryFind(PartOf(control, set), out int at) && (_known[at].Asleep & ~asleep) == 0)
            {
                return _known[at].State;
            }
        }

        set = -1;
        return -1;
    }

    /// <summary>Notes that states with this control are to be looked for under a set, too; false if there are too many.</summary>
    private bool Note(UInt128 control, int set)
    {
        if (_controls.Add(control, _setsOf.Count, out int first))
        {
            _setsOf.Add((set, -1));
            return true;
        }

        int sets = 0;
        for (int i = first; i >= 0; i = _setsOf[i].Next, sets++)
        {
            if (_setsOf[i].Set == set)
            {
                return true;
            }
        }

        if (sets < MostSets)
        {
            _setsOf.Add((set, _setsOf[first].Next));
            _setsOf[first] = (_setsOf[first].Set, _setsOf.Count - 1);
        }

        return sets < MostSets;
    }

    /// <summary>A hash of the control, the set, and what its places hold.</summary>
    private UInt128 PartOf(UInt128 control, int set)
    {
        int places = words.PlacesPerWord, shift = BitOperations.Log2((uint)places);
        ulong all = (1UL << places) - 1;
        ulong[] bits = _sets[set];
        int values = 0;
        if (_values.Length < 64 * bits.Length)
        {
            _values = new ulong[128 * bits.Length];
        }

        for (int i = 0; i < bits.Length; i++)
        {
            for (ulong left = bits[i]; left != 0;)
            {
                int word = BitOperations.TrailingZeroCount(left) >> shift;
                ulong which = left >> (word << shift) & all;
                left &= ~(all << (word << shift));
                _values[values++] = model.Word(words.PlaceOf((i << (6 - shift)) + word)) & (places == 1 ? ulong.MaxValue : Spread[which]);
            }
        }

        return Mixing.Block(_values.AsSpan(0, values), control ^ new UInt128(0, Mixing.Word((ulong)set)));
    }

    /// <summary>Eight bits as eight bytes, 0xFF for each 1.</summary>
    private static ulong SpreadOf(int bits) => Enumerable.Range(0, 8).Aggregate(0UL, (all, i) => all | ((bits >> i & 1) != 0 ? 0xFFUL << (8 * i) : 0));
}
