namespace MapSim.Traces;

/// <summary>How a trace is verified.</summary>
/// <param name="RecordedHashes">Use the recorded hashes even if the hash function is known.</param>
/// <param name="GcSeed">Let a collector run at random points, in steps, as this seed decides; null for none.</param>
public sealed record VerifyOptions(bool RecordedHashes = false, ulong? GcSeed = null);

/// <summary>The first difference between a trace and its replay.</summary>
/// <param name="File">The trace.</param>
/// <param name="Operation">The operation's number in the trace; -1 for the header.</param>
/// <param name="Line">The line in the file, from 1.</param>
/// <param name="Where">The field, or bucket and byte offset.</param>
/// <param name="Expected">What real Go had.</param>
/// <param name="Found">What the simulation has.</param>
/// <param name="Dump">The operation and, for a bucket, both versions of it.</param>
public sealed record TraceMismatch(string File, int Operation, int Line, string Where, string Expected, string Found, string Dump);

/// <summary>What was verified.</summary>
public sealed class VerifyCounts
{
    /// <summary>Traces.</summary>
    public int Traces { get; set; }

    /// <summary>Operations.</summary>
    public long Operations { get; set; }

    /// <summary>Grows to twice the buckets.</summary>
    public long Grows { get; set; }

    /// <summary>Grows to as many buckets.</summary>
    public long SameSizeGrows { get; set; }

    /// <summary>Entries and ends that iterators produced.</summary>
    public long IteratorSteps { get; set; }

    /// <summary>Clones.</summary>
    public long Clones { get; set; }

    /// <summary>Panics.</summary>
    public long Panics { get; set; }

    /// <summary>Hashes computed and compared.</summary>
    public long Hashes { get; set; }

    /// <summary>Bucket images compared.</summary>
    public long Buckets { get; set; }

    /// <summary>Collections, if a collector ran.</summary>
    public long Collections { get; set; }

    /// <summary>Objects it freed.</summary>
    public long Freed { get; set; }

    /// <summary>Buckets held on behalf of the recorder, which real Go would have freed under an iterator.</summary>
    public long Held { get; set; }

    /// <summary>Adds another count.</summary>
    public void Add(VerifyCounts other)
    {
        Traces += other.Traces;
        Operations += other.Operations;
        Grows += other.Grows;
        SameSizeGrows += other.SameSizeGrows;
        IteratorSteps += other.IteratorSteps;
        Clones += other.Clones;
        Panics += other.Panics;
        Hashes += other.Hashes;
        Buckets += other.Buckets;
        Collections += other.Collections;
        Freed += other.Freed;
        Held += other.Held;
    }
}

/// <summary>The result of verifying one trace.</summary>
/// <param name="File">The trace.</param>
/// <param name="Header">Its header.</param>
/// <param name="Counts">What was done, up to the mismatch if there is one.</param>
/// <param name="Mismatch">The first difference; null if there is none.</param>
public sealed record VerifyResult(string File, TraceHeader Header, VerifyCounts Counts, TraceMismatch? Mismatch);
