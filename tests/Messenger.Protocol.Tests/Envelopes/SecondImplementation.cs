using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math.EC.Rfc7748;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Messenger.Protocol.Tests.Envelopes;

/// <summary>
/// The envelope a second time, from the README's section "Sealed messages" alone: BouncyCastle's primitives, nothing of ours. It checks
/// nothing that it is not asked to, so that it can also make what is wrong.
/// </summary>
internal static class SecondImplementation
{
    private const string Enctype = "x25519-chacha20poly1305-ed25519-v1";

    public static byte[] IdentityOf(byte[] seed)
    {
        var key = new byte[32];
        Ed25519.GeneratePublicKey(seed, 0, key, 0);
        return key;
    }

    public static byte[] PrekeyOf(byte[] secret) => X25519Of(secret, [9, .. new byte[31]]);

    public static byte[] PrekeyId(byte[] prekey) => Sha256(prekey)[..8];

    public static byte[] Sign(byte[] seed, byte[] data)
    {
        var signature = new byte[64];
        Ed25519.Sign(seed, 0, data, 0, data.Length, signature, 0);
        return signature;
    }

    public static byte[] Pad(byte[] payload)
    {
        var size = 256;
        while (size < payload.Length + 4)
        {
            size *= 2;
        }

        var padded = new byte[size];
        Lp(payload).CopyTo(padded, 0);
        return padded;
    }

    public static byte[] Info(byte[] author, byte[] recipient, byte[] prekeyId) =>
        [.. Ascii("p2pm-e1 info\0"), .. Lp(Ascii(Enctype)), .. Lp(author), .. Lp(recipient), .. Lp(prekeyId)];

    /// <summary>env | sig of a plaintext that is padded already.</summary>
    public static byte[] Seal(byte[] authorSeed, byte[] recipient, byte[] prekey, byte[] padded, byte[]? ephemeral = null, byte[]? enc = null, byte[]? shared = null)
    {
        var author = IdentityOf(authorSeed);
        var secret = ephemeral ?? RandomNumberGenerator.GetBytes(32);
        enc ??= PrekeyOf(secret);
        shared ??= X25519Of(secret, prekey);
        var info = Info(author, recipient, PrekeyId(prekey));
        byte[] envelope = [1, .. PrekeyId(prekey), .. enc, .. HpkeSeal(shared, enc, prekey, info, [], padded)];
        return [.. envelope, .. Sign(authorSeed, [.. Ascii("p2pm-e1 sig\0"), .. Lp(info), .. Lp(envelope)])];
    }

    /// <summary>The payload.</summary>
    /// <exception cref="CryptographicException">It does not open.</exception>
    public static byte[] Open(string message, byte[] author, byte[] recipient, byte[] prekeySecret)
    {
        var bytes = Convert.FromBase64String(message);
        var envelope = bytes[..^64];
        var prekey = PrekeyOf(prekeySecret);
        var info = Info(author, recipient, envelope[1..9]);
        byte[] signed = [.. Ascii("p2pm-e1 sig\0"), .. Lp(info), .. Lp(envelope)];
        if (envelope[0] != 1
            || !envelope.AsSpan(1..9).SequenceEqual(PrekeyId(prekey))
            || !Ed25519.Verify(bytes[^64..], 0, author, 0, signed, 0, signed.Length))
        {
            throw new CryptographicException("Not for us, or not signed.");
        }

        var padded = HpkeOpen(X25519Of(prekeySecret, envelope[9..41]), envelope[9..41], prekey, info, [], envelope[41..]);
        var length = (int)BinaryPrimitives.ReadUInt32BigEndian(padded);
        return padded[(4 + length)..].All(b => b == 0) ? padded[4..(4 + length)] : throw new CryptographicException("Padding.");
    }

    public static byte[] X25519Of(byte[] secret, byte[] point)
    {
        var shared = new byte[32];
        X25519.ScalarMult(secret, 0, point, 0, shared, 0);
        return shared;
    }

    public static byte[] HpkeSeal(byte[] dh, byte[] enc, byte[] recipient, byte[] info, byte[] aad, byte[] plaintext) =>
        Cipher(true, dh, enc, recipient, info, aad, plaintext);

    public static byte[] HpkeOpen(byte[] dh, byte[] enc, byte[] recipient, byte[] info, byte[] aad, byte[] ciphertext) =>
        Cipher(false, dh, enc, recipient, info, aad, ciphertext);

    public static byte[] Lp(byte[] bytes)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)bytes.Length);
        return [.. length, .. bytes];
    }

    public static byte[] U64(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    // RFC 9180, sections 4.1, 5.1 and 5.2, spelled out.
    private static byte[] Cipher(bool forEncryption, byte[] dh, byte[] enc, byte[] recipient, byte[] info, byte[] aad, byte[] input)
    {
        byte[] kem = [.. Ascii("KEM"), 0x00, 0x20];
        byte[] hpke = [.. Ascii("HPKE"), 0x00, 0x20, 0x00, 0x01, 0x00, 0x03];
        var shared = Expand(kem, Extract(kem, [], "eae_prk", dh), "shared_secret", [.. enc, .. recipient], 32);
        byte[] context = [0, .. Extract(hpke, [], "psk_id_hash", []), .. Extract(hpke, [], "info_hash", info)];
        var secret = Extract(hpke, shared, "secret", []);
        var cipher = new Org.BouncyCastle.Crypto.Modes.ChaCha20Poly1305();
        cipher.Init(forEncryption, new AeadParameters(
            new KeyParameter(Expand(hpke, secret, "key", context, 32)), 128, Expand(hpke, secret, "base_nonce", context, 12), aad));
        var output = new byte[cipher.GetOutputSize(input.Length)];
        try
        {
            var written = cipher.ProcessBytes(input, 0, input.Length, output, 0);
            cipher.DoFinal(output, written);
            return output;
        }
        catch (InvalidCipherTextException)
        {
            throw new CryptographicException("The tag does not fit.");
        }
    }

    private static byte[] Extract(byte[] suite, byte[] salt, string label, byte[] input) =>
        Hmac(salt.Length == 0 ? new byte[32] : salt, [.. Ascii("HPKE-v1"), .. suite, .. Ascii(label), .. input]);

    // One block is enough for every output here.
    private static byte[] Expand(byte[] suite, byte[] prk, string label, byte[] context, int length) =>
        Hmac(prk, [0, (byte)length, .. Ascii("HPKE-v1"), .. suite, .. Ascii(label), .. context, 1])[..length];

    private static byte[] Hmac(byte[] key, byte[] data)
    {
        var mac = new HMac(new Sha256Digest());
        var output = new byte[32];
        mac.Init(new KeyParameter(key));
        mac.BlockUpdate(data, 0, data.Length);
        mac.DoFinal(output, 0);
        return output;
    }

    private static byte[] Sha256(byte[] data)
    {
        var digest = new Sha256Digest();
        var output = new byte[32];
        digest.BlockUpdate(data, 0, data.Length);
        digest.DoFinal(output, 0);
        return output;
    }
}
