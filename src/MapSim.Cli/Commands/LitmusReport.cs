using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using MapSim.Concurrency;
using MapSim.Concurrency.Litmus;
using MapSim.Concurrency.States;

namespace MapSim.Cli.Commands;

/// <summary>Tells what was found out about a litmus program, as text for people or as JSON.</summary>
internal static class LitmusReport
{
    /// <summary>The schema of the JSON.</summary>
    public const string Schema = "mapsim.litmus/1";

    /// <summary>States for which the text also tells the best way to a failure, chances and endless runs: they need the whole graph in memory.</summary>
    private const int MostGraphStates = 4_000_000;

    /// <summary>One JSON object and a line feed.</summary>
    public static void WriteJson(Stream stream, string name, LitmusOutcome outcome, long milliseconds)
    {
        using (var w = new Utf8JsonWriter(stream))
        {
            w.WriteStartObject();
            w.WriteString("schema", Schema);
            w.WriteString("name", name);
            w.WriteString("engine", outcome.Engine);
            w.WriteBoolean("complete", outcome.IsComplete);
            Number(w, "traces", outcome.Traces);
            Number(w, "failingTraces", outcome.FailingTraces);
            Number(w, "deadlocks", outcome.Deadlocks);
            Number(w, "states", outcome.States);
            Number(w, "failingStates", outcome.FailingStates);
            Number(w, "sleepBlocked", outcome.SleepBlocked);
            if (outcome.States != null || outcome.Runs != null)
            {
                w.WriteBoolean("failing", outcome.IsFailing);
                w.WriteBoolean("deadlock", outcome.IsDeadlocking);
            }

            w.WriteStartArray("failures");
            foreach ((string key, _, _) in outcome.Failures)
            {
                w.WriteStringValue(key);
            }

            w.WriteEndArray();
            if (outcome.Preemptions is { } preemptions)
            {
                w.WriteNumber("preemptions", preemptions);
                w.WriteBoolean("completeWithinPreemptions", outcome.IsCompleteWithin);
            }

            Number(w, "runs", outcome.Runs);
            if (outcome.FailingRuns is { } failing)
            {
                w.WriteString("sampler", outcome.Sampler);
                Number(w, "firstFailing", failing.Count == 0 ? null : failing.Min(f => f.First));
                Number(w, "distinctTraces", outcome.DistinctTraces);
                w.WriteStartArray("failingRuns");
                foreach ((string key, long runs, long first) in failing)
                {
                    w.WriteStartObject();
                    w.WriteString("key", key);
                    w.WriteNumber("runs", runs);
                    w.WriteNumber("first", first);
                    w.WriteEndObject();
                }

                w.WriteEndArray();
            }

            w.WriteNumber("steps", outcome.Steps);
            w.WriteNumber("milliseconds", milliseconds);
            w.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }

    /// <summary>The text.</summary>
    /// <param name="program">The program.</param>
    /// <param name="outcome">What the engine found.</param>
    /// <param name="milliseconds">How long it took.</param>
    /// <param name="options">The limits, which hold for what is looked up in addition as well.</param>
    public static string Text(LitmusProgram program, LitmusOutcome outcome, long milliseconds, StateOptions options)
    {
        var text = new StringBuilder();
        Line(text, $"{program.Name}: {Count(program.ThreadNames.Count, "thread")}, engine {outcome.Engine}, {Seen(outcome)}");
        Line(text, outcome.Runs is { } runs
            ? (FormattableString)$"  {runs} runs by {outcome.Sampler}{(outcome.DistinctTraces is { } distinct ? FormattableString.Invariant($", {distinct} different traces") : "")}, {outcome.Steps} steps, {milliseconds} ms"
            : outcome.States is { } states
            ? (FormattableString)$"  {states} states{(outcome.FailingStates > 0 ? FormattableString.Invariant($" and {outcome.FailingStates} in which a thread has failed") : "")}, {outcome.Steps} steps, {milliseconds} ms"
            : $"  {outcome.Traces} traces, {outcome.FailingTraces} fail, {outcome.Deadlocks} deadlock, {outcome.SleepBlocked} sleep-blocked, {outcome.Steps} steps, {milliseconds} ms");
        foreach ((string key, long? traces, _) in outcome.Failures)
        {
            Line(text, $"  fails: {key}{OfRuns(outcome, key) ?? (traces == null ? "" : FormattableString.Invariant($", {traces} traces"))}");
        }

        if (outcome.IsDeadlocking)
        {
            Line(text, $"  deadlocks{OfRuns(outcome, "deadlock")}");
        }

        if (!outcome.IsFailing && !outcome.IsDeadlocking)
        {
            Line(text, $"  {(outcome.IsComplete ? "nothing can go wrong" : outcome.IsCompleteWithin ? "nothing can go wrong with so few" : "nothing went wrong so far")}");
        }

        if (outcome.Preemptions == null && outcome.States + outcome.FailingStates <= MostGraphStates)
        {
            OfGraph(text, program, options);
        }
        else if (outcome.Failures.FirstOrDefault(f => f.Schedule != null) is { Schedule: { } failing } failure)
        {
            Line(text, $"a way to {failure.Key}:");
            text.Append(Steps(program, failing));
        }
        else if (outcome.DeadlockSchedule is { } waiting)
        {
            Line(text, $"a way to the deadlock:");
            text.Append(Steps(program, waiting));
        }

        return text.ToString();
    }

    private static string Seen(LitmusOutcome outcome) => outcome switch
    {
        { IsComplete: true } => "everything was seen",
        { Runs: not null } => "samples, which prove nothing",
        { IsCompleteWithin: true } => string.Create(CultureInfo.InvariantCulture, $"everything with at most {Count(outcome.Preemptions!.Value, "preemption")} was seen"),
        _ => "NOT everything was seen: a limit cut it",
    };

    private static string? OfRuns(LitmusOutcome outcome, string key) => outcome.FailingRuns?.FirstOrDefault(f => f.Key == key) is { Key: not null } failing
        ? string.Create(CultureInfo.InvariantCulture, $", {Count(failing.Runs, "run")}, the first is run {failing.First}")
        : null;

    private static void OfGraph(StringBuilder text, LitmusProgram program, StateOptions options)
    {
        StateGraph graph = StateGraph.Build(new LitmusModel(program), options);
        if (Interleavings.Of(graph) is { } all)
        {
            Line(text, $"  {all.All} interleavings, {all.Bad} of them go wrong");
        }

        if (Chance.Of(graph) is { Value: > 0 } chance)
        {
            string exact = chance.Denominator > 0 && chance.Denominator < BigInteger.Pow(10, 18) ? $", exactly {chance.Numerator}/{chance.Denominator}" : "";
            Line(text, $"  a run under a random scheduler goes wrong with chance {chance.Value.ToString("G6", CultureInfo.InvariantCulture)}{exact}");
        }

        foreach (Lasso lasso in Lassos.Find(graph))
        {
            string threads = string.Join(", ", program.ThreadNames.Where((_, t) => (lasso.Moving >> t & 1) != 0));
            Line(text, lasso.Kind == LassoKind.Spin
                ? (FormattableString)$"  {threads} can wait by spinning: alone it comes back to where it was after {Count(lasso.States, "step")} ({Count(lasso.Threads.Count, "step")} from the start)"
                : $"  livelock: {threads} can go on for ever and get nowhere, in {Count(lasso.States, "state")} ({Count(lasso.Threads.Count, "step")} from the start)");
        }

        if (FewestPreemptions.Find(graph) is { } way)
        {
            string what = graph.Failure(way.State) ?? "the deadlock";
            Line(text, $"a way to {what} with {Count(way.Preemptions, "preemption")} and {Count(way.Threads.Count, "step")}{(way.IsProven ? " (none has fewer)" : "")}:");
            text.Append(Steps(program, way.Threads));
        }
    }

    private static string Steps(LitmusProgram program, IReadOnlyList<int> schedule)
    {
        var model = new LitmusModel(program);
        var table = new TextTable("  step", "thread", "does", "line", "then");
        for (int i = 0; i < schedule.Count; i++)
        {
            int thread = schedule[i];
            StepInfo next = model.Next(thread);
            int line = model.Line(thread);
            ulong failed = model.Failed;
            model.Step(thread);
            // The place of an access or a lock is the number of its cell.
            string cell = next.Kind <= StepKind.Unlock ? model.Memory().Split(' ')[next.Place] : "";
            string then = model.Failed != failed ? $"{cell}, and {program.ThreadNames[thread]} fails" : cell;
            table.Add((i + 1).ToString(CultureInfo.InvariantCulture), program.ThreadNames[thread], next.Label!, line.ToString(CultureInfo.InvariantCulture), then);
        }

        return table.ToString();
    }

    private static string Count(long number, string what) => string.Create(CultureInfo.InvariantCulture, $"{number} {what}{(number == 1 ? "" : "s")}");

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static void Number(Utf8JsonWriter w, string name, long? value)
    {
        if (value is { } number)
        {
            w.WriteNumber(name, number);
        }
        else
        {
            w.WriteNull(name);
        }
    }
}
