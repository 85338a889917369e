using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// A piece of a round: some executions in a row on one thread, with random numbers of its own. It sees the corpus as it was
/// when the round began, and what it finds itself; so what it does does not depend on the other tasks or on threads.
/// </summary>
/// <param name="engine">The engine; only read while a round runs.</param>
/// <param name="seed">The task's own seed.</param>
/// <param name="runs">How many executions.</param>
/// <param name="first">The number of the first of them in the campaign, from 0: so many of the seeds were run before.</param>
/// <param name="isStopped">Asked before each whether to give up; null for never.</param>
internal sealed class EngineTask(FuzzEngine engine, ulong seed, int runs, long first, Func<bool>? isStopped = null)
{
    /// <summary>Every code of an op is below this.</summary>
    public const int Codes = 128;

    private const int MostFound = 64, RareWeight = 20, OperationsForOne = 100;
    private readonly RandomSource _random = new(seed);
    private readonly HashSet<uint> _new = [];
    private readonly Dictionary<int, uint> _hits = [];

    /// <summary>Inputs with features that nothing had when the round began, in the order in which they were found.</summary>
    public List<FoundInput> Found { get; } = [];

    /// <summary>Executions that ended with a bug key.</summary>
    public List<FoundInput> Bugs { get; } = [];

    /// <summary>How many executions of the task had a feature, by the feature's number.</summary>
    public IReadOnlyDictionary<int, uint> Hits => _hits;

    /// <summary>Operations done.</summary>
    public long Operations { get; private set; }

    /// <summary>Executions that ran into a limit.</summary>
    public int Limits { get; private set; }

    /// <summary>Ops of each kind in the programs.</summary>
    public long[] Ops { get; } = new long[Codes];

    /// <summary>True if all executions were made.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Executions made.</summary>
    public int Made { get; private set; }

    /// <summary>Makes the executions.</summary>
    /// <param name="target">What runs them.</param>
    /// <param name="stopAtBug">Makes no more after the first that ends with a bug key.</param>
    public void Run(FuzzTarget target, bool stopAtBug = false)
    {
        var mutator = new InputMutator(_random, engine);
        for (int i = 0; i < runs && !(stopAtBug && Bugs.Count > 0); i++)
        {
            if (isStopped?.Invoke() == true)
            {
                return;
            }

            Made++;
            (int parent, BinaryProgram program, string mutation) = SeedAt(first + i) ?? mutator.Next(Found);
            program = TargetInput.Allowed(program, target.Options);
            TargetResult result = target.Run(program);
            foreach (BinaryOp op in program.Ops)
            {
                Ops[(int)op.Code]++;
            }

            Operations += result.Operations;
            Limits += result.End is TargetEnd.StepLimit or TargetEnd.MemoryLimit ? 1 : 0;
            Look(target.Features, new FoundInput(program, parent, mutation, i, result));
        }

        IsComplete = true;
    }

    /// <summary>The first executions of a campaign are those of its seeds.</summary>
    private (int Parent, BinaryProgram Program, string Mutation)? SeedAt(long number) =>
        number < engine.Options.Seeds.Count ? (-1, BinaryDecoder.Decode(engine.Options.Seeds[(int)number], TargetInput.MostOps), "seed") : null;

    private void Look(FeatureSet features, FoundInput input)
    {
        int fresh = 0;
        foreach (uint feature in features.Items)
        {
            int number = engine.Features.Find(feature);
            if (number >= 0)
            {
                System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_hits, number, out _)++;
            }
            else if (Found.Count < MostFound && input.Result.End is TargetEnd.Clean or TargetEnd.Finding && engine.Features.IsNew(feature) && !_new.Contains(feature))
            {
                fresh += FeatureSet.DomainOf(feature) is FeatureDomain.Milestone or FeatureDomain.Collector or FeatureDomain.Interleaving ? RareWeight : 1;
            }
        }

        if (input.Result.End == TargetEnd.Finding)
        {
            Bugs.Add(input);
        }

        if (fresh > 0 && IsWorthIt(input, fresh))
        {
            Found.Add(input with { Features = features.Items.ToArray() });
            _new.UnionWith(Found[^1].Features);
        }
    }

    /// <summary>An input that costs much must show much: a cheaper one may come that shows the same.</summary>
    private static bool IsWorthIt(FoundInput input, int fresh) => (long)fresh * OperationsForOne >= input.Result.Operations;
}

/// <summary>An execution worth telling of.</summary>
/// <param name="Program">What was run.</param>
/// <param name="Parent">The entry it was made from; -1 for none.</param>
/// <param name="Mutation">How it was made.</param>
/// <param name="Run">Which execution of its task.</param>
/// <param name="Result">How it ended.</param>
internal sealed record FoundInput(BinaryProgram Program, int Parent, string Mutation, int Run, TargetResult Result)
{
    /// <summary>All its features.</summary>
    public uint[] Features { get; init; } = [];
}
