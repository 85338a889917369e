using MapSim.Machines;

namespace MapSim.Map;

/// <summary>The numbers of the map's frames. Append only: snapshots contain them.</summary>
internal static class FrameKinds
{
    public const ushort MapAccess = 1;
    public const ushort MapAssign = 2;
    public const ushort MapInsert = 3;
    public const ushort EndWrite = 4;
    public const ushort MapDelete = 5;
    public const ushort MapErase = 6;
    public const ushort MapClear = 7;
    public const ushort MarkBucketsEmpty = 8;
    public const ushort MakeMap = 9;
    public const ushort MakeBucketArray = 10;
    public const ushort MemClear = 11;
    public const ushort MemMove = 12;
    public const ushort HashGrow = 13;
    public const ushort GrowWork = 14;
    public const ushort Evacuate = 15;
    public const ushort AdvanceEvacuationMark = 16;
    public const ushort NewOverflow = 17;
    public const ushort CreateOverflow = 18;
    public const ushort AppendOverflow = 19;
    public const ushort MapIterInit = 20;
    public const ushort MapIterNext = 21;
    public const ushort MapClone = 22;
    public const ushort CloneOldBuckets = 23;
    public const ushort MoveToBmap = 24;
    public const ushort MapLen = 25;
    public const ushort MapAccessOneBucket = 26;
    public const ushort EnterOldBucket = 27;
    public const ushort LateBarrier = 28;
    public const ushort TakeEvacuated = 29;
}

/// <summary>The map implementation as a table of frames: what a machine needs to run maps.</summary>
public static class MapFrames
{
    /// <summary>All frames of the map.</summary>
    public static FrameTable Table { get; } = new FrameTable().AddMapFrames();

    /// <summary>Adds the map's frames to a table.</summary>
    public static FrameTable AddMapFrames(this FrameTable table) => table
        .Add<MapAccess>().Add<MapAccessOneBucket>().Add<MapAssign>().Add<MapInsert>().Add<EndWrite>().Add<MapDelete>().Add<MapErase>()
        .Add<MapClear>().Add<MarkBucketsEmpty>().Add<MakeMap>().Add<MakeBucketArray>().Add<MemClear>().Add<MemMove>()
        .Add<HashGrow>().Add<GrowWork>().Add<Evacuate>().Add<AdvanceEvacuationMark>()
        .Add<NewOverflow>().Add<CreateOverflow>().Add<AppendOverflow>()
        .Add<MapIterInit>().Add<MapIterNext>().Add<MapClone>().Add<CloneOldBuckets>().Add<MoveToBmap>().Add<MapLen>()
        .Add<EnterOldBucket>().Add<LateBarrier>().Add<TakeEvacuated>();
}
