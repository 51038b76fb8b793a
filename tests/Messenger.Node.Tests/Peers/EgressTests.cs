using System.Net;
using System.Text;
using Messenger.Actors.Ports;
using Messenger.Domain.Addressing;
using Messenger.Node.Peers;

namespace Messenger.Node.Tests.Peers;

public class EgressTests
{
    private static readonly PeerCall Ping = new PeerCall.Ping("fc00::1", "k");

    // All of these but the last lines reach this machine's own sockets when dialed.
    public static TheoryData<string> Here =>
    [
        "127.0.0.1", "127.0.0.2", "127.255.255.254", "::1", "::ffff:127.0.0.1", "0.0.0.0", "::", "::ffff:0.0.0.0",
        "64:ff9b::127.0.0.1", "2002:7f00:1::", "::127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "fd00::1",
        "169.254.169.254", "fe80::1", "224.0.0.1", "ff02::1", "255.255.255.255",
    ];

    [Theory]
    [MemberData(nameof(Here))]
    public async Task What_was_only_learned_never_leads_into_this_machine_or_its_network(string ip)
    {
        await using var server = Server();
        using var client = Client(ip);
        foreach (var host in (string[])[Literal(ip), "name.example"])
        {
            var reply = await client.CallAsync(Address.Parse($"{host}:{server.Port}"), DialTrust.Learned, Ping, CancellationToken.None);
            Assert.StartsWith("The address may not be dialed: ", Assert.IsType<PeerReply.NoAnswer>(reply).Reason);
        }

        Assert.Equal(0, server.Connections);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("::ffff:0.0.0.0")]
    [InlineData("169.254.169.254")]
    [InlineData("64:ff9b::169.254.169.254")]
    [InlineData("fe80::1")]
    [InlineData("224.0.0.1")]
    [InlineData("ff02::1")]
    [InlineData("255.255.255.255")]
    public async Task Some_addresses_are_not_even_dialed_for_the_owner(string ip)
    {
        await using var server = Server();
        using var client = Client(ip);
        foreach (var host in (string[])[Literal(ip), "name.example"])
        {
            var reply = await client.CallAsync(Address.Parse($"{host}:{server.Port}"), DialTrust.Confirmed, Ping, CancellationToken.None);
            Assert.StartsWith("The address may not be dialed: ", Assert.IsType<PeerReply.NoAnswer>(reply).Reason);
        }

        Assert.Equal(0, server.Connections);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.2")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public async Task The_owner_may_dial_loopback_but_never_this_node_itself(string ip)
    {
        await using var server = Server();
        var own = new List<IPEndPoint>();
        using var client = Client(ip, () => own);
        var address = Address.Parse($"name.example:{server.Port}");
        own.Add(new IPEndPoint(IPAddress.IPv6Any, server.Port));
        Assert.Contains("is this node itself", Assert.IsType<PeerReply.NoAnswer>(
            await client.CallAsync(address, DialTrust.Confirmed, Ping, CancellationToken.None)).Reason);
        Assert.Equal(0, server.Connections);

        own.Clear();
        Assert.Equal(new PeerReply.Pong(), await client.CallAsync(address, DialTrust.Confirmed, Ping, CancellationToken.None));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task An_open_connection_of_the_owner_is_not_lent_to_a_learned_address()
    {
        await using var server = Server();
        using var client = Client("127.0.0.1");
        var address = Address.Parse($"127.0.0.1:{server.Port}");
        Assert.IsType<PeerReply.Pong>(await client.CallAsync(address, DialTrust.Confirmed, Ping, CancellationToken.None));
        Assert.IsType<PeerReply.NoAnswer>(await client.CallAsync(address, DialTrust.Learned, Ping, CancellationToken.None));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Forbidden_addresses_of_a_name_are_passed_over()
    {
        await using var server = Server();
        using var client = Client("0.0.0.0 169.254.169.254 127.0.0.1");
        Assert.IsType<PeerReply.Pong>(
            await client.CallAsync(Address.Parse($"name.example:{server.Port}"), DialTrust.Confirmed, Ping, CancellationToken.None));
    }

    [Fact]
    public async Task The_next_address_of_a_name_is_tried_when_one_refuses()
    {
        await using var server = new RawServer(Pong, IPAddress.Parse("127.0.0.3"));
        using var client = Client("127.0.0.2 127.0.0.3");
        Assert.IsType<PeerReply.Pong>(
            await client.CallAsync(Address.Parse($"name.example:{server.Port}"), DialTrust.Confirmed, Ping, CancellationToken.None));
    }

    [Fact]
    public async Task A_name_is_resolved_once_for_the_check_and_the_connection()
    {
        await using var server = Server();
        var asked = 0;
        using var client = new PeerClient(new PeerLimits(), () => [], TimeProvider.System, (_, _) =>
            Task.FromResult<IPAddress[]>([++asked == 1 ? IPAddress.Parse("10.0.0.1") : IPAddress.Loopback]));
        var address = Address.Parse($"rebinding.example:{server.Port}");
        Assert.IsType<PeerReply.NoAnswer>(await client.CallAsync(address, DialTrust.Learned, Ping, CancellationToken.None));
        Assert.IsType<PeerReply.NoAnswer>(await client.CallAsync(address, DialTrust.Learned, Ping, CancellationToken.None));
        Assert.Equal((2, 0), (asked, server.Connections));
    }

    private static RawServer Server() => new(Pong, IPAddress.IPv6Any);

    private static Task Pong(Stream stream, CancellationToken cancellation) =>
        stream.WriteAsync(Encoding.UTF8.GetBytes(RawServer.Ok("{\"action\":\"pong\"}")), cancellation).AsTask();

    private static PeerClient Client(string resolved, Func<IReadOnlyCollection<IPEndPoint>>? own = null) =>
        new(new PeerLimits(), own ?? (() => []), TimeProvider.System, (_, _) =>
            Task.FromResult(resolved.Split(' ').Select(IPAddress.Parse).ToArray()));

    private static string Literal(string ip) => ip.Contains(':', StringComparison.Ordinal) ? $"[{ip}]" : ip;
}
