namespace MapSim.Concurrency.Litmus;

/// <summary>Which registers a thread may still read at each of its positions: the data flow from the end backwards.</summary>
/// <remarks>
/// A register that no later statement reads is no part of the state; without this a loop that remembers nothing would have a
/// state for everything it ever read. Where a thread may stop by a fault, what `final` names is read as well.
/// </remarks>
internal static class Liveness
{
    /// <summary>By position: the live registers, as places among the locals, in order.</summary>
    public static int[][] Of(LitmusProgram program)
    {
        var result = new int[program.Code.Length][];
        for (int t = 0; t < program.Threads.Length; t++)
        {
            ThreadCode thread = program.Threads[t];
            var live = new HashSet<int>[thread.End - thread.Start + 1];
            for (int i = 0; i < live.Length; i++)
            {
                live[i] = [];
            }

            bool changed = true;
            while (changed)
            {
                changed = false;
                for (int i = live.Length - 1; i >= 0; i--)
                {
                    int before = live[i].Count;
                    Join(program, thread.Start, live, i, program.Kept[t]);
                    changed |= live[i].Count != before;
                }
            }

            for (int i = 0; i < live.Length; i++)
            {
                result[thread.Start + i] = [.. live[i].Order()];
            }
        }

        return result;
    }

    private static void Join(LitmusProgram program, int start, HashSet<int>[] live, int i, int[] kept)
    {
        ref readonly Statement s = ref program.Code[start + i];
        HashSet<int> here = live[i];
        if (s.Kind is not StatementKind.Stop and not StatementKind.Goto)
        {
            int set = s.Register;
            here.UnionWith(live[i + 1].Where(r => r != set));
        }

        if (s.Kind is StatementKind.Goto or StatementKind.If)
        {
            here.UnionWith(live[s.Target - start]);
        }

        if (s.MayFail || s.Kind == StatementKind.Stop)
        {
            here.UnionWith(kept);
        }

        Read(program, s.Index, here);
        Read(program, s.First, here);
        Read(program, s.Second, here);
    }

    private static void Read(LitmusProgram program, Expression e, HashSet<int> into)
    {
        for (int i = e.Start; i < e.End; i++)
        {
            if (program.Expressions[i].Op == ExpressionOp.Register)
            {
                into.Add((int)program.Expressions[i].Value);
            }
        }
    }
}
