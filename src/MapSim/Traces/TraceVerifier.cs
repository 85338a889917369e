using System.Buffers;
using System.IO.Compression;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Traces;

/// <summary>
/// Replays a trace of the real runtime on the simulator, operation by operation, with the recorded random numbers,
/// and compares everything the trace holds: results, header, every changed bucket, overflow lists, iterators, draws,
/// hashes. The first difference ends it.
/// </summary>
public sealed partial class TraceVerifier
{
    private readonly string _file;
    private readonly LineReader _reader;
    private readonly TraceHeader _header;
    private readonly MapSession _session;
    private readonly TokenTable _tokens;
    private readonly TraceComparer _comparer;
    private readonly RecordedHashTable? _recorded;
    private readonly TraceLine _line = new();
    private readonly List<Addr> _maps = [];
    private readonly Dictionary<int, TracedIterator> _iterators = [];
    private readonly VerifyCounts _counts = new() { Traces = 1 };
    private readonly byte[] _key;
    private readonly byte[] _elem;
    private readonly List<TracedIterator> _live = [];

    private TraceVerifier(string file, Stream stream, VerifyOptions options)
    {
        _file = file;
        _reader = new LineReader(stream);
        if (!_reader.TryRead(out ReadOnlyMemory<byte> first))
        {
            throw new TraceFormatException(1, 1, "expected a trace header, found an empty file");
        }

        _header = TraceHeader.Parse(first);
        _session = new MapSession(_header.Options, _header.Type) { ForceGeneric = _header.IsSlow, StepLimit = 1 << 30 };
        if (options.GcSeed is { } seed)
        {
            UseCollector(seed);
        }

        if (options.RecordedHashes || _header.MemHash == null || HashesAddresses(_header.Type.Key))
        {
            _session.Machine.RecordedHashes = _recorded = new RecordedHashTable();
        }

        _key = new byte[_header.Type.Key.Size];
        _elem = new byte[_header.Type.Elem.Size];
        _tokens = new TokenTable(_session);
        _comparer = new TraceComparer(_session, _tokens, _counts);
    }

    /// <summary>Verifies a trace.</summary>
    /// <param name="file">Its name, for messages; a name that ends in .gz means that the stream is gzip'd.</param>
    /// <param name="stream">Its bytes.</param>
    /// <param name="options">How; null for the plain way.</param>
    /// <exception cref="TraceFormatException">The file is truncated, corrupt or no trace.</exception>
    public static VerifyResult Verify(string file, Stream stream, VerifyOptions? options = null)
    {
        Stream plain = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(stream, CompressionMode.Decompress) : stream;
        TraceVerifier? verifier = null;
        try
        {
            verifier = new TraceVerifier(file, plain, options ?? new VerifyOptions());
            VerifyResult result = verifier.Run();
            if (plain is GZipStream && stream.CanSeek && result.Mismatch == null)
            {
                verifier.CheckTrailer(stream);
            }

            return result;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new TraceFormatException((verifier?._reader.LineNumber ?? 0) + 1, 1, "the compressed data is damaged or cut: " + e.Message);
        }
    }

    /// <summary>The hash of a pointer is a hash of its address, which no other process has.</summary>
    private static bool HashesAddresses(GoType type) => type.Kind switch
    {
        GoKind.Pointer => true,
        GoKind.Array => HashesAddresses(type.Elem!),
        GoKind.Struct => type.Fields.Any(f => f.Name != "_" && HashesAddresses(f.Type)),
        _ => false,
    };

    private VerifyResult Run()
    {
        while (_reader.TryRead(out ReadOnlyMemory<byte> bytes))
        {
            TraceLineParser.Parse(bytes, _reader.LineNumber, _line);
            if (_line.N != _counts.Operations)
            {
                throw new TraceFormatException(_reader.LineNumber, 1, $"expected operation {_counts.Operations}, found {_line.N}: lines are missing");
            }

            try
            {
                _comparer.Difference = null;
                Execute();
            }
            catch (Exception e) when (e is FormatException or Heap.OutOfSimulatedMemoryException)
            {
                throw new TraceFormatException(_reader.LineNumber, 1, e.Message);
            }

            _counts.Operations++;
            _counts.Collections = _session.Machine.Heap.Gc.Cycle;
            _counts.Freed = (long)_session.Machine.Heap.Gc.Frees;
            AskOracles();
            if (_comparer.Difference is { } d)
            {
                return new VerifyResult(_file, _header, _counts, new TraceMismatch(
                    _file, _line.N, _reader.LineNumber, d.Where, d.Expected, d.Found, d.Dump + Describe()));
            }
        }

        if (_counts.Operations == 0)
        {
            throw new TraceFormatException(1, 1, "the trace has a header but no operations");
        }

        return new VerifyResult(_file, _header, _counts, null);
    }

