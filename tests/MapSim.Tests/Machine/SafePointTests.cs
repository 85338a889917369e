using System.Text;
using MapSim.Gc;
using MapSim.Hash;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Machines;

/// <summary>
/// Where a goroutine can be stopped (gc-and-barriers.md C): where a function begins that Go can interrupt, before and
/// after an allocation, after user code. typedmemmove, memclrHasPointers and what lies between other accesses is not.
/// </summary>
public class SafePointTests
{
    [Fact]
    public void The_world_stops_exactly_when_the_program_stands_at_a_safe_point()
    {
        (int stopped, int waited) = (0, 0);
        foreach (EveryOperation.Case c in EveryOperation.All())
        {
            MapSession s = c.Prepare();
            c.Begin(s);
            Machine m = s.Machine;
            int worker = new Collector(m, new GcOptions(Percent: 0)).Workers[0];
            m.Heap.Gc.Requested = true;
            m.SetTracking(true);
            while (m.Goroutines[0].IsBusy)
            {
                bool safe = m.IsAtSafePoint(0);
                m.Step(worker);
                Assert.True(safe == m.Heap.Gc.IsMarking, $"{c}: safe {safe}, marking {m.Heap.Gc.IsMarking} at {m.CallStack(0)[0]}");
                (stopped, waited) = safe ? (stopped + 1, waited) : (stopped, waited + 1);
                m.Undo();
                m.Step(0);
            }
        }

        Assert.InRange(stopped, 1000, waited);
    }

    [Fact]
    public void No_goroutine_is_stopped_between_a_barrier_and_its_store()
    {
        int seen = 0;
        foreach (EveryOperation.Case c in EveryOperation.All())
        {
            MapSession s = c.Prepare();
            c.Begin(s);
            Machine m = s.Machine;
            m.StartMarking();
            while (m.Goroutines[0].IsBusy)
            {
                m.Step(0);
                bool between = m.Goroutines[0].State.BarrierDone != 0 || (m.Goroutines[0].IsBusy && m.Where() is
                    "MemMove.BarrierOld" or "MemMove.BarrierNew" or "MemMove.LoadWord" or "MemMove.StoreWord" or "MemClear.BarrierOld" or "MemClear.StoreWord");
                seen += between ? 1 : 0;
                Assert.False(between && m.IsAtSafePoint(0), $"{c}: {m.Where()}");
            }
        }

        Assert.InRange(seen, 1000, 1_000_000);
    }

    [Fact]
    public void A_goroutine_stands_at_a_safe_point_between_mapassign_and_the_store_of_the_elem()
    {
        MapSession s = Sessions.Of("map[uint64]string");
        Addr map = s.Make(0);
        s.BeginAssign(0, map, Sessions.U64(1));
        s.Machine.Run();
        Assert.True(s.Machine.IsAtSafePoint(0));
        s.BeginStoreElem(0, Sessions.Str(s, "text"));
        Assert.Equal(("MemMove.Start", true), (s.Machine.Where(), s.Machine.IsAtSafePoint(0)));
        s.Machine.Step(0);
        Assert.Equal(("MemMove.LoadWord", false), (s.Machine.Where(), s.Machine.IsAtSafePoint(0)));
    }

    [Fact]
    public void From_the_question_whether_barriers_are_on_to_the_last_store_there_is_no_safe_point()
    {
        // Piece by piece, as a schedule may stop it: the pieces that touch only the goroutine's own stack are no steps.
        int seen = 0;
        foreach (EveryOperation.Case c in EveryOperation.All())
        {
            foreach (bool marking in new[] { false, true })
            {
                MapSession s = c.Prepare();
                c.Begin(s);
                Machine m = s.Machine;
                if (marking)
                {
                    m.StartMarking();
                }

                while (m.Goroutines[0].IsBusy)
                {
                    m.Run(0);
                    bool asked = m.Where() is "MemMove.BarrierOld" or "MemMove.BarrierNew" or "MemMove.LoadWord" or "MemMove.StoreWord"
                        or "MemClear.BarrierOld" or "MemClear.StoreWord" or "AppendOverflow.CopyBarrier" or "AppendOverflow.CopyLoad";
                    seen += asked ? 1 : 0;
                    Assert.False(asked && m.IsAtSafePoint(0), $"{c}: {m.Where()}");
                }
            }
        }

        Assert.InRange(seen, 1000, 10_000_000);
    }

