namespace MapSim.Concurrency.States;

/// <summary>Strongly connected components of parts of a graph (Tarjan), without recursion.</summary>
internal sealed class Components(StateGraph graph)
{
    // Numbers in order of meeting, from 1 and on from call to call; what is not above the first number of a call is not met yet.
    private readonly int[] _met = new int[graph.Count];
    private readonly int[] _low = new int[graph.Count];
    private readonly bool[] _isOpen = new bool[graph.Count];
    private readonly Stack<int> _open = new();
    private readonly Stack<(int State, int Edge)> _way = new();
    private int _order;

    /// <summary>The components of a set of states, which are those that have a mark; steps that leave it do not count.</summary>
    /// <param name="states">The set.</param>
    /// <param name="marks">A mark for every state of the graph; the set has one of its own.</param>
    public List<int[]> Of(int[] states, int[] marks)
    {
        var found = new List<int[]>();
        int mark = marks[states[0]];
        int before = _order;
        foreach (int start in states)
        {
            if (_met[start] > before)
            {
                continue;
            }

            Open(start);
            while (_way.Count > 0)
            {
                (int state, int edge) = _way.Pop();
                ReadOnlySpan<int> nexts = graph.NextOf(state);
                if (edge == nexts.Length)
                {
                    Close(state, found);
                    continue;
                }

                _way.Push((state, edge + 1));
                int next = nexts[edge] - 1;
                if (next < 0 || marks[next] != mark)
                {
                    continue;
                }

                if (_met[next] <= before)
                {
                    Open(next);
                }
                else if (_isOpen[next])
                {
                    _low[state] = Math.Min(_low[state], _met[next]);
                }
            }
        }

        return found;
    }

    private void Open(int state)
    {
        _met[state] = _low[state] = ++_order;
        _isOpen[state] = true;
        _open.Push(state);
        _way.Push((state, 0));
    }

    private void Close(int state, List<int[]> found)
    {
        if (_way.TryPeek(out (int State, int Edge) parent))
        {
            _low[parent.State] = Math.Min(_low[parent.State], _low[state]);
        }

        if (_low[state] != _met[state])
        {
            return;
        }

        var component = new List<int>();
        int last;
        do
        {
            last = _open.Pop();
            _isOpen[last] = false;
            component.Add(last);
        }
        while (last != state);
        found.Add([.. component]);
    }
}
