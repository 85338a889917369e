using MapSim.Checks;
using MapSim.Memory;

namespace MapSim.Programs;

/// <content>What frames report about synchronisation, and about keys and elems that compiled code touches itself.</content>
internal sealed partial class ProgramRun
{
    private RaceWatch? Watch => IsMuted ? null : Races;

    public void Forked(int parent, int child) => Watch?.Forked(parent, child);

    public void Joined(int waiter, int finished) => Watch?.Joined(waiter, finished);

    public void Synchronised(int g, int shared) => Watch?.Synchronised(g, shared);

    public void Acquired(int g, int shared, bool isWrite) => Watch?.Acquired(g, shared, isWrite);

    public void Released(int g, int shared) => Watch?.Released(g, shared);

    public void ReadReleased(int g, int shared) => Watch?.ReadReleased(g, shared);

    public void Met(int g, int channel, bool isSend, int partner, ChannelResult result) => Watch?.Met(g, channel, isSend, partner, result);

    public void Woke(int g, int channel, ChannelResult result)
    {
        if (result == ChannelResult.Closed)
        {
            Watch?.Closed(g, channel);
        }
    }

    public void StoresElem(int g, Instruction i, Addr elem)
    {
        Watch?.Touches(g, i, RaceOperation.StoreElem, default, elem);
        if (!IsMuted)
        {
            Detection?.StoresElem(g, i);
        }
    }

    public void LoadsElem(int g, Instruction i, Addr elem) => Watch?.Touches(g, i, RaceOperation.LoadElem, default, elem);

    public void LoadsRangeKey(int g, Instruction i, Addr key) => Watch?.Touches(g, i, RaceOperation.LoadRangeKey, key, default);

    public void LoadsRangeElem(int g, Instruction i, Addr elem) => Watch?.Touches(g, i, RaceOperation.LoadRangeElem, default, elem);
}
