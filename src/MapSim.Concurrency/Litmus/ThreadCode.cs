namespace MapSim.Concurrency.Litmus;

/// <summary>One thread of a litmus program: its name, its statements, its place among the locals.</summary>
/// <param name="name">As written.</param>
/// <param name="line">Line of its head.</param>
/// <param name="start">Position of its first statement; its last one is a Stop.</param>
/// <param name="locals">Place of its locals: <see cref="Header"/> words, then its registers.</param>
internal sealed class ThreadCode(string name, int line, int start, int locals)
{
    /// <summary>Words before the registers: position, cell, two values, two words of hash.</summary>
    public const int Header = 6;

    /// <summary>As written.</summary>
    public string Name => name;

    /// <summary>Line of its head.</summary>
    public int Line => line;

    /// <summary>Position of its first statement.</summary>
    public int Start => start;

    /// <summary>Place of its locals.</summary>
    public int Locals => locals;

    /// <summary>Register names in order of first mention.</summary>
    public List<string> Registers { get; } = [];

    /// <summary>Position of the Stop.</summary>
    public int End { get; set; }

    /// <summary>A thread with a spawn of it, if there is one: then it does not start by itself.</summary>
    public ThreadCode? SpawnedBy { get; set; }

    /// <summary>True if more than one thread has a spawn of it: then the spawns race.</summary>
    public bool HasRivalSpawns { get; set; }

    /// <summary>Words of locals.</summary>
    public int Length => Header + Registers.Count;

    /// <summary>The place of a register, which is new if the name is.</summary>
    public int Register(string name)
    {
        int at = Registers.IndexOf(name);
        if (at < 0)
        {
            at = Registers.Count;
            Registers.Add(name);
        }

        return Locals + Header + at;
    }
}
