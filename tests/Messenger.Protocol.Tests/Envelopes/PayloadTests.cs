using System.Text;
using CsCheck;
using Messenger.Protocol.Envelopes;
using static Messenger.Protocol.Tests.Envelopes.Person;

namespace Messenger.Protocol.Tests.Envelopes;

public class PayloadTests
{
    private const string Id = "\"id\":\"01890a5d-ac96-774b-bcce-b302099a8057\"";
    private const string Rest = ",\"ts\":1700000000000,\"sid\":\"AAECAwQFBgcICQoLDA0ODw\",\"seq\":1,\"body\":\"x\"";
    private const string Hash43 = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI";

    [Fact]
    public void It_is_written_as_compact_JSON_without_what_is_missing() => Assert.Equal(
        """{"id":"01890a5d-ac96-774b-bcce-b302099a8057","ts":1700000000000,"sid":"AAECAwQFBgcICQoLDA0ODw","seq":1,"body":"привет <\"&\n"}""",
        Encoding.UTF8.GetString(Payload("привет <\"&\n").Write()));

    [Fact]
    public void What_is_written_is_read_back()
    {
        var all = Payload("x", 7, Person.Hash(2)) with { Of = Person.Hash(3), Bundle = Anna.Bundle(5) };
        Assert.Equal(all, Read(all.Write()));
        Assert.Equal(Payload(""), Read(Payload("").Write()));
    }

    [Fact]
    public void It_names_a_bounded_number_of_other_envelopes_that_held_it()
    {
        var most = Payload("x", 7, Person.Hash(2)) with { Of = Person.Hash(1), Also = [.. Enumerable.Range(2, 16).Select(i => Person.Hash((byte)i))] };
        Assert.Equal(most.Also.AsEnumerable(), Read(most.Write())!.Also);
        Assert.Throws<ArgumentException>(() => (most with { Also = most.Also.Add(Person.Hash(99)) }).Write());
    }

