using Microsoft.Coyote.Runtime;

// Stands for Microsoft.Coyote 1.7.11 in tests: the same names and signatures of what mapsim-coyote uses, over Turns.
namespace Microsoft.Coyote
{
    public sealed class Configuration
    {
        internal uint Iterations { get; private set; } = 1;

        internal uint Seed { get; private set; }

        internal uint? PriorityChanges { get; private set; }

        internal bool IsRunToCompletion { get; private set; }

        public static Configuration Create() => new();

        public Configuration WithTestingIterations(uint iterations) => With(() => Iterations = iterations);

        public Configuration WithRandomGeneratorSeed(uint seed) => With(() => Seed = seed);

        public Configuration WithRandomStrategy() => With(() => PriorityChanges = null);

        public Configuration WithPrioritizationStrategy(bool isFair = false, uint priorityChangeBound = 10) => With(() => PriorityChanges = isFair ? null : priorityChangeBound);

        public Configuration WithTestIterationsRunToCompletion(bool runToCompletion = true) => With(() => IsRunToCompletion = runToCompletion);

        public Configuration WithMaxSchedulingSteps(uint maxSteps) => maxSteps <= int.MaxValue / 10 ? this : throw new OverflowException();

        public Configuration WithDeadlockTimeout(uint timeout) => timeout > 0 ? this : throw new ArgumentOutOfRangeException(nameof(timeout));

        public Configuration WithTelemetryEnabled(bool isEnabled = true) => isEnabled ? throw new InvalidOperationException("expected no telemetry") : this;

        private Configuration With(Action set)
        {
            set();
            return this;
        }
    }
}

namespace Microsoft.Coyote.Runtime
{
    public static class SchedulingPoint
    {
        public static void Interleave() => Turns.Current?.Next();
    }

    public static class Operation
    {
        public static ulong? CreateNext() => Turns.Current?.Create().Id;

        public static void Start(ulong operationId) => Turns.Current?.Of(operationId);

        public static void OnStarted(ulong operationId) => Turns.Current?.OnStarted(Turns.Current.Of(operationId));

        public static void OnCompleted() => Turns.Current?.OnCompleted();

        public static void ScheduleNext() => Turns.Current?.Next();

        public static void PauseUntil(Func<bool> condition) => Turns.Current?.PauseUntil(condition);

        public static void PauseUntilCompleted(ulong operationId) => Turns.Current?.PauseUntil(() => Turns.Current.Of(operationId).State == TurnState.Completed);
    }
}

namespace Microsoft.Coyote.SystematicTesting
{
    public sealed class TestReport
    {
        public int NumOfFoundBugs { get; internal set; }

        public HashSet<string> BugReports { get; } = [];
    }

    public sealed class TestingEngine : IDisposable
    {
        private readonly Configuration _configuration;
        private readonly Action _test;

        private TestingEngine(Configuration configuration, Action test) => (_configuration, _test) = (configuration, test);

        public TestReport TestReport { get; } = new();

        public static TestingEngine Create(Configuration configuration, Action test) => new(configuration, test);

        public void Run()
        {
            for (uint i = 0; i < _configuration.Iterations && (_configuration.IsRunToCompletion || TestReport.NumOfFoundBugs == 0); i++)
            {
                try
                {
                    new Turns(new Random(unchecked((int)(_configuration.Seed + i))), _configuration.PriorityChanges).Run(_test);
                }
                catch (Exception e)
                {
                    // As Coyote does: any exception is a bug, told with its stack.
                    TestReport.NumOfFoundBugs++;
                    TestReport.BugReports.Add($"Unhandled exception. {e}");
                    Console.Out.WriteLine($"... Iteration #{i + 1} found bug #{TestReport.NumOfFoundBugs}\nUnhandled exception. {e}");
                }
            }
        }

        public void Dispose()
        {
        }
    }
}
