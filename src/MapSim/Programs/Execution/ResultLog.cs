using System.Text;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// What the operations of a run returned: counted, put into the digest, compared with what their lines expect, and passed
/// on to whoever listens.
/// </summary>
internal sealed class ResultLog
{
    private readonly ProgramCode _code;
    private readonly List<OperationResult> _mismatches = [];
    private readonly ProgramDigest[] _digests;
    private readonly List<ushort> _checkpoints = [];
    private ulong _running;
    private readonly int[] _begun;

    /// <summary>A log without digests and checkpoints: it counts, and tells the observer if there is one.</summary>
    /// <param name="code">The program.</param>
    public ResultLog(ProgramCode code)
    {
        _code = code;
        _digests = [];
        _begun = new int[code.Goroutines.Count];
    }

    /// <summary>A log with digests.</summary>
    /// <param name="code">The program.</param>
    /// <param name="main">The run's digest: main's results go into it as they come.</param>
    /// <param name="newDigest">Makes the digest of another goroutine's results.</param>
    public ResultLog(ProgramCode code, ProgramDigest main, Func<int, ProgramDigest> newDigest)
        : this(code) => _digests = [main, .. Enumerable.Range(1, code.Goroutines.Count - 1).Select(newDigest)];

    /// <summary>After each operation, a hash of all results up to it.</summary>
    public IReadOnlyList<ushort> Checkpoints => _checkpoints;

    /// <summary>Operations done.</summary>
    public int Count { get; set; }

    /// <summary>Called after each operation; null if nobody listens.</summary>
    public Action<OperationResult>? Observer { get; set; }

    /// <summary>The first operations whose result was not as expected.</summary>
    public IReadOnlyList<OperationResult> Mismatches => _mismatches;

    /// <summary>The operations that a goroutine has begun.</summary>
    public int BegunBy(int g) => g < _begun.Length ? _begun[g] : 0;

    /// <summary>A goroutine begins an operation.</summary>
    public void Began(int g) => _begun[g]++;

    /// <summary>An operation has ended, or a case of a select (null for its default).</summary>
    public void Note(int g, string goroutine, int line, Operation? operation, long? counter, bool isSelect, string result, string? expected)
    {
        Count++;
        if (_digests.Length > 0)
        {
            _digests[g].Add(result);
            _running = Fingerprint.OfBytes(_running ^ (ulong)g, Encoding.UTF8.GetBytes(result)).Low;
            _checkpoints.Add(unchecked((ushort)_running));
        }

        bool mismatch = expected != null && expected != result && _mismatches.Count < RunResult.MostMismatches;
        if (!mismatch && Observer == null)
        {
            return;
        }

        string text = operation == null ? "select" : (isSelect ? "select " : "") + operation.Call(counter);
        var noted = new OperationResult(Count, line, text, result, expected) { Goroutine = goroutine, Ordinal = _begun[g], KeyWord = ProgramRun.KeyWord(operation?.Kind) };
        if (mismatch)
        {
            _mismatches.Add(noted);
        }

        Observer?.Invoke(noted);
    }

    /// <summary>Puts the results of the other goroutines into the run's digest.</summary>
    public ProgramDigest Finish()
    {
        for (int g = 1; g < _digests.Length; g++)
        {
            _digests[0].Add(_code.Goroutines[g].Name + " " + _digests[g].Value);
        }

        return _digests[0];
    }
}
