using System.Globalization;
using System.Text;

namespace MapSim.Fuzz;

/// <summary>
/// The folder of a campaign, held by this process: nobody else can work in it until it is disposed, or the process ends.
/// A folder with anything else in it, or with another campaign, is refused and left as it is.
/// </summary>
public sealed class CampaignFolder : IDisposable
{
    private readonly FileStream _lock;

    private CampaignFolder(string root, FileStream held, CampaignManifest manifest, bool isNew, IReadOnlyList<byte[]> seeds) =>
        (Root, _lock, Manifest, IsNew, Seeds) = (root, held, manifest, isNew, seeds);

    /// <summary>The folder, as it was named.</summary>
    public string Root { get; }

    /// <summary>True if nothing was in it.</summary>
    public bool IsNew { get; }

    /// <summary>The campaign's seed.</summary>
    public ulong Seed => Manifest.Seed;

    /// <summary>The programs that it began with.</summary>
    public IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>True if another build of MapSim worked on it before: the result may not be what one build alone would give.</summary>
    public bool HasOtherBuild => Manifest.Builds.Any(b => b != CampaignManifest.Build);

    internal CampaignManifest Manifest { get; }

    /// <summary>A file or folder in it.</summary>
    public string At(string name) => Path.Combine(Root, name);

    /// <summary>Opens the folder of a campaign, or begins one.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="options">What the campaign does.</param>
    /// <param name="commandLine">How it was called, for people and parsers.</param>
    /// <exception cref="CampaignFolderException">The folder is not one of this campaign, or another process works in it.</exception>
    public static CampaignFolder Open(string root, CampaignOptions options, IReadOnlyList<string> commandLine)
    {
        try
        {
            return OpenOrCreate(root, options, commandLine);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CampaignFolderException($"{root}: cannot be written: {e.Message}", e);
        }
    }

    /// <summary>True if a process works on the campaign in a folder.</summary>
    public static bool IsRunning(string root)
    {
        string file = Path.Combine(root, CampaignFiles.Lock);
        try
        {
            // A shared lock: two who look do not see one another.
            using var look = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Writes a file of the campaign, at once or not at all.</summary>
    public void Write(string name, ReadOnlySpan<byte> content) => AtomicFile.Write(At(name), content);

    /// <summary>Writes a text file of the campaign, at once or not at all.</summary>
    public void Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static CampaignFolder OpenOrCreate(string root, CampaignOptions options, IReadOnlyList<string> commandLine)
    {
        if (File.Exists(root))
        {
            throw new CampaignFolderException($"{root}: expected a folder, found a file");
        }

        string manifestFile = Path.Combine(root, CampaignFiles.Manifest);
        if (!File.Exists(manifestFile) && Directory.Exists(root) && Directory.EnumerateFileSystemEntries(root).Select(f => Path.GetFileName(f)!).FirstOrDefault(n => !IsLeftOver(n)) is { } foreign)
        {
            throw new CampaignFolderException($"{root}: expected an empty folder or one of a campaign, found '{foreign}' and no {CampaignFiles.Manifest}; begin in another folder (--dir)");
        }

        Directory.CreateDirectory(root);
        FileStream held = Hold(root);
        try
        {
            bool isNew = !File.Exists(manifestFile);
            CampaignManifest? old = isNew ? null : CampaignManifest.Read(manifestFile);
            CampaignManifest asked = CampaignManifest.Of(options, options.Seed ?? old?.Seed ?? CampaignOptions.DefaultSeed);
            if (old?.DifferenceTo(asked) is { } difference)
            {
                throw new CampaignFolderException(
                    $"{root}: cannot go on: {difference}; give the same options, or begin anew in another folder (--dir; --seeds {Path.Combine(root, CampaignFiles.Queue)} takes its corpus along)");
            }

            CampaignManifest manifest = old == null ? asked : old with { Builds = [.. old.Builds.Union([CampaignManifest.Build])] };
            IReadOnlyList<byte[]> seeds = KeepSeeds(root, manifest, options.Seeds);
            AtomicFile.Write(manifestFile, manifest.ToBytes());
            AtomicFile.Write(Path.Combine(root, "cmdline"), Encoding.UTF8.GetBytes(string.Concat(commandLine.Select(w => w + "\n"))));
            AtomicFile.Write(Path.Combine(root, "README.txt"), Encoding.UTF8.GetBytes(CampaignFiles.ReadMe(manifest, commandLine)));
            foreach (string folder in new[] { CampaignFiles.Queue, CampaignFiles.Findings, CampaignFiles.Known })
            {
                Directory.CreateDirectory(Path.Combine(root, folder));
                AtomicFile.CleanUp(Path.Combine(root, folder));
            }

            AtomicFile.CleanUp(root);
            return new CampaignFolder(root, held, manifest, isNew, seeds);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>What is left if the process was killed before campaign.json was there.</summary>
    private static bool IsLeftOver(string name) => name is CampaignFiles.Lock or CampaignFiles.Seeds || (name.StartsWith('.') && name.EndsWith(".tmp", StringComparison.Ordinal));

    private static FileStream Hold(string root)
    {
        string file = Path.Combine(root, CampaignFiles.Lock);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            }
            catch (IOException) when (attempt < 5 && File.Exists(file))
            {
                // Somebody may only look (mapsim status).
                Thread.Sleep(20);
            }
            catch (IOException e) when (File.Exists(file))
            {
                throw new CampaignFolderException($"{root}: another process works on this campaign (mapsim status {root}); wait for its end, or begin in another folder (--dir)", e);
            }
        }
    }

    private static List<byte[]> KeepSeeds(string root, CampaignManifest manifest, IReadOnlyList<byte[]> given)
    {
        var byHash = given.DistinctBy(s => CorpusName.Hash(s)).ToDictionary(s => CorpusName.Hash(s));
        var seeds = new List<byte[]>();
        foreach (string hash in manifest.Seeds)
        {
            string file = Path.Combine(root, CampaignFiles.Seeds, hash + CorpusName.BinaryExtension);
            byte[]? content = byHash.GetValueOrDefault(hash);
            if (!File.Exists(file))
            {
                AtomicFile.Write(file, content ?? throw new CampaignFolderException($"{file}: expected a program that the campaign began with, found no such file"));
            }

            content ??= File.ReadAllBytes(file);
            seeds.Add(CorpusName.Hash(content) == hash ? content : throw new CampaignFolderException($"{file}: expected content with the SHA-256 of the name, found another (the file is damaged)"));
        }

        return seeds;
    }
}
