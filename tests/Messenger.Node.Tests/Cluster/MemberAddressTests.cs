using System.Net;
using Messenger.Node.Cluster;
using Messenger.Node.Configuration;
using Messenger.Node.Data;

namespace Messenger.Node.Tests.Cluster;

public sealed class MemberAddressTests
{
    private static readonly IPAddress[] Local = [IPAddress.Loopback, IPAddress.Parse("10.0.0.7")];

    [Fact]
    public void A_member_is_known_by_what_it_is_bound_to() =>
        Assert.Equal(new HostPort("10.0.0.7", 7000), MemberAddress.Own(new() { Listen = IPEndPoint.Parse("10.0.0.7:7000") }, Local, Nothing));

    [Fact]
    public void Behind_a_wildcard_it_is_the_address_that_a_seed_stands_for() => Assert.Equal(
        new HostPort("10.0.0.7", 7000),
        MemberAddress.Own(new() { Listen = IPEndPoint.Parse("0.0.0.0:7000"), Seeds = [new("members", 7000)] }, Local, _ => [IPAddress.Parse("10.0.0.9"), IPAddress.Parse("10.0.0.7")]));

    [Fact]
    public void A_wildcard_alone_says_nothing() => Assert.Contains(
        "--cluster-address", Assert.Throws<CannotStartException>(() => MemberAddress.Own(new() { Listen = IPEndPoint.Parse("0.0.0.0:7000") }, Local, Nothing)).Message, StringComparison.Ordinal);

    [Fact]
    public void Of_all_addresses_of_a_name_the_lowest_begins() => Assert.Equal(
        [new HostPort("10.0.0.7", 7452), new HostPort("10.0.0.10", 7452), new HostPort("10.0.1.2", 7452)],
        MemberAddress.Seeds(
            new() { Seeds = [new("members", 7452)] }, new("10.0.0.10", 7452), _ => [IPAddress.Parse("10.0.0.10"), IPAddress.Parse("10.0.1.2"), IPAddress.Parse("10.0.0.7")]));

    [Fact]
    public void A_list_keeps_its_order_and_without_one_a_member_begins()
    {
        HostPort[] seeds = [new("b", 1), new("a", 1)];

        Assert.Equal(seeds, MemberAddress.Seeds(new() { Seeds = seeds }, new("a", 1), Nothing));
        Assert.Equal([new HostPort("a", 1)], MemberAddress.Seeds(new(), new("a", 1), Nothing));
    }

    private static IEnumerable<IPAddress> Nothing(string host) => [];
}
