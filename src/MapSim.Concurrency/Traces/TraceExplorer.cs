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
        TraceReport source = SourceDpor.ExploreUnlessWasteful(model, options);
        if (source.Stop != TraceStop.Wasteful)
        {
            return source;
        }

        TraceReport optimal = OptimalDpor.Explore(model, options with { Steps = Math.Max(0, options.Steps - source.Steps) });
        return optimal with { Steps = optimal.Steps + source.Steps };
    }
}
