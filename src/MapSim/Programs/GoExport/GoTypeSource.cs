using System.Globalization;
using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>Types as Go source. Structs get a name (an alias, so that nothing changes), pointees that are only names are declared.</summary>
/// <param name="arch">The program's architecture.</param>
/// <param name="names">The identifiers in use.</param>
/// <param name="imports">Packages that the file imports.</param>
internal sealed class GoTypeSource(Arch arch, GoNames names, ISet<string> imports)
{
    private readonly Dictionary<string, string> _aliases = [];
    private readonly Dictionary<string, string> _pointees = [];
    private readonly GoSource _declarations = new();

    /// <summary>The declarations that the types need.</summary>
    public string Declarations => _declarations.ToString();

    /// <summary>The type in Go's spelling, as gofmt writes it.</summary>
    /// <exception cref="FormatException">Go has no such type.</exception>
    public string Of(GoType type) => type.Kind switch
    {
        GoKind.Array => string.Create(CultureInfo.InvariantCulture, $"[{type.Length}]{Of(type.Elem!)}"),
        GoKind.Struct => Struct(type),
        GoKind.Interface => "interface{}",
        GoKind.Pointer or GoKind.Unhashable => Reference(type.Text),
        _ => type.Text,
    };

    /// <summary>What a pointer type points to, in Go's spelling; null for chan and unsafe.Pointer.</summary>
    public string? Pointee(GoType pointer) => pointer.Text.StartsWith('*') ? Named(pointer.Text[1..]) : null;

    /// <summary>True if the pointee is a name that the program does not define: here a struct of 16 bytes.</summary>
    public bool IsNamed(GoType pointer) => pointer.Text.StartsWith('*') && _pointees.ContainsKey(pointer.Text[1..].Trim());

    /// <summary>The zero value of a type.</summary>
    public string Zero(GoType type) => type.Kind switch
    {
        GoKind.Bool => "false",
        GoKind.Int or GoKind.Float or GoKind.Complex => "0",
        GoKind.String => "\"\"",
        GoKind.Array or GoKind.Struct => Of(type) + "{}",
        _ => "nil",
    };

    /// <summary>Declares a type.</summary>
    public void Declare(string name, string type)
    {
        _declarations.Line($"type {name} {type}");
        _declarations.Line();
    }

    private string Reference(string text)
    {
        if (text == "unsafe.Pointer")
        {
            imports.Add("unsafe");
            return text;
        }

        if (text.StartsWith('*'))
        {
            return "*" + Named(text[1..]);
        }

        if (text.StartsWith("[]", StringComparison.Ordinal))
        {
            return "[]" + Of(GoTypeParser.Parse(text[2..], arch));
        }

        if (text.StartsWith("chan", StringComparison.Ordinal))
        {
            return "chan " + Of(GoTypeParser.Parse(text[4..], arch));
        }

        if (text.StartsWith("map", StringComparison.Ordinal))
        {
            (string key, string elem) = MapParts(text);
            return $"map[{Of(GoTypeParser.Parse(key, arch))}]{Of(GoTypeParser.Parse(elem, arch))}";
        }

        return text;
    }

    private static (string Key, string Elem) MapParts(string text)
    {
        int open = text.IndexOf('['), depth = 0;
        for (int i = open; i < text.Length; i++)
        {
            depth += text[i] == '[' ? 1 : text[i] == ']' ? -1 : 0;
            if (depth == 0)
            {
                return (text[(open + 1)..i], text[(i + 1)..]);
            }
        }

        throw new FormatException($"expected a map type, found '{text}'");
    }

    private string Named(string text)
    {
        text = text.Trim();
        try
        {
            return Of(GoTypeParser.Parse(text, arch));
        }
        catch (FormatException) when (text.All(c => char.IsLetterOrDigit(c) || c is '_' or '.'))
        {
        }

        if (!_pointees.TryGetValue(text, out string? name))
        {
            name = names.New(text);
            _pointees.Add(text, name);
            _declarations.Comment($"{name} is what pointers of type *{text} point to.");
            _declarations.Open($"type {name} struct {{");
            _declarations.Line("a, b uint64");
            _declarations.Close();
            _declarations.Line();
        }

        return name;
    }

    private string Struct(GoType type)
    {
        if (type.Fields.Count == 0)
        {
            return "struct{}";
        }

        if (_aliases.TryGetValue(type.Text, out string? alias))
        {
            return alias;
        }

        foreach (GoField field in type.Fields)
        {
            if (!GoNames.IsIdentifier(field.Name) || (field.Name != "_" && type.Fields.Count(f => f.Name == field.Name) > 1))
            {
                throw new FormatException($"expected field names that Go allows, once each, found '{field.Name}' in {type.Text}");
            }
        }

        string[] types = [.. type.Fields.Select(f => Of(f.Type))];
        int width = type.Fields.Max(f => f.Name.Length);
        alias = names.New("struct" + (_aliases.Count + 1).ToString(CultureInfo.InvariantCulture));
        _aliases.Add(type.Text, alias);
        _declarations.Open($"type {alias} = struct {{");
        for (int i = 0; i < types.Length; i++)
        {
            _declarations.Line(type.Fields[i].Name.PadRight(width) + " " + types[i]);
        }

        _declarations.Close();
        _declarations.Line();
        return alias;
    }
}
