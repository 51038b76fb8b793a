using System.Security.Cryptography;
using System.Text;
using Messenger.Protocol.Envelopes;
using NSec.Cryptography;
using X25519 = Messenger.Protocol.Envelopes.X25519;

namespace Messenger.Protocol.Tests.Envelopes;

/// <summary>The parts, against the vectors of the standards: once as we use them, once as the second implementation does.</summary>
public class RfcVectorTests
{
    [Theory]
    [InlineData(
        "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
        "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552")]
    [InlineData(
        "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
        "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
        "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957")]
    [InlineData(
        "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
        "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
        "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742")]
    [InlineData(
        "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
        "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
        "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742")]
    public void X25519_of_RFC_7748(string scalar, string point, string product)
    {
        Assert.Equal(product, Hex(Agree(Hex(scalar), Hex(point))));
        Assert.Equal(product, Hex(SecondImplementation.X25519Of(Hex(scalar), Hex(point))));
    }

    [Fact]
    public void X25519_of_RFC_7748_a_thousand_times()
    {
        var k = Hex("0900000000000000000000000000000000000000000000000000000000000000");
        var u = k;
        for (var i = 0; i < 1000; i++)
        {
            (k, u) = (Agree(k, u), k);
        }

        Assert.Equal("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51", Hex(k));
    }

    [Theory]
    [InlineData(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData(
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    [InlineData(
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704")]
    public void Ed25519_of_RFC_8032(string seed, string identity, string message, string signature)
    {
        using var key = IdentityKey.Import(Hex(seed));
        var ours = new byte[64];
        var identityBytes = new byte[32];
        key.Sign(Hex(message), ours);
        key.Identity.CopyTo(identityBytes);
        Assert.Equal((identity, signature), (Hex(identityBytes), Hex(ours)));
        Assert.True(key.Identity.HasSigned(Hex(message), Hex(signature)));
        Assert.Equal(identity, Hex(SecondImplementation.IdentityOf(Hex(seed))));
        Assert.Equal(signature, Hex(SecondImplementation.Sign(Hex(seed), Hex(message))));
        Assert.Equal(seed, Hex(key.Export()));
    }

    [Fact]
    public void ChaCha20_Poly1305_of_RFC_8439_by_the_platform_and_by_libsodium()
    {
        var key = Hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
        var nonce = Hex("070000004041424344454647");
        var aad = Hex("50515253c0c1c2c3c4c5c6c7");
        var plaintext = Encoding.ASCII.GetBytes(
            "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.");
        const string expected =
            "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
            + "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691";
        var ciphertext = new byte[plaintext.Length + 16];
        var opened = new byte[plaintext.Length];

        ChaCha20Poly1305Cipher.Encrypt(key, nonce, aad, plaintext, ciphertext);
        Assert.Equal(expected, Hex(ciphertext));
        Assert.True(ChaCha20Poly1305Cipher.Decrypt(key, nonce, aad, ciphertext, opened));
        Assert.Equal(plaintext, opened);

        ciphertext.AsSpan().Clear();
        opened.AsSpan().Clear();
        ChaCha20Poly1305Cipher.EncryptBySodium(key, nonce, aad, plaintext, ciphertext);
        Assert.Equal(expected, Hex(ciphertext));
        Assert.True(ChaCha20Poly1305Cipher.DecryptBySodium(key, nonce, aad, ciphertext, opened));
        Assert.Equal(plaintext, opened);

        ciphertext[5] ^= 1;
        Assert.False(ChaCha20Poly1305Cipher.Decrypt(key, nonce, aad, ciphertext, opened));
        Assert.False(ChaCha20Poly1305Cipher.DecryptBySodium(key, nonce, aad, ciphertext, opened));
    }

    [Theory]
    [InlineData(
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
        "000102030405060708090a0b0c",
        "f0f1f2f3f4f5f6f7f8f9",
        "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")]
    [InlineData(
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f",
        "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
        "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
        "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87")]
    [InlineData(
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
        "",
        "",
        "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8")]
    public void HKDF_SHA256_of_RFC_5869(string input, string salt, string info, string prk, string output)
    {
        var extracted = HKDF.Extract(HashAlgorithmName.SHA256, Hex(input), Hex(salt));
        Assert.Equal(prk, Hex(extracted));
        Assert.Equal(output, Hex(HKDF.Expand(HashAlgorithmName.SHA256, extracted, output.Length / 2, Hex(info))));
    }

    [Fact]
    public void HPKE_base_mode_of_RFC_9180_A_2_1()
    {
        var info = Hex("4f6465206f6e2061204772656369616e2055726e");
        var aad = Hex("436f756e742d30");
        var plaintext = Hex("4265617574792069732074727574682c20747275746820626561757479");
        var ephemeral = Hex("f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600");
        using var recipient = PrekeySecret.Import(Hex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb"));
        var enc = new byte[32];
        var ciphertext = new byte[plaintext.Length + 16];
        var opened = new byte[plaintext.Length];

        var recipientBytes = recipient.Key.PublicKey.Export(KeyBlobFormat.RawPublicKey);
        Hpke.Seal(ephemeral, recipientBytes, info, aad, plaintext, enc, ciphertext);

        Assert.Equal("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a", Hex(recipientBytes));
        Assert.Equal("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a", Hex(enc));
        Assert.Equal("1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28", Hex(ciphertext));
        Assert.True(Hpke.Open(recipient.Key, enc, info, aad, ciphertext, opened));
        Assert.Equal(plaintext, opened);

        var dh = SecondImplementation.X25519Of(ephemeral, recipientBytes);
        Assert.Equal(ciphertext, SecondImplementation.HpkeSeal(dh, enc, recipientBytes, info, aad, plaintext));
    }

    private static byte[] Agree(byte[] scalar, byte[] point)
    {
        var shared = new byte[X25519.KeySize];
        Assert.True(X25519.TryAgree(scalar, point, shared));
        return shared;
    }

    private static byte[] Hex(string text) => Convert.FromHexString(text);

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
