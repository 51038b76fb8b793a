using System.Text;
using Messenger.Protocol.Envelopes;
using Messenger.Protocol.Tests.Envelopes;

namespace Messenger.Protocol.Tests;

/// <summary>The fields in which keys travel: they spoil nothing of what they stand in, whatever they hold.</summary>
public sealed class KeyFieldTests
{
    private static readonly string Bundle = Encoding.UTF8.GetString(BundleText.Write(Person.Anna.Bundle(7)));

    [Fact]
    public async Task A_handshake_and_a_ping_come_back_as_they_were_written()
    {
        var handshake = new HandshakeRequest("k", "fc00::1", "Anna", "proof", Bundle);
        var ping = new PingRequest("fc00::1", "k") { E2e = Bundle, Have = 12, Again = [Person.Hash(1), Person.Hash(2)] };

        Assert.Equal(handshake, await ReadAsync(PeerRequestWriter.Write(handshake)));
        var read = Assert.IsType<PingRequest>(await ReadAsync(PeerRequestWriter.Write(ping)));
        Assert.Equal(ping with { Again = read.Again }, read);
        Assert.Equal(ping.Again, read.Again.AsEnumerable());
    }

    [Fact]
    public void A_status_and_a_pong_carry_a_bundle()
    {
        Assert.Equal(new StatusReply(1, Bundle), Read(WireReplyWriter.Write(new StatusReply(1, Bundle))));
        Assert.Equal(new PongReply(Bundle), Read(WireReplyWriter.Write(new PongReply(Bundle))));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("\"text\"")]
    [InlineData("[{}]")]
    [InlineData("true")]
    public async Task What_another_program_means_by_such_a_field_is_ignored(string value)
    {
        Assert.Equal(
            new PingRequest(null, "k"),
            (await ReadAsync(Encoding.UTF8.GetBytes($$"""{"action":"ping","key":"k","e2e":{{value}},"have":"much","again":{{(value == "[{}]" ? value : "{}")}}}"""))));
        Assert.Equal(new HandshakeRequest("k"), await ReadAsync(Encoding.UTF8.GetBytes($$"""{"action":"handshake","key":"k","e2e":{{value}}}""")));
        Assert.Equal(new PongReply(), Read(Encoding.UTF8.GetBytes($$"""{"action":"pong","e2e":{{value}}}""")));
        Assert.Equal(new StatusReply(1), Read(Encoding.UTF8.GetBytes($$"""{"status":1,"e2e":{{value}}}""")));
    }

    [Fact]
    public async Task A_bundle_that_is_too_large_is_ignored_and_a_ping_that_is_too_large_refused()
    {
        var large = $$"""{"x":"{{new string('x', BundleText.MaxSize)}}"}""";
        Assert.Equal(new HandshakeRequest("k"), await ReadAsync(Encoding.UTF8.GetBytes($$"""{"action":"handshake","key":"k","e2e":{{large}}}""")));
        var result = await new PeerRequestReader(WireLimits.Default).ReadAsync(
            new MemoryStream(Encoding.UTF8.GetBytes($$"""{"action":"ping","key":"k","e2e":{{large}}}""")), "application/json", default);
        Assert.Equal(413, result.Error!.Status);
    }

    [Fact]
    public async Task More_envelopes_than_allowed_are_left_out()
    {
        var ping = new PingRequest(null, "k") { Again = [.. Enumerable.Range(1, 100).Select(n => Person.Hash((byte)n))] };
        Assert.Equal(PingRequest.MaxAgain, Assert.IsType<PingRequest>(await ReadAsync(PeerRequestWriter.Write(ping))).Again.Length);
    }

    [Fact]
    public async Task A_sealed_message_may_be_longer_than_a_text_alone_and_in_a_history()
    {
        var longest = new string('A', Envelope.MaxMessageLength);
        var message = new WireMessage("fc00::1", "fc00::2", longest, "1", Envelope.Enctype);
        Assert.Equal(new SendRequest(message, "k"), await ReadAsync(PeerRequestWriter.Write(new SendRequest(message, "k"))));
        Assert.Equal(new ResendRequest(message, "k"), await ReadAsync(PeerRequestWriter.Write(new ResendRequest(message, "k"))));
        var history = new HistoryRequest(null, "k", [new HistoryMessage(message, null), new HistoryMessage(message, null)]);
        Assert.Equal(history.Items, Assert.IsType<HistoryRequest>(await ReadAsync(PeerRequestWriter.Write(history))).Items.AsEnumerable());

        var plain = message with { Enctype = "" };
        var refused = await new PeerRequestReader(WireLimits.Default).ReadAsync(
            new MemoryStream(PeerRequestWriter.Write(new SendRequest(plain, "k"))), "application/json", default);
        Assert.Equal(413, refused.Error!.Status);
        var items = Assert.IsType<HistoryRequest>(await ReadAsync(PeerRequestWriter.Write(
            new HistoryRequest(null, "k", [new HistoryMessage(plain, null), new HistoryMessage(plain with { Message = "short" }, null)])))).Items;
        Assert.IsType<MalformedItem>(items[0]);
        Assert.IsType<HistoryMessage>(items[1]);
    }

    private static async Task<PeerRequest> ReadAsync(byte[] body)
    {
        var result = await new PeerRequestReader(WireLimits.Default).ReadAsync(new MemoryStream(body), "application/json", default);
        Assert.True(result.IsRequest, result.Error?.Detail);
        return result.Request;
    }

    private static WireReply Read(byte[] body) => WireReplyReader.Read(body, WireLimits.Default);
}
