namespace MapSim.Concurrency;

/// <summary>A model whose memory can be looked at word by word, and whose steps say all that they read of it.</summary>
/// <remarks>
/// A step reads what <see cref="IModel.Make"/> says that it touches (a load, an update) and, if <see cref="StepNotes.Reads"/> is noted, what
/// <see cref="ReadBesides"/> tells. Whether a thread can move, and everything else that decides what it does, is in <see cref="ControlHash"/>. So two states with the
/// same control whose memory agrees on what a step reads make the same step, and agree afterwards on all that they agreed on before, and on what it wrote.
/// </remarks>
public interface IMemoryModel : IModel
{
    /// <summary>Places in a word: 8 if a place is a byte, 1 if it is a word.</summary>
    int PlacesPerWord { get; }

    /// <summary>A hash of everything that <see cref="IModel.StateHash"/> covers but the words of memory that steps touch.</summary>
    UInt128 ControlHash { get; }

    /// <summary>A word of memory, the lowest place in its lowest bits; 0 where there is none.</summary>
    /// <param name="place">Its first place, divisible by <see cref="PlacesPerWord"/>.</param>
    ulong Word(ulong place);

    /// <summary>What the step just made read, or may have read, besides what it touched.</summary>
    /// <param name="places">Is told.</param>
    void ReadBesides(IPlaces places);

    /// <summary>What <see cref="IModel.Failure"/> and whoever else judges look at in the final state in which the model stands.</summary>
    /// <param name="places">Is told.</param>
    void JudgedPlaces(IPlaces places);
}

/// <summary>Is told places in a model's memory.</summary>
public interface IPlaces
{
    /// <summary>A range of them.</summary>
    /// <param name="place">The first.</param>
    /// <param name="length">How many.</param>
    void Add(ulong place, uint length);
}
