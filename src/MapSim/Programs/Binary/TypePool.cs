using System.Runtime.CompilerServices;
using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>
/// The values of <see cref="ValuePool"/> for one type in the one spelling that a value has, each made when it is first asked
/// for. The same objects for everybody, on all threads: they are immutable.
/// </summary>
internal sealed class TypePool
{
    /// <summary>Values that may fall into the bucket of another key: the pool, then further numbers.</summary>
    public const int Candidates = ValuePool.Count + 512;

    private const int SpecialSelectors = 16;

    private static readonly ConditionalWeakTable<GoType, TypePool> Pools = [];
    private readonly GoType _type;
    private readonly GoValue?[] _values = new GoValue?[ValuePool.Count];
    private readonly GoValue?[] _specials = new GoValue?[SpecialSelectors];
    private readonly Candidate?[] _candidates;

    private TypePool(GoType type)
    {
        _type = type;
        _candidates = new Candidate?[ValuePool.Count + (int)Math.Min(Candidates - ValuePool.Count, Math.Max(0, CounterValue.End(type) - ValuePool.Count))];
    }

    /// <summary>The pool of a type.</summary>
    public static TypePool Of(GoType type) => Pools.GetValue(type, static t => new TypePool(t));

    /// <summary>A value of the pool.</summary>
    public GoValue Value(int n, Arch arch) => _values[n] ??= PooledValues.Canonical(_type, ValuePool.Value(_type, n), arch);

    /// <summary>A special.</summary>
    public GoValue Special(int n, Arch arch) => _specials[n] ??= PooledValues.Canonical(_type, ValuePool.Special(_type, n), arch);

    /// <summary>How many candidates there are.</summary>
    public int CandidateCount => _candidates.Length;

    /// <summary>A candidate.</summary>
    public Candidate CandidateAt(int n, Arch arch) =>
        _candidates[n] ??= new Candidate(n < ValuePool.Count ? Value(n, arch) : PooledValues.Canonical(_type, CounterValue.Of(_type, n), arch));

    /// <summary>A value that may fall into the bucket of another.</summary>
    /// <param name="value">The value.</param>
    internal sealed class Candidate(GoValue value)
    {
        /// <summary>The value.</summary>
        public GoValue Value => value;

        /// <summary>Its spelling.</summary>
        public string Text { get; } = value.ToText();
    }
}
