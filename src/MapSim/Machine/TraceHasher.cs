using MapSim.Memory;

namespace MapSim.Machines;

/// <summary>
/// Hashes the steps of a run so that the order of steps that do not conflict does not matter (exploration.md
/// section 2): an event's hash depends on its goroutine, on the event before it there, on the last write of each
/// byte it touches and, for a write, on the reads since; the trace's hash is the sum of its events' hashes.
/// </summary>
internal sealed class TraceHasher
{
    private readonly Dictionary<ulong, Cell> _cells = [];
    private readonly Dictionary<int, ulong> _previous = [];
    private readonly List<Record> _records = [];
    private readonly List<(ulong Address, Cell Old)> _oldCells = [];

    /// <summary>The hash of all events.</summary>
    public Fingerprint Hash { get; private set; }

    /// <summary>Number of events.</summary>
    public int Count => _records.Count;

    public void Clear()
    {
        _cells.Clear();
        _previous.Clear();
        _records.Clear();
        _oldCells.Clear();
        Hash = default;
    }

    public void Add(int g, Access access)
    {
        ulong before = _previous.GetValueOrDefault(g);
        ulong h = Fingerprint.Mix(unchecked(before * 31 + (ulong)g * 0x9E3779B97F4A7C15 + (ulong)access.Kind + 1));
        _records.Add(new Record(g, before, Hash, _oldCells.Count));
        if (access.Kind is AccessKind.Load or AccessKind.Store or AccessKind.Atomic)
        {
            h = Touch(access, h);
        }

        _previous[g] = h;
        Hash = unchecked(new Fingerprint(Hash.Low + Fingerprint.Mix(h), Hash.High + Fingerprint.Mix(~h)));
    }

    public void UndoTo(int count)
    {
        while (_records.Count > count)
        {
            Record record = _records[^1];
            _records.RemoveAt(_records.Count - 1);
            for (int i = _oldCells.Count - 1; i >= record.FirstCell; i--)
            {
                _cells[_oldCells[i].Address] = _oldCells[i].Old;
            }

            _oldCells.RemoveRange(record.FirstCell, _oldCells.Count - record.FirstCell);
            _previous[record.Goroutine] = record.Before;
            Hash = record.Hash;
        }
    }

    private ulong Touch(Access access, ulong h)
    {
        for (int i = 0; i < access.Size; i++)
        {
            Cell cell = _cells.GetValueOrDefault(access.Address.Value + (ulong)i);
            h = Fingerprint.Mix(unchecked(h ^ (access.Address.Value + (ulong)i) * 0xC2B2AE3D27D4EB4F ^ cell.LastWrite));
            h = access.IsWrite ? Fingerprint.Mix(unchecked(h + cell.Reads)) : h;
        }

        for (int i = 0; i < access.Size; i++)
        {
            ulong address = access.Address.Value + (ulong)i;
            Cell cell = _cells.GetValueOrDefault(address);
            _oldCells.Add((address, cell));
            _cells[address] = access.IsWrite ? new Cell(h, 0) : unchecked(cell with { Reads = cell.Reads + Fingerprint.Mix(h) });
        }

        return h;
    }

    private readonly record struct Cell(ulong LastWrite, ulong Reads);

    private readonly record struct Record(int Goroutine, ulong Before, Fingerprint Hash, int FirstCell);
}
