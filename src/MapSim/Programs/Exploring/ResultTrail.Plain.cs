using MapSim.Memory;

namespace MapSim.Programs;

/// <content>
/// For engines that ask only how a program can end: turns of a range that no judge can find fault with are not told one by one.
/// </content>
/// <remarks>
/// A turn is plain if it yields, for the first time in its range, a key that was in the map when the first goroutine was spawned, with the elem it
/// had then, and no write to that key was over when the turn began. Such a turn is explained by putting it before every write to its key (each may
/// come after it, as none was over before it began), and that binds nothing else: no judge of histories (H9) asks for more than that such an order exists.
/// What may still be asked of it is that the key was yielded (missed, or twice), so the keys are a set; and, where the model judges (no write has met
/// a turn yet), the same again. Whether operations met, and which write did, is kept: the judges that look at one operation at a time ask that. The
/// first turn of a range tells which writes were over when the range began, its end and everything else is told as by any trail; of
/// plain turns neither their order nor how many were over when a write began is kept.
/// Only for programs with one map, without clones and nested ranges; anything else is told in full.
/// </remarks>
internal sealed partial class ResultTrail
{
    private readonly PlainTurns? _plain;
    private Since _since;

    private Fingerprint PlainHash()
    {
        Fingerprint hash = Fingerprint.Of((1UL << 41) + 1, _since.HasMet ? 1UL : 0);
        for (int g = 0; g < _lines.Length; g++)
        {
            Plain plain = _lines[g].Plain;
            ulong place = (1UL << 42) + (4 * (ulong)g);
            hash = hash.Xor(Fingerprint.Of(place, plain.Began)).Xor(Fingerprint.Of(place + 1, plain.Touched)).Xor(Fingerprint.Of(place + 2, plain.Yielded))
                .Xor(Fingerprint.Of(place + 3, plain is { IsBlurred: true, IsWrite: true } ? 1UL : 0));
        }

        return hash;
    }

    /// <summary>What of an operation in progress belongs to its end, if that is told in full.</summary>
    private ulong Detail(in Line line) =>
        _plain == null ? 0 : Fingerprint.Mix(unchecked(line.Plain.Began + (_since.HasMet ? 1UL << 62 : 0) + (line.Plain is { IsBlurred: true, IsWrite: true } ? 1UL << 61 : 0)));

    private void BeganPlainly(int g, Instruction i, Addr map)
    {
        Line line = _lines[g];
        ulong over = 0;
        for (int other = 0; other < _lines.Length && i.Type >= 0; other++)
        {
            over = other == g ? over : Fingerprint.Mix(unchecked(over + (ulong)(IsWrite(i) ? _lines[other].Plain.Told : _lines[other].Writes) + 1));
        }

        bool isWrite = IsWrite(i), isBlurred = false, meets = false;
        for (int other = 0; other < _lines.Length && !map.IsNil; other++)
        {
            if (other != g && _lines[other].Map == map)
            {
                isBlurred = true;
                meets |= isWrite || _lines[other].Plain.IsWrite;
                if (_lines[other].Plain is { IsWrite: true, IsBlurred: false } blurred)
                {
                    Set(other, TrailEvents.None, _lines[other] with { Plain = blurred with { IsBlurred = true } });
                }
            }
        }

        ulong touched = _since.Touched;
        bool isTurn = i.Kind == InstructionKind.RangeEnd;
        ulong chain = i.Type < 0 || isTurn ? line.Chain : Fingerprint.Mix(unchecked(line.Chain + over));
        ulong yielded = line.Plain.Yielded;
        if (i.Operation?.Kind == OperationKind.Range && !isTurn)
        {
            chain = Fingerprint.Mix(chain ^ Fingerprint.Mix(yielded));
            yielded = 0;
        }

        Set(g, i.Type < 0 ? TrailEvents.None : isWrite ? TrailEvents.WriteBegan : TrailEvents.ReadBegan, line with
        {
            Chain = chain, Map = map,
            Plain = line.Plain with { Began = isTurn ? over : 0, Touched = i.Operation?.Kind == OperationKind.Range ? touched : 0, Yielded = yielded, IsWrite = isWrite, IsBlurred = isBlurred },
        });
        _since.HasMet |= meets;
        if (_plain!.Begins(i))
        {
            _since.Touched = 0;
        }
    }

    /// <summary>An operation has ended; true if it was a turn that need not be told.</summary>
    private bool EndedPlainly(int g, Instruction i, string result)
    {
        Line line = _lines[g];
        if (i.Operation?.Kind == OperationKind.Range && _plain!.KeyOf(g, result) is var key && (key & ~(line.Plain.Touched | line.Plain.Yielded)) != 0)
        {
            Set(g, EndOfRead(line.Map), line with { Ended = line.Ended + 1, Map = default, Plain = new Plain { Told = line.Plain.Told, Yielded = line.Plain.Yielded | key } });
            return true;
        }

        if (IsWrite(i))
        {
            // The line's own entry of the journal, which comes now, holds what was before.
            Set(g, TrailEvents.None, line);
            _since.Touched |= _plain!.TouchedBy(g, i);
        }

        return false;
    }

    /// <summary>What a goroutine has in progress, and what its plain turns yielded.</summary>
    private readonly record struct Plain
    {
        /// <summary>Ends that were told in full: what a write remembers of the others when it begins.</summary>
        public int Told { get; init; }

        /// <summary>In a turn: which writes were over when it began.</summary>
        public ulong Began { get; init; }

        /// <summary>In a turn: the keys that a write that was over had touched when it began.</summary>
        public ulong Touched { get; init; }

        /// <summary>The keys that plain turns of the range have yielded.</summary>
        public ulong Yielded { get; init; }

        /// <summary>The operation in progress writes.</summary>
        public bool IsWrite { get; init; }

        /// <summary>Another operation on the map was in progress at the same time.</summary>
        public bool IsBlurred { get; init; }
    }

    /// <summary>What happened since the first goroutine was spawned.</summary>
    /// <param name="Touched">The keys that writes that are over may have changed.</param>
    /// <param name="HasMet">A write was in progress together with another operation.</param>
    /// <param name="Unseen">Maps that a write has ended on since somebody looked at their structure.</param>
    /// <param name="IsNoticed">What is broken was found where oracles look, too.</param>
    private record struct Since(ulong Touched, bool HasMet, ulong Unseen, bool IsNoticed);
}
