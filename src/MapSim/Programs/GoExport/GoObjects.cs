using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>The objects that labels name: a package-level variable each, and a pool for names with the counter in them.</summary>
/// <param name="names">The identifiers in use.</param>
/// <param name="types">Types as Go source.</param>
/// <param name="scalars">Writes names with the counter in them.</param>
/// <param name="need">Told which part of the common code is needed.</param>
internal sealed class GoObjects(GoNames names, GoTypeSource types, GoScalarSource scalars, Action<string> need)
{
    private readonly Dictionary<(string Type, string Label), string> _variables = [];
    private readonly Dictionary<string, string> _pools = [];
    private readonly Dictionary<string, GoType> _types = [];

    /// <summary>The pointer to the object with a label ("&amp;p", "&amp;p$i").</summary>
    public string Pointer(GoType type, string label, string? counter)
    {
        string name = label[1..];
        _types.TryAdd(type.Text, type);
        if (counter != null && name.Contains(GoValue.Counter, StringComparison.Ordinal))
        {
            if (!_pools.TryGetValue(type.Text, out string? pool))
            {
                pool = names.New("pool" + GoNames.Capital(types.Pointee(type) ?? "objects"));
                _pools.Add(type.Text, pool);
                need("pool.go");
            }

            return $"{pool}.at({scalars.Text(name, counter)})";
        }

        if (!_variables.TryGetValue((type.Text, name), out string? variable))
        {
            variable = names.New("obj" + GoNames.Capital(name));
            _variables.Add((type.Text, name), variable);
        }

        return variable;
    }

    /// <summary>A fresh object of a pointer type.</summary>
    public string New(GoType type)
    {
        if (types.Pointee(type) is { } pointee)
        {
            if (types.IsNamed(type))
            {
                return $"new({pointee})";
            }

            need("place.go");
            return $"&new(simPlace[{pointee}]).value";
        }

        string text = types.Of(type);
        return text == "unsafe.Pointer" ? "unsafe.Pointer(new([2]uint64))" : $"make({text}, 1)";
    }

    /// <summary>The declarations of the variables and pools.</summary>
    public string Declarations()
    {
        var source = new GoSource();
        foreach (((string type, string label), string variable) in _variables)
        {
            source.Comment($"{variable} is &{label}, of type {type}.");
            source.Line($"var {variable} = {New(_types[type])}");
            source.Line();
        }

        foreach ((string type, string pool) in _pools)
        {
            string text = types.Of(_types[type]);
            string known = string.Join(", ", _variables.Where(v => v.Key.Type == type).Select(v => $"\"{v.Key.Label}\": {v.Value}"));
            source.Line($"var {pool} = simNewPool(map[string]{text}{{{known}}}, func() {text} {{");
            source.Indent++;
            source.Line($"return {New(_types[type])}");
            source.Indent--;
            source.Line("})");
            source.Line();
        }

        return source.ToString();
    }
}
