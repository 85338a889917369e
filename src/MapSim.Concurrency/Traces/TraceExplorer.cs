namespace MapSim.Concurrency.Traces;

/// <summary>The engine "traces": source sets, and wakeup trees where source sets waste too much.</summary>
/// <remarks>
/// Source sets are several times faster per step, but on some programs give up most of what they begin. So it begins with them
/// and watches, from the 4096th execution on, how much was given up; above a tenth of the complete ones it starts again from
/// nothing with wakeup trees. Where it changes depends on nothing but the program. The report is that of the engine that ended;
/// only its steps include those of the first try.
/// </remarks>
public static class TraceExplorer
{
    /// <summary>Ends of executions before the first look.</summary>
    internal const long FirstLook = 4096;

    /// <summary>Explores everything that can follow from where the model stands, which should be its start.</summary>
    /// <param name="model">The model; it stands where it stood when this returns.</param>
    /// <param name="options">Limits; none if left out. A visitor sees the traces of the first try, too: its calls begin again when <see cref="TraceReport.Engine"/> turns out to be "optimal".</param>
    public static TraceReport Explore(IModel model, TraceOptions? options = null)
    {
        options ??= new TraceOptions();
        string first = SourceDpor.Settings(options, true);
        using SavedExploration? saved = options.Checkpoint?.Open(first, OptimalDpor.Settings(options, true));
        if (saved is not null && saved.Settings != first)
        {
            return OptimalDpor.ExploreAfter(model, options, saved.From.ReadInt64(), saved);
        }

        TraceReport source = SourceDpor.ExploreUnlessWasteful(model, options, saved);
        saved?.Dispose();
        return source.Stop == TraceStop.Wasteful ? OptimalDpor.ExploreAfter(model, options, source.Steps, null) : source;
    }
}
