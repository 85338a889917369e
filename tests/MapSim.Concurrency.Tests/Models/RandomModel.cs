using System.Runtime.InteropServices;

namespace MapSim.Concurrency.Tests.Models;

/// <summary>What a thread of a <see cref="RandomModel"/> does.</summary>
/// <param name="Kind">A visible step; ignored if <paramref name="Local"/>.</param>
/// <param name="Place">Byte offset, mutex or thread; for a step that depends on everything the thread it starts, or 0.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Value">What is stored or added, as register + value; for a local one the remainder to compare with.</param>
/// <param name="Skip">For a local one: how many instructions to skip if the register leaves that remainder when divided by 3; 0 means the thread fails then.</param>
/// <param name="Local">No step of its own.</param>
internal readonly record struct Instruction(StepKind Kind, int Place, int Length, byte Value, int Skip, bool Local);

/// <summary>A tiny machine for programs that nobody wrote: a few bytes of memory, accesses of 1 to 8 bytes that overlap, two mutexes, spawn and join, skips that depend on what was read.</summary>
internal sealed class RandomModel : IMemoryModel
{
    public const int Bytes = 24;
    private readonly Instruction[][] code;
    private readonly byte[] memory = new byte[Bytes];
    private readonly int[] position;
    private readonly byte[] register;
    private readonly int[] owner = [-1, -1];
    private readonly Stack<Saved> log = new();
    private ulong failed;
    private ulong started;

    public RandomModel(Instruction[][] code)
    {
        this.code = code;
        position = new int[code.Length];
        register = new byte[code.Length];
        started = (1UL << code.Length) - 1;
        foreach (Instruction i in code.SelectMany(c => c).Where(i => i is { Local: false } and ({ Kind: StepKind.Spawn } or { Kind: StepKind.Everything, Place: > 0 })))
        {
            started &= ~(1UL << i.Place);
        }

        for (int t = 0; t < code.Length; t++)
        {
            RunLocal(t);
        }
    }

    private RandomModel(RandomModel other)
        : this(other.code)
    {
        other.memory.CopyTo(memory, 0);
        other.position.CopyTo(position, 0);
        other.register.CopyTo(register, 0);
        other.owner.CopyTo(owner, 0);
        (failed, started) = (other.failed, other.started);
    }

    public int Threads => code.Length;

    public int Depth => log.Count;

    public ulong Enabled => Mask(t => code[t][position[t]] switch
    {
        { Kind: StepKind.Lock } i => owner[i.Place] < 0,
        { Kind: StepKind.Join } i => (started >> i.Place & 1) != 0 && position[i.Place] == code[i.Place].Length,
        _ => true,
    });

    public ulong Unfinished => Mask(_ => true);

    public string? Failure => failed != 0 ? $"failed {failed:x}" : Unfinished == 0 && memory[0] == 3 ? "byte 0 is 3" : null;

    public UInt128 StateHash => Hash(memory.Select(b => (int)b).Concat(position).Concat(register.Select(b => (int)b)).Concat(owner));

    public int PlacesPerWord => 8;

    /// <summary>Bytes that a judge looks at, from the first.</summary>
    public int Judged { get; set; } = Bytes;

    public UInt128 ControlHash => Hash(position.Concat(register.Select(b => (int)b)).Concat(owner));

    public ulong Word(ulong place) => MemoryMarshal.Read<ulong>(memory.AsSpan((int)place));

    public byte Byte(int at) => memory[at];

    public void ReadBesides(IPlaces places)
    {
    }

    public void JudgedPlaces(IPlaces places) => places.Add(0, (uint)Judged);

    public StepInfo Next(int thread)
    {
        Instruction i = code[thread][position[thread]];
        return new StepInfo(i.Kind, (ulong)i.Place, (uint)i.Length);
    }

    public void Step(int thread)
    {
        Instruction i = code[thread][position[thread]];
        log.Push(new Saved(thread, position[thread], register[thread], MemoryMarshal.Read<Block>(memory), owner[0], owner[1], failed, started));
        position[thread]++;
        switch (i.Kind)
        {
            case StepKind.Load:
                register[thread] = Sum(i);
                break;
            case StepKind.Store:
                memory.AsSpan(i.Place, i.Length).Fill(unchecked((byte)(register[thread] + i.Value)));
                break;
            case StepKind.Update:
                register[thread] = Sum(i);
                memory.AsSpan(i.Place, i.Length).Fill(unchecked((byte)(register[thread] + i.Value)));
                break;
            case StepKind.Everything:
                memory[0] = unchecked((byte)(memory[0] * 2 + 1 + thread));
                started |= i.Place > 0 ? 1UL << i.Place : 0;
                break;
            case StepKind.Lock:
                owner[i.Place] = thread;
                break;
            case StepKind.Unlock when owner[i.Place] == thread:
                owner[i.Place] = -1;
                break;
            case StepKind.Unlock:
                Fail(thread);
                break;
            case StepKind.Spawn:
                started |= 1UL << i.Place;
                break;
        }

        RunLocal(thread);
    }

    public void Undo()
    {
        Saved s = log.Pop();
        position[s.Thread] = s.Position;
        register[s.Thread] = s.Register;
        MemoryMarshal.Write(memory, s.Memory);
        (owner[0], owner[1], failed, started) = (s.Owner0, s.Owner1, s.Failed, s.Started);
    }

    public IModel Fork() => new RandomModel(this);

    public override string ToString() => string.Join('\n', code.Select((c, t) => $"t{t}: " + string.Join("; ", c.Select(i => i.Local
        ? i.Skip == 0 ? $"fail if r%3=={i.Value}" : $"skip {i.Skip} if r%3=={i.Value}" : $"{i.Kind} {i.Place}+{i.Length} {i.Value}"))));

    /// <summary>Each number goes through the multiplication before the next one comes, so that no two of them can make up for each other.</summary>
    private UInt128 Hash(IEnumerable<int> parts)
    {
        UInt128 hash = 0;
        foreach (int x in parts.Prepend((int)started).Prepend((int)failed))
        {
            hash = unchecked((hash ^ (uint)(x + 1)) * new UInt128(0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93));
            hash ^= hash >> 67;
        }

        return hash;
    }

    private byte Sum(Instruction i)
    {
        byte sum = 0;
        foreach (byte b in memory.AsSpan(i.Place, i.Length))
        {
            sum = unchecked((byte)(sum + b));
        }

        return sum;
    }

    private void RunLocal(int t)
    {
        while (position[t] < code[t].Length && code[t][position[t]] is { Local: true } i)
        {
            position[t]++;
            if (register[t] % 3 == i.Value)
            {
                position[t] = Math.Min(position[t] + i.Skip, code[t].Length);
                if (i.Skip == 0)
                {
                    Fail(t);
                }
            }
        }
    }

    private void Fail(int t)
    {
        failed |= 1UL << t;
        position[t] = code[t].Length;
    }

    private ulong Mask(Func<int, bool> able)
    {
        ulong mask = 0;
        for (int t = 0; t < code.Length; t++)
        {
            if ((started >> t & 1) != 0 && position[t] < code[t].Length && able(t))
            {
                mask |= 1UL << t;
            }
        }

        return mask;
    }

    [StructLayout(LayoutKind.Sequential, Size = Bytes)]
    private struct Block
    {
        public long A;
        public long B;
        public long C;
    }

    private readonly record struct Saved(int Thread, int Position, byte Register, Block Memory, int Owner0, int Owner1, ulong Failed, ulong Started);
}
