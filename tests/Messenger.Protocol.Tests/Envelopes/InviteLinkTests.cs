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
        ["192.0.2.1", "fc00::1", "[200::1]:8000", "node.example", "https://node.example:1", $"https://192.0.2.1#sha256={Certificate}"];

    private static readonly string Ik = Anna.Identity.Text;

    [Fact]
    public void A_link_has_the_form_of_the_README()
    {
        Assert.Equal($"p2pm:?a=192.0.2.1&c={Code}&i={Ik}", Link("192.0.2.1").ToString());
        Assert.Equal(
            $"p2pm:?a=https%3A%2F%2F%5B200%3A%3A1%5D%3A8000%23sha256%3D{Certificate}&a=node.example&c={Code}&i={Ik}",
            Link($"https://[200::1]:8000#sha256={Certificate}", "node.example").ToString());
    }

    [Fact]
    public void What_is_written_is_read_back() => Gen.Select(
        Gen.Int[0, Addresses.Length - 1].Select(i => Addresses[i]).Array[1, InviteLink.MaxAddresses],
        Gen.Char["abzABZ019-_"].Array[16, 64].Select(chars => new string(chars)),
        Gen.Byte.Array[32]).Sample((addresses, code, seed) =>
    {
        using var key = IdentityKey.Import(seed);
        var link = new InviteLink([.. addresses.Select(Address.Parse)], code, key.Identity);
        return InviteLink.TryParse($" {link}\n", out var read, out _)
            && read == link
            && read.Addresses.Select(a => a.Full).SequenceEqual(link.Addresses.Select(a => a.Full))
            && (read.Code, read.Identity) == (code, key.Identity)
            && InviteLink.IsMeant($"{read}");
    });

    [Fact]
    public void The_order_of_the_parts_the_case_of_the_scheme_and_bare_brackets_do_not_matter()
    {
        Assert.True(InviteLink.TryParse($"P2PM:?i={Ik}&a=node.example&c={Code}&a=[200::1]:8000", out var link, out _));
        Assert.Equal(["node.example", "[200::1]:8000"], link.Addresses.Select(a => a.Canonical));
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
        { $"p2pm:?a=192.0.2.1&c={Code}&i={Ik}&c={Code}" },
        { $"p2pm:?a=192.0.2.1&c={Code}&i={Ik}&i={Ik}" },
        { $"p2pm:?{string.Concat(Enumerable.Repeat("a=192.0.2.1&", 9))}c={Code}&i={Ik}" },
        { $"p2pm:?a=192.0.2.1&a=nonsense%20x&c={Code}&i={Ik}" },
        { $"p2pm:?a=192.0.2.1%23sha256%3D{Certificate}&c={Code}&i={Ik}" },
        { $"p2pm:?a=https%3A%2F%2F192.0.2.1%23sha256%3Dx&c={Code}&i={Ik}" },
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
        { $"p2pm:?a={new string('a', 3000)}&c={Code}&i={Ik}" },
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
        var text = Link($"https://[200::1]:8000#sha256={Certificate}", "192.0.2.1").ToString();
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
        Assert.Throws<ArgumentException>(() => new InviteLink([Address.Parse("192.0.2.1")], "a&c=b", Anna.Identity));
        Assert.Throws<ArgumentException>(() => new InviteLink([], Code, Anna.Identity));
        Assert.Throws<ArgumentException>(() => Link([.. Enumerable.Repeat("192.0.2.1", 9)]));
    }

    private static InviteLink Link(params string[] addresses) => new([.. addresses.Select(Address.Parse)], Code, Anna.Identity);
}
