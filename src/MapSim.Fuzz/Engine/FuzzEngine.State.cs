namespace MapSim.Fuzz;

/// <summary>What the engine remembers between two rounds, as sections of a state. A new field gets a section of its own, or its section another name.</summary>
public sealed partial class FuzzEngine
{
    private const string EntriesSection = "entries";

    /// <summary>How many entries the queue had when a state was saved.</summary>
    /// <exception cref="InvalidDataException">The state is not one of an engine.</exception>
    public static int EntriesOf(EngineState state)
    {
        int entries = 0;
        state.Get(EntriesSection, r => entries = r.ReadInt32());
        return entries;
    }

    /// <summary>Writes everything but the entries of the queue, which never change and are kept one by one. Only between rounds.</summary>
    public void SaveTo(EngineState state)
    {
        state.Set(EntriesSection, w => w.Write(_queue.Count));
        state.Set("counters", w =>
        {
            w.Write(_round);
            w.Write(Executions);
            w.Write(Operations);
            w.Write(Limits);
            foreach (long n in _admissions)
            {
                w.Write(n);
            }
        });
        state.Set("ops", w =>
        {
            foreach (long n in _ops)
            {
                w.Write(n);
            }
        });
        state.Set("features", w =>
        {
            w.Write(Features.Count);
            for (int number = 0; number < Features.Count; number++)
            {
                w.Write(Features[number]);
                w.Write(Features.HitsOf(number));
                w.Write(Features.OwnerOf(number));
            }
        });
        state.Set("bugs", w =>
        {
            w.Write(_bugs.Count);
            foreach (FoundBug bug in _bugs.Values)
            {
                w.Write(bug.Key);
                w.Write(bug.Known ?? "");
                w.Write(bug.Input.Length);
                w.Write(bug.Input);
                w.Write(bug.FoundAt);
                w.Write(bug.Parent);
                w.Write(bug.Mutation);
                w.Write(bug.Times);
            }
        });
    }

    /// <summary>Takes over what another engine with the same options saved; this one must have seen nothing yet.</summary>
    /// <param name="state">The state.</param>
    /// <param name="queue">The first entries of its queue, as many as it had or more.</param>
    /// <exception cref="InvalidDataException">The state is not one of an engine, or there are fewer entries.</exception>
    public void RestoreFrom(EngineState state, IReadOnlyList<QueueEntry> queue)
    {
        if (_round > 0 || _queue.Count > 0)
        {
            throw new InvalidOperationException("expected an engine that has seen nothing");
        }

        int entries = EntriesOf(state);
        if (entries > queue.Count)
        {
            throw new InvalidDataException($"expected {entries} entries of the queue, found {queue.Count}");
        }

        _queue.AddRange(queue.Take(entries));
        state.Get("counters", r =>
        {
            _round = r.ReadUInt64();
            (Executions, Operations, Limits) = (r.ReadInt64(), r.ReadInt64(), r.ReadInt64());
            for (int i = 0; i < _admissions.Length; i++)
            {
                _admissions[i] = r.ReadInt64();
            }
        });
        state.Get("ops", r =>
        {
            for (int i = 0; i < _ops.Length; i++)
            {
                _ops[i] = r.ReadInt64();
            }
        });
        state.Get("features", r =>
        {
            for (int number = 0, count = r.ReadInt32(); number < count; number++)
            {
                (uint feature, uint hits, int owner) = (r.ReadUInt32(), r.ReadUInt32(), r.ReadInt32());
                Features.Add(feature, owner);
                Features.AddHits(number, hits);
            }
        });
        state.Get("bugs", r =>
        {
            for (int count = r.ReadInt32(); count > 0; count--)
            {
                (string key, string known) = (r.ReadString(), r.ReadString());
                byte[] input = r.ReadBytes(r.ReadInt32());
                _bugs.Add(PlaceOf(key, known.Length == 0 ? null : known), new FoundBug(key, known.Length == 0 ? null : known, input, r.ReadInt64())
                {
                    Parent = r.ReadInt32(), Mutation = r.ReadString(), Times = r.ReadInt64(),
                });
            }
        });
    }
}
