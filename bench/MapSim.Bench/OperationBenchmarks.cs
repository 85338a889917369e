using BenchmarkDotNet.Attributes;
using MapSim.Hash;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Bench;

/// <summary>Sequential map operations on 1,000 entries, checks off; "mapsim bench" prints them beside the real map's.</summary>
[MemoryDiagnoser]
public class OperationBenchmarks
{
    private const int Entries = 1000;
    private readonly byte[] _key = new byte[16];
    private readonly byte[] _elem = new byte[16];
    private MapSession _session = null!;
    private Addr _map;
    private Addr[] _strings = [];

    /// <summary>The map's type: one for each family of runtime functions.</summary>
    [Params("map[uint64]uint64", "map[string]string", "map[float64]int64")]
    public string Type { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        var schedule = new byte[128];
        Array.Fill(schedule, (byte)0x5A);
        _session = new MapSession(new MachineOptions(GoVersion.Go123, Arch.Amd64, new AesHash(schedule)), MapType.Parse(Type, Arch.Amd64));
        _strings = [.. Enumerable.Range(0, 2 * Entries).Select(i => _session.NewObject(System.Text.Encoding.ASCII.GetBytes($"key {i:d8}"), Heap.ObjectKind.StringData))];
        _map = _session.Make(0);
        AssignExisting();
    }

    [Benchmark(OperationsPerInvoke = Entries)]
    public void AssignExisting()
    {
        for (int i = 0; i < Entries; i++)
        {
            _session.Assign(0, _map, Key(i), _elem.AsSpan(0, _session.TypeOf(0).Elem.Size));
        }
    }

    [Benchmark(OperationsPerInvoke = Entries)]
    public int LookupPresent() => Lookup(0);

    [Benchmark(OperationsPerInvoke = Entries)]
    public int LookupAbsent() => Lookup(Entries);

    [Benchmark(OperationsPerInvoke = Entries)]
    public void DeleteAndInsertAgain()
    {
        for (int i = 0; i < Entries; i++)
        {
            _session.Delete(0, _map, Key(i));
            _session.Assign(0, _map, Key(i), _elem.AsSpan(0, _session.TypeOf(0).Elem.Size));
        }
    }

    [Benchmark(OperationsPerInvoke = Entries)]
    public int Iterate()
    {
        int count = 0;
        Addr it = _session.StackIterator();
        for (_session.IterInit(0, _map, it); !_session.IteratorKey(it).IsNil; _session.IterNext(it))
        {
            count++;
        }

        return count;
    }

    private int Lookup(int from)
    {
        int found = 0;
        for (int i = from; i < from + Entries; i++)
        {
            _session.Lookup(0, _map, Key(i), out bool ok);
            found += ok ? 1 : 0;
        }

        return found;
    }

    private ReadOnlySpan<byte> Key(int i)
    {
        switch (_session.TypeOf(0).Key.Kind)
        {
            case GoKind.String:
                BitConverter.TryWriteBytes(_key, _strings[i].Value);
                BitConverter.TryWriteBytes(_key.AsSpan(8), 12L);
                return _key;
            case GoKind.Float:
                BitConverter.TryWriteBytes(_key, i + 0.5);
                return _key.AsSpan(0, 8);
            default:
                BitConverter.TryWriteBytes(_key, (long)i);
                return _key.AsSpan(0, 8);
        }
    }
}
