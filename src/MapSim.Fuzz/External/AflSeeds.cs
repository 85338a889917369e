using System.Globalization;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>The folder of first inputs that AFL starts from: small random programs, and the programs of a corpus if there is one.</summary>
public static class AflSeeds
{
    /// <summary>How many random programs there are.</summary>
    public const int Count = 16;

    private const int FewestOps = 4, MostOps = 40, Relational = 37;

    /// <summary>A small random program in binary form: a function of the seed and the index.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="index">0 or more.</param>
    public static byte[] Input(ulong seed, int index)
    {
        var random = new RandomSource(unchecked(seed * 0x9E3779B97F4A7C15 + (ulong)index));
        return BinaryEncoder.Encode(BinaryGenerator.Make(random, FewestOps + random.Below(MostOps - FewestOps), Relational));
    }

    /// <summary>Writes the folder.</summary>
    /// <param name="folder">It is made if it is not there; files of the same names are replaced.</param>
    /// <param name="seed">Decides the random programs.</param>
    /// <param name="corpus">A store whose programs are added; null for none.</param>
    /// <param name="longest">Longer programs of the corpus are left out, bytes.</param>
    /// <returns>How many files there are, and how many programs of the corpus the binary form cannot express or are too long.</returns>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static (int Written, int LeftOut) Write(string folder, ulong seed, string? corpus = null, int longest = AflCommandLine.LongestInput)
    {
        Directory.CreateDirectory(folder);
        for (int i = 0; i < Count; i++)
        {
            File.WriteAllBytes(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"random-{i:D2}")), Input(seed, i));
        }

        int written = Count, leftOut = 0;
        foreach (CorpusEntry entry in corpus == null ? [] : new CorpusStore(corpus).Read(_ => leftOut++))
        {
            if (Bytes(entry) is { } bytes && bytes.Length <= longest)
            {
                File.WriteAllBytes(Path.Combine(folder, "corpus-" + entry.Hash[..16]), bytes);
                written++;
            }
            else
            {
                leftOut++;
            }
        }

        return (written, leftOut);
    }

    private static byte[]? Bytes(CorpusEntry entry)
    {
        if (!entry.IsText)
        {
            return entry.Content.ToArray();
        }

        try
        {
            return BinaryEncoder.Encode(BinaryEncoder.FromText(ProgramParser.Parse(System.Text.Encoding.UTF8.GetString(entry.Content.Span))));
        }
        catch (ProgramFormatException)
        {
            return null;
        }
    }
}
