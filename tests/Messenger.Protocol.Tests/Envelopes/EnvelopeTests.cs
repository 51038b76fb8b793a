using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Messenger.Protocol.Envelopes;
using NSec.Cryptography;
using static Messenger.Protocol.Tests.Envelopes.Person;

namespace Messenger.Protocol.Tests.Envelopes;

public class EnvelopeTests
{
    private const string VectorPayload = """{"id":"01890a5d-ac96-774b-bcce-b302099a8057","ts":1700000000000,"seq":1,"body":"привет"}""";

    [Fact]
    public void The_fixed_vector_of_the_design_reproduces()
    {
        using var prekey = Messenger.Protocol.Envelopes.PrekeySecret.Import(Bytes(3));
        var payload = Encoding.UTF8.GetBytes(VectorPayload);

        var message = Envelope.Seal(Anna.Key, Boris.Identity, prekey.ToPrekey(Now), Bytes(4), payload).Message;

        var bytes = Convert.FromBase64String(message);
        Assert.Equal("3D74359E38A88A42", Convert.ToHexString(bytes[1..9]));
        Assert.Equal("859695C491F9E7BCA970D5AE29BE74D3625DF0342FC5395D7BEC579FFDA6DAB9", Convert.ToHexString(SHA256.HashData(bytes)));
        Assert.Equal(504, message.Length);
        Assert.Equal(payload, SecondImplementation.Open(message, SecondImplementation.IdentityOf(Bytes(1)), SecondImplementation.IdentityOf(Bytes(2)), Bytes(3)));
    }

    [Fact]
    public void What_is_sealed_opens_whatever_the_body() => Bodies.Sample(
        body =>
        {
            var payload = Payload(body);
            var opened = Assert.IsType<OpenedEnvelope>(Boris.Open(Anna.Seal(Boris, payload), Clara.Identity, Anna.Identity));
            return opened.Payload == payload && opened.Author == Anna.Identity;
        },
        iter: 200);

    [Fact]
    public void The_longest_body_in_the_longest_spelling_fits()
    {
        var body = new string('\u0001', Messenger.Protocol.Envelopes.Payload.MaxBodySize);
        var payload = Payload(body, long.MaxValue >> 10, Hash(1)) with { Of = Hash(2), Bundle = Boris.Bundle(1) };

        var message = Boris.Seal(Anna, payload);

        Assert.Equal(Envelope.MaxMessageLength, message.Length);
        Assert.Equal(payload, Assert.IsType<OpenedEnvelope>(Anna.Open(message, Boris.Identity)).Payload);
    }

    [Fact]
    public void The_second_implementation_opens_what_we_seal() => Bodies.Sample(
        body =>
        {
            var payload = SecondImplementation.Open(
                Anna.Seal(Boris, Payload(body)),
                SecondImplementation.IdentityOf(Anna.Seed),
                SecondImplementation.IdentityOf(Boris.Seed),
                Boris.PrekeySecret);
            using var document = System.Text.Json.JsonDocument.Parse(payload);
            return document.RootElement.GetProperty("body").GetString() == body;
        },
        iter: 50);

    [Fact]
    public void We_open_what_the_second_implementation_seals() => Bodies.Sample(
        body =>
        {
            var bytes = SealedBy(Anna, Boris, SecondImplementation.Pad(Payload(body).Write()));
            var opened = Assert.IsType<OpenedEnvelope>(Boris.Open(bytes, Anna.Identity));
            return opened.Payload.Body == body;
        },
        iter: 50);

    [Fact]
    public void The_padding_is_a_power_of_two_and_comes_off_again() => Gen.Byte.Array[0, 3000].Sample(payload =>
    {
        var padded = Envelope.Pad(payload);
        return padded.Length >= 256
            && (padded.Length & (padded.Length - 1)) == 0
            && (padded.Length == 256 || padded.Length / 2 < payload.Length + 4)
            && padded.SequenceEqual(SecondImplementation.Pad(payload))
            && Envelope.TryUnpad(padded, out var unpadded)
            && unpadded.SequenceEqual(payload);
    });

    [Fact]
    public void Padding_that_is_not_all_zeros_or_shorter_than_it_says_is_refused() =>
        Gen.Select(Gen.Byte.Array[0, 2000], Gen.Int[0, int.MaxValue], Gen.Byte[1, 255]).Sample((payload, place, value) =>
        {
            var padded = Envelope.Pad(payload);
            var free = padded.Length - payload.Length - 4;
            if (free > 0)
            {
                padded[4 + payload.Length + (place % free)] = value;
                Assert.False(Envelope.TryUnpad(padded, out _));
            }

            BinaryPrimitives.WriteUInt32BigEndian(padded, (uint)(padded.Length - 3 + place));
            Assert.False(Envelope.TryUnpad(padded, out _));
        });

    [Fact]
    public void More_padding_than_needed_is_taken()
    {
        var padded = new byte[4096];
        SecondImplementation.Lp(Payload().Write()).CopyTo(padded, 0);
        Assert.Equal(Payload(), Assert.IsType<OpenedEnvelope>(Boris.Open(SealedBy(Anna, Boris, padded), Anna.Identity)).Payload);
    }

    [Fact]
    public void An_envelope_to_the_fallback_key_opens()
    {
        var message = Envelope.Seal(Anna.Key, Boris.Identity, Boris.Bundle(1).Fallback, Payload()).Message;
        Assert.IsType<OpenedEnvelope>(Boris.Open(message, Anna.Identity));
    }

    [Fact]
    public void Sealing_the_same_twice_gives_two_envelopes() => Assert.NotEqual(Anna.Seal(Boris), Anna.Seal(Boris));

