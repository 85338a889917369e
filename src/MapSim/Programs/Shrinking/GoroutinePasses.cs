namespace MapSim.Programs;

/// <summary>Makes goroutines fewer: their lines become main's, before, at or after the place where they begin.</summary>
internal static class GoroutinePasses
{
    /// <summary>Each goroutine, the last first.</summary>
    public static void Merge(Trials trials)
    {
        for (int n = trials.Best.Statements.Count(s => s is GoroutineLine) - 1; n >= 0; n--)
        {
            Draft best = trials.Best;
            int[] blocks = [.. LinePasses.Indices(best, s => s is GoroutineLine)];
            if (n >= blocks.Length)
            {
                continue;
            }

            int open = blocks[n], end = best.EndOf(open);
            string name = ((GoroutineLine)best.Statements[open]).Name;
            (IStatement, int)[] body = [.. Enumerable.Range(open + 1, end - open - 1).Select(i => (best.Statements[i], i))];
            int join = LinePasses.Indices(best, s => s is Operation { Kind: OperationKind.Join } o && o.Name == name).FirstOrDefault(best.Statements.Count);
            foreach (int at in new SortedSet<int>([open, join, best.Statements.Count]))
            {
                List<(IStatement, int)> lines = [];
                for (int i = 0; i <= best.Statements.Count; i++)
                {
                    lines.AddRange(i == at ? body : []);
                    bool isOwn = i >= open && i <= end;
                    if (i < best.Statements.Count && !isOwn && !(best.Statements[i] is Operation { Kind: OperationKind.Spawn or OperationKind.Join } o && o.Name == name))
                    {
                        lines.Add((best.Statements[i], i));
                    }
                }

                var schedule = new List<Stretch>();
                foreach (Stretch s in best.Schedule)
                {
                    StepOwners.Append(schedule, s.Goroutine == name ? GoroutineNames.Main : s.Goroutine == name + ProgramScheduler.Drain ? GoroutineNames.Main + ProgramScheduler.Drain : s.Goroutine, s.Steps);
                }

                if (trials.Try(best.With(lines).Under(schedule)))
                {
                    break;
                }
            }
        }
    }
}
