using System.Net;
using Messenger.Domain.Addressing;

namespace Messenger.Domain.Tests.Addressing;

public class EgressRulesTests
{
    private const int Port = 7450;

    public enum Rule
    {
        Allowed,
        OnlyConfirmed,
        Never,
    }

    [Theory]
    // Reachable from anywhere, or a mesh.
    [InlineData("1.1.1.1", Rule.Allowed)]
    [InlineData("9.255.255.255", Rule.Allowed)]
    [InlineData("11.0.0.0", Rule.Allowed)]
    [InlineData("100.63.255.255", Rule.Allowed)]
    [InlineData("100.128.0.0", Rule.Allowed)]
    [InlineData("126.255.255.255", Rule.Allowed)]
    [InlineData("128.0.0.0", Rule.Allowed)]
    [InlineData("169.253.255.255", Rule.Allowed)]
    [InlineData("169.255.0.0", Rule.Allowed)]
    [InlineData("172.15.255.255", Rule.Allowed)]
    [InlineData("172.32.0.0", Rule.Allowed)]
    [InlineData("192.167.255.255", Rule.Allowed)]
    [InlineData("192.169.0.0", Rule.Allowed)]
    [InlineData("223.255.255.255", Rule.Allowed)]
    [InlineData("fc00::1", Rule.Allowed)]
    [InlineData("fcff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Rule.Allowed)]
    [InlineData("200::1", Rule.Allowed)]
    [InlineData("3ff:ffff::1", Rule.Allowed)]
    [InlineData("2001:4860:4860::8888", Rule.Allowed)]
    [InlineData("::ffff:1.1.1.1", Rule.Allowed)]
    [InlineData("64:ff9b::1.1.1.1", Rule.Allowed)]
    [InlineData("2002:101:101::1", Rule.Allowed)]
    // Loopback and private.
    [InlineData("127.0.0.1", Rule.OnlyConfirmed)]
    [InlineData("127.255.255.254", Rule.OnlyConfirmed)]
    [InlineData("::1", Rule.OnlyConfirmed)]
    [InlineData("::ffff:127.0.0.1", Rule.OnlyConfirmed)]
    [InlineData("::127.0.0.1", Rule.OnlyConfirmed)]
    [InlineData("64:ff9b::127.0.0.1", Rule.OnlyConfirmed)]
    [InlineData("2002:7f00:1::1", Rule.OnlyConfirmed)]
    [InlineData("10.0.0.0", Rule.OnlyConfirmed)]
    [InlineData("10.255.255.255", Rule.OnlyConfirmed)]
    [InlineData("172.16.0.1", Rule.OnlyConfirmed)]
    [InlineData("172.31.255.255", Rule.OnlyConfirmed)]
    [InlineData("192.168.0.1", Rule.OnlyConfirmed)]
    [InlineData("::ffff:192.168.0.1", Rule.OnlyConfirmed)]
    [InlineData("64:ff9b::10.0.0.1", Rule.OnlyConfirmed)]
    [InlineData("2002:c0a8:1::1", Rule.OnlyConfirmed)]
    [InlineData("100.64.0.1", Rule.OnlyConfirmed)]
    [InlineData("100.127.255.255", Rule.OnlyConfirmed)]
    [InlineData("192.0.0.8", Rule.OnlyConfirmed)]
    [InlineData("198.18.0.1", Rule.OnlyConfirmed)]
    [InlineData("198.19.255.255", Rule.OnlyConfirmed)]
    [InlineData("240.0.0.1", Rule.OnlyConfirmed)]
    [InlineData("fd00::1", Rule.OnlyConfirmed)]
    [InlineData("fdff:ffff::1", Rule.OnlyConfirmed)]
    [InlineData("fec0::1", Rule.OnlyConfirmed)]
    [InlineData("64:ff9b:1::1", Rule.OnlyConfirmed)]
    // Nobody's node.
    [InlineData("0.0.0.0", Rule.Never)]
    [InlineData("0.1.2.3", Rule.Never)]
    [InlineData("::", Rule.Never)]
    [InlineData("::ffff:0.0.0.0", Rule.Never)]
    [InlineData("64:ff9b::", Rule.Never)]
    [InlineData("224.0.0.1", Rule.Never)]
    [InlineData("239.255.255.255", Rule.Never)]
    [InlineData("ff02::1", Rule.Never)]
    [InlineData("ff0e::1", Rule.Never)]
    [InlineData("255.255.255.255", Rule.Never)]
    [InlineData("::ffff:255.255.255.255", Rule.Never)]
    [InlineData("169.254.169.254", Rule.Never)]
    [InlineData("169.254.0.1", Rule.Never)]
    [InlineData("::ffff:169.254.169.254", Rule.Never)]
    [InlineData("::169.254.169.254", Rule.Never)]
    [InlineData("64:ff9b::169.254.169.254", Rule.Never)]
    [InlineData("2002:a9fe:a9fe::", Rule.Never)]
    [InlineData("fe80::1", Rule.Never)]
    [InlineData("fe80::1%2", Rule.Never)]
    [InlineData("febf::1", Rule.Never)]
    [InlineData("fd00:ec2::254", Rule.Never)]
    public void Each_address_is_dialed_only_as_far_as_it_is_trusted(string ip, Rule rule)
    {
        Assert.Equal(rule != Rule.Never, Refusal(ip, DialTrust.Confirmed) is null);
        Assert.Equal(rule == Rule.Allowed, Refusal(ip, DialTrust.Learned) is null);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(65536)]
    public void A_port_that_is_none_is_refused(int port) =>
        Assert.NotNull(EgressRules.Refusal(IPAddress.Parse("1.1.1.1"), port, DialTrust.Confirmed, []));

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "64:ff9b::192.0.2.1", true)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", true)]
    [InlineData("fc00::1", "fc00::1", true)]
    [InlineData("127.0.0.1", "127.0.0.2", false)]
    [InlineData("0.0.0.0", "127.0.0.1", true)]
    [InlineData("0.0.0.0", "127.9.9.9", true)]
    [InlineData("0.0.0.0", "::1", false)]
    [InlineData("0.0.0.0", "192.0.2.7", true)]
    [InlineData("0.0.0.0", "fc00::7", false)]
    [InlineData("::", "127.0.0.1", true)]
    [InlineData("::", "::1", true)]
    [InlineData("::", "::ffff:127.0.0.1", true)]
    [InlineData("::", "192.0.2.7", true)]
    [InlineData("::", "fc00::7", true)]
    [InlineData("::", "192.0.2.8", false)]
    public void Our_own_listeners_are_never_dialed(string bound, string dialed, bool refused)
    {
        var own = EgressRules.OwnEndpoints(
            [new IPEndPoint(IPAddress.Parse(bound), Port)],
            [IPAddress.Parse("192.0.2.7"), IPAddress.Parse("fc00::7")]);
        Assert.Equal(refused, EgressRules.Refusal(IPAddress.Parse(dialed), Port, DialTrust.Confirmed, own) is not null);
        Assert.Null(EgressRules.Refusal(IPAddress.Parse(dialed), Port + 1, DialTrust.Confirmed, own));
    }

    private static string? Refusal(string ip, DialTrust trust) => EgressRules.Refusal(IPAddress.Parse(ip), Port, trust, []);
}
