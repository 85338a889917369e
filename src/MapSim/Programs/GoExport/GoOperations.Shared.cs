using MapSim.Layout;

namespace MapSim.Programs;

/// <content>Goroutines, locks, channels, atomic variables, pointer variables and the collector.</content>
internal sealed partial class GoOperations
{
    /// <summary>A case of a select.</summary>
    public string Case(int line, Operation operation)
    {
        try
        {
            string channel = context.Variables[operation.Name];
            return operation.Kind == OperationKind.Send ? $"case {channel} <- {Number(operation.Elem!)}" : $"case <-{channel}";
        }
        catch (FormatException e)
        {
            throw Error(line, e.Message);
        }
    }

    private string Number(GoValue value) => context.Values.Of(GoTypeParser.Parse("int64", context.Settings.Arch), value, Counter);

    private bool Shared(string at, Operation operation)
    {
        string name = context.Variables.GetValueOrDefault(operation.Name, "");
        bool isVar = context.Facts.Kinds.GetValueOrDefault(operation.Name, SharedKind.Mutex) == SharedKind.Var;
        switch (operation.Kind)
        {
            case OperationKind.Gc:
                Collect();
                return true;
            case OperationKind.New or OperationKind.Read or OperationKind.Drop:
                return Pointer(at, operation);
            case OperationKind.Spawn:
                go.Line($"{name}.spawn()");
                return true;
            case OperationKind.Join:
                go.Line(name.Length == 0 ? "select {}" : $"{name}.join()");
                return true;
            case OperationKind.Lock or OperationKind.Unlock or OperationKind.RLock or OperationKind.RUnlock or OperationKind.Wait:
                go.Line($"{name}.{operation.Kind}()");
                return true;
            case OperationKind.Add when isVar:
                Atomic(at, operation, $"atomic.AddInt64(&{name}, {Number(operation.Elem!)})");
                return true;
            case OperationKind.Load or OperationKind.Assert when isVar:
                Atomic(at, operation, $"atomic.LoadInt64(&{name})");
                return true;
            case OperationKind.Store:
                context.Packages.Add("sync/atomic");
                go.Line($"atomic.StoreInt64(&{name}, {Number(operation.Elem!)})");
                return true;
            case OperationKind.Add:
                Call(at, $"{name}.Add(int({Number(operation.Elem!)}))");
                return true;
            case OperationKind.Done:
                Call(at, $"{name}.Done()");
                return true;
            case OperationKind.Send:
                Call(at, $"{name} <- {Number(operation.Elem!)}");
                return true;
            case OperationKind.Close:
                Call(at, $"close({name})");
                return true;
            case OperationKind.Receive:
                go.Line($"simReceive(run, {at}, {name}){Expected(operation, Number)}");
                return true;
            default:
                return false;
        }
    }

    private void Call(string at, string statement)
    {
        go.Open($"run.call({at}, func() {{");
        go.Line(statement);
        go.Close("})");
    }

    private void Atomic(string at, Operation operation, string call)
    {
        context.Packages.Add("sync/atomic");
        string expected = Expected(operation, Number);
        go.Line(expected.Length == 0 ? call : $"simValue(run, {at}, {call}){expected}");
    }

    /// <summary>A program that is after a stale read fills what was freed with other objects of the buckets' sizes.</summary>
    private void Collect()
    {
        if (!context.Hunts)
        {
            context.Packages.Add("runtime");
            go.Line("runtime.GC()");
            return;
        }

        context.Need("spoil.go");
        go.Line($"simCollect({string.Join(", ", context.MapTypes.Values.Select(t => t.BucketSize).Distinct().Order().Select(s => GoExportContext.Text(s)))})");
    }

    private bool Pointer(string at, Operation operation)
    {
        GoType type = context.Pointers.Type(goroutine, operation.Name);
        string variable = Pointers[operation.Name];
        if (operation.Kind == OperationKind.Drop)
        {
            go.Line($"{variable} = nil");
            return true;
        }

        if (operation.Kind == OperationKind.New)
        {
            go.Line($"{variable} = {context.Objects.New(type)}");
            return true;
        }

        if (context.Types.Pointee(type) == null)
        {
            throw new FormatException($"expected a pointer variable of a type *T, found '{operation.Name}', a {type.Text}");
        }

        context.Need("place.go");
        Call(at, $"simRead({variable})");
        if (operation.Expected?.Values is [{ Kind: GoValueKind.Plain } value] && value.Text.StartsWith('&') && !context.Hunts)
        {
            go.Line($"simValue(run, {at}, {variable}).is({Value(type, value)})");
        }

        return true;
    }
}
