using System.Numerics;

namespace MapSim.Concurrency.Sampling;

/// <summary>SURW, selectively uniform random walk: each run cares for one shared object and makes every order of the accesses to it equally likely.</summary>
/// <remarks>
/// Zhao, Wolff, Mathur, Roychoudhury: Selectively Uniform Concurrency Testing (ASPLOS 2025). The object is drawn among those that
/// at least two threads touched and one wrote in the runs before. One thread is meant to touch it next, drawn in proportion to the
/// accesses each has still to make; another that comes to the object is parked until that happened. Otherwise it is a random walk.
/// When everybody who could move is parked, all are let go and the draw is repeated. A meant thread that starts another hands that
/// on with a chance in proportion to what the child has to do.
/// </remarks>
public sealed class SelectiveWalk : ISampler
{
    private readonly Family family = new();
    private readonly List<Shared> objects = [];
    private readonly Dictionary<(ulong Place, uint Length), Shared> known = [];
    private readonly List<Shared> worth = [];
    private SampleView view = new(0);
    private Shared? chosen;
    private ulong alive;
    private ulong ran;
    private ulong parked;
    private int meant;

    /// <inheritdoc/>
    public string Name => "surw";

    /// <inheritdoc/>
    public void Begin(SampleView view)
    {
        this.view = view;
        (ran, alive, parked, meant) = (view.Started, view.Started, 0, -1);
        worth.Clear();
        worth.AddRange(objects.Where(o => o.IsShared));
        chosen = worth.Count == 0 ? null : worth[view.Chance.Below(worth.Count)];
        foreach (Shared shared in objects)
        {
            shared.Lengths.Begin(view.Threads, family);
        }

        Draw();
    }

    /// <inheritdoc/>
    public int Pick(ulong enabled)
    {
        if (chosen is not null)
        {
            Park(enabled);
            if ((enabled & ~parked) == 0)
            {
                parked = 0;
                Draw(enabled);
                Park(enabled);
            }
        }

        return view.Chance.One(enabled & ~parked);
    }

    /// <inheritdoc/>
    public void Made(int thread, in StepInfo step, ulong started)
    {
        if (started != 0)
        {
            family.Started(thread, started);
            ran |= started;
            alive |= started;
            HandOn(thread, started);
            foreach (Shared shared in objects)
            {
                shared.Lengths.Started(thread, started);
            }
        }

        if (!Touches(step))
        {
            return;
        }

        Shared touched = Find(step);
        touched.Lengths.Made(thread);
        touched.Threads |= 1UL << thread;
        touched.IsWritten |= step.Kind != StepKind.Load;
        if (touched == chosen)
        {
            parked = 0;
            Draw();
        }
    }

    /// <inheritdoc/>
    public void Save(BinaryWriter to)
    {
        family.Save(to);
        to.Write(objects.Count);
        foreach (Shared shared in objects)
        {
            to.Write(shared.Key.Place);
            to.Write(shared.Key.Length);
            to.Write(shared.Threads);
            to.Write(shared.IsWritten);
            shared.Lengths.Save(to);
        }
    }

    /// <inheritdoc/>
    public void Load(BinaryReader from)
    {
        family.Load(from);
        for (int left = from.ReadInt32(); left > 0; left--)
        {
            var shared = new Shared((from.ReadUInt64(), from.ReadUInt32())) { Threads = from.ReadUInt64(), IsWritten = from.ReadBoolean() };
            shared.Lengths.Load(from);
            known.Add(shared.Key, shared);
            objects.Add(shared);
        }
    }

    /// <inheritdoc/>
    public void End()
    {
        foreach (Shared shared in objects)
        {
            shared.Lengths.End(ran);
        }
    }

    private void Park(ulong enabled)
    {
        for (ulong left = enabled & ~parked & ~Bit(meant); left != 0; left &= unchecked(left - 1))
        {
            int t = BitOperations.TrailingZeroCount(left);
            ref readonly StepInfo next = ref view.Next(t);
            if (Touches(next) && Key(next) == chosen!.Key)
            {
                parked |= 1UL << t;
            }
        }
    }

    private void Draw(ulong enabled = ulong.MaxValue) =>
        meant = chosen is null || (alive & enabled) == 0 ? -1 : UniformWalk.Weighted(alive & enabled, chosen.Lengths, 0, view.Chance);

    private void HandOn(int thread, ulong started)
    {
        if (thread != meant || chosen is null || chosen.Lengths.Left(thread) <= 0)
        {
            return;
        }

        double point = view.Chance.Unit() * chosen.Lengths.Left(thread);
        for (; started != 0 && point >= 0; started &= unchecked(started - 1))
        {
            int child = BitOperations.TrailingZeroCount(started);
            point -= chosen.Lengths.Left(child);
            meant = point < 0 ? child : meant;
        }
    }

    private Shared Find(in StepInfo step)
    {
        if (!known.TryGetValue(Key(step), out Shared? shared))
        {
            shared = new Shared(Key(step));
            shared.Lengths.Begin(view.Threads, family);
            known.Add(shared.Key, shared);
            objects.Add(shared);
        }

        return shared;
    }

    private static ulong Bit(int thread) => thread < 0 ? 0 : 1UL << thread;

    /// <summary>A mutex is an object that every lock writes; giving it back has only one order.</summary>
    private static bool Touches(in StepInfo step) => step.IsAccess || step.Kind == StepKind.Lock;

    private static (ulong Place, uint Length) Key(in StepInfo step) => (step.Place, step.IsAccess ? step.Length : 0);

    private sealed class Shared((ulong Place, uint Length) key)
    {
        public (ulong Place, uint Length) Key { get; } = key;

        public RunLengths Lengths { get; } = new();

        public ulong Threads { get; set; }

        public bool IsWritten { get; set; }

        public bool IsShared => IsWritten && BitOperations.PopCount(Threads) > 1;
    }
}