    [Theory]
    [InlineData("{" + Id + Rest + "}")]
    [InlineData("{" + Id + Rest + ",\"future\":{\"a\":[1,{}]}}")]
    [InlineData("{" + Id + Rest + ",\"prev\":null,\"bundle\":null}")]
    [InlineData("\n{ " + Id + Rest + "\t}\r\n")]
    [InlineData("{\"id\":\"11890a5d-ac96-474b-bcce-b302099a8057\"" + Rest + "}")]
    public void These_are_read(string json) => Assert.NotNull(Read(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{" + Id + Rest)]
    [InlineData("{" + Id + Rest + "}x")]
    [InlineData("{" + Id + Rest + ",}")]
    [InlineData("{" + Id + Rest + "/**/}")]
    [InlineData("{" + Rest + "}")]
    [InlineData("{" + Id + "," + Id + Rest + "}")]
    [InlineData("{" + Id + Rest + ",\"body\":\"y\"}")]
    [InlineData("{" + Id + Rest + ",\"b\\u006fdy\":\"y\"}")]
    [InlineData("{\"ID\":\"01890a5d-ac96-774b-bcce-b302099a8057\"" + Rest + "}")]
    [InlineData("{\"id\":null" + Rest + "}")]
    [InlineData("{\"id\":1" + Rest + "}")]
    [InlineData("{\"id\":\"01890A5D-AC96-774B-BCCE-B302099A8057\"" + Rest + "}")]
    [InlineData("{\"id\":\"01890a5dac96774bbcceb302099a8057\"" + Rest + "}")]
    [InlineData("{\"id\":\" 01890a5d-ac96-774b-bcce-b302099a8057\"" + Rest + "}")]
    [InlineData("{\"id\":\"00000000-0000-0000-0000-000000000000\"" + Rest + "}")]
    [InlineData("{" + Id + ",\"ts\":-1,\"sid\":\"AAECAwQFBgcICQoLDA0ODw\",\"seq\":1,\"body\":\"x\"}")]
    [InlineData("{" + Id + ",\"ts\":253402300800000,\"sid\":\"AAECAwQFBgcICQoLDA0ODw\",\"seq\":1,\"body\":\"x\"}")]
    [InlineData("{" + Id + ",\"ts\":1.5,\"sid\":\"AAECAwQFBgcICQoLDA0ODw\",\"seq\":1,\"body\":\"x\"}")]
    [InlineData("{" + Id + ",\"ts\":\"1\",\"sid\":\"AAECAwQFBgcICQoLDA0ODw\",\"seq\":1,\"body\":\"x\"}")]
    [InlineData("{" + Id + ",\"ts\":1e999,\"sid\":\"AAECAwQFBgcICQoLDA0ODw\",\"seq\":1,\"body\":\"x\"}")]
    [InlineData("{" + Id + ",\"ts\":1,\"sid\":\"AAECAwQFBgcICQoLDA0OD\",\"seq\":1,\"body\":\"x\"}")]
    [InlineData("{" + Id + ",\"ts\":1,\"sid\":\"AAECAwQFBgcICQoLDA0ODx\",\"seq\":1,\"body\":\"x\"}")]
    [InlineData("{" + Id + ",\"ts\":1,\"sid\":\"AAECAwQFBgcICQoLDA0OD=\",\"seq\":1,\"body\":\"x\"}")]
    [InlineData("{" + Id + ",\"ts\":1,\"sid\":\"AAECAwQFBgcICQoLDA0ODw\",\"seq\":0,\"body\":\"x\"}")]
    [InlineData("{" + Id + ",\"ts\":1,\"sid\":\"AAECAwQFBgcICQoLDA0ODw\",\"seq\":2,\"body\":\"x\"}")]
    [InlineData("{" + Id + ",\"ts\":1,\"sid\":\"AAECAwQFBgcICQoLDA0ODw\",\"seq\":9007199254740992,\"prev\":\"" + Hash43 + "\",\"body\":\"x\"}")]
    [InlineData("{" + Id + Rest + ",\"prev\":\"" + Hash43 + "\"}")]
    [InlineData("{" + Id + ",\"ts\":1,\"sid\":\"AAECAwQFBgcICQoLDA0ODw\",\"seq\":2,\"prev\":\"\",\"body\":\"x\"}")]
    [InlineData("{" + Id + Rest + ",\"of\":\"AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgJ\"}")]
    [InlineData("{" + Id + ",\"ts\":1,\"sid\":\"AAECAwQFBgcICQoLDA0ODw\",\"seq\":1,\"body\":\"\\u0000\"}")]
    [InlineData("{" + Id + ",\"ts\":1,\"sid\":\"AAECAwQFBgcICQoLDA0ODw\",\"seq\":1,\"body\":\"\\ud800\"}")]
    [InlineData("{" + Id + ",\"ts\":1,\"sid\":\"AAECAwQFBgcICQoLDA0ODw\",\"seq\":1,\"body\":null}")]
    [InlineData("{" + Id + Rest + ",\"also\":[null]}")]
    [InlineData("{" + Id + Rest + ",\"also\":[\"" + Hash43 + "x\"]}")]
    [InlineData("{" + Id + Rest + ",\"also\":\"" + Hash43 + "\"}")]
    [InlineData("{" + Id + Rest + ",\"bundle\":{}}")]
    [InlineData("{" + Id + Rest + ",\"bundle\":[]}")]
    [InlineData("{" + Id + Rest + ",\"\\ud800\":1}")]
    [InlineData("{" + Id + Rest + ",\"a\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}")]
    public void These_are_not(string json) => Assert.Null(Read(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Bytes_that_are_no_UTF8_are_no_payload() =>
        Assert.Null(Read([.. Encoding.UTF8.GetBytes("{" + Id + Rest)[..^2], 0xC3, 0x28, (byte)'"', (byte)'}']));

    [Fact]
    public void A_body_is_bounded_by_its_UTF8()
    {
        var longest = Payload(new string('ж', Messenger.Protocol.Envelopes.Payload.MaxBodySize / 2));
        Assert.Equal(longest, Read(longest.Write()));
        Assert.Throws<ArgumentException>(() => (longest with { Body = longest.Body + "x" }).Write());
        Assert.Null(Read(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(longest.Write()).Replace("ж\"", "жx\"", StringComparison.Ordinal))));
    }

    [Fact]
    public void A_bundle_of_somebody_else_is_not_taken_from_a_payload() =>
        Assert.Null(Read((Payload() with { Bundle = Boris.Bundle(1) }).Write()));

    [Fact]
    public void A_bundle_with_a_wrong_signature_is_not_taken_from_a_payload()
    {
        var json = Encoding.UTF8.GetString((Payload() with { Bundle = Anna.Bundle(1) }).Write());
        Assert.NotNull(Read(Encoding.UTF8.GetBytes(json)));
        Assert.Null(Read(Encoding.UTF8.GetBytes(json.Replace("\"n\":1,", "\"n\":2,", StringComparison.Ordinal))));
    }

    [Fact]
    public void What_could_not_be_read_is_not_written() => Assert.All(
        (string[])["\0", "\uD800", "a\uDC00\uD800", "\uD83D\uDE00\uD83D"],
        body => Assert.Throws<ArgumentException>(() => Payload(body).Write()));

    [Fact]
    public void Mutated_JSON_is_read_or_refused_but_never_throws()
    {
        var json = (Payload("ж", 7) with { Bundle = Anna.Bundle(1) }).Write();
        Gen.Select(Gen.Int[0, json.Length - 1], Gen.Int[0, json.Length - 1], Gen.OneOf(Gen.Byte, Gen.Char["{}[]\",:\\0"].Select(c => (byte)c))).Sample(
            (at, other, value) =>
            {
                byte[] changed = [.. json[..at], value, .. json[Math.Min(at + (value & 1), other)..]];
                _ = Messenger.Protocol.Envelopes.Payload.TryRead(changed, Anna.Identity, out var payload, out var error);
                return payload is null == error is not null;
            },
            iter: 5000);
    }

    private static Payload? Read(byte[] json) =>
        Messenger.Protocol.Envelopes.Payload.TryRead(json, Anna.Identity, out var payload, out _) ? payload : null;
}