    /// <summary>A gzip file ends with the length of its content; one that was cut between two lines is noticed only here.</summary>
    private void CheckTrailer(Stream stream)
    {
        Span<byte> trailer = stackalloc byte[4];
        stream.Position = stream.Length - 4;
        stream.ReadExactly(trailer);
        uint length = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        if (length != unchecked((uint)_reader.TotalBytes))
        {
            throw new TraceFormatException(
                _reader.LineNumber + 1, 1, $"the compressed file is cut: it ends after {_reader.TotalBytes} bytes of content, its last bytes say {length}");
        }
    }

    private void Execute()
    {
        foreach ((int token, string name) in _line.Types)
        {
            _tokens.NameType(token, name);
        }

        bool makes = _line.Op is TraceOp.Make or TraceOp.Clone;
        Addr map = makes ? default : MapOf(_line.Map);
        uint hash0 = makes ? 0 : new MapView(_session.Machine.Memory, _header.Type, map).Hash0;
        PrepareKey(hash0);
        _session.Machine.Choices.UseRecorded(_line.Rand);
        _session.Machine.Memory.WriteEpoch++;
        OperationEnd end = Operate(map);
        if (_session.HitStepLimit)
        {
            _comparer.Differ("operation", "ends", "endless loop");
            return;
        }

        map = MapOf(_line.Map);
        CompareEnd(end);
        _comparer.CompareMap(_line, _line.Map, map, LiveIterators(_line.Map));
        CompareIterator();
        CompareDraws();
        CompareHashes(hash0);
    }

    /// <summary>Decodes key and elem of the operation into simulated bytes, and the key into its place.</summary>
    private void PrepareKey(uint hash0)
    {
        Decode(_line.K, _line.Kc, _header.Type.Key, _key);
        if (_line.Op == TraceOp.Assign)
        {
            Decode(_line.V, _line.Vc, _header.Type.Elem, _elem);
        }

        if (_recorded == null)
        {
            return;
        }

        if (_line.HasHash)
        {
            Record(_key, hash0, _line.Hash);
        }

        foreach ((Slice key, ulong hash) in _line.Rehashed)
        {
            byte[] bytes = Convert.FromHexString(System.Text.Encoding.ASCII.GetString(key.Of(_line.Bytes)));
            if (bytes.Length == _header.Type.Key.Size)
            {
                _tokens.Translate(_header.Type.Key.PointerOffsets, bytes);
                Record(bytes, hash0, hash);
            }
        }
    }

    private void Record(byte[] key, uint hash0, ulong hash)
    {
        _session.Machine.Memory.Poke(_session.KeyLocal, key);
        byte[] content = KeyContent.Of(_session.Machine, _header.Type, new KeyArg(MapVariant.Generic, _session.KeyLocal, 0), out _);
        _recorded!.Add(content, hash0, hash);
    }

    private void Decode(Slice hex, Slice content, GoType type, byte[] bytes)
    {
        if (!hex.IsPresent)
        {
            return;
        }

        if (hex.Length != 2 * type.Size || Convert.FromHexString(hex.Of(_line.Bytes), bytes, out _, out _) != OperationStatus.Done)
        {
            throw new FormatException($"expected the {type.Size} bytes of a {type.Text} in hex, found {hex.Length / 2}");
        }

        _tokens.Materialise(type, bytes, content.IsPresent ? _line.Bytes.Slice(content.Start, content.Length) : default);
    }

    private OperationEnd Operate(Addr map)
    {
        OperationEnd end = default;
        switch (_line.Op)
        {
            case TraceOp.Make:
                AddMap(_session.Make(0, _line.Hint < 0 ? MakeForm.Small : MakeForm.Hint, _line.Hint));
                break;
            case TraceOp.Clone:
                _counts.Clones++;
                end = _session.Clone(0, MapOf(_line.Source), out Addr clone);
                AddMap(clone);
                break;
            case TraceOp.Assign:
                end = _session.Assign(0, map, _key, _elem);
                break;
            case TraceOp.Delete:
                end = _session.Delete(0, map, _key);
                break;
            case TraceOp.Lookup1 or TraceOp.Lookup2:
                end = _session.Lookup(0, map, _key, out bool found);
                if (_line.HasOk && end.IsOk && found != _line.Ok)
                {
                    _comparer.Differ("ok", Text(_line.Ok), Text(found));
                }

                break;
            case TraceOp.Clear or TraceOp.RangeClear:
                end = _session.Clear(0, map);
                break;
            case TraceOp.IterInit:
                _counts.IteratorSteps++;
                _iterators[_line.Iterator] = new TracedIterator(_line.Iterator, _line.Map, _session.NewIterator());
                end = _session.IterInit(0, map, _iterators[_line.Iterator].Address);
                break;
            default:
                _counts.IteratorSteps++;
                end = _session.IterNext(IteratorOf(_line.Iterator).Address);
                break;
        }

        return end;
    }

