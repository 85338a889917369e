using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>
/// What a <see cref="StructureWatch"/> remembers of a bucket array: a copy of each bucket of its chains as it was when it was last
/// found sound, with the hashes of its keys. Chains that are as they were are not looked at again.
/// </summary>
/// <remarks>
/// Buckets have numbers: the main buckets those of the array, overflow buckets the next ones in the order in which they were
/// linked. An array of zeros is sound, and that is what it knows of one that it never saw.
/// </remarks>
internal sealed partial class WatchedArray
{
    private const int None = -1;
    private readonly HashSet<ulong> _linked = [], _list = [];
    private readonly List<int> _long = [];
    private byte[] _copies = [], _listed = [];
    private Bucket[] _buckets = [];
    private ulong[] _hashes = [];
    private byte[]?[] _beyond = [];
    private int _used, _stride, _looks;
    private Addr _array;
    private bool _reachesOut;

    /// <summary>Main buckets; 0 for no array.</summary>
    public int Count { get; private set; }

    /// <summary>Main and spare buckets.</summary>
    public int Length { get; private set; }

    /// <summary>Overflow buckets in its chains.</summary>
    public int Overflow => _used - Count;

    /// <summary>Live cells.</summary>
    public ulong Live { get; private set; }

    /// <summary>Its overflow buckets.</summary>
    public HashSet<ulong> Linked => _linked;

    /// <summary>True if it is that array.</summary>
    public bool Is(Addr array, int count) => _array == array && Count == count;

    /// <summary>True if the chain was evacuated.</summary>
    public bool IsEvacuated(int chain) => _buckets[chain].IsEvacuated;

    /// <summary>Remembers nothing; there is no array.</summary>
    public void Forget()
    {
        _linked.Clear();
        _long.Clear();
        _listed = [];
        (_array, Count, Length, Live, _used) = (default, 0, 0, 0, 0);
    }

    /// <summary>Is another array from now on, unless it is that one already.</summary>
    /// <returns>False if the array has no room for so many buckets.</returns>
    public bool Becomes(MapScan scan, Addr array, int count)
    {
        if (Is(array, count))
        {
            return true;
        }

        Forget();
        if (count == 0)
        {
            return array.IsNil;
        }

        ulong room = scan.RoomAt(array);
        (_stride, _reachesOut) = (scan.Type.BucketSize, KeyFootprint.ReachesOut(scan.Type));
        if (room < (ulong)count * (ulong)_stride)
        {
            return false;
        }

        (_array, Count, Length) = (array, count, (int)(room / (ulong)_stride));
        Reserve(count);
        for (int i = 0; i < count; i++)
        {
            Add(array + ((ulong)i * (ulong)_stride));
        }

        return true;
    }

