using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// The simulated process that a <see cref="SimMap"/> and its clones live in: the session, what its pointers are
/// called, and whether it is still alive. Its maps have one type, number 0 of the session.
/// </summary>
internal sealed class SimProcess
{
    private readonly ObjectNames _names = new();
    private readonly ValueWriter _writer;
    private readonly ValueReader _reader;
    private string? _death;

    /// <summary>Creates a process without maps.</summary>
    /// <exception cref="ArgumentException">The type's keys or elems are too large, or the options name no hash function.</exception>
    public SimProcess(MapType type, SimMapOptions options)
    {
        if (!Enum.IsDefined(options.Hash))
        {
            throw new ArgumentException($"expected a hash regime, found {options.Hash}", nameof(options));
        }

        // The settings of a program with the same header, so that the same operations leave the same bytes.
        HashRegime hash = options.Hash == HashRegime.Aes && type.Arch == Arch.Arm64 ? HashRegime.Portable : options.Hash;
        var settings = new ProgramSettings(
            options.Version, type.Arch, ProgramSettings.HashNames[(int)hash], options.Seed, options.ForceGeneric, ProgramSettings.DefaultLimit);
        Session = new MapSession(settings.ToOptions(), type) { ForceGeneric = settings.Generic };
        if (options.Collector is { } gc)
        {
            Session.UseCollector(gc with { Seed = options.Seed });
        }

        _writer = new ValueWriter(Session, _names);
        _reader = new ValueReader(Session, _names);
    }

    /// <summary>The machine; its operations go through <see cref="Do"/>.</summary>
    public MapSession Session { get; }

    /// <summary>The type of all maps here.</summary>
    public MapType Type => Session.TypeOf(0);

    /// <summary>Runs an operation. What ends it early comes out as an exception.</summary>
    /// <exception cref="GoPanicException">It panicked.</exception>
    /// <exception cref="GoFatalException">The process died of it.</exception>
    /// <exception cref="InvalidOperationException">The process was dead before.</exception>
    public void Do(Func<MapSession, OperationEnd> operation)
    {
        if (_death != null)
        {
            throw new InvalidOperationException($"the simulated process has died: {_death}");
        }

        OperationEnd end;
        try
        {
            end = operation(Session);
        }
        catch (Exception e) when (e is OutOfSimulatedMemoryException or ArgumentOutOfRangeException { ParamName: "size" })
        {
            throw Die(Failure.None, "out of memory", e);
        }

        if (Session.HitStepLimit)
        {
            throw Die(Failure.None, "the operation does not end");
        }

        if (!end.IsOk)
        {
            string text = Session.Machine.FailureText(end.Failure, end.Detail)!;
            throw Failures.Severity(end.Failure) == FailureSeverity.Panic ? new GoPanicException(end.Failure, text) : Die(end.Failure, text);
        }
    }

    /// <summary>The value as its place wants it: checked, and with a type if that is an interface.</summary>
    /// <param name="type">The type of the place.</param>
    /// <param name="value">What the user gave.</param>
    /// <param name="place">"key" or "elem": the name of the parameter.</param>
    /// <exception cref="ArgumentException">It is no value of the type.</exception>
    public GoValue Fit(GoType type, GoValue value, string place)
    {
        ArgumentNullException.ThrowIfNull(value, place);
        try
        {
            return Parse(type, value.ToText());
        }
        catch (ProgramFormatException e)
        {
            throw new ArgumentException($"{Type.Text} takes {place}s of type {type.Text}, found {value.Described}: {e.Message}", place, e);
        }
    }

    /// <summary>The bytes of a value that fits. Allocates what it points to.</summary>
    public byte[] Bytes(GoType type, GoValue value) => _writer.Bytes(type, value);

    /// <summary>The value at an address. What is no value any more, as in a broken map, is shown as it is.</summary>
    public GoValue Read(GoType type, Addr at)
    {
        string text = _reader.Text(type, at);
        try
        {
            return Parse(type, text);
        }
        catch (ProgramFormatException)
        {
            return GoValue.Plain(text);
        }
    }

    private GoValue Parse(GoType type, string text)
    {
        var cursor = new LineCursor(1, text);
        GoValue value = new ValueParser(cursor, Type.Arch, null, new ProgramScope()).Value(type);
        return cursor.Rest.Trim().IsEmpty ? value : throw cursor.Error("the end of the value", found: $"'{cursor.Rest}'");
    }

    private GoFatalException Die(Failure failure, string text, Exception? inner = null)
    {
        _death = text;
        return new GoFatalException(failure, text, inner);
    }
}
