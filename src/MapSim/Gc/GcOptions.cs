using MapSim.Heap;

namespace MapSim.Gc;

/// <summary>How the collector behaves.</summary>
/// <param name="Percent">Pacing: a collection starts when the heap has grown by so many percent since the last one (GOGC); 0 for never by itself.</param>
/// <param name="MinimumHeap">Pacing: but not below so many bytes. Real Go: 4 MiB.</param>
/// <param name="StartOneIn">Besides, one allocation in so many starts a collection in its tail; 0 for none. Real Go may start one at any allocation: this makes small programs see it.</param>
/// <param name="Assists">Whether goroutines that allocate while the collector marks must help to mark.</param>
/// <param name="BarrierBuffer">Words in a P's barrier buffer, 2 to 512.</param>
/// <param name="ReusesMemory">Whether freed memory is used again.</param>
/// <param name="Seed">Seed of the collector's choices: which root or grey object comes next, which allocation starts a collection.</param>
public sealed record GcOptions(
    int Percent = 100, ulong MinimumHeap = 4 << 20, int StartOneIn = 0, bool Assists = true, int BarrierBuffer = GcRecords.RealBufferSize,
    bool ReusesMemory = true, ulong Seed = 0);
