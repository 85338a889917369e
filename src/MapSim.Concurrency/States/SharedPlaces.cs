using System.Numerics;

namespace MapSim.Concurrency.States;

/// <summary>Who reads and who writes every place, as far as an exploration has seen it.</summary>
/// <remarks>
/// A place is shared when one thread writes it and another one uses it. As long as a place is not, the step of the one thread
/// that is next there changes nothing for the others, and they nothing for it: it can go first.
/// </remarks>
internal sealed class SharedPlaces
{
    private readonly Dictionary<ulong, (ulong Readers, ulong Writers)> _users = [];
    private readonly HashSet<ulong> _shared = [];

    /// <summary>True if a place became shared since the last question.</summary>
    public bool HasNew { get; private set; }

    /// <summary>Starts a pass: what is shared now is what was found until now.</summary>
    public void StartPass() => HasNew = false;

    /// <summary>True if the order of this step and the steps of others does not matter, as far as is known.</summary>
    public bool IsOwn(in StepInfo step)
    {
        if (step.Kind == StepKind.Own)
        {
            return true;
        }

        if (!step.IsAccess)
        {
            return false;
        }

        for (uint i = 0; i < step.Length; i++)
        {
            if (_shared.Contains(unchecked(step.Place + i)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A thread makes a step.</summary>
    public void Use(int thread, in StepInfo step)
    {
        if (!step.IsAccess)
        {
            return;
        }

        for (uint i = 0; i < step.Length; i++)
        {
            ulong place = unchecked(step.Place + i);
            (ulong readers, ulong writers) = _users.GetValueOrDefault(place);
            ulong bit = 1UL << thread;
            readers |= step.Kind == StepKind.Store ? 0 : bit;
            writers |= step.IsWrite ? bit : 0;
            _users[place] = (readers, writers);
            if (writers != 0 && BitOperations.PopCount(readers | writers) > 1 && _shared.Add(place))
            {
                HasNew = true;
            }
        }
    }
}
