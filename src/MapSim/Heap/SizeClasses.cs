using MapSim.Layout;

namespace MapSim.Heap;

/// <summary>
/// Go's allocator sizes. Rounding decides how many spare overflow buckets an array has and the capacity of a slice
/// after append, so it is part of the map's state (go-map.md section 5). The table is the same in all releases.
/// </summary>
public static class SizeClasses
{
    /// <summary>Bytes in a page.</summary>
    public const int PageSize = 8192;

    /// <summary>Largest object that is allocated from a size class, in bytes.</summary>
    public const int MaxSmallSize = 32768;

    /// <summary>Bytes of the header that describes the pointers of a larger object (from 1.22).</summary>
    public const int MallocHeaderSize = 8;

    private static readonly ushort[] ClassSizes =
    [
        0, 8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352, 384, 416, 448,
        480, 512, 576, 640, 704, 768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200, 3456, 4096,
        4864, 5376, 6144, 6528, 6784, 6912, 8192, 9472, 9728, 10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072,
        20480, 21760, 24576, 27264, 28672, 32768,
    ];

    private static readonly byte[] ClassPages =
    [
        0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 2, 1,
        2, 1, 3, 2, 3, 1, 3, 2, 3, 4, 5, 6, 1, 7, 6, 5, 4, 3, 5, 7, 2, 9, 7, 5, 8, 3, 10, 7, 4,
    ];

    private static readonly byte[] ClassOfEighths = BuildClassOfEighths();

    /// <summary>Number of size classes, class 0 (large objects) included.</summary>
    public static int Count => ClassSizes.Length;

    /// <summary>The smallest class that holds <paramref name="size"/> bytes (1 to 32768).</summary>
    public static int ClassOf(int size) => ClassOfEighths[(size + 7) / 8];

    /// <summary>Object size of a class, in bytes.</summary>
    public static int SizeOf(int sizeClass) => ClassSizes[sizeClass];

    /// <summary>Pages in a span of a class.</summary>
    public static int PagesOf(int sizeClass) => ClassPages[sizeClass];

    /// <summary>True if an object of this size and kind carries a malloc header.</summary>
    public static bool HasMallocHeader(ulong size, bool hasPointers, GoVersion version, Arch arch) =>
        version.HasMallocHeaders && hasPointers
        && size > (ulong)(arch.PointerSize * arch.PointerSize * 8) && size <= MaxSmallSize - MallocHeaderSize;

    /// <summary>
    /// The bytes an allocation of <paramref name="size"/> bytes may use (Go's roundupsize): a size class, or whole
    /// pages above 32 KiB.
    /// </summary>
    public static ulong RoundUpSize(ulong size, bool hasPointers, GoVersion version, Arch arch)
    {
        if (size == 0)
        {
            return 0;
        }

        bool small = version.HasMallocHeaders ? size <= MaxSmallSize - MallocHeaderSize : size < MaxSmallSize;
        if (!small)
        {
            return checked(size + PageSize - 1) / PageSize * PageSize;
        }

        int header = HasMallocHeader(size, hasPointers, version, arch) ? MallocHeaderSize : 0;
        return (ulong)(SizeOf(ClassOf((int)size + header)) - header);
    }

    private static byte[] BuildClassOfEighths()
    {
        var table = new byte[MaxSmallSize / 8 + 1];
        byte sizeClass = 0;
        for (int i = 0; i < table.Length; i++)
        {
            while (ClassSizes[sizeClass] < i * 8)
            {
                sizeClass++;
            }

            table[i] = sizeClass;
        }

        return table;
    }
}
