using System.Globalization;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// What a program's pointers point to, by name: labels (&amp;p1), string data (S0, S1 ...), boxed values (D0 ...) and new objects (N0 ...), in
/// the order in which the program made them. Names take the place of addresses wherever runs are compared.
/// </summary>
public sealed class ObjectNames
{
    private readonly Dictionary<Addr, string> _names = [];
    private readonly Dictionary<string, Addr> _labels = [];
    private int _strings;
    private int _boxes;
    private int _objects;

    /// <summary>Only labels get names: for runs of which nobody wants to read anything.</summary>
    internal bool OnlyLabels { get; set; }

    /// <summary>True if a label was made.</summary>
    internal bool HasLabels => _labels.Count > 0;

    /// <summary>The numbers of the next names: put back when what was named is taken back.</summary>
    internal (int Strings, int Boxes, int Objects) Next
    {
        get => (_strings, _boxes, _objects);
        set => (_strings, _boxes, _objects) = value;
    }

    /// <summary>The name of the object that starts at an address; null if it has none.</summary>
    public string? Of(Addr address) => _names.GetValueOrDefault(address);

    /// <summary>The object of a label, made when it is first asked for.</summary>
    public Addr Label(string label, Func<Addr> make)
    {
        if (!_labels.TryGetValue(label, out Addr address))
        {
            address = make();
            _labels.Add(label, address);
            _names[address] = label;
        }

        return address;
    }

    /// <summary>Names the bytes of a string.</summary>
    public Addr AddString(Addr address) => Add(address, 'S', _strings++);

    /// <summary>Names a boxed value.</summary>
    public Addr AddBox(Addr address) => Add(address, 'D', _boxes++);

    /// <summary>Names a new object; gives its name.</summary>
    public string NameNew(Addr address) => _names.GetValueOrDefault(AddNew(address), "");

    /// <summary>Names a new object.</summary>
    public Addr AddNew(Addr address) => Add(address, 'N', _objects++);

    private Addr Add(Addr address, char kind, int number)
    {
        if (OnlyLabels)
        {
            return address;
        }

        _names[address] = kind + number.ToString(CultureInfo.InvariantCulture);
        return address;
    }
}
