// README shows the program between the marks, under "As a library": ReadmeTests holds the two equal, byte for byte.
// README: begin
using MapSim;
using MapSim.Heap;
using MapSim.Layout;

static class Program
{
    public static void Main()
    {
        var ages = new SimMap(MapType.Parse("map[string]int"), new() { Version = GoVersion.Go123, Seed = 7 });
        ages.Assign("ann", 41);
        ages.Assign("bob", 17);
        ages.Assign("eve", 29);
        SimMap adults = ages.Clone();
        foreach (var (name, age) in ages.Range())            // starts at random, by the seed
        {
            Console.WriteLine($"{name}: {age}");
            if (age.AsInt64() < 18) adults.Delete(name);
        }

        Console.WriteLine($"{adults.Count} of {ages.Count}; bob: {adults.TryGet("bob", out var bob)}, {bob}");
        try { SimMap.Nil(ages.Type).Assign("bob", 18); }
        catch (GoPanicException e) { Console.WriteLine($"panic: {e.Message}"); }
        Console.WriteLine(string.Join('\n', adults.Dump("adults").Split('\n').Take(7)));
        ages.Dispose();                                      // the variable goes out of scope
        adults.Collect();                                    // runtime.GC()
        (MemStats all, MemStats own) = adults.Stats;
        Console.WriteLine($"{all.Frees} of {all.Mallocs} objects freed in {all.NumGC} collection; adults has {own.HeapAlloc} bytes");
    }
}
// README: end
