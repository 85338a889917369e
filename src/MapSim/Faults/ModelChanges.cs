using System.Runtime.CompilerServices;
using MapSim.Layout;

namespace MapSim.Faults;

/// <summary>
/// What is changed in the model against the real runtime: a set of faults that break it and repairs that mend it. Empty for
/// the real thing. The model asks <see cref="Has(Fault)"/> at the one place where the change sits.
/// </summary>
public readonly record struct ModelChanges
{
    private readonly ulong _low;
    private readonly ulong _high;
    private readonly ulong _repairs;

    private ModelChanges(ulong low, ulong high, ulong repairs) => (_low, _high, _repairs) = (low, high, repairs);

    /// <summary>Nothing is changed.</summary>
    public static ModelChanges None => default;

    /// <summary>True if nothing is changed.</summary>
    public bool IsNone => (_low | _high | _repairs) == 0;

    /// <summary>True if the model has a fault.</summary>
    public bool HasFaults => (_low | _high) != 0;

    /// <summary>The faults, in the order of the catalogue.</summary>
    public IEnumerable<Fault> Faults => Enum.GetValues<Fault>().Where(Has);

    /// <summary>The repairs.</summary>
    public IEnumerable<Repair> Repairs => Enum.GetValues<Repair>().Where(Has);

    /// <summary>The repairs alone: the model that a fault's kill is compared with.</summary>
    public ModelChanges WithoutFaults => new(0, 0, _repairs);

    /// <summary>True if the model has this fault.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Has(Fault fault) => ((fault < (Fault)64 ? _low >> (int)fault : _high >> ((int)fault - 64)) & 1) != 0;

    /// <summary>True if the model has this repair.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Has(Repair repair) => ((_repairs >> (int)repair) & 1) != 0;

    /// <summary>These changes and a fault.</summary>
    public ModelChanges With(Fault fault) =>
        fault < (Fault)64 ? new(_low | (1UL << (int)fault), _high, _repairs) : new(_low, _high | (1UL << ((int)fault - 64)), _repairs);

    /// <summary>These changes and a repair.</summary>
    public ModelChanges With(Repair repair) => new(_low, _high, _repairs | (1UL << (int)repair));

    /// <summary>These changes and others.</summary>
    public ModelChanges With(ModelChanges others) => new(_low | others._low, _high | others._high, _repairs | others._repairs);

    /// <summary>What a release cannot have of this, in words; null if it can have all of it.</summary>
    public string? NotOf(GoVersion version)
    {
        foreach (Fault fault in Faults)
        {
            FaultInfo info = FaultCatalogue.Of(fault);
            if (!info.Versions.Contains(version))
            {
                return $"expected one of go {string.Join(", ", info.Versions)} for the fault {info.Id}, found go {version}";
            }
        }

        return null;
    }

    /// <summary>"fault assign-no-again repair iter-filter"; empty for none.</summary>
    public override string ToString() =>
        string.Join(' ', Faults.Select(f => "fault " + FaultCatalogue.Of(f).Id).Concat(Repairs.Select(r => "repair " + RepairCatalogue.Of(r).Id)));

    /// <summary>"--fault assign-no-again ", as the commands take it, with a blank behind each; empty for none.</summary>
    public string ToOptions() =>
        string.Concat(Faults.Select(f => $"--fault {FaultCatalogue.Of(f).Id} ").Concat(Repairs.Select(r => $"--repair {RepairCatalogue.Of(r).Id} ")));
}