    [Fact]
    public void The_hash_of_what_was_sealed_is_the_hash_of_what_is_opened()
    {
        var message = Envelope.Seal(Anna.Key, Boris.Identity, Boris.Prekey, Payload());
        Assert.Equal(message.Hash, Assert.IsType<OpenedEnvelope>(Boris.Open(message.Message, Anna.Identity)).Hash);
    }

    [Fact]
    public void An_envelope_to_an_erased_prekey_proves_its_author_all_the_same()
    {
        var message = Envelope.Seal(Anna.Key, Boris.Identity, Boris.Prekey, Payload());

        var result = Assert.IsType<UnreadableEnvelope>(Envelope.Open(message.Message, [Clara.Identity, Anna.Identity], Boris.Identity, _ => null));

        Assert.Equal((UnreadableFault.UnknownPrekey, Anna.Identity, message.Hash, Boris.Prekey.Id), (result.Fault, result.Author, result.Hash, result.Prekey));
    }

    [Fact]
    public void A_signed_envelope_that_does_not_open_is_undecryptable()
    {
        var wrongKey = SecondImplementation.Seal(
            Anna.Seed, SecondImplementation.IdentityOf(Boris.Seed), SecondImplementation.PrekeyOf(Boris.PrekeySecret), Envelope.Pad(Payload().Write()), shared: Bytes(7));
        Assert.Equal(UnreadableFault.Undecryptable, Assert.IsType<UnreadableEnvelope>(Boris.Open(wrongKey, Anna.Identity)).Fault);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not JSON")]
    [InlineData("null")]
    [InlineData(VectorPayload)]
    public void A_signed_envelope_with_something_else_inside_is_a_bad_payload(string payload)
    {
        var bytes = SealedBy(Anna, Boris, Envelope.Pad(Encoding.UTF8.GetBytes(payload)));
        Assert.Equal(UnreadableFault.BadPayload, Assert.IsType<UnreadableEnvelope>(Boris.Open(bytes, Anna.Identity)).Fault);
    }

    [Fact]
    public void A_signed_envelope_with_other_padding_is_a_bad_payload()
    {
        var padded = Envelope.Pad(Payload().Write());
        padded[^1] = 1;
        Assert.Equal(UnreadableFault.BadPayload, Assert.IsType<UnreadableEnvelope>(Boris.Open(SealedBy(Anna, Boris, padded), Anna.Identity)).Fault);
    }

    [Theory]
    [InlineData(255)]
    [InlineData(257)]
    [InlineData(384)]
    [InlineData(128)]
    [InlineData(0)]
    public void A_signed_envelope_of_another_size_is_badly_encoded(int size)
    {
        var result = Boris.Open(SealedBy(Anna, Boris, new byte[size]), Anna.Identity);
        Assert.Equal(RefusedFault.BadEncoding, Assert.IsType<RefusedEnvelope>(result).Fault);
    }

    [Fact]
    public void An_envelope_longer_than_any_is_refused_before_it_is_decoded() =>
        Assert.Equal(RefusedFault.TooLarge, Refused(new string('A', Envelope.MaxMessageLength + 4)));

    [Fact]
    public void An_envelope_of_another_version_is_refused_even_when_signed()
    {
        var bytes = Convert.FromBase64String(Anna.Seal(Boris));
        bytes[0] = 2;
        Assert.Equal(RefusedFault.UnknownVersion, Refused(Convert.ToBase64String(bytes)));
    }

    [Fact]
    public void Only_the_one_spelling_of_base64_is_taken()
    {
        var message = Anna.Seal(Boris);
        Assert.EndsWith("=", message, StringComparison.Ordinal);
        var stray = message[..^2] + (char)(message[^2] + 1) + "=";
        string[] others = [message[..^1], message + "\n", " " + message[1..], message.Insert(8, "    "), message.Replace("=", "", StringComparison.Ordinal) + "A", stray, "", "=", "====", "\0\0\0\0"];
        Assert.All(others, other => Assert.Equal(RefusedFault.BadEncoding, Refused(other)));
    }

    [Fact]
    public void Rubbish_is_refused_and_never_throws() =>
        Gen.OneOf(Gen.String, Gen.Byte.Array[0, 2000].Select(Convert.ToBase64String), Gen.Byte.Array[377].Select(bytes => Convert.ToBase64String([1, .. bytes[1..]])))
            .Sample(message => Boris.Open(message, Anna.Identity) is RefusedEnvelope, iter: 1000);

    [Fact]
    public void Without_a_possible_author_nothing_opens() =>
        Assert.Equal(RefusedFault.BadSignature, Assert.IsType<RefusedEnvelope>(Boris.Open(Anna.Seal(Boris))).Fault);

    private static readonly Gen<string> Bodies =
        Gen.Select(Gen.Char["aЖ漢\"\\/<&'\n\u0001\u007f\u2028\uFFFF"].Array[0, 300], Gen.OneOf(Gen.Const(1), Gen.Int[1, 70]), Gen.Const("😀"))
            .Select((chars, times, emoji) => string.Concat(Enumerable.Repeat(new string(chars) + emoji, times)))
            .Where(body => Encoding.UTF8.GetByteCount(body) <= Messenger.Protocol.Envelopes.Payload.MaxBodySize);

    private static RefusedFault Refused(string message) => Assert.IsType<RefusedEnvelope>(Boris.Open(message, Anna.Identity)).Fault;

    private static byte[] SealedBy(Person author, Person recipient, byte[] padded) => SecondImplementation.Seal(
        author.Seed, SecondImplementation.IdentityOf(recipient.Seed), SecondImplementation.PrekeyOf(recipient.PrekeySecret), padded);
}
