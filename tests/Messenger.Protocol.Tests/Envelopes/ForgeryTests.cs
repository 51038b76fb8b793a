using System.Numerics;
using Messenger.Protocol.Envelopes;
using static Messenger.Protocol.Tests.Envelopes.Person;

namespace Messenger.Protocol.Tests.Envelopes;

/// <summary>What relays, strangers and thieves try.</summary>
public class ForgeryTests
{
    [Fact]
    public void Every_single_bit_flip_of_an_envelope_is_refused()
    {
        var bytes = Convert.FromBase64String(Anna.Seal(Boris));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.IsType<RefusedEnvelope>(Boris.Open(bytes, Anna.Identity));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.IsType<OpenedEnvelope>(Boris.Open(bytes, Anna.Identity));
    }

    [Fact]
    public void Every_single_bit_flip_of_the_text_is_refused()
    {
        var text = Anna.Seal(Boris).ToCharArray();
        for (var bit = 0; bit < text.Length * 8; bit++)
        {
            text[bit / 8] ^= (char)(1 << (bit % 8));
            Assert.IsType<RefusedEnvelope>(Boris.Open(new string(text), Anna.Identity));
            text[bit / 8] ^= (char)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Cutting_or_extending_an_envelope_is_refused()
    {
        var bytes = Convert.FromBase64String(Anna.Seal(Boris));
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.IsType<RefusedEnvelope>(Boris.Open(bytes[..length], Anna.Identity));
        }

        Assert.IsType<RefusedEnvelope>(Boris.Open([.. bytes, 0], Anna.Identity));
        Assert.IsType<RefusedEnvelope>(Boris.Open([.. bytes, .. bytes], Anna.Identity));
    }

    [Fact]
    public void A_third_party_cannot_strip_the_signature_and_put_its_own()
    {
        var envelope = Convert.FromBase64String(Anna.Seal(Boris))[..^64];
        var resigned = Resigned(Clara, Boris, envelope);

        Assert.IsType<RefusedEnvelope>(Boris.Open(resigned, Anna.Identity));

        // As Clara's own it is signed, but the author is part of what the key was derived from.
        var asOwn = Assert.IsType<UnreadableEnvelope>(Boris.Open(resigned, Clara.Identity));
        Assert.Equal(UnreadableFault.Undecryptable, asOwn.Fault);
    }

    [Fact]
    public void An_envelope_cannot_be_redirected_to_another_recipient()
    {
        var message = Anna.Seal(Boris);

        Assert.IsType<RefusedEnvelope>(Clara.Open(message, Anna.Identity));

        // Not even by Boris, who opens it and seals it again for Clara with what he has.
        var payload = SecondImplementation.Open(message, Ik(Anna), Ik(Boris), Boris.PrekeySecret);
        var sealedAgain = SecondImplementation.Seal(Boris.Seed, Ik(Clara), SecondImplementation.PrekeyOf(Clara.PrekeySecret), SecondImplementation.Pad(payload));
        Assert.IsType<RefusedEnvelope>(Clara.Open(sealedAgain, Anna.Identity));
        byte[] withOldSignature = [.. sealedAgain[..^64], .. Convert.FromBase64String(message)[^64..]];
        Assert.IsType<RefusedEnvelope>(Clara.Open(withOldSignature, Anna.Identity));
    }

    [Fact]
    public void All_private_keys_of_the_recipient_do_not_make_a_message_of_somebody_else()
    {
        // The thief has Boris' identity, prekey and fallback key, an envelope of Anna's, and may sign as Boris.
        var genuine = Convert.FromBase64String(Anna.Seal(Boris));
        var forged = SecondImplementation.Pad(Payload("forged").Write());
        foreach (var secret in (byte[][])[Boris.PrekeySecret, Boris.FallbackSecret])
        {
            var prekey = SecondImplementation.PrekeyOf(secret);
            var asAnna = SecondImplementation.Info(Ik(Anna), Ik(Boris), SecondImplementation.PrekeyId(prekey));
            var ephemeral = Bytes(9);
            var enc = SecondImplementation.PrekeyOf(ephemeral);
            byte[] envelope =
            [
                1, .. SecondImplementation.PrekeyId(prekey), .. enc,
                .. SecondImplementation.HpkeSeal(SecondImplementation.X25519Of(ephemeral, prekey), enc, prekey, asAnna, [], forged),
            ];
            byte[] signed = [.. SecondImplementation.Ascii("p2pm-e1 sig\0"), .. SecondImplementation.Lp(asAnna), .. SecondImplementation.Lp(envelope)];
            foreach (var signature in (byte[][])[genuine[^64..], SecondImplementation.Sign(Boris.Seed, signed), new byte[64]])
            {
                Assert.IsType<RefusedEnvelope>(Boris.Open([.. envelope, .. signature], Anna.Identity));
            }
        }
    }

    [Fact]
    public void A_signature_for_a_bundle_or_an_address_is_none_for_an_envelope()
    {
        var bytes = Convert.FromBase64String(Anna.Seal(Boris));
        var elsewhere = new byte[64];
        Assert.True(StrictBase64.TryDecodeUrl(Anna.Bundle(1).Signature, elsewhere));
        Assert.IsType<RefusedEnvelope>(Boris.Open([.. bytes[..^64], .. elsewhere], Anna.Identity));
    }

    [Fact]
    public void The_same_signature_with_the_group_order_added_is_refused()
    {
        var bytes = Convert.FromBase64String(Anna.Seal(Boris));
        var s = new BigInteger(bytes.AsSpan(^32..), isUnsigned: true);
        for (var sum = s + SmallOrder.L; sum < BigInteger.One << 256; sum += SmallOrder.L)
        {
            Assert.IsType<RefusedEnvelope>(Boris.Open([.. bytes[..^32], .. SmallOrder.Bytes(sum)], Anna.Identity));
        }
    }

    [Fact]
    public void An_author_of_small_order_for_whom_every_signature_would_fit_is_refused()
    {
        var envelope = Convert.FromBase64String(Anna.Seal(Boris))[..^64];
        Assert.Equal(14, SmallOrder.EdwardsKeys.Length);
        foreach (var author in SmallOrder.EdwardsKeys)
        {
            if (Identity.TryParse(System.Buffers.Text.Base64Url.EncodeToString(author), out var identity))
            {
                foreach (var r in SmallOrder.EdwardsKeys)
                {
                    Assert.IsType<RefusedEnvelope>(Boris.Open([.. envelope, .. r, .. new byte[32]], identity));
                }
            }
        }
    }

    [Fact]
    public void The_points_of_small_order_are_the_five_that_there_are() => Assert.Equal(
        [
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        ],
        SmallOrder.MontgomeryKeys.Select(Convert.ToHexStringLower).Order());

    [Fact]
    public void An_ephemeral_key_of_small_order_whose_secret_everybody_knows_does_not_open()
    {
        foreach (var enc in SmallOrder.MontgomeryKeys.Concat(SmallOrder.NonCanonicalMontgomeryKeys))
        {
            var bytes = SecondImplementation.Seal(
                Anna.Seed, Ik(Boris), SecondImplementation.PrekeyOf(Boris.PrekeySecret), Envelope.Pad(Payload().Write()), enc: enc, shared: new byte[32]);
            Assert.Equal(UnreadableFault.Undecryptable, Assert.IsType<UnreadableEnvelope>(Boris.Open(bytes, Anna.Identity)).Fault);
        }
    }

    [Fact]
    public void A_second_spelling_of_an_ephemeral_key_does_not_open()
    {
        var ephemeral = Bytes(9);
        var enc = SecondImplementation.PrekeyOf(ephemeral);
        enc[31] |= 0x80;
        var bytes = SecondImplementation.Seal(
            Anna.Seed, Ik(Boris), SecondImplementation.PrekeyOf(Boris.PrekeySecret), Envelope.Pad(Payload().Write()), ephemeral, enc);
        Assert.Equal(UnreadableFault.Undecryptable, Assert.IsType<UnreadableEnvelope>(Boris.Open(bytes, Anna.Identity)).Fault);
    }

    [Fact]
    public void A_prekey_of_small_order_or_in_a_second_spelling_is_none() =>
        Assert.All(SmallOrder.MontgomeryKeys.Concat(SmallOrder.NonCanonicalMontgomeryKeys), key =>
            Assert.False(Prekey.TryParse(System.Buffers.Text.Base64Url.EncodeToString(key), Now, out _)));

    private static byte[] Ik(Person person) => SecondImplementation.IdentityOf(person.Seed);

    private static byte[] Resigned(Person signer, Person recipient, byte[] envelope) =>
    [
        .. envelope,
        .. SecondImplementation.Sign(signer.Seed,
        [
            .. SecondImplementation.Ascii("p2pm-e1 sig\0"),
            .. SecondImplementation.Lp(SecondImplementation.Info(Ik(signer), Ik(recipient), envelope[1..9])),
            .. SecondImplementation.Lp(envelope),
        ]),
    ];
}
