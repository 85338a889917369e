using System.Security.Cryptography;
using System.Text;

namespace MapSim.Concurrency;

/// <summary>The content of a checkpoint: what it belongs to, then what the engine wrote, then a hash of all that.</summary>
/// <remarks>"MSCP", the version of the format, the program, the engine with its settings, the content, SHA-256. Numbers are little-endian.</remarks>
internal sealed class SavedExploration : IDisposable
{
    private const int Version = 2;
    private const int HashBytes = 32;
    private static readonly byte[] Magic = "MSCP"u8.ToArray();
    private readonly string file;

    private SavedExploration(string file, string settings, BinaryReader from) => (this.file, Settings, From) = (file, settings, from);

    /// <summary>The engine with its settings.</summary>
    public string Settings { get; }

    /// <summary>The content.</summary>
    public BinaryReader From { get; }

    /// <summary>Opens a file and makes sure that it is whole and belongs here.</summary>
    /// <exception cref="ExplorationException">It does not.</exception>
    public static SavedExploration Open(string file, string program, ReadOnlySpan<string> settings)
    {
        var from = new BinaryReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16), Encoding.UTF8);
        try
        {
            CheckWhole(file, from.BaseStream);
            Expect(file, "of this version of mapsim", from.ReadInt32() == Version);
            string found = from.ReadString();
            Expect(file, $"of program {program}", found == program, $"one of program {found}");
            found = from.ReadString();
            Expect(file, $"of {string.Join(" or ", settings!)}", settings.Contains(found), $"one of {found}");
            return new SavedExploration(file, found, from);
        }
        catch
        {
            from.Dispose();
            throw;
        }
    }

    /// <summary>Writes a file: whole, or not at all.</summary>
    public static void Write(string file, string program, string settings, Action<BinaryWriter> write)
    {
        string unfinished = file + ".tmp";
        try
        {
            using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            {
                using var hash = SHA256.Create();
                using (var to = new BinaryWriter(new CryptoStream(stream, hash, CryptoStreamMode.Write, leaveOpen: true), Encoding.UTF8))
                {
                    to.Write(Magic);
                    to.Write(Version);
                    to.Write(program);
                    to.Write(settings);
                    write(to);
                }

                stream.Write(hash.Hash);
                stream.Flush(flushToDisk: true);
            }

            File.Move(unfinished, file, overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    /// <summary>Makes sure that the program still does what was saved.</summary>
    /// <exception cref="ExplorationException">It does not.</exception>
    public void Expect(bool asSaved) => Expect(file, "of this program", asSaved, "one of a program that does something else");

    /// <inheritdoc/>
    public void Dispose() => From.Dispose();

    private static void CheckWhole(string file, Stream stream)
    {
        Span<byte> magic = stackalloc byte[4];
        Expect(file, "of mapsim", stream.ReadAtLeast(magic, 4, throwOnEndOfStream: false) == 4 && magic.SequenceEqual(Magic), "something else");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(magic);
        byte[] buffer = new byte[1 << 16];
        for (long left = stream.Length - 4 - HashBytes; left > 0;)
        {
            int read = stream.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            hash.AppendData(buffer, 0, read);
            left -= read;
        }

        byte[] own = new byte[HashBytes];
        int length = stream.ReadAtLeast(own, HashBytes, throwOnEndOfStream: false);
        Expect(file, "that is whole", length == HashBytes && own.AsSpan().SequenceEqual(hash.GetHashAndReset()), "one that is cut or damaged");
        stream.Position = 4;
    }

    private static void Expect(string file, string what, bool isSo, string found = "another")
    {
        if (!isSo)
        {
            throw new ExplorationException($"{file}: expected a checkpoint {what}, found {found}");
        }
    }
}
