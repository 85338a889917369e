using MapSim.Fuzz;
using Microsoft.Coyote.Runtime;

namespace MapSim.Concurrency.Coyote;

/// <summary>
/// One run of a program as a test of Coyote: each mover is a task and an operation of Coyote's, which makes a step and lets
/// Coyote pick who goes on. A bad end is an exception, so that Coyote counts a bug.
/// </summary>
/// <remarks>
/// Operations are told to Coyote by its own calls (<see cref="Operation"/>), so this assembly need not be rewritten. A mover
/// that has to wait is a paused operation: Coyote never sees a deadlock of the program, the judge does.
/// </remarks>
/// <param name="program">The program.</param>
internal sealed class CoyoteTest(SteeredProgram program)
{
    /// <summary>A run, from the first step to the verdict.</summary>
    /// <exception cref="ExternalFindingException">It ended badly; the message has the key and the schedule.</exception>
    public void Run()
    {
        program.Begin();
        var operations = new ulong[program.Movers];
        var tasks = new Task[program.Movers];
        for (int m = 0; m < tasks.Length; m++)
        {
            int mover = m;
            ulong operation = Operation.CreateNext() ?? throw new InvalidOperationException("expected Coyote's engine around the test, found none");
            operations[m] = operation;
            Operation.Start(operation);

            // A thread of its own for each: they wait for one another.
            tasks[m] = Task.Factory.StartNew(() => Move(mover, operation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        foreach (ulong operation in operations)
        {
            Operation.PauseUntilCompleted(operation);
        }

        Task.WaitAll(tasks);
        SteeredEnd end = program.End();
        if (end.Key != null)
        {
            throw new ExternalFindingException(end.ToString());
        }
    }

    private void Move(int mover, ulong operation)
    {
        Operation.OnStarted(operation);
        try
        {
            while (true)
            {
                Operation.PauseUntil(() => program.IsOver || program.CanMove(mover));
                if (program.IsOver)
                {
                    return;
                }

                program.Step(mover);
                SchedulingPoint.Interleave();
            }
        }
        finally
        {
            Operation.OnCompleted();
            Operation.ScheduleNext();
        }
    }
}