    [Fact]
    public void After_a_collection_that_an_allocation_started_the_goroutine_stands_behind_that_allocation()
    {
        // gcStart lets the world go and calls semrelease, where the goroutine can be stopped: before mallocgc's caller goes on.
        MapSession s = Gcs.Collections.Session("map[uint64]*T", new GcOptions(Percent: 0, StartOneIn: 1));
        s.BeginMake(0);
        s.Machine.Step(0);
        s.Machine.Step(0);
        Assert.Equal(("MakeMap.StoreHash0", true), (s.Machine.Where(), s.Machine.Heap.Gc.IsMarking));
        Assert.True(s.Machine.IsAtSafePoint(0));
    }

    [Fact]
    public void Mapassign_fast64_of_the_first_key()
    {
        MapSession s = Sessions.Of("map[uint64]uint64", hash: DegenerateHashKind.Identity);
        AssertPositions(
            """
            MapAssign: CheckFlags* LoadHash0 LoadFlags* StoreFlags CheckBuckets NewBucket* StoreBuckets* Again LoadGrowing LoadBuckets Cell CheckGrowing LoadCount LoadLimit LoadNoverflow
            MapInsert: Start StoreKey LoadCount StoreCount
            EndWrite: CheckFlags LoadFlags StoreFlags
            """,
            Positions(s, s.Make(0), Sessions.U64(0)));
    }

    [Fact]
    public void Mapassign_fast64_that_links_an_overflow_bucket_and_makes_the_list_for_it()
    {
        MapSession s = Sessions.Of("map[uint64]uint64", hash: DegenerateHashKind.Identity);
        Addr map = s.Make(0, MakeForm.Hint, 20);
        Fill(s, map, 8);
        AssertPositions(
            """
            MapAssign: CheckFlags* LoadHash0 LoadFlags* StoreFlags CheckBuckets Again LoadGrowing LoadBuckets Cell FastKey Cell FastKey Cell FastKey Cell FastKey Cell FastKey Cell FastKey Cell FastKey Cell FastKey Overflow CheckGrowing LoadCount LoadLimit LoadNoverflow
            NewOverflow: LoadExtra* NewBucket* LoadB* LoadNoverflow StoreNoverflow List
            CreateOverflow: NewExtra* StoreExtra* LoadOverflow NewSlice* StoreOverflow*
            NewOverflow: Append
            AppendOverflow: LoadSlice LoadArray LoadLength LoadCapacity NewArray* StoreCapacity* StoreArray StoreLength StoreElement
            NewOverflow: StoreLink
            MapAssign: GotOverflow
            MapInsert: StoreKey LoadCount StoreCount
            EndWrite: CheckFlags LoadFlags StoreFlags
            """,
            Positions(s, map, Sessions.U64(800)));
    }

    [Fact]
    public void Mapassign_fast64_that_starts_a_grow_and_evacuates()
    {
        MapSession s = Sessions.Of("map[uint64]*T", hash: DegenerateHashKind.Identity);
        Addr map = s.Make(0);
        Fill(s, map, 8);
        AssertPositions(
            """
            MapAssign: CheckFlags* LoadHash0 LoadFlags* StoreFlags CheckBuckets Again LoadGrowing LoadBuckets Cell FastKey Cell FastKey Cell FastKey Cell FastKey Cell FastKey Cell FastKey Cell FastKey Cell FastKey Overflow CheckGrowing LoadCount LoadLimit
            HashGrow: LoadCount* LoadLimit LoadBuckets LoadB
            MakeBucketArray: Allocate*
            HashGrow: GotArray* LoadIterator LoadOldB StoreB StoreFlags StoreOldBuckets StoreBuckets StoreNevacuate StoreNoverflow LoadExtra
            MapAssign: Again LoadGrowing
            GrowWork: LoadB* LoadFlags
            Evacuate: LoadOldBuckets* LoadB LoadFlags LoadEvacuated LoadX LoadSameSize LoadY Cell LoadEntryFlags LoadHash0 KeyWord StoreEvacuated* StoreTop CopyKey
            MemMove: StoreWord
            Evacuate: CopyElem
            Evacuate: Cell LoadEntryFlags LoadHash0 KeyWord StoreEvacuated* StoreTop CopyKey
            Evacuate: Overflow LoadOldIterator ClearOld
            MemClear: Start StoreWord StoreWord StoreWord StoreWord StoreWord StoreWord StoreWord StoreWord StoreWord StoreWord StoreWord StoreWord StoreWord StoreWord StoreWord StoreWord
            Evacuate: LoadNevacuate
            AdvanceEvacuationMark: LoadMark* StoreMark LoadLimit LoadPosition LoadEnd StoreOldBuckets LoadExtra LoadFlags StoreFlags
            GrowWork: LoadGrowing
            MapAssign: LoadBuckets Cell CheckGrowing LoadCount LoadLimit LoadNoverflow
            MapInsert: Start StoreKey LoadCount StoreCount
            EndWrite: CheckFlags LoadFlags StoreFlags
            """,
            Positions(s, map, Sessions.U64(801)));
    }