    /// <summary>Looks at the chains that changed. The scan takes their buckets and the entries of those buckets that changed.</summary>
    /// <returns>False if what it saw is for a whole look to judge.</returns>
    public bool Look(MapScan scan, uint seed, bool isOld, WatchedArray other)
    {
        _looks = unchecked(_looks + 1);
        if (Count == 0)
        {
            return true;
        }

        ReadOnlySpan<byte> main = scan.Machine.Memory.Raw(_array, Count * _stride);
        for (int at = 0; at < main.Length;)
        {
            at += main[at..].CommonPrefixLength(_copies.AsSpan(at, main.Length - at));
            if (at == main.Length)
            {
                break;
            }

            int chain = at / _stride;
            if (!LookAtChain(scan, chain, seed, isOld, other))
            {
                return false;
            }

            at = (chain + 1) * _stride;
        }

        for (int i = 0; i < _long.Count; i++)
        {
            if (_buckets[_long[i]].Look != _looks && HasChangedBehind(scan, _long[i]) && !LookAtChain(scan, _long[i], seed, isOld, other))
            {
                return false;
            }
        }

        for (int chain = 0; _reachesOut && chain < Count; chain++)
        {
            if (_buckets[chain].Look != _looks && HasChangedBeyond(scan, chain) && !LookAtChain(scan, chain, seed, isOld, other))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True if a list has each overflow bucket once.</summary>
    /// <param name="bytes">The addresses, as many as there are overflow buckets.</param>
    /// <param name="pointerSize">The bytes of an address.</param>
    public bool IsList(ReadOnlySpan<byte> bytes, int pointerSize)
    {
        // Overflow buckets are only ever added: as many as before are the same ones.
        if (bytes.SequenceEqual(_listed))
        {
            return true;
        }

        _list.Clear();
        for (int at = 0; at < bytes.Length; at += pointerSize)
        {
            ulong address = pointerSize == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
            if (!_linked.Contains(address) || !_list.Add(address))
            {
                return false;
            }
        }

        _listed = bytes.ToArray();
        return true;
    }

    private bool HasChangedBehind(MapScan scan, int chain)
    {
        for (int b = _buckets[chain].Next; b != None; b = _buckets[b].Next)
        {
            if (!scan.Machine.Memory.Raw(_buckets[b].Address, _stride).SequenceEqual(Copy(b)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Looks at a chain from its main bucket to its end.</summary>
    private bool LookAtChain(MapScan scan, int chain, uint seed, bool isOld, WatchedArray other)
    {
        _fresh.Clear();
        ulong live = 0;
        bool evacuated = false;
        for (int b = chain, depth = 0; ; depth++)
        {
            ReadOnlySpan<byte> bytes = scan.Machine.Memory.Raw(_buckets[b].Address, _stride);
            var bucket = new ScannedBucket(_buckets[b].Address, BinaryPrimitives.ReadUInt64LittleEndian(bytes), chain, depth);
            evacuated = depth == 0 ? isOld && Bmap.IsEvacuated(bucket.Top(0)) : evacuated;
            scan.Take(bucket, isOld);
            uint entries = bucket.From(Bmap.MinTopHash);
            live += (ulong)BitOperations.PopCount(entries);
            if (!LookAtEntries(scan, b, bucket, bytes, evacuated ? 0 : entries, isOld, seed))
            {
                return false;
            }

            bytes.CopyTo(Copy(b));
            if (!Follow(scan, ref b, depth, bytes[scan.Type.OverflowOffset..], other, out bool more))
            {
                return false;
            }

            if (!more)
            {
                break;
            }
        }

        if (_buckets[chain].IsEvacuated && !evacuated)
        {
            // Chains of the new array were found right because of this one.
            return false;
        }

        Live = Live - _buckets[chain].Live + live;
        (_buckets[chain].Live, _buckets[chain].IsEvacuated, _buckets[chain].Look) = ((uint)live, evacuated, _looks);
        return !HasDuplicate(scan, chain);
    }

    /// <summary>Goes to the next bucket of a chain. A link that is new must be to a bucket that nobody links; one that is gone or another is for a whole look to judge.</summary>
    private bool Follow(MapScan scan, ref int b, int depth, ReadOnlySpan<byte> link, WatchedArray other, out bool more)
    {
        var next = new Addr(link.Length == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(link) : BinaryPrimitives.ReadUInt32LittleEndian(link));
        int known = _buckets[b].Next;
        more = !next.IsNil;
        if (known != None || !more)
        {
            bool same = more ? _buckets[known].Address == next : known == None;
            b = more && same ? known : b;
            return same;
        }

        if (!scan.IsBucket(next, _array, (ulong)Length * (ulong)_stride, Count) || other._linked.Contains(next.Value) || !_linked.Add(next.Value))
        {
            return false;
        }

        if (depth == 0)
        {
            _long.Add(b);
        }

        Reserve(_used + 1);
        _buckets[b].Next = _used;
        b = _used;
        Add(next);
        return true;
    }

    private Span<byte> Copy(int bucket) => _copies.AsSpan(bucket * _stride, _stride);

    private void Add(Addr address)
    {
        int b = _used++;
        _buckets[b] = new Bucket { Address = address, Next = None, Look = _looks };
        Copy(b).Clear();
        Array.Clear(_beyond, b * Bmap.Slots, Bmap.Slots);
    }

    private void Reserve(int buckets)
    {
        if (buckets * _stride > _copies.Length)
        {
            Array.Resize(ref _copies, Math.Max(buckets * _stride, Math.Max(1024, 2 * _copies.Length)));
        }

        if (buckets > _buckets.Length)
        {
            int room = Math.Max(buckets, Math.Max(16, 2 * _buckets.Length));
            Array.Resize(ref _buckets, room);
            Array.Resize(ref _hashes, room * Bmap.Slots);
            Array.Resize(ref _beyond, room * Bmap.Slots);
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Bucket
    {
        public Addr Address;

        /// <summary>The bucket behind it.</summary>
        public int Next;

        /// <summary>Of a main bucket: when its chain was last looked at.</summary>
        public int Look;

        /// <summary>Of a main bucket: the live cells of its chain.</summary>
        public uint Live;

        /// <summary>Slots whose key has a hash.</summary>
        public uint Hashed;

        /// <summary>Of a main bucket of an old array: its chain was evacuated.</summary>
        public bool IsEvacuated;
    }
}
