namespace MapSim.Concurrency.Tests.Models;

/// <summary>Writes programs for <see cref="RandomModel"/>: the same number, the same program.</summary>
internal static class RandomPrograms
{
    /// <summary>A program of 2 to 4 threads.</summary>
    /// <param name="number">Which one.</param>
    public static RandomModel Write(int number)
    {
        var random = new Random(unchecked(number * 7919) ^ 0x5EED);
        int threads = random.Next(10) switch { < 3 => 2, < 8 => 3, _ => 4 };
        int most = threads switch { 2 => 8, 3 => 5, _ => 4 };
        int variables = random.Next(1, 4);
        int spice = random.Next(8); // what is special about this program
        var code = new List<Instruction>[threads];
        for (int t = 0; t < threads; t++)
        {
            code[t] = [];
            int length = random.Next(1, most + 1);
            for (int i = 0; i < length; i++)
            {
                code[t].Add(Access(random, variables, spice == 0));
                if (random.Next(4) == 0 && spice != 7)
                {
                    code[t].Add(new Instruction(StepKind.Own, 0, 1, (byte)random.Next(3), random.Next(5) == 0 ? 0 : random.Next(1, 3), true));
                }
            }

            if (spice is 1 or 2)
            {
                Lock(random, code[t]);
            }
        }

        switch (spice)
        {
            case 3:
                Spawn(random, code);
                break;
            case 6:
                Spawn(random, code);
                foreach (List<Instruction> c in code)
                {
                    int at = c.FindIndex(i => i.Kind == StepKind.Spawn);
                    if (at >= 0)
                    {
                        c[at] = c[at] with { Kind = StepKind.Everything };
                    }
                }

                break;
            case 4:
                int t = random.Next(threads);
                code[t].Insert(random.Next(code[t].Count + 1), new Instruction(StepKind.Everything, 0, 1, 0, 0, false));
                break;
            case 5:
                // Everything at once: mutexes, spawns and a step that depends on all.
                foreach (List<Instruction> c in code)
                {
                    c.RemoveRange(Math.Min(3, c.Count), Math.Max(0, c.Count - 3));
                    Lock(random, c);
                }

                Spawn(random, code);
                code[0].Insert(random.Next(code[0].Count + 1), new Instruction(StepKind.Everything, 0, 1, 0, 0, false));
                code[threads - 1].Insert(random.Next(code[threads - 1].Count + 1), new Instruction(StepKind.Unlock, 0, 1, 0, 0, false));
                break;
        }

        return new RandomModel([.. code.Select(c => c.ToArray())]);
    }

    private static Instruction Access(Random random, int variables, bool ranges)
    {
        StepKind kind = random.Next(20) switch { < 9 => StepKind.Load, < 17 => StepKind.Store, < 19 => StepKind.Update, _ => StepKind.Own };
        byte value = (byte)random.Next(3);
        if (!ranges)
        {
            return new Instruction(kind, 8 * random.Next(variables), 8, value, 0, false);
        }

        int length = random.Next(4) switch { 0 => 1, 1 => 2, 2 => 8, _ => 12 };
        return new Instruction(kind, random.Next(0, 13 - length), length, value, 0, false);
    }

    /// <summary>Puts one or two critical sections around some of the instructions, nested or one after the other; now and then the unlock is missing.</summary>
    private static void Lock(Random random, List<Instruction> code)
    {
        for (int n = random.Next(1, 3); n > 0; n--)
        {
            int mutex = random.Next(2);
            if (code.Any(i => i.Kind == StepKind.Lock && i.Place == mutex))
            {
                continue;
            }

            int from = random.Next(code.Count + 1);
            code.Insert(from, new Instruction(StepKind.Lock, mutex, 1, 0, 0, false));
            if (random.Next(8) != 0)
            {
                code.Insert(random.Next(from + 1, code.Count + 1), new Instruction(StepKind.Unlock, mutex, 1, 0, 0, false));
            }
        }
    }

    /// <summary>Lets some threads be started by others, and joined now and then.</summary>
    private static void Spawn(Random random, List<Instruction>[] code)
    {
        for (int t = 1; t < code.Length; t++)
        {
            int parent = random.Next(t + 1);
            if (parent == t)
            {
                continue;
            }

            int at = random.Next(code[parent].Count + 1);
            code[parent].Insert(at, new Instruction(StepKind.Spawn, t, 1, 0, 0, false));
            if (random.Next(2) == 0)
            {
                int waits = random.Next(3) == 0 ? random.Next(t) : parent;
                code[waits].Insert(random.Next(waits == parent ? at + 1 : 0, code[waits].Count + 1), new Instruction(StepKind.Join, t, 1, 0, 0, false));
            }
        }
    }
}
