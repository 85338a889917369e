namespace MapSim.Concurrency.Litmus;

// Memory, for engines that look into it: the variables, each a word. Mutexes are no memory: no step reads them.
public sealed partial class LitmusModel
{
    /// <inheritdoc/>
    public int PlacesPerWord => 1;

    /// <inheritdoc/>
    public UInt128 ControlHash
    {
        get
        {
            (ulong low, ulong high) = (_low, _high);
            for (int i = 0; i < _program.Variables; i++)
            {
                Toggle(i, _cells[i]);
            }

            var control = new UInt128(_high, _low);
            (_low, _high) = (low, high);
            return control;
        }
    }

    /// <inheritdoc/>
    public ulong Word(ulong place) => place < (ulong)_program.Variables ? unchecked((ulong)_cells[place]) : 0;

    /// <inheritdoc/>
    public void ReadBesides(IPlaces places)
    {
    }

    /// <inheritdoc/>
    public void JudgedPlaces(IPlaces places)
    {
        ArgumentNullException.ThrowIfNull(places);
        places.Add(0, (uint)_program.Variables);
    }
}
