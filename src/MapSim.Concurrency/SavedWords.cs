namespace MapSim.Concurrency;

/// <summary>How the parts of a checkpoint that several engines have are written and read.</summary>
internal static class SavedWords
{
    /// <summary>Writes a hash.</summary>
    public static void Write(this BinaryWriter to, UInt128 hash)
    {
        to.Write((ulong)(hash >> 64));
        to.Write(unchecked((ulong)hash));
    }

    /// <summary>Reads a hash.</summary>
    public static UInt128 ReadUInt128(this BinaryReader from) => new(from.ReadUInt64(), from.ReadUInt64());

    /// <summary>Writes the threads of some steps; null is written as such.</summary>
    public static void WriteWay(this BinaryWriter to, IReadOnlyCollection<int>? threads)
    {
        to.Write(threads?.Count ?? -1);
        foreach (int thread in threads ?? [])
        {
            to.Write((byte)thread);
        }
    }

    /// <summary>Reads the threads of some steps.</summary>
    public static int[]? ReadWay(this BinaryReader from)
    {
        int length = from.ReadInt32();
        return length < 0 ? null : [.. Enumerable.Range(0, length).Select(_ => (int)from.ReadByte())];
    }

    /// <summary>Writes words.</summary>
    public static void WriteAll(this BinaryWriter to, ReadOnlySpan<ulong> words)
    {
        to.Write(words.Length);
        foreach (ulong word in words)
        {
            to.Write(word);
        }
    }

    /// <summary>Reads words.</summary>
    public static ulong[] ReadAll(this BinaryReader from)
    {
        var words = new ulong[from.ReadInt32()];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = from.ReadUInt64();
        }

        return words;
    }

    /// <summary>Writes numbers.</summary>
    public static void WriteInts(this BinaryWriter to, int[] numbers)
    {
        to.Write(numbers.Length);
        foreach (int number in numbers)
        {
            to.Write(number);
        }
    }

    /// <summary>Reads numbers.</summary>
    public static int[] ReadInts(this BinaryReader from)
    {
        var numbers = new int[from.ReadInt32()];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = from.ReadInt32();
        }

        return numbers;
    }
}
