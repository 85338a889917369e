namespace SharpFuzz;

public delegate void ReadOnlySpanAction(ReadOnlySpan<byte> span);

/// <summary>
/// Stands for SharpFuzz 2.3 in tests: the same types and signatures. Inputs are the files that the variable
/// SHARPFUZZ_STUB_INPUTS names (with colons between them); what becomes of each goes to standard output.
/// </summary>
public static class Fuzzer
{
    public static void Run(Action<Stream> action) => throw new InvalidOperationException("expected a call of OutOfProcess.Run");

    private static void Each(string runner, Action<byte[]> run)
    {
        foreach (string file in Environment.GetEnvironmentVariable("SHARPFUZZ_STUB_INPUTS")!.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            string end = "none";
            try
            {
                run(File.ReadAllBytes(file));
            }
            catch (Exception e)
            {
                end = $"crash {e.Message}";
            }

            Console.Out.WriteLine($"{runner} {Path.GetFileName(file)}: {end}");
        }
    }

    public static class OutOfProcess
    {
        public static void Run(Action<Stream> action) => Each("stream", b => action(new MemoryStream(b)));
    }

    public static class LibFuzzer
    {
        public static void Run(ReadOnlySpanAction action) => Each("span", b => action(b));
    }
}
