using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Messenger.Domain.Messages;

namespace Messenger.Domain.Tests.Messages;

public class MessageIdTests
{
    [Fact]
    public void The_id_is_the_hash_of_the_length_prefixed_fields()
    {
        byte[] preimage =
        [
            0, 0, 0, 10, .. "1700000000"u8,
            0, 0, 0, 0,
            0, 0, 0, 12, .. Encoding.UTF8.GetBytes("привет"),
        ];
        Assert.Equal(Base64Url(SHA256.HashData(preimage)), MessageId.Derive("1700000000", "", "привет").Value);
        byte[] third = [.. preimage, 0, 0, 0, 2];
        Assert.Equal(Base64Url(SHA256.HashData(third)), MessageId.Derive("1700000000", "", "привет", occurrence: 2).Value);
    }

    [Fact]
    public void The_id_of_a_known_message_never_changes() =>
        Assert.Equal("ip9FItBOqnfJ0-tuXdS_REy2OP_O1XDkjhM_XHLNMFY", MessageId.Derive("1700000000.000000", "", "hello").Value);

    [Fact]
    public void Different_fields_or_occurrences_give_different_ids()
    {
        var fields = Gen.Select(Gen.String[Gen.Char["ab1"], 0, 3], Gen.String[Gen.Char["ab1"], 0, 3], Gen.String[Gen.Char["ab1"], 0, 3], Gen.Int[0, 2]);
        Gen.Select(fields, fields).Sample((a, b) =>
            (a == b) == (MessageId.Derive(a.Item1, a.Item2, a.Item3, a.Item4) == MessageId.Derive(b.Item1, b.Item2, b.Item3, b.Item4)));
    }

    [Fact]
    public void A_lone_surrogate_has_no_id() =>
        Assert.ThrowsAny<ArgumentException>(() => MessageId.Derive("1", "", "\uD800"));

    private static string Base64Url(byte[] hash) => Convert.ToBase64String(hash).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
