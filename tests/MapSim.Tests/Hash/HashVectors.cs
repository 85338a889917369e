using System.Globalization;
using MapSim.Hash;
using Xunit;

namespace MapSim.Tests.Hash;

/// <summary>What one real Go process printed; the format and the program are in data/hash-vectors.txt.</summary>
internal sealed class HashVectors
{
    public required string Name { get; init; }
    public byte[] Schedule { get; private set; } = [];
    public ulong[] HashKey { get; private set; } = [];
    public List<(ulong Seed, ulong Value, ulong Hash32, ulong Hash64)> Words { get; } = [];
    public List<(int Length, ulong Seed, ulong Bytes, ulong String)> Bytes { get; } = [];

    public static HashVectors Load(string name) =>
        Parse(File.ReadLines(Path.Combine(AppContext.BaseDirectory, "data", "hash-vectors.txt"))).Single(set => set.Name == name);

    public static List<HashVectors> Parse(IEnumerable<string> lines)
    {
        List<HashVectors> sets = [];
        foreach (string[] part in lines.Where(line => !line.StartsWith('#')).Select(line => line.Split(' ')))
        {
            if (part[0] == "set")
            {
                sets.Add(new HashVectors { Name = part[1] });
            }
            else
            {
                sets[^1].Add(part);
            }
        }

        return sets;
    }

    /// <summary>The input of n bytes that the generator hashed.</summary>
    public static byte[] Input(int n)
    {
        var input = new byte[n];
        for (int i = 0; i < n; i++)
        {
            input[i] = unchecked((byte)((uint)(i + 1) * 2654435761 >> 24 ^ (uint)n));
        }

        return input;
    }

    /// <summary>Compares every recorded hash; returns how many there are.</summary>
    public int Check(IMemHash hash)
    {
        foreach ((ulong seed, ulong value, ulong hash32, ulong hash64) in Words)
        {
            Same(hash32, hash.Hash32((uint)(value & uint.MaxValue), seed), $"memhash32({value:x}, seed {seed:x})");
            Same(hash64, hash.Hash64(value, seed), $"memhash64({value:x}, seed {seed:x})");
        }

        foreach ((int length, ulong seed, ulong bytes, ulong text) in Bytes)
        {
            byte[] input = Input(length);
            Same(bytes, hash.HashBytes(input, seed), $"memhash({length} bytes, seed {seed:x})");
            Same(text, hash.HashString(input, seed ^ 1), $"strhash({length} bytes, seed {seed ^ 1:x})");
        }

        return 2 * Words.Count + 2 * Bytes.Count;
    }

    private void Add(string[] part)
    {
        switch (part[0])
        {
        case "schedule":
            Schedule = Convert.FromHexString(part[1]);
            break;
        case "hashkey":
            HashKey = [.. part[1..].Select(Hex)];
            break;
        case "words":
            Words.Add((Hex(part[1]), Hex(part[2]), Hex(part[3]), Hex(part[4])));
            break;
        case "bytes":
            Bytes.Add((int.Parse(part[1], CultureInfo.InvariantCulture), Hex(part[2]), Hex(part[3]), Hex(part[4])));
            break;
        default:
            throw new InvalidDataException($"unknown line '{part[0]}' in hash-vectors.txt");
        }
    }

    private void Same(ulong expected, ulong found, string what) =>
        Assert.True(expected == found, $"{Name}: {what}: Go has {expected:x}, found {found:x}");

    private static ulong Hex(string text) => ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