    private void CompareEnd(OperationEnd end)
    {
        string? panic = _session.Machine.FailureText(end.Failure, end.Detail);
        if (panic != _line.Panic)
        {
            _comparer.Differ("panic", _line.Panic ?? "none", panic ?? "none");
        }

        _counts.Panics += panic == null ? 0 : 1;
        if (end.IsOk && _line.Op is TraceOp.Lookup1 or TraceOp.Lookup2 && _line.V.IsPresent)
        {
            _comparer.CompareValue(_line, "v", _line.V, _header.Type.Elem, _session.ResultLocal);
        }
    }

    private void CompareIterator()
    {
        TracedIterator? iterator = _line.Op is TraceOp.IterInit or TraceOp.IterNext ? IteratorOf(_line.Iterator) : null;
        if (iterator != null && _line.Panic != null)
        {
            // The recorder never touches it again.
            End(iterator);
        }
        else if (iterator != null)
        {
            Addr key = _session.IteratorKey(iterator.Address);
            if (key.IsNil)
            {
                End(iterator);
            }

            if (key.IsNil != _line.End)
            {
                _comparer.Differ("end", Text(_line.End), Text(key.IsNil));
                return;
            }

            if (!key.IsNil)
            {
                _comparer.CompareValue(_line, "yk", _line.Yk, _header.Type.Key, key);
                _comparer.CompareValue(_line, "yv", _line.Yv, _header.Type.Elem, _session.IteratorElem(iterator.Address));
            }
        }

        _comparer.CompareIterators(_line, iterator);
    }

    private void End(TracedIterator iterator)
    {
        iterator.HasEnded = true;
        _session.Forget(iterator.Address);
    }

    private void CompareDraws()
    {
        // Before 1.22 the unwinding of a panic draws from the same generator.
        Choices choices = _session.Machine.Choices;
        int left = choices.RecordedLeft;
        if (choices.Overdrawn || (left != 0 && (_line.Panic == null || _header.Version.WideRandom)))
        {
            string drawn = choices.Overdrawn ? "more" : Text(_line.Rand.Count - left);
            _comparer.Differ("number of random draws", Text(_line.Rand.Count), drawn);
        }
    }

    private void CompareHashes(uint hash0)
    {
        if (!_line.HasHash || _recorded != null)
        {
            return;
        }

        _counts.Hashes++;
        if (KeyHash.TryHashAt(_session.Machine, _header.Type, _session.KeyLocal, hash0, out ulong hash) && hash != _line.Hash)
        {
            _comparer.Differ("hash", Hex(_line.Hash), Hex(hash));
        }
    }

    private void AddMap(Addr map)
    {
        if (_line.Map != _maps.Count)
        {
            throw new FormatException($"expected map {_maps.Count}, found map {_line.Map}");
        }

        _maps.Add(map);
    }

    private Addr MapOf(int id) => id >= 0 && id < _maps.Count ? _maps[id] : throw new FormatException($"map {id} was never made");

    private TracedIterator IteratorOf(int id) =>
        _iterators.TryGetValue(id, out TracedIterator? it) && !it.HasEnded
            ? it
            : throw new FormatException($"iterator {id} was never started, or has ended");

    private List<TracedIterator> LiveIterators(int map)
    {
        _live.Clear();
        foreach (TracedIterator it in _iterators.Values)
        {
            if (it.Map == map && !it.HasEnded)
            {
                _live.Add(it);
            }
        }

        return _live;
    }

    private string Describe()
    {
        string op = System.Text.Encoding.UTF8.GetString(_line.Bytes.Span);
        return $"operation {_line.N}: {(op.Length > 400 ? op[..400] + " ..." : op)}\n";
    }

    private static string Text(int value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Text(bool value) => value ? "true" : "false";

    private static string Hex(ulong value) => value.ToString("x", System.Globalization.CultureInfo.InvariantCulture);
}
