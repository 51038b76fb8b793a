using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Messenger.Protocol.Envelopes;
using static Messenger.Protocol.Tests.Envelopes.Person;

namespace Messenger.Protocol.Tests.Envelopes;

public class BundleTests
{
    [Fact]
    public void What_is_signed_is_read_back()
    {
        var bundle = Anna.Bundle(Counters.Max);
        Assert.True(BundleText.TryRead(BundleText.Write(bundle), out var read, out _));
        Assert.Equal(bundle, read);

        using var document = JsonDocument.Parse(BundleText.Write(bundle));
        Assert.True(BundleText.TryRead(document.RootElement, out var fromDocument, out _));
        Assert.Equal(bundle, fromDocument);
    }

    [Fact]
    public void Its_form_and_the_bytes_that_are_signed_are_those_of_the_README()
    {
        var bundle = Anna.Bundle(7);
        var json = JsonNode.Parse(BundleText.Write(bundle))!;
        var prekey = SecondImplementation.PrekeyOf(Anna.PrekeySecret);
        var fallback = SecondImplementation.PrekeyOf(Anna.FallbackSecret);
        byte[] signed =
        [
            .. SecondImplementation.Ascii("p2pm-e1 bundle\0"),
            .. SecondImplementation.Lp(SecondImplementation.IdentityOf(Anna.Seed)),
            .. SecondImplementation.U64(7),
            0, 0, 0, 1,
            .. SecondImplementation.Lp(prekey), .. SecondImplementation.U64(1_700_000_000_000 + (14L * 86_400_000)),
            .. SecondImplementation.Lp(fallback), .. SecondImplementation.U64(1_700_000_000_000 + (90L * 86_400_000)),
        ];
        var expected = new JsonObject
        {
            ["v"] = 1,
            ["n"] = 7,
            ["ik"] = Base64Url.EncodeToString(SecondImplementation.IdentityOf(Anna.Seed)),
            ["pk"] = new JsonArray(new JsonObject
            {
                ["id"] = Base64Url.EncodeToString(SecondImplementation.PrekeyId(prekey)),
                ["k"] = Base64Url.EncodeToString(prekey),
                ["exp"] = 1_700_000_000_000 + (14L * 86_400_000),
            }),
            ["fk"] = new JsonObject
            {
                ["id"] = Base64Url.EncodeToString(SecondImplementation.PrekeyId(fallback)),
                ["k"] = Base64Url.EncodeToString(fallback),
                ["exp"] = 1_700_000_000_000 + (90L * 86_400_000),
            },
            ["sig"] = Base64Url.EncodeToString(SecondImplementation.Sign(Anna.Seed, signed)),
        };
        Assert.Equal(expected.ToJsonString(), json.ToJsonString());
    }

