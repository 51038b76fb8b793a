using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Messenger.Actors.Ports;
using Messenger.Domain.Addressing;
using Messenger.Node.Data;
using Messenger.Node.Peers;
using PeerReply = Messenger.Actors.Ports.PeerReply;

namespace Messenger.Node.Tests.Peers;

[UnsupportedOSPlatform("windows")]
public sealed class PeerTlsTests : IDisposable
{
    private static readonly PeerCall Ping = new PeerCall.Ping("fc00::1", "k");

    private readonly TemporaryFolder _folder = new();
    private readonly DataFolder _data;
    private readonly X509Certificate2 _certificate;

    public PeerTlsTests()
    {
        _data = DataFolder.Open(_folder.Path);
        _certificate = PeerCertificate.Load(_data);
    }

    private string Hash => PeerCertificate.HashOf(_certificate);

    public void Dispose()
    {
        _certificate.Dispose();
        _data.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_one_certificate_that_the_address_names_is_trusted_and_the_connection_is_used_again()
    {
        await using var server = await StartAsync();
        using var client = Client();
        var address = Address.Parse($"https://127.0.0.1:{server.Port}#sha256={Hash}");

        Assert.IsType<PeerReply.Pong>(await CallAsync(client, address));
        Assert.IsType<PeerReply.Pong>(await CallAsync(client, address));

        Assert.Equal(2, server.Seen.Count);
    }

    [Fact]
    public async Task Another_certificate_is_named_and_nothing_is_sent_also_when_a_good_connection_to_that_host_is_open()
    {
        await using var server = await StartAsync();
        using var client = Client();
        var other = "A" + Hash[1..];
        await CallAsync(client, Address.Parse($"https://127.0.0.1:{server.Port}#sha256={Hash}"));

        var reason = Assert.IsType<PeerReply.NoAnswer>(await CallAsync(client, Address.Parse($"https://127.0.0.1:{server.Port}#sha256={other}"))).Reason;

        Assert.Contains($"it shows the certificate {Hash} instead of {other}", reason, StringComparison.Ordinal);
        Assert.Single(server.Seen);
    }

    [Fact]
    public async Task A_certificate_of_one_s_own_is_not_trusted_by_an_address_that_names_none()
    {
        await using var server = await StartAsync();
        using var client = Client();
        await CallAsync(client, Address.Parse($"https://127.0.0.1:{server.Port}#sha256={Hash}"));

        var reason = Assert.IsType<PeerReply.NoAnswer>(await CallAsync(client, Address.Parse($"https://127.0.0.1:{server.Port}"))).Reason;

        Assert.Contains($"#sha256={Hash}", reason, StringComparison.Ordinal);
        Assert.Single(server.Seen);
    }

    [Fact]
    public async Task Without_TLS_the_listener_answers_nobody_and_with_it_a_plain_listener_is_no_way_out()
    {
        await using var tls = await StartAsync();
        await using var plain = await RunningListener.StartAsync(new PeerAnswer.Pong());
        using var client = Client();

        Assert.IsType<PeerReply.NoAnswer>(await CallAsync(client, Address.Parse($"127.0.0.1:{tls.Port}")));
        Assert.IsType<PeerReply.NoAnswer>(await CallAsync(client, Address.Parse($"https://127.0.0.1:{plain.Port}#sha256={Hash}")));

        Assert.Empty(tls.Seen);
        Assert.Empty(plain.Seen);
    }

    [Fact]
    public async Task The_handshake_alone_tells_the_certificate_of_this_node()
    {
        await using var server = new RawServer(RawServer.Ok("{\"status\":1}"));
        using var client = new PeerClient(new PeerLimits(), () => [], TimeProvider.System, certificate: Hash);

        await client.CallAsync(
            Address.Parse($"127.0.0.1:{server.Port}"), DialTrust.Confirmed, new PeerCall.Handshake("https://me.example", "k", "", null), CancellationToken.None);
        await client.CallAsync(Address.Parse($"127.0.0.1:{server.Port}"), DialTrust.Confirmed, new PeerCall.Ping("https://me.example", "k"), CancellationToken.None);

        Assert.Contains($"\"from\":\"https://me.example#sha256={Hash}\"", server.Requests[0], StringComparison.Ordinal);
        Assert.Contains("\"from\":\"https://me.example\"", server.Requests[1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_certificate_is_made_once_for_the_owner_alone_and_a_damaged_one_is_not_replaced()
    {
        using var again = PeerCertificate.Load(_data);
        Assert.Equal(Hash, PeerCertificate.HashOf(again));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.File(PeerCertificate.FileName)));

        File.WriteAllText(_folder.File(PeerCertificate.FileName), "nothing");
        Assert.Contains("damaged", Assert.Throws<CannotStartException>(() => PeerCertificate.Load(_data)).Message, StringComparison.Ordinal);
    }

    private static PeerClient Client() => new(new PeerLimits(), () => [], TimeProvider.System);

    private static Task<PeerReply> CallAsync(PeerClient client, Address address) =>
        client.CallAsync(address, DialTrust.Confirmed, Ping, CancellationToken.None);

    private Task<RunningListener> StartAsync() =>
        RunningListener.StartAsync((_, _, _) => Task.FromResult<PeerAnswer>(new PeerAnswer.Pong()), certificate: _certificate);
}
