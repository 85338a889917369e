using System.Text.Json;
using MapSim.Hash;
using MapSim.Layout;
using MapSim.Machines;

namespace MapSim.Traces;

/// <summary>The first line of a trace: what ran, for which type, with which hash (trace-format.md).</summary>
public sealed class TraceHeader
{
    private TraceHeader(GoVersion version, Arch arch, MapType type)
    {
        Version = version;
        Arch = arch;
        Type = type;
    }

    /// <summary>The Go release.</summary>
    public GoVersion Version { get; }

    /// <summary>The architecture.</summary>
    public Arch Arch { get; }

    /// <summary>The map type.</summary>
    public MapType Type { get; }

    /// <summary>The type's short name, "u64u64" for instance.</summary>
    public string Kind { get; private init; } = "";

    /// <summary>The recorder's profile.</summary>
    public string Profile { get; private init; } = "";

    /// <summary>The generic functions were called although the type has fast ones.</summary>
    public bool IsSlow { get; private init; }

    /// <summary>The process's hash function; null if it is not modelled and only recorded hashes are known.</summary>
    public IMemHash? MemHash { get; private init; }

    /// <summary>The machine's options for replaying. With unknown hashes the memory hash is never asked.</summary>
    public MachineOptions Options =>
        new(Version, Arch, MemHash ?? new DegenerateHash(DegenerateHashKind.OneBucket, Arch.PointerSize));

    /// <summary>Reads the header.</summary>
    /// <exception cref="TraceFormatException">The line is no header, or does not fit the type it names.</exception>
    public static TraceHeader Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return Parse(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new TraceFormatException(1, (int)(e.BytePositionInLine ?? 0) + 1, "expected a trace header (JSON), found " + Excerpt(line));
        }
        catch (Exception e) when (e is FormatException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new TraceFormatException(1, 1, "not the header of a map trace: " + e.Message);
        }
    }

    private static TraceHeader Parse(JsonElement root)
    {
        string Text(string name) => root.TryGetProperty(name, out JsonElement e) && e.ValueKind == JsonValueKind.String
            ? e.GetString()!
            : throw new FormatException($"expected the field \"{name}\"");

        GoVersion version = GoVersion.Parse(Text("go"));
        Arch arch = Arch.Parse(Text("arch"));
        MapType type = MapType.Parse(Text("map"), arch);
        CheckType(root, type);
        return new TraceHeader(version, arch, type)
        {
            Kind = Text("kind"),
            Profile = Text("profile"),
            IsSlow = root.TryGetProperty("slow", out JsonElement slow) && slow.GetBoolean(),
            MemHash = HashOf(root, version, arch, Text),
        };
    }

    private static void CheckType(JsonElement root, MapType type)
    {
        Check("ptr", type.Arch.PointerSize);
        Check("keysize", type.KeySlot);
        Check("elemsize", type.ElemSlot);
        Check("fullkey", type.Key.Size);
        Check("fullelem", type.Elem.Size);
        Check("bucketsize", type.BucketSize);
        Check("mapflags", type.Flags);
        if (root.GetProperty("bucketptrs").GetBoolean() != type.BucketHasPointers)
        {
            throw new FormatException($"bucketptrs does not fit {type.Text}");
        }

        void Check(string name, int computed)
        {
            int given = root.GetProperty(name).GetInt32();
            if (given != computed)
            {
                throw new FormatException($"{name} is {given}, but {type.Text} has {computed}");
            }
        }
    }

    private static IMemHash? HashOf(JsonElement root, GoVersion version, Arch arch, Func<string, string> text)
    {
        if (root.GetProperty("useAeshash").GetBoolean())
        {
            byte[] schedule = Convert.FromHexString(text("aeskeysched"));
            return arch == Arch.Amd64 ? new AesHash(schedule) : arch == Arch.I386 ? new AesHash386(schedule) : null;
        }

        ulong[] keys = [.. root.GetProperty("hashkey").EnumerateArray().Select(k => Convert.ToUInt64(k.GetString(), 16))];
        return arch.PointerSize == 4
            ? new PortableHash32(keys)
            : new PortableHash(keys, version.HasPortableHashMultipliers ? PortableHashKind.FixedMultipliers : PortableHashKind.KeyedMultipliers);
    }

    private static string Excerpt(ReadOnlyMemory<byte> line) =>
        "'" + string.Concat(line.Span[..Math.Min(40, line.Length)].ToArray().Select(b => b is >= 32 and < 127 ? (char)b : '?')) + "'";
}
