using MapSim.Hash;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Tests;

/// <summary>Sessions for tests, and keys and elems as bytes.</summary>
internal static class Sessions
{
    public static MapSession Of(
        string type, GoVersion? version = null, Arch? arch = null, DegenerateHashKind? hash = null, ulong seed = 1, int storeBuffers = 0)
    {
        Arch a = arch ?? Arch.Amd64;
        IMemHash memHash = hash is { } kind ? new DegenerateHash(kind, a.PointerSize)
            : a.PointerSize == 4 ? new PortableHash32([1, 3, 5, 7])
            : new AesHash(Enumerable.Range(0, 128).Select(i => unchecked((byte)(i * 37 + 11))).ToArray());
        return new MapSession(new MachineOptions(version ?? GoVersion.Go123, a, memHash, seed, StoreBuffers: storeBuffers), MapType.Parse(type, a));
    }

    public static byte[] U64(ulong value) => BitConverter.GetBytes(value);

    public static byte[] F64(double value) => BitConverter.GetBytes(value);

    /// <summary>A string header with data of its own; equal texts get different data, as fresh strings do.</summary>
    public static byte[] Str(MapSession s, string text)
    {
        byte[] data = System.Text.Encoding.UTF8.GetBytes(text);
        Addr at = data.Length == 0 ? default : s.NewObject(data, Heap.ObjectKind.StringData);
        return s.Machine.PointerSize == 8
            ? [.. BitConverter.GetBytes(at.Value), .. BitConverter.GetBytes((ulong)data.Length)]
            : [.. BitConverter.GetBytes((uint)at.Value), .. BitConverter.GetBytes((uint)data.Length)];
    }

    /// <summary>A map of type 0 with keys 0 ... count-1, elems the keys times ten.</summary>
    public static Addr Filled(MapSession s, ulong count)
    {
        Addr map = s.Make(0);
        for (ulong i = 0; i < count; i++)
        {
            s.Assign(0, map, U64(i), U64(10 * i));
        }

        return map;
    }

    public static MapView View(MapSession s, Addr map) => new(s.Machine.Memory, s.TypeOf(0), map);
}
