using CsCheck;
using Messenger.Domain.Addressing;
using Messenger.Protocol.Envelopes;
using static Messenger.Protocol.Tests.Envelopes.Person;

namespace Messenger.Protocol.Tests.Envelopes;

public class InviteLinkTests
{
    private const string Code = "0123456789abcdefABCD-_";
    private const string Certificate = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI";

    private static readonly string[] Addresses =
        ["192.0.2.1", "fc00::1", "[200::1]:8000", "node.example", "https://node.example:1", "https://192.0.2.1"];

    private static readonly string Ik = Anna.Identity.Text;

    [Fact]
    public void A_link_has_the_form_of_the_README()
    {
        Assert.Equal($"p2pm:?a=192.0.2.1&c={Code}&i={Ik}", new InviteLink(Address.Parse("192.0.2.1"), Code, Anna.Identity).ToString());
        Assert.Equal(
            $"p2pm:?a=https%3A%2F%2F%5B200%3A%3A1%5D%3A8000&c={Code}&i={Ik}&h={Certificate}",
            new InviteLink(Address.Parse("https://[200::1]:8000"), Code, Anna.Identity, Certificate).ToString());
    }

    [Fact]
    public void What_is_written_is_read_back() => Gen.Select(
        Gen.Int[0, Addresses.Length - 1].Select(i => Addresses[i]),
        Gen.Char["abzABZ019-_"].Array[16, 64].Select(chars => new string(chars)),
        Gen.Byte.Array[32],
        Gen.Bool).Sample((address, code, seed, pinned) =>
    {
        using var key = IdentityKey.Import(seed);
        var parsed = Address.Parse(address);
        var link = new InviteLink(parsed, code, key.Identity, pinned && parsed.Scheme == "https" ? Certificate : null);
        return InviteLink.TryParse($" {link}\n", out var read, out _) && read == link;
    });

    [Fact]
    public void The_order_of_the_parts_the_case_of_the_scheme_and_bare_brackets_do_not_matter()
    {
        Assert.True(InviteLink.TryParse($"P2PM:?i={Ik}&c={Code}&a=[200::1]:8000", out var link, out _));
        Assert.Equal(Address.Parse("[200::1]:8000"), link.Address);
    }

    public static TheoryData<string?> NoLinks => new()
    {
        { null },
        { "" },
        { "p2pm:?" },
        { "p2pm:" },
        { $"http:?a=192.0.2.1&c={Code}&i={Ik}" },
        { $"p2pm:a=192.0.2.1&c={Code}&i={Ik}" },
        { $"p2pm:?a=192.0.2.1&c={Code}" },
        { $"p2pm:?a=192.0.2.1&i={Ik}" },
        { $"p2pm:?c={Code}&i={Ik}" },
        { $"p2pm:?a=&c={Code}&i={Ik}" },
        { $"p2pm:?a=127.1&c={Code}&i={Ik}" },
        { $"p2pm:?a=192.0.2.1%00&c={Code}&i={Ik}" },
        { $"p2pm:?a=192.0.2.1%2Fx&c={Code}&i={Ik}" },
        { $"p2pm:?a=192.0.2.1&a=192.0.2.1&c={Code}&i={Ik}" },
        { $"p2pm:?a=192.0.2.1&c={Code}&i={Ik}&x=1" },
        { $"p2pm:?a=192.0.2.1&c={Code}&i={Ik}&" },
        { $"p2pm:?a=192.0.2.1&c={Code}&i={Ik}&A=1" },
        { $"p2pm:?a=192.0.2.1&c=short&i={Ik}" },
        { $"p2pm:?a=192.0.2.1&c={new string('c', 65)}&i={Ik}" },
        { $"p2pm:?a=192.0.2.1&c={Code}%20&i={Ik}" },
        { $"p2pm:?a=192.0.2.1&c={Code}&i={Ik[..^1]}" },
        { $"p2pm:?a=192.0.2.1&c={Code}&i={Ik[..^1]}=" },
        { $"p2pm:?a=192.0.2.1&c={Code}&i={Ik[..^1]}d" },
        { $"p2pm:?a=192.0.2.1&c={Code}&i={Ik}#x" },
        { $"p2pm:?a=192.0.2.1&c={Code}&i={Ik}&h={Certificate}" },
        { $"p2pm:?a=https://192.0.2.1&c={Code}&i={Ik}&h=x" },
        { $"p2pm:?a={new string('a', 2000)}&c={Code}&i={Ik}" },
    };

    [Theory]
    [MemberData(nameof(NoLinks))]
    public void These_are_no_links_and_the_error_says_nothing_of_the_code(string? text)
    {
        Assert.False(InviteLink.TryParse(text, out var link, out var error));
        Assert.Null(link);
        Assert.NotEmpty(error);
        Assert.DoesNotContain(Code, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mutated_link_is_read_or_refused_but_never_throws()
    {
        var text = new InviteLink(Address.Parse("https://[200::1]:8000"), Code, Anna.Identity, Certificate).ToString();
        Gen.Select(Gen.Int[0, text.Length - 1], Gen.Int[0, 3], Gen.Char["%&=acih0\0\uD800я +#"]).Sample(
            (at, cut, insert) =>
            {
                var changed = text[..at] + insert + text[Math.Min(text.Length, at + cut)..];
                return InviteLink.TryParse(changed, out var link, out var error) == link is not null && link is null == error is not null;
            },
            iter: 3000);
    }

    [Fact]
    public void A_link_that_could_not_be_read_is_not_made()
    {
        Assert.Throws<ArgumentException>(() => new InviteLink(Address.Parse("192.0.2.1"), "a&c=b", Anna.Identity));
        Assert.Throws<ArgumentException>(() => new InviteLink(Address.Parse("192.0.2.1"), Code, Anna.Identity, Certificate));
    }
}
