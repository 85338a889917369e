using MapSim.Fuzz;

namespace MapSim.Cli.Commands;

/// <summary>What a command put into a store, and how it tells.</summary>
/// <param name="command">The verb.</param>
/// <param name="store">The store.</param>
internal sealed class CorpusAdded(string command, CorpusStore store)
{
    private readonly List<(string File, CorpusPlace Place)> _places = [];

    public void Note(string file, CorpusPlace place) => _places.Add((file, place));

    /// <summary>Adds programs; everything that was checked before.</summary>
    public void AddAll(List<CorpusInput> inputs)
    {
        using var progress = new ProgressLine($"corpus {command}", inputs.Count);
        foreach (CorpusInput input in inputs)
        {
            Note(input.File, store.Add(input.Content.Span));
            progress.Step();
        }
    }

    /// <summary>Prints the names of the entries, or only how many.</summary>
    public void Print(bool json, bool names, IReadOnlyCollection<CorpusDamage>? damaged = null)
    {
        int added = _places.Count(p => p.Place.IsNew);
        if (json)
        {
            CorpusCommand.PrintJson(new
            {
                schema = CorpusCommand.Schema, command, store = store.Root, added, alreadyThere = _places.Count - added,
                entries = _places.Select(p => new { file = p.File, name = p.Place.Name, isNew = p.Place.IsNew }),
                damaged = damaged?.Select(d => new { file = d.File, message = d.Message }),
            });
            return;
        }

        foreach ((_, CorpusPlace place) in names ? _places : [])
        {
            Console.Out.WriteLine(place.Name + (place.IsNew ? "" : " already there"));
        }

        if (!names)
        {
            Console.Out.WriteLine(FormattableString.Invariant($"{store.Root}: {added} added, {_places.Count - added} already there"));
        }
    }
}
