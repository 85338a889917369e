namespace MapSim.Concurrency.Traces;

/// <summary>The wakeup trees of one exploration: ordered trees of moves that are still to be explored, in one pool of nodes.</summary>
/// <remarks>A node is a number; 0 is none. Freed nodes are used again, so that a steady exploration allocates nothing.</remarks>
internal sealed class WakeupTrees
{
    private const byte End = 255;
    private Node[] nodes = new Node[256];
    private int free;
    private int used = 1;

    /// <summary>Nodes in use.</summary>
    public int Count { get; private set; }

    /// <summary>A node without children that is no child yet.</summary>
    /// <param name="thread">The thread that moves.</param>
    /// <param name="move">Its move.</param>
    public int New(int thread, Move move)
    {
        int node = free;
        if (node != 0)
        {
            free = nodes[node].Next;
        }
        else
        {
            if (used == nodes.Length)
            {
                Array.Resize(ref nodes, 2 * used);
            }

            node = used++;
        }

        Count++;
        nodes[node] = new Node { Thread = thread, Move = move };
        return node;
    }

    /// <summary>The thread of a node.</summary>
    public int Thread(int node) => nodes[node].Thread;

    /// <summary>The move of a node.</summary>
    public Move Move(int node) => nodes[node].Move;

    /// <summary>The leftmost child.</summary>
    public int First(int node) => nodes[node].First;

    /// <summary>The sibling to the right.</summary>
    public int Next(int node) => nodes[node].Next;

    /// <summary>Makes a node the rightmost child of another.</summary>
    /// <param name="parent">The parent.</param>
    /// <param name="child">A node that is no child yet.</param>
    public void Append(int parent, int child)
    {
        ref Node p = ref nodes[parent];
        if (p.First == 0)
        {
            p.First = child;
        }
        else
        {
            nodes[p.Last].Next = child;
        }

        p.Last = child;
    }

    /// <summary>Removes and frees the leftmost child, which must have no children.</summary>
    /// <param name="parent">The parent.</param>
    public void RemoveFirst(int parent)
    {
        ref Node p = ref nodes[parent];
        int child = p.First;
        p.First = nodes[child].Next;
        if (p.First == 0)
        {
            p.Last = 0;
        }

        nodes[child].Next = free;
        free = child;
        Count--;
    }

    /// <summary>Number of children.</summary>
    /// <param name="node">The node.</param>
    public int Children(int node)
    {
        int count = 0;
        for (int child = nodes[node].First; child != 0; child = nodes[child].Next)
        {
            count++;
        }

        return count;
    }

    /// <summary>Writes what is below a node: each child as its move, what is below it, and an end.</summary>
    public void Write(BinaryWriter to, int node)
    {
        // A tree can be as deep as an execution is long: no recursion.
        var above = new Stack<int>();
        int at = nodes[node].First;
        while (at != 0 || above.Count > 0)
        {
            if (at == 0)
            {
                to.Write(End);
                at = nodes[above.Pop()].Next;
                continue;
            }

            to.Write((byte)nodes[at].Thread);
            to.Write((byte)nodes[at].Move.Kind);
            to.Write(nodes[at].Move.Place);
            above.Push(at);
            at = nodes[at].First;
        }

        to.Write(End);
    }

    /// <summary>Reads what was written below a node that has no children.</summary>
    public void Read(BinaryReader from, int node)
    {
        var above = new Stack<int>([node]);
        while (above.Count > 0)
        {
            byte thread = from.ReadByte();
            if (thread == End)
            {
                above.Pop();
                continue;
            }

            int child = New(thread, new Move((StepKind)from.ReadByte(), from.ReadInt32()));
            Append(above.Peek(), child);
            above.Push(child);
        }
    }

    private struct Node
    {
        public int Thread;
        public Move Move;
        public int First;
        public int Last;
        public int Next;
    }
}
