using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

public sealed class ValueMemoryTests
{
    [Fact]
    public void What_is_known_of_a_value_is_no_part_of_it()
    {
        GoValue five = GoValue.Plain("5"), other = GoValue.Plain("5");
        GoType type = GoTypeParser.Parse("int8", Arch.Amd64), wide = GoTypeParser.Parse("int16", Arch.Amd64);
        byte[] bytes = five.Known.Add(type, five, [5]);
        Assert.Same(bytes, five.Known.Find(type, five));
        Assert.Null(five.Known.Find(wide, five));
        Assert.Equal(five, other);
        Assert.Equal(five.GetHashCode(), other.GetHashCode());
        Assert.Equal(five.ToString(), other.ToString());
        GoValue six = five with { Text = "6" };
        Assert.Null(six.Known.Find(type, six));
        Assert.Null(other.Known.Find(type, other));
    }

    [Fact]
    public void A_value_written_to_memory_is_read_back_as_its_text() =>
        ProgramRoundTripTests.ForAllSeeds(seed =>
        {
            Arch arch = Arch.All[seed % 3];
            var random = new RandomPrograms(seed, arch);
            (GoType key, GoType elem) = GoTypeParser.ParseMap(RandomPrograms.MapTypes[random.Next(RandomPrograms.MapTypes.Count)], arch);
            var memory = new Values(arch);
            foreach (GoType type in (GoType[])[key, elem])
            {
                GoValue value = random.Value(type);
                Assert.Equal(ValueText.Of(type, value, null, arch), memory.WriteAndRead(type, value));
            }
        }, runs: 400);

    [Fact]
    public void The_same_label_is_the_same_object_and_strings_are_new_ones_each_time()
    {
        var memory = new Values(Arch.Amd64);
        GoType pointer = GoTypeParser.Parse("*T", Arch.Amd64), text = GoTypeParser.Parse("string", Arch.Amd64);
        Assert.Equal(memory.Writer.Bytes(pointer, GoValue.Plain("&p")), memory.Writer.Bytes(pointer, GoValue.Plain("&p")));
        Assert.NotEqual(memory.Writer.Bytes(pointer, GoValue.Plain("&p")), memory.Writer.Bytes(pointer, GoValue.Plain("&q")));
        Assert.NotEqual(memory.Writer.Bytes(text, GoValue.String("a"u8)), memory.Writer.Bytes(text, GoValue.String("a"u8)));
        Assert.Equal(new byte[16], memory.Writer.Bytes(text, GoValue.String(""u8)));
    }

    [Theory]
    [InlineData("interface {}", "(*T)(&p)", true)]
    [InlineData("interface {}", "struct{ p *T }{&p}", true)]
    [InlineData("interface {}", "int(5)", false)]
    public void A_value_of_one_pointer_lies_in_the_interface_itself(string type, string text, bool direct)
    {
        var memory = new Values(Arch.Amd64);
        MapProgram program = ProgramParser.Parse($"mapsim 1\nmap m map[any]int\nassign m {text} 1\n");
        byte[] bytes = memory.Writer.Bytes(GoTypeParser.Parse(type, Arch.Amd64), program.Operations.Single().Operation.Key);
        Assert.Equal(direct, memory.Names.Of(new Addr(BitConverter.ToUInt64(bytes, 8))) == "&p");
    }

    [Fact]
    public void Unreadable_memory_is_said_to_be_so_and_leaves_no_fault()
    {
        var memory = new Values(Arch.Amd64);
        GoType text = GoTypeParser.Parse("string", Arch.Amd64);
        Assert.Equal(ValueReader.Unreadable, memory.Reader.Text(text, new Addr(16)));
        byte[] dangling = [0, 0, 0, 0, 0, 0, 0x12, 0, 4, 0, 0, 0, 0, 0, 0, 0];
        Assert.Equal(ValueReader.Unreadable, memory.Read(text, dangling));
        Assert.Equal(MemoryFaultKind.None, memory.Session.Machine.Memory.Fault.Kind);
    }

    private sealed class Values
    {
        public Values(Arch arch)
        {
            Session = new MapSession(new ProgramSettings(GoVersion.Go123, arch, "portable", 0, false, 1000).ToOptions(), MapType.Parse("map[int]int", arch));
            Writer = new ValueWriter(Session, Names);
            Reader = new ValueReader(Session, Names);
        }

        public MapSession Session { get; }

        public ObjectNames Names { get; } = new();

        public ValueWriter Writer { get; }

        public ValueReader Reader { get; }

        public string WriteAndRead(GoType type, GoValue value) => Read(type, Writer.Bytes(type, value));

        public string Read(GoType type, byte[] bytes) =>
            Reader.Text(type, Session.NewObject(bytes, MapSim.Heap.ObjectKind.Other));
    }
}