    [Fact]
    public void Mapassign_with_a_hasher_an_indirect_key_and_an_indirect_elem()
    {
        MapSession s = Sessions.Of("map[[17]float64][17]float64", hash: DegenerateHashKind.OneBucket);
        Addr map = s.Make(0);
        AssertPositions(
            """
            MapAssign: CheckFlags* LoadHash0 LoadFlags* StoreFlags CheckBuckets NewBucket* StoreBuckets* Again LoadGrowing LoadBuckets Cell CheckGrowing LoadCount LoadLimit LoadNoverflow
            MapInsert: Start* StoreKeyPointer* NewElem* StoreElemPointer* StoreKey
            MemMove: LoadWord LoadWord LoadWord LoadWord LoadWord LoadWord LoadWord LoadWord LoadWord LoadWord LoadWord LoadWord LoadWord LoadWord LoadWord LoadWord
            MapInsert: StoreTop LoadCount StoreCount
            EndWrite: CheckFlags LoadFlags StoreFlags ElemPointer
            """,
            Positions(s, map, new byte[136]));
        AssertPositions(
            """
            MapAssign: CheckFlags* LoadHash0 LoadFlags* StoreFlags CheckBuckets Again LoadGrowing LoadBuckets Cell KeyPointer KeyWord KeyWord KeyWord KeyWord KeyWord KeyWord KeyWord KeyWord KeyWord KeyWord KeyWord KeyWord KeyWord KeyWord KeyWord KeyWord KeyWord UpdateKey*
            MemMove: LoadWord LoadWord LoadWord LoadWord LoadWord LoadWord LoadWord LoadWord LoadWord LoadWord LoadWord LoadWord LoadWord LoadWord LoadWord LoadWord
            EndWrite: CheckFlags LoadFlags StoreFlags ElemPointer
            """,
            Positions(s, map, new byte[136]));
    }

    [Fact]
    public void Mapassign_faststr_of_a_new_and_of_an_equal_key()
    {
        MapSession s = Sessions.Of("map[string]*T", hash: DegenerateHashKind.OneBucket);
        Addr map = s.Make(0);
        s.Assign(0, map, Sessions.Str(s, "a"), Sessions.U64(0));
        AssertPositions(
            """
            MapAssign: CheckFlags* LoadHash0 LoadFlags* StoreFlags CheckBuckets Again LoadGrowing LoadBuckets Cell StringLength StringData Cell CheckGrowing LoadCount LoadLimit LoadNoverflow
            MapInsert: Start StoreKey StoreKey LoadCount StoreCount
            EndWrite: CheckFlags LoadFlags StoreFlags
            """,
            Positions(s, map, Sessions.Str(s, "b")));
        AssertPositions(
            """
            MapAssign: CheckFlags* LoadHash0 LoadFlags* StoreFlags CheckBuckets Again LoadGrowing LoadBuckets Cell StringLength StringData Cell StringLength StringData UpdateKey
            EndWrite: CheckFlags LoadFlags StoreFlags
            """,
            Positions(s, map, Sessions.Str(s, "b")));
    }

    /// <summary>The positions of an assignment in their order, the safe ones with a star; a frame's name stands in front of its labels. A line comes once.</summary>
    private static string Positions(MapSession s, Addr map, byte[] key)
    {
        Machine m = s.Machine;
        s.BeginAssign(0, map, key);
        var text = new StringBuilder();
        string last = "";
        while (m.Goroutines[0].IsBusy)
        {
            string[] where = m.Where().Split('.');
            text.Append(where[0] == last ? " " : $"\n{where[0]}: ").Append(where[1]).Append(m.IsAtSafePoint(0) ? "*" : "");
            last = where[0];
            m.Step(0);
        }

        m.TakeResult();
        return string.Join('\n', text.ToString().Trim().Split('\n').Distinct());
    }

    private static void Fill(MapSession s, Addr map, ulong count)
    {
        for (ulong i = 0; i < count; i++)
        {
            s.Assign(0, map, Sessions.U64(8 * i), Sessions.U64(0));
        }
    }

    private static void AssertPositions(string expected, string found) => Assert.Equal(expected.ReplaceLineEndings("\n"), found);
}
