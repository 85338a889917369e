using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// The simulated memory of what goroutines share besides maps, among the global variables: a word for an atomic variable,
/// a mutex, a wait group or a once, two for a read-write mutex, one for each goroutine's state.
/// </summary>
/// <remarks>
/// <code>
/// goroutine   0 waits for its spawn, 1 runs, 2 has ended
/// mutex       0 free, 1 locked
/// rwmutex     readers | 0 free, 1 a writer waits for the readers to leave, 2 a writer has it
/// waitgroup   the counter
/// once        0 new, 1 its body runs, 2 done
/// </code>
/// Channels are in <see cref="Channels"/>.
/// </remarks>
internal sealed class SharedMemory
{
    /// <summary>A goroutine that runs.</summary>
    public const ulong Running = 1;

    /// <summary>A goroutine that has ended.</summary>
    public const ulong Ended = 2;

    /// <summary>A writer waits for the readers to leave.</summary>
    public const ulong WriterWaits = 1;

    /// <summary>A writer has the lock.</summary>
    public const ulong WriterHas = 2;

    private readonly Machine _machine;
    private readonly Addr[] _states;
    private readonly Addr[] _variables;

    /// <summary>Makes room for them.</summary>
    public SharedMemory(Machine m, ProgramCode code)
    {
        _machine = m;
        bool isConcurrent = code.Goroutines.Count > 1;
        _states = [.. code.Goroutines.Select(_ => isConcurrent ? m.Memory.AddGlobals(8) : default)];
        _variables = new Addr[code.Shared.Count];
        for (int i = 0; i < _variables.Length; i++)
        {
            SharedDeclaration declaration = code.Shared[i];
            if (declaration.Kind != SharedKind.Chan)
            {
                _variables[i] = m.Memory.AddGlobals(declaration.Kind == SharedKind.RWMutex ? 16 : 8);
                m.Memory.Poke(_variables[i], BitConverter.GetBytes(declaration.Number));
            }
        }

        for (int g = 0; isConcurrent && g < _states.Length; g++)
        {
            m.Memory.Poke(_states[g], BitConverter.GetBytes(code.Goroutines[g].IsSpawned ? 0 : Running));
        }
    }

    /// <summary>The word of a goroutine's state.</summary>
    public Addr StateOf(int g) => _states[g];

    /// <summary>The first word of a shared variable.</summary>
    public Addr Of(int variable) => _variables[variable];

    /// <summary>A word, read without a step.</summary>
    public unsafe ulong Peek(Addr at)
    {
        Region globals = _machine.Memory.Globals;
        return *(ulong*)(globals.Bytes.Start + (at - globals.Base));
    }
}
