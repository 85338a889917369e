namespace MapSim.Fuzz;

/// <summary>Reads the state of a campaign back.</summary>
internal static class CampaignState
{
    /// <summary>The last state that was saved; null if there is none yet.</summary>
    /// <exception cref="CampaignFolderException">It is damaged.</exception>
    public static EngineState? Read(CampaignFolder folder)
    {
        string file = folder.At(CampaignFiles.Checkpoint);
        if (!File.Exists(file))
        {
            return null;
        }

        using FileStream stream = File.OpenRead(file);
        return Guard(file, () => EngineState.Load(stream));
    }

    /// <summary>Entries of the queue that a state refers to.</summary>
    public static int EntriesOf(EngineState state) => FuzzEngine.EntriesOf(state);

    /// <summary>Makes an engine what it was.</summary>
    /// <exception cref="CampaignFolderException">The state does not fit.</exception>
    public static void Restore(CampaignFolder folder, EngineState state, FuzzEngine engine, IReadOnlyList<QueueEntry> entries) =>
        Guard(folder.At(CampaignFiles.Checkpoint), () =>
        {
            engine.RestoreFrom(state, entries);
            return true;
        });

    private static T Guard<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new CampaignFolderException($"{file}: {e.Message}; begin in another folder (--dir)", e);
        }
    }
}
