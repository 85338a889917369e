namespace MapSim.Concurrency.Graphs;

/// <summary>The model makes a step that the engine "graph" cannot order; another engine can.</summary>
/// <param name="message">Which step, and what to use instead.</param>
public sealed class UnsupportedModelException(string message) : Exception(message);
