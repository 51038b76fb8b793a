using System.Net;
using CsCheck;
using Messenger.Domain.Addressing;

namespace Messenger.Domain.Tests.Addressing;

public class AddressTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", "http", "192.0.2.1", 7450)]
    [InlineData("192.0.2.1:7450", "192.0.2.1", "http", "192.0.2.1", 7450)]
    [InlineData("192.0.2.1:8000", "192.0.2.1:8000", "http", "192.0.2.1", 8000)]
    [InlineData("http://192.0.2.1", "192.0.2.1", "http", "192.0.2.1", 7450)]
    [InlineData("HTTP://192.0.2.1:1/", "192.0.2.1:1", "http", "192.0.2.1", 1)]
    [InlineData("https://192.0.2.1", "https://192.0.2.1", "https", "192.0.2.1", 7450)]
    [InlineData("https://192.0.2.1:443", "https://192.0.2.1:443", "https", "192.0.2.1", 443)]
    [InlineData("  192.0.2.1\t", "192.0.2.1", "http", "192.0.2.1", 7450)]
    [InlineData("192.0.2.1/", "192.0.2.1", "http", "192.0.2.1", 7450)]
    [InlineData("::ffff:10.0.0.5", "10.0.0.5", "http", "10.0.0.5", 7450)]
    [InlineData("::FFFF:a00:5", "10.0.0.5", "http", "10.0.0.5", 7450)]
    [InlineData("[::ffff:10.0.0.5]:81", "10.0.0.5:81", "http", "10.0.0.5", 81)]
    [InlineData("fc00::1", "fc00::1", "http", "fc00::1", 7450)]
    [InlineData("FC00:0:0::0001", "fc00::1", "http", "fc00::1", 7450)]
    [InlineData("fc00::1:8000", "fc00::1:8000", "http", "fc00::1:8000", 7450)]
    [InlineData("[fc00::1]:8000", "[fc00::1]:8000", "http", "fc00::1", 8000)]
    [InlineData("[fc00::1]:7450", "fc00::1", "http", "fc00::1", 7450)]
    [InlineData("[fc00::1]", "fc00::1", "http", "fc00::1", 7450)]
    [InlineData("http://[fc00::1]/", "fc00::1", "http", "fc00::1", 7450)]
    [InlineData("https://[fc00::1]", "https://[fc00::1]", "https", "fc00::1", 7450)]
    [InlineData("https://fc00::1", "https://[fc00::1]", "https", "fc00::1", 7450)]
    [InlineData("200:6a61:1:2:3:4:5:6", "200:6a61:1:2:3:4:5:6", "http", "200:6a61:1:2:3:4:5:6", 7450)]
    [InlineData("::1", "::1", "http", "::1", 7450)]
    [InlineData("::", "::", "http", "::", 7450)]
    [InlineData("64:ff9b::192.0.2.1", "64:ff9b::c000:201", "http", "64:ff9b::c000:201", 7450)]
    [InlineData("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1", "http", "2001:db8::1:0:0:1", 7450)]
    [InlineData("Node.Example", "node.example", "http", "node.example", 7450)]
    [InlineData("localhost:7451", "localhost:7451", "http", "localhost", 7451)]
    [InlineData("node_1:80", "node_1:80", "http", "node_1", 80)]
    [InlineData("xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd.xn--p1ai", "http", "xn--e1afmkfd.xn--p1ai", 7450)]
    [InlineData("1.2.3.4.example", "1.2.3.4.example", "http", "1.2.3.4.example", 7450)]
    [InlineData("4chan", "4chan", "http", "4chan", 7450)]
    public void An_address_has_one_canonical_form(string text, string canonical, string scheme, string host, int port)
    {
        Assert.True(Address.TryParse(text, out var address, out var error));
        Assert.Null(error);
        Assert.Equal(canonical, address.Canonical);
        Assert.Equal(canonical, address.ToString());
        Assert.Equal(scheme, address.Scheme);
        Assert.Equal(host, address.Host);
        Assert.Equal(port, address.Port);
        Assert.Equal(text.Trim(), address.Typed);
        Assert.Equal(IPAddress.TryParse(host, out var ip) ? ip : null, address.Ip);
        Assert.Equal(ip is null, address.IsDns);
        Assert.Equal(address, Address.Parse(canonical));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("127.1")]
    [InlineData("1")]
    [InlineData("0")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    [InlineData("0x7f000001")]
    [InlineData("node.0xff")]
    [InlineData("0177.0.0.1")]
    [InlineData("127.0.0.01")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.-4")]
    [InlineData("1.2.3.4.")]
    [InlineData("1.2.3. 4")]
    [InlineData("١٢٧.0.0.1")]
    [InlineData("[127.0.0.1]")]
    [InlineData("[localhost]:80")]
    [InlineData("fe80::1%eth0")]
    [InlineData("[fe80::1%25eth0]:80")]
    [InlineData("fc00::1%")]
    [InlineData("fc00::1/8")]
    [InlineData("fc00:::1")]
    [InlineData("fc00::1::2")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("fc00::12345")]
    [InlineData("fc00::g")]
    [InlineData("::ffff:127.1")]
    [InlineData("::ffff:0177.0.0.1")]
    [InlineData("[fc00::1")]
    [InlineData("fc00::1]")]
    [InlineData("[fc00::1]8000")]
    [InlineData("[[fc00::1]]")]
    [InlineData("[]")]
    [InlineData("[fc00::1]:")]
    [InlineData("[fc00::1]:0")]
    [InlineData("host:")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:99999999999")]
    [InlineData("host:-1")]
    [InlineData("host:+80")]
    [InlineData("host:080")]
    [InlineData("host: 80")]
    [InlineData("host:80\0")]
    [InlineData("1.2.3.4\0")]
    [InlineData("host:http")]
    [InlineData(":80")]
    [InlineData(":")]
    [InlineData("user@host")]
    [InlineData("http://user:secret@host")]
    [InlineData("host/path")]
    [InlineData("host//")]
    [InlineData("host?query")]
    [InlineData("host#fragment")]
    [InlineData("https://host#fragment")]
    [InlineData("https://host#sha256=")]
    [InlineData("https://host#sha256=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh")]
    [InlineData("https://host#sha256=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8A")]
    [InlineData("https://host#sha256=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9")]
    [InlineData("https://host#sha256=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh+")]
    [InlineData("https://host#sha256=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")]
    [InlineData("http://host#sha256=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")]
    [InlineData("host#sha256=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")]
    [InlineData("#sha256=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")]
    [InlineData("host\\path")]
    [InlineData("ftp://host")]
    [InlineData("://host")]
    [InlineData("http://")]
    [InlineData("http:///")]
    [InlineData("http://http://host")]
    [InlineData("/")]
    [InlineData("-host")]
    [InlineData("host-")]
    [InlineData("a..b")]
    [InlineData(".host")]
    [InlineData("host.")]
    [InlineData("ho st")]
    [InlineData("ho\0st")]
    [InlineData("пример.рф")]
    [InlineData("<b>host</b>")]
    public void Anything_else_is_refused_with_a_reason(string? text)
    {
        Assert.False(Address.TryParse(text, out var address, out var error));
        Assert.Null(address);
        Assert.NotEmpty(error!);
        Assert.Throws<FormatException>(() => Address.Parse(text!));
    }

    [Fact]
    public void Names_end_at_253_characters_and_labels_at_63()
    {
        var label = new string('a', 63);
        var longest = $"{label}.{label}.{label}.{new string('a', 61)}";
        Assert.Equal(253, longest.Length);
        Assert.True(Address.TryParse($"https://{longest}:65535/", out _, out _));
        Assert.False(Address.TryParse(longest + "a", out _, out _));
        Assert.False(Address.TryParse(label + "a", out _, out _));
    }

    [Fact]
    public void Equality_is_that_of_canonical_forms()
    {
        var address = Address.Parse("http://[FC00::1]:7450/");
        Assert.Equal(Address.Parse("fc00::1"), address);
        Assert.Equal(Address.Parse("fc00::1").GetHashCode(), address.GetHashCode());
        Assert.NotEqual(Address.Parse("https://fc00::1"), address);
        Assert.NotEqual(Address.Parse("[fc00::1]:7451"), address);
    }

    [Theory]
    [InlineData("10.0.0.5", "10.0.0.5")]
    [InlineData("::ffff:10.0.0.5", "10.0.0.5")]
    [InlineData("fe80::1%3", "fe80::1")]
    [InlineData("fc00::1", "fc00::1")]
    public void A_source_becomes_the_address_at_the_default_port(string source, string canonical)
    {
        var address = Address.FromSource(IPAddress.Parse(source));
        Assert.Equal(canonical, address.Canonical);
        Assert.Equal(Address.DefaultPort, address.Port);
        Assert.Equal(address, Address.Parse(canonical));
        Assert.Equal(address.Ip, Address.Parse(canonical).Ip);
    }

    [Theory]
    [InlineData("fc00::1", "http://[fc00::1]:7450/")]
    [InlineData("https://host:443", "https://host/")]
    [InlineData("node_1", "http://node_1:7450/")]
    [InlineData("192.0.2.1:80", "http://192.0.2.1/")]
    public void The_url_names_scheme_host_and_port(string text, string url) =>
        Assert.Equal(url, Address.Parse(text).ToUri().AbsoluteUri);

    [Fact]
    public void The_canonical_form_parses_to_itself()
    {
        var v4 = Gen.Byte.Array[4].Select(bytes => new IPAddress(bytes).ToString());
        var v6 = Gen.Byte.Array[16].Select(bytes => $"[{new IPAddress(bytes)}]");
        var sparse = Gen.OneOf(Gen.Const((byte)0), Gen.Byte).Array[16].Select(bytes => $"[{new IPAddress(bytes)}]");
        var label = Gen.Char["abcXYZ019_"].Array[1, 12].Select(chars => new string(chars));
        var name = label.Array[1, 4].Select(labels => string.Join('.', labels) + ".net");
        var host = Gen.OneOf(v4, v6, sparse, name);
        var port = Gen.OneOf(Gen.Const(""), Gen.Int[1, 65535].Select(number => $":{number}"));
        var scheme = Gen.OneOf(Gen.Const(""), Gen.Const("http://"), Gen.Const("https://"), Gen.Const("HtTpS://"));
        Gen.Select(scheme, host, port).Sample((s, h, p) =>
        {
            var address = Address.Parse(s + h + p);
            var again = Address.Parse(address.Canonical);
            return again.Canonical == address.Canonical
                && again == address
                && (again.Scheme, again.Host, again.Port) == (address.Scheme, address.Host, address.Port)
                && Equals(again.Ip, address.Ip);
        });
    }

    [Fact]
    public void No_text_throws_and_what_passes_is_a_fixed_point()
    {
        var hostile = Gen.Char["0123456789abcdfxABF.:[]/@%-_? \0\uD800й"].Array[0, 40].Select(chars => new string(chars));
        Gen.OneOf(hostile, Gen.String).Sample(text =>
            Address.TryParse(text, out var address, out var error)
                ? Address.Parse(address.Canonical) == address && address.ToUri().Port == address.Port
                : error.Length > 0);
    }

    [Theory]
    [InlineData("https://Host", "https://host")]
    [InlineData("https://host:443/", "https://host:443")]
    [InlineData("https://fc00::1", "https://[fc00::1]")]
    public void The_certificate_that_an_address_demands_is_kept_but_makes_it_no_other_address(string text, string canonical)
    {
        const string hash = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

        var pinned = Address.Parse($"{text}#sha256={hash}");

        Assert.Equal((hash, canonical, $"{canonical}#sha256={hash}"), (pinned.CertificateHash, pinned.Canonical, pinned.Full));
        Assert.Equal(Address.Parse(text), pinned);
        Assert.Equal(hash, Address.Parse(pinned.Full).CertificateHash);
        Assert.Equal(hash, Address.Parse(text).WithCertificate(hash).CertificateHash);
        Assert.Null(Address.Parse(text).CertificateHash);
        Assert.Equal(canonical, Address.Parse(text).Full);
    }
}
