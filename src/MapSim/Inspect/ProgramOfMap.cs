using System.Globalization;
using System.Text;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Inspect;

/// <summary>
/// A program that begins with exactly the state of a map of a real process, so that what a crash left behind can be stepped,
/// explored and gone on from (docs/INSPECT.md, "From real to program").
/// </summary>
public static class ProgramOfMap
{
    private const int LimitIfBroken = 100_000;

    /// <summary>Writes the program and proves that a machine made from it has the bytes that were found.</summary>
    /// <param name="image">The memory.</param>
    /// <param name="inspection">The map, decoded from it.</param>
    /// <param name="keys">The hash keys of the process.</param>
    /// <returns>The program, which ends as it says.</returns>
    /// <exception cref="FormatException">The map cannot be carried: "expected ..., found ...".</exception>
    public static MapProgram Write(ProcessImage image, MapInspection inspection, HashKeys keys)
    {
        DecodedMap map = inspection.Map;
        CheckWhole(map);
        MapCapture capture = MapCapture.Of(image, map, followsElems: true);
        if (capture.MissingEntries > 0 && capture.BrokenEntry == null)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"expected every key of the map (growing hashes them), found {capture.MissingEntries} that cannot be read ({capture.WhyMissing ?? "of a type that is not understood"})"));
        }

        CarriedMemory memory = capture.Memory;
        long size = memory.Objects.Sum(o => (long)o.Bytes.Length);
        if (size > CarriedText.MostBytes)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"expected a map of at most {CarriedText.MostBytes} bytes for a program, found {size}"));
        }

        string head = Head(inspection, capture, keys, memory);
        bool isSound = inspection.Broken.Count == 0;
        string count = isSound ? string.Create(CultureInfo.InvariantCulture, $" = {map.Count}") : "";
        string text = head + $"len m{count}\nrange r m{count}\nend\n";
        MapProgram program = ProgramParser.Parse(text);
        Prove(image, map, capture, program, keys);
        RunResult run = new ProgramRunner(program).Run();
        text += string.Concat(Suggestions(image, map, text).Select(s => $"# {s}\n"));
        program = ProgramParser.Parse(text + End(run) + "\n");
        return ProgramPrinter.Print(program) == text + End(run) + "\n" ? program : throw new InvalidOperationException("the program does not print as it was written");
    }

    private static void CheckWhole(DecodedMap map)
    {
        if (!map.HasHeader || map.IsMissingMemory)
        {
            Misfit? missing = map.Misfits.FirstOrDefault(m => m.Kind == MisfitKind.Missing);
            throw new FormatException($"expected all memory of the map, found some missing ({missing?.ToString() ?? "the hmap"})");
        }

        if (Math.Max(map.Type.Key.Size, map.Type.Elem.Size) > MapSession.MaxValueSize)
        {
            throw new FormatException($"expected keys and elems of at most {MapSession.MaxValueSize} bytes, found {map.Type.Text}");
        }

        long buckets = ((DecodedArray?[])[map.Present, map.Old]).Sum(a => a?.Total * (long)map.Type.BucketSize ?? 0);
        if (buckets > CarriedText.MostBytes)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"expected a map of at most {CarriedText.MostBytes} bytes for a program, found buckets of {buckets}"));
        }
    }

    private static string Head(MapInspection inspection, MapCapture capture, HashKeys keys, CarriedMemory memory)
    {
        DecodedMap map = inspection.Map;
        var text = new StringBuilder("mapsim 1\n");
        text.Append(CultureInfo.InvariantCulture, $"# why: the map at {map.Address} of a process (Go {map.Version}, {map.Type.Arch}), as mapsim inspect found it: {map.Count} entries, B = {map.B}\n");
        if (map.Old is { } old)
        {
            text.Append(CultureInfo.InvariantCulture, $"# growing to {(map.IsSameSize ? "the same" : "twice the")} size: {old.Evacuated} of {old.Main} old buckets evacuated\n");
        }

        foreach (string broken in inspection.Broken)
        {
            text.Append(CultureInfo.InvariantCulture, $"# broken: {broken}\n");
        }

        if (capture.MissingElems > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"# {capture.MissingElems} elems point to memory that was not saved, or is of a type that is not understood: they are <not readable> here\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"go {map.Version.Name}\narch {map.Type.Arch.Name}\nhash {(keys.IsAes ? "aes" : "portable")}\nhashkeys {keys.Hex}\n");
        if (inspection.Broken.Count > 0)
        {
            // A chain may be a circle: nobody waits for fifty million turns.
            text.Append(CultureInfo.InvariantCulture, $"limit {LimitIfBroken}\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"map m {map.Type.Text} memory {memory.Word}\n\n").ToString();
    }

    /// <summary>How the program ends, as it does; an end that no program can expect is a comment.</summary>
    private static string End(RunResult run) =>
        run.Verdict is VerdictKind.Mismatch or VerdictKind.StepLimit or VerdictKind.MemoryLimit or VerdictKind.Diverged ? $"# ends so: {run.VerdictText}"
        : new Expectation(run.Verdict, Key: run.Verdict == VerdictKind.Finding ? run.BugKey : null).ToText();

    /// <summary>Operations on keys of the map, as far as they can be written in a program.</summary>
    private static IEnumerable<string> Suggestions(ProcessImage image, DecodedMap map, string program)
    {
        var values = new SavedValues(image, map.Type.Arch);
        IEnumerable<(string Key, string Elem)> entries = ((DecodedArray?[])[map.Present, map.Old]).OfType<DecodedArray>().SelectMany(a => a.Buckets).Where(b => b.Bytes.Length > 0)
            .SelectMany(b => Enumerable.Range(0, Bmap.Slots).Where(s => b.Top(s) >= Bmap.MinTopHash)
                .Select(s => (values.OfSlot(map.Type.Key, map.Type.IndirectKey, b.KeySlot(map.Type, s)), values.OfSlot(map.Type.Elem, map.Type.IndirectElem, b.ElemSlot(map.Type, s)))));
        (string key, string elem) = entries.FirstOrDefault();
        string[] wanted = key == null ? [] : [$"lookup m {key} = {elem}", $"assign m {key} {elem}", $"delete m {key}"];
        return wanted.Where(w => IsOperation(program, w));
    }

    private static bool IsOperation(string program, string line)
    {
        try
        {
            return !line.Contains('\n', StringComparison.Ordinal) && ProgramParser.Parse(program + line + "\n") != null;
        }
        catch (ProgramFormatException)
        {
            return false;
        }
    }

    /// <summary>
    /// Makes a machine from the program that was read back, and compares: each object's bytes there, its addresses turned back
    /// into the process's, with the process's.
    /// </summary>
    private static void Prove(ProcessImage image, DecodedMap map, MapCapture capture, MapProgram program, HashKeys keys)
    {
        CarriedMemory memory = program.Maps.First().Map.Memory!;
        MapTwin twin = MapTwin.Of(capture, memory, map, keys.Create(map.Version));
        int word = map.L.Word;
        for (int i = 0; i < memory.Objects.Count; i++)
        {
            CarriedObject o = memory.Objects[i];
            byte[] there = twin.Machine.Memory.Raw(twin.Objects[i], o.Bytes.Length).ToArray();
            var found = new byte[there.Length];
            int known = o.Kind == ObjectKind.Pointee ? 0 : image.Read(capture.Originals[i], found);
            foreach (CarriedLink link in o.Links)
            {
                Addr at = DecodedMap.Pointer(there.AsSpan(link.At), map.Type.Arch);
                Addr original = link.Target == CarriedLink.Outside && !twin.Machine.Memory.IsLive(at, 1) ? new Addr(link.Offset) : twin.Original(at);
                BitConverter.GetBytes(original.Value).AsSpan(0, word).CopyTo(there.AsSpan(link.At));
            }

            int length = there.AsSpan(0, known).CommonPrefixLength(found.AsSpan(0, known));
            if (length < known)
            {
                throw new InvalidOperationException($"the program does not begin with the bytes that were found: {o.Kind} at {capture.Originals[i]}, byte {length}");
            }
        }

        twin.Machine.Release();
    }
}
