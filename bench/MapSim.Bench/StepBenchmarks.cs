using BenchmarkDotNet.Attributes;
using MapSim.Hash;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Bench;

/// <summary>What one step of a real map frame costs, alone and with everything that going back in time needs.</summary>
[MemoryDiagnoser]
public class StepBenchmarks
{
    private const int Lookups = 100;
    private readonly byte[] _key = new byte[8];
    private MapSession _session = null!;
    private Addr _map;
    private Snapshot _snapshot = null!;

    [GlobalSetup]
    public void Setup()
    {
        var schedule = new byte[128];
        Array.Fill(schedule, (byte)0x5A);
        _session = new MapSession(
            new MachineOptions(GoVersion.Go123, Arch.Amd64, new AesHash(schedule)), MapType.Parse("map[uint64]uint64", Arch.Amd64));
        _map = _session.Make(0);
        for (ulong i = 0; i < 1000; i++)
        {
            BitConverter.TryWriteBytes(_key, i);
            _session.Assign(0, _map, _key, _key);
        }

        _session.BeginAssign(0, _map, _key);
        for (int i = 0; i < 8; i++)
        {
            _session.Machine.Step(0);
        }

        _snapshot = _session.Machine.TakeSnapshot();
    }

    /// <summary>Lookups at a stretch: frames without a scheduler in the way.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Lookups)]
    public ulong LookupAtAStretch()
    {
        _session.Machine.Restore(_snapshot);
        _session.Finish();
        ulong found = 0;
        for (ulong i = 0; i < Lookups; i++)
        {
            BitConverter.TryWriteBytes(_key, i);
            _session.Lookup(0, _map, _key, out bool ok);
            found += ok ? 1UL : 0;
        }

        return found;
    }

    /// <summary>The same, coming back to the scheduler after each step.</summary>
    [Benchmark(OperationsPerInvoke = Lookups)]
    public ulong LookupStepByStep()
    {
        _session.Machine.Restore(_snapshot);
        _session.Finish();
        for (ulong i = 0; i < Lookups; i++)
        {
            BitConverter.TryWriteBytes(_key, i);
            _session.BeginLookup(0, _map, _key);
            while (_session.Machine.Goroutines[0].IsBusy)
            {
                _session.Machine.Step(0);
            }

            _session.Machine.TakeResult();
        }

        return _session.Machine.Steps;
    }

    /// <summary>The same, journaled and hashed, and undone again.</summary>
    [Benchmark(OperationsPerInvoke = Lookups)]
    public ulong LookupStepByStepAndBack()
    {
        _session.Machine.Restore(_snapshot);
        _session.Finish();
        _session.Machine.SetTracking(true);
        for (ulong i = 0; i < Lookups; i++)
        {
            BitConverter.TryWriteBytes(_key, i);
            _session.BeginLookup(0, _map, _key);
            while (_session.Machine.Goroutines[0].IsBusy)
            {
                _session.Machine.Step(0);
            }

            _session.Machine.TakeResult();
        }

        while (_session.Machine.UndoDepth > 0)
        {
            _session.Machine.Undo();
        }

        _session.Machine.SetTracking(false);
        return _session.Machine.Steps;
    }

    /// <summary>A snapshot of the whole machine in the middle of an assignment (1,000 entries).</summary>
    [Benchmark]
    public Snapshot TakeSnapshot() => _session.Machine.TakeSnapshot();
}
