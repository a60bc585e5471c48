// Reads execution traces by the numbers of the published schema alone (mlcommons/chakra, et_def.proto, version 1.0.0):
// none of the types that write them are used here, so a number that is wrong there is found.
using Google.Protobuf;

namespace Sigma.Sim.Tests.Chakra;

/// <summary>A value and the number of the field that held it, which is its type in the format.</summary>
internal sealed record TraceValue(int Field, object Value);

/// <summary>One node as a file holds it.</summary>
internal sealed class TraceNode
{
    public const int Compute = 4, Send = 5, Receive = 6, Collective = 7;

    public ulong Id { get; set; }

    public string Name { get; set; } = "";

    public int Type { get; set; }

    public List<ulong> Waits { get; } = [];

    public long Microseconds { get; set; }

    public Dictionary<string, TraceValue> Attributes { get; } = new(StringComparer.Ordinal);

    public long Int64(string name) => (long)Typed(name, 9);

    public int Int32(string name) => (int)Typed(name, 7);

    public ulong UInt64(string name) => (ulong)Typed(name, 13);

    public bool Bool(string name) => (bool)Typed(name, 27);

    public string Text(string name) => (string)Typed(name, 29);

    private object Typed(string name, int field)
    {
        var value = Attributes[name];
        Assert.AreEqual(field, value.Field, $"{name} of {Name}");
        return value.Value;
    }
}

/// <summary>A file of messages, each after its length.</summary>
internal sealed class TraceReader
{
    private TraceReader()
    {
    }

    public string Version { get; private set; } = "";

    public Dictionary<string, TraceValue> Metadata { get; } = new(StringComparer.Ordinal);

    public List<TraceNode> Nodes { get; } = [];

    public static TraceReader Read(byte[] file)
    {
        var (trace, input) = (new TraceReader(), new CodedInputStream(file));
        Fields(input.ReadBytes(), (field, message) =>
        {
            if (field == 1) trace.Version = message.ReadString();
            else Assert.AreEqual(2, ReadAttribute(field, message, trace.Metadata), "a field of the metadata");
        });
        while (!input.IsAtEnd) trace.Nodes.Add(ReadNode(input.ReadBytes()));
        return trace;
    }

    private static TraceNode ReadNode(ByteString bytes)
    {
        var node = new TraceNode();
        Fields(bytes, (field, message) =>
        {
            // Any other field must be an attribute.
            switch (field)
            {
                case 1: node.Id = message.ReadUInt64(); break;
                case 2: node.Name = message.ReadString(); break;
                case 3: node.Type = message.ReadEnum(); break;
                case 5:
                    // Numbers of a list stand together after their length.
                    var list = message.ReadBytes().CreateCodedInput();
                    while (!list.IsAtEnd) node.Waits.Add(list.ReadUInt64());
                    break;
                case 7: node.Microseconds = (long)message.ReadUInt64(); break;
                default:
                    Assert.AreEqual(10, ReadAttribute(field, message, node.Attributes), "a field of a node");
                    break;
            }
        });
        return node;
    }

    private static int ReadAttribute(int field, CodedInputStream message, Dictionary<string, TraceValue> into)
    {
        var (name, value) = ("", (TraceValue?)null);
        Fields(message.ReadBytes(), (number, attribute) =>
        {
            if (number == 1)
            {
                name = attribute.ReadString();
                return;
            }

            Assert.IsNull(value, $"{name} has two values");
            value = new TraceValue(number, number switch
            {
                7 => attribute.ReadInt32(),
                9 => attribute.ReadInt64(),
                13 => attribute.ReadUInt64(),
                27 => attribute.ReadBool(),
                29 => attribute.ReadString(),
                _ => throw new AssertFailedException($"{name} has a value in field {number}"),
            });
        });
        into.Add(name, value!);
        return field;
    }

    private static void Fields(ByteString bytes, Action<int, CodedInputStream> read)
    {
        var message = bytes.CreateCodedInput();
        // A tag is the field's number and, in its last three bits, how the value is written.
        for (var tag = message.ReadTag(); tag != 0; tag = message.ReadTag()) read((int)(tag >> 3), message);
    }
}
