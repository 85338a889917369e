using System.Globalization;
using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>
/// The program's hash function on the real runtime, with --unsafe: map types of the test's own get one of the bad hash
/// functions, so that real keys fall into the buckets that the program wants. Go's own hashes have keys of their own.
/// </summary>
internal static class GoHashSource
{
    /// <summary>True if the hash function of maps of a type is imposed.</summary>
    public static bool IsImposed(GoExportContext context, MapType type) =>
        context.Options.Unsafe && context.Settings.Hash is "identity" or "lowbits" or "onebucket" or "consttop" && Form(type.Key) != null;

    /// <summary>Declares the map types, and gives them their hash function at the test's begin.</summary>
    public static void Write(GoSource go, GoExportContext context)
    {
        foreach ((string text, string name) in context.OwnMapTypes)
        {
            GoType key = MapType.Parse(text, context.Settings.Arch).Key;
            context.Need("hash.go");
            go.Line(string.Create(CultureInfo.InvariantCulture, $"simImpose(t, {name}(nil), \"{context.Settings.Hash}\", \"{Form(key)}\", {key.Size})"));
        }
    }

    // Composite keys with parts that are no plain memory are left to the runtime.
    private static string? Form(GoType key) => key.IsPlainMemory ? "plain" : key.Unwrapped.Kind switch
    {
        GoKind.String => "string",
        GoKind.Float => "float",
        _ => null,
    };
}
