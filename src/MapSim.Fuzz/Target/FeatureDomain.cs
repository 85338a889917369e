namespace MapSim.Fuzz;

/// <summary>
/// What a feature is about. Each domain has its own account: a domain with many features must not drown one with few. The
/// numbers are part of <see cref="FeatureSet.Schema"/>.
/// </summary>
public enum FeatureDomain : byte
{
    /// <summary>How an operation went: its kind, how it ended, how many steps it took (quantised).</summary>
    Work,

    /// <summary>The state of a map: size, load, overflow, growth and its progress, flags, live iterators.</summary>
    State,

    /// <summary>An operation that took a map from one state to another.</summary>
    Transition,

    /// <summary>How far the operands of a guard are apart: load limit, too many overflow buckets, end of evacuation.</summary>
    Guard,

    /// <summary>The tophashes of a bucket.</summary>
    Bucket,

    /// <summary>The lengths and fills of a map's chains.</summary>
    Chain,

    /// <summary>An operation and one shortly before it, and what their keys have to do with one another.</summary>
    Relation,

    /// <summary>An iterator against the growth of its map.</summary>
    Iterator,

    /// <summary>The collector against the map.</summary>
    Collector,

    /// <summary>Two steps of two goroutines on the same memory, in their order.</summary>
    Interleaving,

    /// <summary>The most or the least of something that was ever seen.</summary>
    Watermark,

    /// <summary>A milestone: a named situation that a campaign must reach.</summary>
    Milestone,
}
