namespace MapSim.Concurrency.States;

/// <summary>Numbers for the words of a model's memory, from 0 in the order in which they turn up: few words are ever touched, and they lie far apart.</summary>
/// <param name="placesPerWord">See <see cref="IMemoryModel.PlacesPerWord"/>.</param>
internal sealed class WordNumbers(int placesPerWord)
{
    private readonly Dictionary<ulong, int> _numbers = [];
    private readonly List<ulong> _places = [];
    private ulong _lastWord = ulong.MaxValue;
    private int _lastNumber;

    /// <summary>Places in a word.</summary>
    public int PlacesPerWord => placesPerWord;

    /// <summary>The first place of a word.</summary>
    public ulong PlaceOf(int number) => _places[number];

    /// <summary>The number of the word that holds a place.</summary>
    /// <param name="place">The place.</param>
    /// <param name="within">Which of the word's places it is.</param>
    public int NumberOf(ulong place, out int within)
    {
        within = (int)(place % (ulong)placesPerWord);
        ulong word = place - (ulong)within;
        if (word != _lastWord)
        {
            if (!_numbers.TryGetValue(word, out _lastNumber))
            {
                _lastNumber = _places.Count;
                _places.Add(word);
                _numbers.Add(word, _lastNumber);
            }

            _lastWord = word;
        }

        return _lastNumber;
    }
}
