namespace MapSim.Programs;

/// <summary>Something that a map did and a Go map must not do.</summary>
/// <param name="Key">Its bug key, "oracle/what/where": the same for every run that meets the same bug.</param>
/// <param name="Text">One plain sentence in terms of maps, for a person.</param>
public sealed record OracleFinding(string Key, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Key}: {Text}";
}
