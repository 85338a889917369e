using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Machines;

/// <summary>Type descriptors: read-only data of the simulated program, known by address.</summary>
public sealed unsafe partial class Machine
{
    private const ulong DescriptorStride = 0x100;
    private readonly List<GoType> _runtimeTypes = [];

    /// <summary>The address of the descriptor of a type that an interface value may hold; the same type always has the same one.</summary>
    public Addr RuntimeType(GoType type)
    {
        int at = 0;
        while (at < _runtimeTypes.Count && _runtimeTypes[at].Text != type.Text)
        {
            at++;
        }

        if (at == _runtimeTypes.Count)
        {
            _runtimeTypes.Add(type);
        }

        return RuntimeTypeBase + (ulong)at * DescriptorStride;
    }

    /// <summary>The type whose descriptor is at an address; null if none is.</summary>
    public GoType? RuntimeTypeAt(Addr descriptor)
    {
        ulong at = (descriptor - RuntimeTypeBase) / DescriptorStride;
        return at < (ulong)_runtimeTypes.Count ? _runtimeTypes[(int)at] : null;
    }

    /// <summary>Every type that an interface value may hold so far, with the address of its descriptor.</summary>
    public IEnumerable<(Addr Descriptor, GoType Type)> RuntimeTypes => _runtimeTypes.Select((t, i) => (RuntimeTypeBase + (ulong)i * DescriptorStride, t));

    /// <summary>The runtime's words for the failure of a goroutine, or null if it did not fail.</summary>
    public string? FailureText(Failure failure, int detail) => failure switch
    {
        Failure.None => null,
        Failure.Unhashable => Failures.Message(failure) + _runtimeTypes[detail].Text,
        _ => Failures.Message(failure),
    };

    internal int RuntimeTypeNumber(GoType type) => (int)((RuntimeType(type) - RuntimeTypeBase) / DescriptorStride);

    private Addr RuntimeTypeBase => new(Memory.Is32Bit ? 0x0818_0000UL : 0x4D_0000UL);
}
