using MapSim.Layout;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>Makes the next input of a task: chooses an entry of the corpus that shows something rare and changes it, or begins with nothing.</summary>
/// <param name="random">The task's random numbers.</param>
/// <param name="engine">The corpus; only read.</param>
internal sealed class InputMutator(RandomSource random, FuzzEngine engine)
{
    /// <summary>The next input.</summary>
    /// <param name="found">What the task itself found.</param>
    public (int Parent, BinaryProgram Program, string Mutation) Next(IReadOnlyList<FoundInput> found)
    {
        if (engine.Queue.Count == 0 || random.Chance(10))
        {
            return (-1, FreshPrograms.Make(random, engine.Options.Target.Releases), "scenes");
        }

        QueueEntry parent = random.Pick(engine.Queue);
        byte[] bytes = [.. parent.Input];
        bytes[random.Below(bytes.Length)] ^= (byte)(1 << random.Below(8));
        return (parent.Id, TargetInput.Read(bytes, GoVersion.All), "bit");
    }
}
