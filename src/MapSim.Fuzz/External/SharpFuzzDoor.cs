using System.Reflection;

namespace MapSim.Fuzz;

/// <summary>
/// SharpFuzz, found at run time: no part of MapSim is built against it. It connects this process with afl-fuzz, or with
/// libFuzzer by way of libfuzzer-dotnet, and calls back for every input.
/// </summary>
/// <remarks>
/// Used of it (SharpFuzz 2.3): <c>SharpFuzz.Fuzzer.OutOfProcess.Run(Action&lt;Stream&gt;)</c>, or where that is missing
/// <c>SharpFuzz.Fuzzer.Run(Action&lt;Stream&gt;)</c>, and <c>SharpFuzz.Fuzzer.LibFuzzer.Run(SharpFuzz.ReadOnlySpanAction)</c>
/// with <c>delegate void ReadOnlySpanAction(ReadOnlySpan&lt;byte&gt;)</c>. An exception out of the callback is a crash.
/// </remarks>
public sealed class SharpFuzzDoor
{
    private const string HowToAdd =
        "add the package SharpFuzz to a project of your own, build it, and give --assembly the SharpFuzz.dll of its output (SharpFuzz.Common.dll and dnlib.dll must be beside it)";

    private readonly MethodInfo _streams;
    private readonly MethodInfo _spans;

    private SharpFuzzDoor(MethodInfo streams, MethodInfo spans)
    {
        _streams = streams;
        _spans = spans;
    }

    /// <summary>Where the assembly is looked for if nobody says: beside this program.</summary>
    public static string DefaultFile => Path.Combine(AppContext.BaseDirectory, "SharpFuzz.dll");

    /// <summary>Loads the assembly.</summary>
    /// <param name="file">SharpFuzz.dll.</param>
    /// <exception cref="ExternalEngineException">It is not there, is no assembly, or lacks what is used.</exception>
    public static SharpFuzzDoor Open(string file)
    {
        Type fuzzer = Load(file).GetType("SharpFuzz.Fuzzer") ?? throw Missing(file, "the type SharpFuzz.Fuzzer");
        Type spanAction = fuzzer.Assembly.GetType("SharpFuzz.ReadOnlySpanAction") ?? throw Missing(file, "the type SharpFuzz.ReadOnlySpanAction");
        return new SharpFuzzDoor(
            Run(fuzzer.GetNestedType("OutOfProcess"), typeof(Action<Stream>)) ?? Run(fuzzer, typeof(Action<Stream>)) ?? throw Missing(file, "SharpFuzz.Fuzzer.Run(Action<Stream>)"),
            Run(fuzzer.GetNestedType("LibFuzzer"), spanAction) ?? throw Missing(file, "SharpFuzz.Fuzzer.LibFuzzer.Run(SharpFuzz.ReadOnlySpanAction)"));
    }

    /// <summary>Hands the process over for AFL; comes back when AFL is gone, or after one input if there is none.</summary>
    /// <param name="target">Runs an input and throws if it is a finding.</param>
    public void RunStreams(SharpFuzzTarget target) => Invoke(_streams, new Action<Stream>(target.Run));

    /// <summary>Hands the process over for libFuzzer; comes back when it is gone.</summary>
    /// <param name="target">Runs an input and throws if it is a finding.</param>
    public void RunSpans(SharpFuzzTarget target)
    {
        Type delegateType = _spans.GetParameters()[0].ParameterType;
        MethodInfo run = typeof(SharpFuzzTarget).GetMethod(nameof(SharpFuzzTarget.Run), [typeof(ReadOnlySpan<byte>)])!;
        Invoke(_spans, Delegate.CreateDelegate(delegateType, target, run));
    }

    private static Assembly Load(string file)
    {
        string full = Path.GetFullPath(file);
        if (!File.Exists(full))
        {
            throw new ExternalEngineException($"{file}: expected the assembly SharpFuzz, found no such file; {HowToAdd}");
        }

        try
        {
            return Assembly.LoadFrom(full);
        }
        catch (Exception e) when (e is BadImageFormatException or FileLoadException)
        {
            throw new ExternalEngineException($"{file}: expected a .NET assembly, found something else ({e.Message}); {HowToAdd}", e);
        }
    }

    private static MethodInfo? Run(Type? type, Type argument) => type?.GetMethod("Run", BindingFlags.Public | BindingFlags.Static, [argument]);

    private static ExternalEngineException Missing(string file, string what) =>
        new($"{file}: expected {what} (SharpFuzz 2.x), found none; {HowToAdd}");

    /// <summary>Calls it as if it were called directly: what it throws comes out as it is.</summary>
    private static void Invoke(MethodInfo run, Delegate callback) => run.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [callback], null);
}
