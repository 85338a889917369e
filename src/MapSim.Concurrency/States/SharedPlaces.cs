using System.Numerics;

namespace MapSim.Concurrency.States;

/// <summary>Who reads and who writes every place, as far as an exploration has seen it.</summary>
/// <remarks>
/// A place is shared when one thread writes it and another one uses it; a mutex is a place that is written by who takes it. As long as a place is not, the step of the one thread
/// that is next there changes nothing for the others, and they nothing for it: it can go first.
/// </remarks>
internal sealed class SharedPlaces
{
    private readonly Dictionary<(bool IsMutex, ulong Place), (ulong Readers, ulong Writers)> _users = [];
    private readonly HashSet<(bool IsMutex, ulong Place)> _shared = [];

    private bool _isAllShared;

    /// <summary>True if a place became shared since the last question.</summary>
    public bool HasNew { get; private set; }

    /// <summary>Starts a pass: what is shared now is what was found until now.</summary>
    public void StartPass() => HasNew = false;

    /// <summary>True if the order of this step and the steps of others does not matter, as far as is known.</summary>
    public bool IsOwn(in StepInfo step)
    {
        if (_isAllShared || step.Kind == StepKind.Own)
        {
            return !_isAllShared;
        }

        bool isMutex = IsMutex(step);
        if (!step.IsAccess && !isMutex)
        {
            return false;
        }

        for (uint i = 0; i < step.Length; i++)
        {
            if (_shared.Contains((isMutex, unchecked(step.Place + i))))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A thread makes a step.</summary>
    public void Use(int thread, in StepInfo step)
    {
        if (step.Kind == StepKind.Everything && !_isAllShared)
        {
            // It may use any place.
            _isAllShared = true;
            HasNew = true;
        }

        bool isMutex = IsMutex(step);
        if (!step.IsAccess && !isMutex)
        {
            return;
        }

        for (uint i = 0; i < step.Length; i++)
        {
            (bool, ulong) place = (isMutex, unchecked(step.Place + i));
            (ulong readers, ulong writers) = _users.GetValueOrDefault(place);
            ulong bit = 1UL << thread;
            readers |= step.Kind == StepKind.Store ? 0 : bit;
            writers |= step.IsWrite || isMutex ? bit : 0;
            _users[place] = (readers, writers);
            if (writers != 0 && BitOperations.PopCount(readers | writers) > 1 && _shared.Add(place))
            {
                HasNew = true;
            }
        }
    }

    /// <summary>Writes what was seen.</summary>
    public void Write(BinaryWriter to)
    {
        to.Write(_isAllShared);
        to.Write(HasNew);
        to.Write(_users.Count);
        foreach (((bool isMutex, ulong place), (ulong readers, ulong writers)) in _users)
        {
            to.Write(isMutex);
            to.Write(place);
            to.Write(readers);
            to.Write(writers);
            to.Write(_shared.Contains((isMutex, place)));
        }
    }

    /// <summary>Reads what was seen.</summary>
    public void Read(BinaryReader from)
    {
        _isAllShared = from.ReadBoolean();
        HasNew = from.ReadBoolean();
        for (int left = from.ReadInt32(); left > 0; left--)
        {
            (bool, ulong) place = (from.ReadBoolean(), from.ReadUInt64());
            _users.Add(place, (from.ReadUInt64(), from.ReadUInt64()));
            if (from.ReadBoolean())
            {
                _shared.Add(place);
            }
        }
    }

    private static bool IsMutex(in StepInfo step) => step.Kind is StepKind.Lock or StepKind.Unlock;
}
