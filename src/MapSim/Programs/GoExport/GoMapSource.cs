using System.Globalization;
using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>A map of the program: the Go variable, and the model beside it with the operations compiled for its type.</summary>
/// <param name="go">The file.</param>
/// <param name="context">The program.</param>
internal sealed class GoMapSource(GoSource go, GoExportContext context)
{
    /// <summary>Declares a map.</summary>
    /// <param name="name">Its name in the program.</param>
    /// <param name="declaration">How it is made; null for one that a clone makes later.</param>
    public void Declare(string name, MapDeclaration? declaration)
    {
        if (declaration is { Origin: MapOrigin.Memory })
        {
            throw new FormatException($"expected a map that Go's make can make, found '{name}', which has memory of its own (no Go test can begin with it)");
        }

        MapType type = context.MapTypes[name];
        string key = context.Types.Of(type.Key), elem = context.Types.Of(type.Elem);
        string map = context.Names.New(name), model = context.Names.New(map + "Sim");
        context.Variables[name] = map;
        context.Variables["model of " + name] = model;
        string text = $"map[{key}]{elem}";
        if (GoHashSource.IsImposed(context, type))
        {
            text = Own(type, text);
        }

        go.Line(Make(map, text, declaration));
        string modelled = context.Facts.IsModelled(name) ? "true" : "false";
        go.Line($"{model} := simNewMap[{key}, {elem}](run, \"{name}\", {modelled})");
        Operations(name, map, model + ".ops.", key, elem, type);
        if (context.Options.Unsafe)
        {
            Watch(map, model, type);
        }
    }

    /// <summary>A map type that only this test has.</summary>
    private string Own(MapType type, string text)
    {
        if (!context.OwnMapTypes.TryGetValue(type.Text, out string? name))
        {
            name = context.Names.New("mapType" + GoExportContext.Text(context.OwnMapTypes.Count + 1));
            context.OwnMapTypes.Add(type.Text, name);
            context.Types.Declare(name, text);
        }

        return name;
    }

    private string Make(string map, string type, MapDeclaration? declaration)
    {
        if (declaration == null || declaration.Origin == MapOrigin.Nil)
        {
            return $"var {map} {type}";
        }

        if (declaration.Origin != MapOrigin.Hint)
        {
            return $"{map} := make({type})";
        }

        context.Need("hint.go");
        return string.Create(CultureInfo.InvariantCulture, $"{map} := make({type}, simHint({declaration.Hint}))");
    }

    private void Operations(string name, string map, string ops, string key, string elem, MapType type)
    {
        Function(ops + "assign", $"func(k {key}, v {elem})", $"{map}[k] = v");
        Function(ops + "lookup", $"func(k {key}) ({elem}, bool)", $"v, ok := {map}[k]", "return v, ok");
        Function(ops + "remove", $"func(k {key})", $"delete({map}, k)");
        if (context.Facts.IsCleared(name))
        {
            Clear(map, ops, type);
        }

        Function(ops + "length", "func() int", $"return len({map})");
        Function(ops + "isNil", "func() bool", $"return {map} == nil");
        context.Packages.Add("reflect");
        Function(ops + "iter", "func() *reflect.MapIter", $"return reflect.ValueOf({map}).MapRange()");
        Function(ops + "equal", $"func(a, b {key}) bool", "return a == b");
        if (type.Key.HashMightPanic)
        {
            go.Line($"{ops}hashes = true");
        }
    }

    /// <summary>Before Go 1.21 there is only the loop, which the compiler knows, but not for keys that may differ from themselves.</summary>
    private void Clear(string map, string ops, MapType type)
    {
        if (!context.Facts.ClearKeepsNaN)
        {
            Function(ops + "clear", "func()", $"clear({map})");
            return;
        }

        go.Open($"{ops}clear = func() {{");
        go.Open($"for k := range {map} {{");
        go.Line($"delete({map}, k)");
        go.Close();
        go.Close();
        if (!type.Key.IsReflexive)
        {
            go.Comment($"Go {context.Settings.Version.Name} has no clear, and its loop cannot delete NaN: such entries stay, unlike in the simulator.");
            go.Line($"{ops}keepNaN = true");
        }
    }

    private void Function(string target, string head, params string[] lines)
    {
        go.Open($"{target} = {head} {{");
        foreach (string line in lines)
        {
            go.Line(line);
        }

        go.Close();
    }

    private void Watch(string map, string model, MapType type)
    {
        context.Need("header.go");
        context.Packages.Add("unsafe");
        string header = context.Names.New(map + "Header");
        context.Variables["header of " + model] = header;
        go.Line(string.Create(CultureInfo.InvariantCulture, $"{header} := simNewHeader(run, {map}, simShape{{{type.KeySlot}, {type.ElemSlot}, {type.OverflowOffset}, {type.BucketSize}, {type.Flags}}}, {context.Settings.Version.LoadFactorNum})"));
        Function(header + ".at", "func() unsafe.Pointer", $"return simDataWord({map})");
        go.Line($"{model}.watch = {header}");
    }
}
