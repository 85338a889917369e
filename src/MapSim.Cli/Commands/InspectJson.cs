using System.Text.Json;
using MapSim.Inspect;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Cli.Commands;

/// <summary>An inspected map as JSON (schema mapsim.inspect/1): addresses are texts, "nil" for nil.</summary>
internal sealed class InspectJson
{
    private readonly Utf8JsonWriter _json;
    private readonly DecodedMap _map;
    private readonly SavedValues _values;

    private InspectJson(Utf8JsonWriter json, ProcessImage image, DecodedMap map) => (_json, _map, _values) = (json, map, new SavedValues(image, map.Type.Arch));

    public static void Write(TextWriter to, ProcessImage image, MapInspection inspection, IReadOnlyList<string> hints)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, Encoder = ProgramFiles.Json.Encoder }))
        {
            new InspectJson(json, image, inspection.Map).All(inspection, hints);
        }

        to.WriteLine(System.Text.Encoding.UTF8.GetString(bytes.ToArray()));
    }

    private void All(MapInspection inspection, IReadOnlyList<string> hints)
    {
        _json.WriteStartObject();
        _json.WriteString("schema", "mapsim.inspect/1");
        _json.WriteString("type", _map.Type.Text);
        _json.WriteString("go", _map.Version.Name);
        _json.WriteString("arch", _map.Type.Arch.Name);
        Address("address", _map.Address);
        if (_map.HasHeader)
        {
            Header();
            Extra();
            Array("buckets", _map.Present);
            Array("oldbuckets", _map.Old);
        }

        Texts("missing", _map.Misfits.Where(m => m.Kind == MisfitKind.Missing).Select(m => m.ToString()));
        Texts("broken", inspection.Broken);
        _json.WriteNumber("checked", inspection.Checked);
        _json.WriteStartArray("unchecked");
        foreach ((string id, string why) in inspection.Unchecked)
        {
            _json.WriteStartObject();
            _json.WriteString("id", id);
            _json.WriteString("why", why);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        Texts("hints", hints);
        _json.WriteEndObject();
    }

    private void Header()
    {
        _json.WriteStartObject("hmap");
        _json.WriteNumber("count", _map.Count);
        _json.WriteNumber("flags", _map.Flags);
        _json.WriteString("flagNames", MapDump.FlagNames(_map.Flags));
        _json.WriteNumber("B", _map.B);
        _json.WriteNumber("noverflow", _map.Noverflow);
        _json.WriteNumber("hash0", _map.Hash0);
        Address("buckets", _map.Buckets);
        Address("oldbuckets", _map.OldBuckets);
        _json.WriteNumber("nevacuate", _map.Nevacuate);
        Address("extra", _map.Extra);
        _json.WriteEndObject();
        if (_map.Old is { } old)
        {
            _json.WriteStartObject("growth");
            _json.WriteBoolean("sameSize", _map.IsSameSize);
            _json.WriteNumber("evacuated", old.Evacuated);
            _json.WriteNumber("oldBuckets", old.Main);
            _json.WriteEndObject();
        }
    }

    private void Extra()
    {
        if (_map.ExtraBytes.Length == 0)
        {
            return;
        }

        _json.WriteStartObject("extra");
        List("overflow", _map.Overflow);
        List("oldoverflow", _map.OldOverflow);
        Address("nextOverflow", _map.NextOverflow);
        _json.WriteEndObject();
    }

    private void List(string name, DecodedList? list) => Texts(name, list?.Items.Select(i => i.ToString()) ?? []);

    private void Array(string name, DecodedArray? array)
    {
        if (array == null)
        {
            return;
        }

        _json.WriteStartObject(name);
        Address("address", array.Start);
        _json.WriteNumber("main", array.Main);
        _json.WriteNumber("spare", array.Total - array.Main);
        _json.WriteNumber("bucketSize", _map.Type.BucketSize);
        _json.WriteStartArray("buckets");
        bool isEvacuated = false;
        foreach (DecodedBucket b in array.Buckets)
        {
            isEvacuated = b.Depth == 0 ? array.IsOld && b.IsEvacuated : isEvacuated;
            Bucket(b, array.IsOld, isEvacuated);
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
    }

    private void Bucket(DecodedBucket b, bool isOld, bool isEvacuated)
    {
        _json.WriteStartObject();
        _json.WriteNumber("bucket", b.Chain);
        _json.WriteNumber("depth", b.Depth);
        Address("address", b.Address);
        if (b.Bytes.Length == 0)
        {
            _json.WriteBoolean("missing", true);
            _json.WriteEndObject();
            return;
        }

        if (isOld)
        {
            _json.WriteBoolean("evacuated", isEvacuated);
        }

        _json.WriteString("tophash", Convert.ToHexStringLower(b.Bytes.Span[..Bmap.Slots]));
        Address("overflow", b.Overflow(_map.Type));
        _json.WriteStartArray("entries");
        for (int i = 0; i < Bmap.Slots && !isEvacuated; i++)
        {
            if (b.Top(i) >= Bmap.MinTopHash)
            {
                _json.WriteStartObject();
                _json.WriteNumber("slot", i);
                _json.WriteString("key", _values.OfSlot(_map.Type.Key, _map.Type.IndirectKey, b.KeySlot(_map.Type, i)));
                _json.WriteString("elem", _values.OfSlot(_map.Type.Elem, _map.Type.IndirectElem, b.ElemSlot(_map.Type, i)));
                _json.WriteEndObject();
            }
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
    }

    private void Address(string name, Addr at) => _json.WriteString(name, at.ToString());

    private void Texts(string name, IEnumerable<string> texts)
    {
        _json.WriteStartArray(name);
        foreach (string text in texts)
        {
            _json.WriteStringValue(text);
        }

        _json.WriteEndArray();
    }
}
