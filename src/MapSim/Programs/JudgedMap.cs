using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>How often a map did what may disturb an iteration.</summary>
internal readonly record struct MapActivity(long Clears, long SameSizeGrows, long Grows, long Deletes, long Assigns)
{
    /// <summary>What a map did since an earlier count, in one word: the most telling first.</summary>
    public string Since(MapActivity start) =>
        Clears > start.Clears ? "clear"
        : SameSizeGrows > start.SameSizeGrows ? "same-size-grow"
        : Grows > start.Grows ? "grow"
        : Deletes > start.Deletes ? "delete"
        : Assigns > start.Assigns ? "assign"
        : "plain";
}

/// <summary>A map as the model oracle knows it: its model, and what it did.</summary>
/// <param name="machine">The machine.</param>
/// <param name="name">What the program calls it.</param>
/// <param name="type">Its type.</param>
/// <param name="address">Its hmap; nil for a nil map.</param>
/// <param name="model">What is in it.</param>
internal sealed class JudgedMap(Machine machine, string name, MapType type, Addr address, MapModel model)
{
    private Addr _buckets;
    private byte _b;

    public string Name => name;

    public MapType Type => type;

    public Addr Address => address;

    public MapModel Model => model;

    /// <summary>An operation on it failed half-way: nothing about its content is judged any more.</summary>
    public bool IsUnknown { get; set; }

    /// <summary>It was made by clone and not written to since: what is wrong in it is the clone's fault.</summary>
    public bool IsFreshClone { get; init; }

    /// <summary>True until the first write.</summary>
    public bool IsUntouched => Activity == default;

    /// <summary>What it did so far.</summary>
    public MapActivity Activity { get; private set; }

    /// <summary>
    /// What it did, for an iteration that starts now: a grow in progress counts as one that begins.
    /// </summary>
    public MapActivity ActivityAtStart => Header is not { IsGrowing: true } header ? Activity
        : header.IsSameSizeGrow ? Activity with { SameSizeGrows = Activity.SameSizeGrows - 1 }
        : Activity with { Grows = Activity.Grows - 1 };

    /// <summary>The header, read without a step; null if there is none to read.</summary>
    public MapView? Header => machine.Memory.IsLive(address, machine.L.HmapSize) ? new MapView(machine.Memory, type, address) : null;

    /// <summary>Counts a write that has ended, and the grow it may have started.</summary>
    public void Wrote(int assigns = 0, int deletes = 0, int clears = 0)
    {
        MapActivity now = Activity with
        {
            Assigns = Activity.Assigns + assigns, Deletes = Activity.Deletes + deletes, Clears = Activity.Clears + clears,
        };
        Activity = IsNewArray() is not { } sameSize ? now
            : sameSize ? now with { SameSizeGrows = now.SameSizeGrows + 1 }
            : now with { Grows = now.Grows + 1 };
    }

    /// <summary>Takes note of the bucket array, so that the next one is noticed.</summary>
    public void LookAtArray() => IsNewArray();

    /// <summary>Whether there is another bucket array in place of the last one, and of the same size; null if not.</summary>
    private bool? IsNewArray()
    {
        if (Header is not { } header)
        {
            return null;
        }

        (Addr buckets, byte b) = (_buckets, _b);
        (_buckets, _b) = (header.Buckets, header.B);
        return buckets.IsNil || buckets == _buckets ? null : b == _b;
    }
}
