namespace MapSim.Programs;

/// <summary>Makes random programs of the binary form: a Config, then ops drawn from the table as random bytes draw them, each with all of its arguments.</summary>
public static class BinaryGenerator
{
    /// <summary>Makes a program.</summary>
    /// <param name="random">The source of everything random.</param>
    /// <param name="ops">How many ops, the Config included.</param>
    /// <param name="relational">Of 100 keys so many are relational selectors; the rest names values of the pool.</param>
    public static BinaryProgram Make(RandomSource random, int ops, int relational)
    {
        var made = new List<BinaryOp> { Make(random, BinaryOpCode.Config, relational) };
        while (made.Count < ops)
        {
            BinaryOpCode code = BinaryOpTable.Op(random.Below(128));
            if (code is not (BinaryOpCode.Reserved or BinaryOpCode.Config))
            {
                made.Add(Make(random, code, relational));
            }
        }

        return new BinaryProgram(made);
    }

    private static BinaryOp Make(RandomSource random, BinaryOpCode code, int relational)
    {
        var bytes = new ArgumentWriter();
        foreach (string name in BinaryOpTable.ArgumentNames(code).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            switch (name)
            {
                case "seed#":
                    bytes.Number(random.Next() & 0xFFFF);
                    break;
                case "key":
                    bytes.Byte(random.Chance(relational) ? 64 + random.Below(48) : random.Below(64));
                    break;
                case "key..." or "elem...":
                    bytes.Byte(random.Below(128)).Byte(random.Below(128));
                    break;
                default:
                    bytes.Byte(random.Below(name.EndsWith('#') ? 64 : 128));
                    break;
            }
        }

        return bytes.Op(code);
    }
}
