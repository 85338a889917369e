namespace MapSim.Programs;

/// <content>The verdict on a run.</content>
internal sealed partial class ProgramRun
{
    /// <summary>What went wrong first: a result that its line does not expect, what an oracle saw, or how the process died.</summary>
    /// <param name="end">What ended the run early; null if nothing did.</param>
    public (VerdictKind Kind, string Message, int Line, string? Key) Verdict(ProcessEnd? end)
    {
        Finding? finding = Oracles.First;
        OperationResult? mismatch = Results.Mismatches.Count > 0 ? Results.Mismatches[0] : null;

        // What an oracle saw before a limit says more than the limit.
        bool isCut = end is { Kind: VerdictKind.StepLimit or VerdictKind.MemoryLimit } && finding == null;
        return isCut || end is { Kind: VerdictKind.Diverged } ? (end!.Kind, end.Message, end.Line, null)
            : finding != null && (mismatch == null || finding.Number <= mismatch.Number)
            ? (VerdictKind.Finding, $"{finding.Key}: {finding.Text}", finding.Line, finding.Key)
            : mismatch != null
            ? (VerdictKind.Mismatch, $"'{mismatch.Text}' gave {mismatch.Result}, expected {mismatch.Expected}", mismatch.Line, "unexpected-result/" + mismatch.KeyWord)
            : end != null ? (end.Kind, end.Message, end.Line, end.Key)
            : (VerdictKind.Clean, "", 0, null);
    }
}
