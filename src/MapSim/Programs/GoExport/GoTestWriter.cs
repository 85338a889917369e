using System.Globalization;
using System.Text;
using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>
/// Writes a program as a self-contained Go test that does the same on the real runtime: plain Go with a model of each
/// map beside it, so that every result that does not depend on a seed or a schedule is compared, and every loop is
/// judged by the range oracle.
/// </summary>
public static class GoTestWriter
{
    /// <summary>Writes a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="options">How.</param>
    /// <returns>A Go file as gofmt would write it.</returns>
    /// <exception cref="ProgramFormatException">A line says something that Go cannot.</exception>
    /// <exception cref="ArgumentException">The package has no name that Go allows.</exception>
    public static string Write(MapProgram program, GoTestOptions options)
    {
        if (!GoNames.IsIdentifier(options.Package) || options.Package == "_")
        {
            throw new ArgumentException($"expected a name for the package that Go allows, found '{options.Package}'", nameof(options));
        }

        var context = new GoExportContext(program, options);
        string test = TestName(options.File), function = context.Names.New("program");
        string body = Program(context, function);
        string entry = Test(context, test, function);
        return Assemble(context, entry + "\n" + body);
    }

    /// <summary>TestGrowth for growth.mapsim.</summary>
    private static string TestName(string file)
    {
        string name = Path.GetFileNameWithoutExtension(file.Split('/', '\\')[^1]);
        string[] words = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 ? "TestProgram" : "Test" + string.Concat(words.Select(GoNames.Capital));
    }

    private static string Test(GoExportContext context, string test, string function)
    {
        var go = new GoSource();
        go.Open($"func {test}(t *testing.T) {{");
        if (context.Options.Unsafe)
        {
            GoLayoutSource.Write(go, context);
            GoHashSource.Write(go, context);
        }

        GoVerdict.Write(go, context, function);
        go.Close();
        return go.ToString();
    }

    private static string Program(GoExportContext context, string function)
    {
        var go = new GoSource();
        go.Comment($"{function} is one run of {context.Options.File}.");
        go.Open($"func {function}(run *simRun) {{");
        Declarations(go, context);
        bool concurrent = context.Facts.IsConcurrent;
        if (concurrent)
        {
            context.Need("shared.go");
            Goroutines(go, context);
            go.Open("run.concurrently(func() {");
        }

        GoBody main = new(context, "main", go.Indent);
        main.Write(context.Tree.Where(n => n.Statement is not GoroutineLine));
        go.Raw(main.Locals.ToString());
        foreach (string goroutine in context.Facts.Goroutines.Where(g => !context.Program.Operations.Any(o => o.Operation.Kind == OperationKind.Spawn && o.Operation.Name == g)))
        {
            go.Line(context.Variables[goroutine] + ".spawn()");
        }

        go.Raw(main.Go.ToString());
        if (concurrent)
        {
            go.Close("})");
        }

        go.Close();
        return go.ToString();
    }

    private static void Declarations(GoSource go, GoExportContext context)
    {
        var maps = new GoMapSource(go, context);
        foreach ((int line, MapDeclaration map) in context.Program.Maps)
        {
            go.Comment($"{GoExportContext.Text(line)}: {map.ToText()}");
            Guard(line, () => maps.Declare(map.Name, map));
        }

        foreach (string clone in context.MapTypes.Keys.Where(n => !context.Variables.ContainsKey(n)))
        {
            go.Comment($"{clone} is a clone.");
            maps.Declare(clone, null);
        }

        foreach ((int line, SharedDeclaration shared) in context.Program.Shared)
        {
            go.Comment($"{GoExportContext.Text(line)}: {shared.ToText()}");
            string name = context.Variables[shared.Name] = context.Names.New(shared.Name);
            _ = shared.Kind is SharedKind.Var or SharedKind.Chan || context.Packages.Add("sync");
            go.Line(shared.Kind switch
            {
                SharedKind.Var => $"var {name} int64" + (shared.Number == 0 ? "" : " = " + GoExportContext.Text(shared.Number)),
                SharedKind.Chan => $"{name} := make(chan int64" + (shared.Number == 0 ? ")" : $", {GoExportContext.Text(shared.Number)})"),
                _ => $"var {name} sync.{shared.Kind}",
            });
            go.Line($"_ = &{name}");
        }
    }

    private static void Goroutines(GoSource go, GoExportContext context)
    {
        foreach (string goroutine in context.Facts.Goroutines)
        {
            string name = context.Variables[goroutine] = context.Names.New(goroutine);
            go.Line($"var {name} *simGoroutine");
        }

        foreach (ProgramNode node in context.Tree.Where(n => n.Statement is GoroutineLine))
        {
            string name = ((GoroutineLine)node.Statement).Name;
            go.Comment($"{GoExportContext.Text(node.Line)}: {node.Statement.ToText()}");
            go.Open($"{context.Variables[name]} = run.goroutine(func() {{");
            GoBody body = new(context, name, go.Indent);
            body.Write(node.Body);
            go.Raw(body.Locals.ToString());
            go.Raw(body.Go.ToString());
            go.Close("})");
        }
    }

    private static void Guard(int line, Action action)
    {
        try
        {
            action();
        }
        catch (FormatException e)
        {
            throw new ProgramFormatException(line, 1, e.Message);
        }
    }

    private static string Assemble(GoExportContext context, string code)
    {
        var parts = context.Parts.Select(p => GoPrelude.Read(p)).ToList();
        string objects = context.Objects.Declarations();
        string declarations = context.Types.Declarations + context.Values.Declarations() + objects;
        SortedSet<string> imports = new(parts.SelectMany(p => p.Imports).Concat(context.Packages).Append("testing"), StringComparer.Ordinal);
        var go = new GoSource();
        GoHeaderComment.Write(go, context);
        go.Line($"package {context.Options.Package}");
        go.Line();
        go.Line("import (");
        foreach (string import in imports)
        {
            go.Line($"\t\"{import}\"");
        }

        go.Line(")");
        go.Line();
        var text = new StringBuilder(go.ToString());
        text.Append(declarations).Append(code);
        foreach ((_, string part) in parts)
        {
            text.Append('\n').Append(part);
        }

        return text.ToString();
    }
}
