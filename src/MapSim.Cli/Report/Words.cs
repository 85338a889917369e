namespace MapSim.Cli.Report;

/// <summary>Strings that come again and again, each once, with a number.</summary>
internal sealed class Words
{
    private readonly Dictionary<string, int> _numbers = [];
    private readonly List<string> _all = [];

    /// <summary>The strings by their numbers.</summary>
    public IReadOnlyList<string> All => _all;

    /// <summary>The number of a string.</summary>
    public int this[string word]
    {
        get
        {
            if (!_numbers.TryGetValue(word, out int number))
            {
                number = _all.Count;
                _numbers.Add(word, number);
                _all.Add(word);
            }

            return number;
        }
    }
}
