// A routing trace comes back as it was, bit by bit, and what is no trace is refused by one kind of error whatever was
// done to it: cut, flipped, or made up with a right checksum.
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Sigma.Sim.Randomness;
using Sigma.Sim.Training;

namespace Sigma.Sim.Tests.Training;

[TestClass]
public sealed class RoutingTraceFormatTests
{
    private const string Name = "some.trace";
    private const int LeastHead = 20;

    [TestMethod]
    [DataRow(1, 1, 1)]
    [DataRow(2, 2, 0)]
    [DataRow(3, 2, 5)]
    [DataRow(7, 3, 2)]
    [DataRow(8, 8, 3)]
    [DataRow(96, 8, 7)]
    [DataRow(255, 5, 4)]
    [DataRow(256, 1, 4)]
    [DataRow(32_767, 4, 9)]
    [DataRow(RoutingTrace.MostExperts, 4, 9)]
    public void A_trace_comes_back_as_it_was(int experts, int topK, int dropEvery)
    {
        var routing = SampleTrace.Of(layers: 3, tokensPerStep: 37, experts, topK, dropEvery);
        var bytes = RoutingTraceFormat.Encode(routing, Name);
        var back = RoutingTraceFormat.Decode(bytes, Name);
        CollectionAssert.AreEqual(routing.Trace.Choices.ToArray(), back.Trace.Choices.ToArray());
        Assert.AreEqual(routing.Origin with { Steps = [] }, back.Origin with { Steps = [] });
        CollectionAssert.AreEqual(routing.Origin.Steps.ToArray(), back.Origin.Steps.ToArray());
        CollectionAssert.AreEqual(bytes, RoutingTraceFormat.Encode(back, Name));
        Assert.IsTrue(double.IsNegative(back.Origin.Steps[2].Losses.Z), "minus zero lost its sign");
    }

    [TestMethod]
    public void A_choice_takes_no_more_bits_than_its_experts_and_a_dropped_one_need()
    {
        Assert.AreEqual(1, RoutingTraceFormat.BitsPerChoice(1));
        Assert.AreEqual(2, RoutingTraceFormat.BitsPerChoice(3));
        Assert.AreEqual(3, RoutingTraceFormat.BitsPerChoice(4));
        Assert.AreEqual(7, RoutingTraceFormat.BitsPerChoice(96));
        Assert.AreEqual(16, RoutingTraceFormat.BitsPerChoice(RoutingTrace.MostExperts));
    }

    [TestMethod]
    public void Every_beginning_of_a_trace_is_refused_in_words()
    {
        var bytes = Small();
        for (var length = 0; length < bytes.Length; length++)
            StringAssert.Contains(Refusal(bytes[..length]), Name, StringComparison.Ordinal);
        StringAssert.Contains(Refusal(bytes[..^1]), "is cut short", StringComparison.Ordinal);
        StringAssert.Contains(Refusal([.. bytes, 0]), "goes on after its end", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Every_flipped_bit_is_noticed()
    {
        var bytes = Small();
        for (var bit = 0; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            var words = Refusal(bytes);
            if (bit >= 8 * LeastHead) StringAssert.Contains(words, "is damaged", StringComparison.Ordinal);
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
        }
    }

    [TestMethod]
    public void A_made_up_trace_with_a_right_checksum_is_read_or_refused_and_takes_no_memory()
    {
        var sound = Small();
        var dice = new StreamKey(11, 0, "test/fuzz", 0).Open();
        var (read, refused) = (0, 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = sound.ToArray();
            for (var change = 0; change < 1 + round % 3; change++)
                bytes[dice.NextIndex(bytes.Length)] ^= (byte)(1 + dice.NextIndex(255));
            Seal(bytes);
            try
            {
                var back = RoutingTraceFormat.Decode(bytes, Name);
                CollectionAssert.AreEqual(bytes, RoutingTraceFormat.Encode(back, Name));
                read++;
            }
            catch (RoutingTraceException)
            {
                refused++;
            }
        }

        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / 20_000;
        Assert.IsLessThan(100_000, each);
        Assert.IsGreaterThan(1_000, read);
        Assert.IsGreaterThan(1_000, refused);
    }

    [TestMethod]
    [DataRow(0, 0, "is not a routing trace")]
    [DataRow(8, 2, "is a routing trace of version 2; this program reads version 1")]
    [DataRow(43, 0, "layers must be from 1 to")]
    [DataRow(43, int.MaxValue, "layers must be from 1 to")]
    [DataRow(43, 1025, "there are 1025 layers")]
    [DataRow(75, 1 << 24, "more choices than a routing trace holds")]
    [DataRow(43, 2, "do not fill its")]
    [DataRow(51, 3, "kv_heads")]
    [DataRow(79, 70_000, "at most 65535")]
    [DataRow(83, 7, "a token cannot use 7 of 5 experts")]
    [DataRow(87, 4, "trace_steps 4 is more than the 3 steps")]
    [DataRow(91, -1, "it has -1 steps")]
    [DataRow(91, 99_999, "its head is longer than the file")]
    public void A_head_that_contradicts_itself_is_named(int at, int value, string words)
    {
        var bytes = Small();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);
        Seal(bytes);
        StringAssert.Contains(Refusal(bytes), words, StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_length_beyond_reason_is_refused()
    {
        var bytes = Small();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(12), ulong.MaxValue);
        StringAssert.Contains(Refusal(bytes), "is impossible", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Words_that_could_steer_a_terminal_are_refused()
    {
        var bytes = Small();
        bytes[21] = 0x1b;
        Seal(bytes);
        StringAssert.Contains(Refusal(bytes), "text must be a word", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_text_that_this_version_does_not_have_is_read_all_the_same()
    {
        var routing = SampleTrace.Of(1, 40, 5, 2, 0);
        var other = routing with { Origin = routing.Origin with { Text = "corpus-v9" } };
        var back = RoutingTraceFormat.Decode(RoutingTraceFormat.Encode(other, Name), Name);
        Assert.AreEqual("corpus-v9", back.Origin.Text);
    }

    [TestMethod]
    public void A_training_that_ran_away_is_not_written()
    {
        var routing = SampleTrace.Of(1, 40, 5, 2, 0);
        var lost = routing.Origin.Steps[1] with { GradientNorm = double.NaN };
        var ran = routing with { Origin = routing.Origin with { Steps = [routing.Origin.Steps[0], lost] } };
        var error = Assert.ThrowsExactly<RoutingTraceException>(() => RoutingTraceFormat.Encode(ran, Name));
        StringAssert.Contains(error.Message, "gradient norm of step 2", StringComparison.Ordinal);
    }

    [TestMethod]
    public void An_origin_of_other_sizes_than_its_routing_is_not_written()
    {
        var routing = SampleTrace.Of(1, 40, 5, 2, 0);
        var other = routing with { Origin = routing.Origin with { TraceSteps = 1 } };
        Assert.ThrowsExactly<RoutingTraceException>(() => RoutingTraceFormat.Encode(other, Name));
    }

    private static byte[] Small() => RoutingTraceFormat.Encode(SampleTrace.Of(1, 40, 5, 2, 9), Name);

    private static void Seal(byte[] bytes) => SHA256.HashData(bytes.AsSpan(..^32), bytes.AsSpan(^32..));

    private static string Refusal(byte[] bytes)
    {
        var error = Assert.ThrowsExactly<RoutingTraceException>(() => RoutingTraceFormat.Decode(bytes, Name));
        Assert.DoesNotContain('\n', error.Message);
        Assert.IsLessThan(300, Encoding.UTF8.GetByteCount(error.Message));
        return error.Message;
    }
}
