using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>
/// H3.16: extra.nextOverflow. It is nil or a spare bucket of the present array. The spares before it (all of them, if
/// it is nil) are linked in chains; it and those behind it are not, and are zero but for the last one's overflow word,
/// which holds the array's address.
/// </summary>
internal static class SparesAreValid
{
    public const string Id = "H3.16";

    public static void Check(MapScan scan, List<Violation> found)
    {
        Addr next = scan.View.NextOverflow;
        int main = scan.Buckets.IsNil ? 0 : 1 << scan.B;
        ulong stride = (ulong)scan.Type.BucketSize;
        ulong at = next - scan.Buckets;
        if (!next.IsNil && (at < (ulong)main * stride || at >= (ulong)scan.ArrayLength * stride || at % stride != 0))
        {
            found.Add(new Violation(Id, scan.View.Address, default, $"nextOverflow = {next}", $"nil or one of {scan.ArrayLength - main} spares of the array at {scan.Buckets}"));
            return;
        }

        int free = next.IsNil ? scan.ArrayLength : (int)(at / stride);
        for (int i = main; i < scan.ArrayLength; i++)
        {
            Addr spare = scan.Buckets + ((ulong)i * stride);
            string? problem = scan.IsLinked(spare) != (i < free) ? i < free ? "used up but not linked" : "free but linked"
                : i >= free ? FreeProblem(scan, spare, i == scan.ArrayLength - 1)
                : null;
            if (problem != null)
            {
                found.Add(new Violation(Id, scan.View.Address, spare, $"spare {i - main} {problem}, nextOverflow = {next}", "spares below nextOverflow linked; the others zero, the last with the array's address"));
                return;
            }
        }
    }

    private static string? FreeProblem(MapScan scan, Addr spare, bool isLast)
    {
        ReadOnlySpan<byte> bytes = scan.Machine.Memory.Raw(spare, scan.Type.BucketSize);
        if (bytes[..scan.Type.OverflowOffset].ContainsAnyExcept((byte)0))
        {
            return "free but not zero";
        }

        Addr link = scan.View.BucketAt(spare).Overflow;
        return link == (isLast ? scan.Buckets : default) ? null : $"with the overflow word {link}";
    }
}