    [Fact]
    public void The_vector_of_the_README_reproduces()
    {
        using var prekey = Messenger.Protocol.Envelopes.PrekeySecret.Import(Bytes(3));
        using var fallback = Messenger.Protocol.Envelopes.PrekeySecret.Import(Bytes(5));
        var bundle = Bundle.Sign(Boris.Key, 7, [prekey.ToPrekey(Now.AddDays(14))], fallback.ToPrekey(Now.AddDays(90)));
        Assert.Equal(
            """{"v":1,"n":7,"ik":"gTl3Dqh9F19Wo1Rmw0x-zMuNipG07jeiXfYPW4_Js5Q","pk":[{"id":"PXQ1njioikI","k":"Xf7dO2vUf2-ijuFdlp1bsOpTd01Ii9r53xxuASSz7yI","exp":1701209600000}]"""
            + ""","fk":{"id":"MhKEv18MEBk","k":"UKYUCbHd0DJemxa3AOcZ6XcsBwALG9d4bpB8ZT0gSV0","exp":1707776000000}"""
            + ""","sig":"4PeJC0ShLBbawg9Eg9EdSkZSit9nYJRzdNOFNkTFng4lz2R8-doCE93CLbz_G3GxeP5DpBtW0wvYHezas7lxAA"}""",
            Encoding.UTF8.GetString(BundleText.Write(bundle)));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"ik\":\"\\ud800\"}")]
    [InlineData("{\"n\":1,\"n\":1}")]
    public void Another_element_of_a_document_is_no_bundle(string json)
    {
        using var document = JsonDocument.Parse(json);
        Assert.False(BundleText.TryRead(document.RootElement, out _, out var error));
        Assert.NotEmpty(error);
    }

    public static TheoryData<string, string> Changes => new()
    {
        { "v", "2" },
        { "v", "\"1\"" },
        { "n", "2" },
        { "n", "0" },
        { "n", "-1" },
        { "n", "9007199254740992" },
        { "n", "1e30" },
        { "ik", $"\"{Boris.Identity.Text}\"" },
        { "ik", "null" },
        { "ik", "\"\"" },
        { "sig", $"\"{Boris.Bundle(1).Signature}\"" },
        { "sig", "\"\"" },
        { "sig", "null" },
        { "pk", "[]" },
        { "pk", "null" },
        { "pk", "[null]" },
        { "pk", "{}" },
        { "fk", "null" },
        { "fk", "{}" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_changed_field_is_refused(string field, string value) => Assert.False(Changed(json => json[field] = JsonNode.Parse(value)));

    [Theory]
    [InlineData("exp", "1")]
    [InlineData("exp", "-1")]
    [InlineData("exp", "253402300800000")]
    [InlineData("exp", "null")]
    [InlineData("id", "\"AAAAAAAAAAA\"")]
    [InlineData("k", "\"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"")]
    public void A_changed_prekey_or_fallback_is_refused(string field, string value)
    {
        Assert.False(Changed(json => json["pk"]![0]![field] = JsonNode.Parse(value)));
        Assert.False(Changed(json => json["fk"]![field] = JsonNode.Parse(value)));
    }

    [Fact]
    public void A_missing_field_is_refused() =>
        Assert.All((string[])["v", "n", "ik", "pk", "fk", "sig"], field => Assert.False(Changed(json => json.AsObject().Remove(field))));

    [Fact]
    public void Swapped_keys_are_refused()
    {
        Assert.False(Changed(json => (json["fk"], json["pk"]![0]) = (json["pk"]![0]!.DeepClone(), json["fk"]!.DeepClone())));
        Assert.False(Changed(json => json["pk"]!.AsArray().Add(json["pk"]![0]!.DeepClone())));
        Assert.False(Changed(json => json["pk"]!.AsArray().Add(json["fk"]!.DeepClone())));
        Assert.False(Changed(json => json["pk"] = JsonNode.Parse(BundleText.Write(Boris.Bundle(1)))!["pk"]!.DeepClone()));
    }

    [Fact]
    public void A_field_twice_is_refused()
    {
        var json = Encoding.UTF8.GetString(BundleText.Write(Anna.Bundle(1)));
        Assert.False(BundleText.TryRead(Encoding.UTF8.GetBytes(json.Replace("\"n\":1", "\"n\":1,\"n\":1", StringComparison.Ordinal)), out _, out _));
        Assert.False(BundleText.TryRead(Encoding.UTF8.GetBytes(json.Replace("\"k\":", "\"k\":\"\",\"k\":", StringComparison.Ordinal)), out _, out _));
    }

    [Fact]
    public void A_bundle_that_is_signed_but_holds_a_key_of_small_order_is_refused()
    {
        var fallback = SecondImplementation.PrekeyOf(Anna.FallbackSecret);
        foreach (var key in SmallOrder.MontgomeryKeys.Concat(SmallOrder.NonCanonicalMontgomeryKeys).Prepend(SecondImplementation.PrekeyOf(Bytes(77))))
        {
            byte[] signed =
            [
                .. SecondImplementation.Ascii("p2pm-e1 bundle\0"), .. SecondImplementation.Lp(SecondImplementation.IdentityOf(Anna.Seed)),
                .. SecondImplementation.U64(1), 0, 0, 0, 1,
                .. SecondImplementation.Lp(key), .. SecondImplementation.U64(5), .. SecondImplementation.Lp(fallback), .. SecondImplementation.U64(6),
            ];
            var json =
                $$"""
                {"v":1,"n":1,"ik":"{{Anna.Identity.Text}}","pk":[{"id":"{{Base64Url.EncodeToString(SecondImplementation.PrekeyId(key))}}",
                "k":"{{Base64Url.EncodeToString(key)}}","exp":5}],"fk":{"id":"{{Base64Url.EncodeToString(SecondImplementation.PrekeyId(fallback))}}",
                "k":"{{Base64Url.EncodeToString(fallback)}}","exp":6},"sig":"{{Base64Url.EncodeToString(SecondImplementation.Sign(Anna.Seed, signed))}}"}
                """;
            Assert.Equal(key.SequenceEqual(SecondImplementation.PrekeyOf(Bytes(77))), BundleText.TryRead(Encoding.UTF8.GetBytes(json), out _, out _));
        }
    }

    [Fact]
    public void A_bundle_holds_one_to_eight_prekeys()
    {
        Prekey[] keys = [.. Enumerable.Range(10, 9).Select(i => Messenger.Protocol.Envelopes.PrekeySecret.Import(Bytes((byte)i)).ToPrekey(Now))];
        var eight = Bundle.Sign(Anna.Key, 1, [.. keys[..8]], Anna.Fallback.ToPrekey(Now));
        Assert.True(BundleText.TryRead(BundleText.Write(eight), out _, out _));
        Assert.InRange(BundleText.Write(eight).Length, 0, BundleText.MaxSize / 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => Bundle.Sign(Anna.Key, 1, [.. keys], keys[0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Bundle.Sign(Anna.Key, 1, [], keys[0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Bundle.Sign(Anna.Key, 0, [keys[1]], keys[0]));
    }

    [Fact]
    public void Only_a_greater_counter_of_the_same_identity_is_accepted()
    {
        var bundle = Anna.Bundle(5);
        Assert.Equal(BundleVerdict.Accepted, bundle.Judge(null, 0));
        Assert.Equal(BundleVerdict.Accepted, bundle.Judge(Anna.Identity, 4));
        Assert.Equal(BundleVerdict.Repeated, bundle.Judge(Anna.Identity, 5));
        Assert.Equal(BundleVerdict.RolledBack, bundle.Judge(Anna.Identity, 6));
        Assert.Equal(BundleVerdict.OtherIdentity, bundle.Judge(Boris.Identity, 4));
        Assert.Equal(BundleVerdict.OtherIdentity, bundle.Judge(Boris.Identity, 9));
    }

    [Fact]
    public void The_prekey_that_is_valid_longest_is_chosen_then_the_fallback_then_none()
    {
        var older = Boris.Secret.ToPrekey(Now.AddDays(7));
        var newer = Anna.Secret.ToPrekey(Now.AddDays(14));
        var fallback = Anna.Fallback.ToPrekey(Now.AddDays(90));
        var bundle = Bundle.Sign(Anna.Key, 1, [older, newer], fallback);
        Assert.Equal(new PrekeyChoice(newer, false), bundle.Choose(Now));
        Assert.Equal(new PrekeyChoice(newer, false), bundle.Choose(Now.AddDays(14).AddMilliseconds(-1)));
        Assert.Equal(new PrekeyChoice(fallback, true), bundle.Choose(Now.AddDays(14)));
        Assert.Equal(new PrekeyChoice(fallback, true), bundle.Choose(Now.AddDays(90).AddMilliseconds(-1)));
        Assert.Null(bundle.Choose(Now.AddDays(90)));
    }

    [Fact]
    public void The_next_counter_is_the_time_but_always_greater() => Gen.Long[0, Counters.Max - 1].Sample(last =>
    {
        var next = Counters.Next(last, Now);
        return next > last && (next == last + 1 || next == Now.ToUnixTimeMilliseconds());
    });

    [Fact]
    public void Mutated_bundles_are_refused_and_never_throw()
    {
        var json = BundleText.Write(Anna.Bundle(1));
        Gen.Select(Gen.Int[0, json.Length - 1], Gen.Byte).Sample(
            (at, value) =>
            {
                byte[] changed = [.. json[..at], value, .. json[(at + 1)..]];
                return BundleText.TryRead(changed, out _, out _) == changed.SequenceEqual(json);
            },
            iter: 5000);
    }

    private static bool Changed(Action<JsonNode> change)
    {
        var json = JsonNode.Parse(BundleText.Write(Anna.Bundle(1)))!;
        Assert.True(BundleText.TryRead(Encoding.UTF8.GetBytes(json.ToJsonString()), out _, out _));
        change(json);
        var read = BundleText.TryRead(Encoding.UTF8.GetBytes(json.ToJsonString()), out var bundle, out var error);
        Assert.Equal((read, read), (bundle is not null, error is null));
        return read;
    }
}
