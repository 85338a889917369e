using MapSim.Faults;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>A program that ends badly with a fault and not so without it.</summary>
/// <param name="Key">How it ends with the fault: a bug key, or "limit/steps", "limit/memory".</param>
/// <param name="Program">The program with its schedule.</param>
/// <param name="Sharing">What its goroutines do to the same maps.</param>
public sealed record Kill(string Key, MapProgram Program, Sharing Sharing)
{
    /// <summary>The oracle that saw it: H1 to H8, G1 to G10, throw, "limit" for an operation without an end.</summary>
    public string Oracle => KillJudge.OracleOf(Key);

    /// <summary>True if the fault is a control, among programs without data races at least, and this is one.</summary>
    public bool IsFalse(FaultInfo fault) => fault.Expected == FaultVerdict.Equivalent && Sharing != Sharing.Racy;

    /// <summary>True if the catalogue lists that oracle for the fault.</summary>
    public bool IsExpected(FaultInfo fault) => fault.Oracles.Contains(Oracle);
}

/// <summary>What an execution says about a fault.</summary>
/// <param name="Run">How it ended with the fault.</param>
/// <param name="Kill">The kill; null if the fault survives.</param>
/// <param name="IsRefused">The unmodified model ends badly, too: such programs prove nothing.</param>
public sealed record Judgement(RunResult Run, Kill? Kill, bool IsRefused);
