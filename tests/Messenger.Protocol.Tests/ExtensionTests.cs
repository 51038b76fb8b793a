using System.Text;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Protocol.Envelopes;

namespace Messenger.Protocol.Tests;

/// <summary>What goes beyond the seed: the field <c>caps</c>, and the actions that only who advertised them is sent.</summary>
public sealed class ExtensionTests
{
    private const PeerCaps All = PeerCaps.Sealing | PeerCaps.Receipts | PeerCaps.Moves;
    private static readonly string Id = MessageId.Derive("1", "", "x").Value;

    [Theory]
    [InlineData(PeerCaps.None)]
    [InlineData(PeerCaps.Receipts)]
    [InlineData(All)]
    public async Task What_a_node_understands_comes_back_as_it_was_written(PeerCaps caps)
    {
        var handshake = new HandshakeRequest("k") { Advertised = new(caps) };
        Assert.Equal(handshake, await ReadAsync(PeerRequestWriter.Write(handshake)));
        Assert.Equal(caps, Assert.IsType<PingRequest>(await ReadAsync(PeerRequestWriter.Write(new PingRequest("f", "k") { Advertised = new(caps) }))).Advertised?.Caps);
        Assert.Equal(new PongReply { Advertised = new(caps) }, Read(WireReplyWriter.Write(new PongReply { Advertised = new(caps) })));
        Assert.Equal(new StatusReply(1) { Advertised = new(caps) }, Read(WireReplyWriter.Write(new StatusReply(1) { Advertised = new(caps) })));
    }

    [Fact]
    public void Own_servers_are_told_beside_and_what_is_no_address_is_ignored()
    {
        var told = new PongReply { Advertised = new(PeerCaps.None, "192.0.2.1 [fc00::1]:8000") };
        Assert.Equal(told, Read(WireReplyWriter.Write(told)));
        Assert.Equal(
            told, Read("""{"action":"pong","caps":[],"relays":["192.0.2.1:7450","no address",7,null,"192.0.2.1","[FC00::1]:8000",""]}"""u8.ToArray()));
        Assert.Equal(new PongReply(), Read("""{"action":"pong","relays":["192.0.2.1"]}"""u8.ToArray()));
        Assert.Equal(new PongReply { Advertised = new(PeerCaps.None) }, Read("""{"action":"pong","caps":[],"relays":"192.0.2.1"}"""u8.ToArray()));
        var many = string.Join(',', Enumerable.Range(1, 100).Select(n => $"\"192.0.2.{n}\""));
        Assert.Equal(
            Advertisement.MaxRelays,
            Advertisement.Read(((PongReply)Read(Encoding.UTF8.GetBytes($$"""{"action":"pong","caps":[],"relays":[{{many}}]}"""))).Advertised!.Relays).Length);
    }

    [Fact]
    public void Who_says_nothing_writes_nothing() =>
        Assert.Equal("""{"action":"pong"}""", Encoding.UTF8.GetString(WireReplyWriter.Write(new PongReply())));

    [Theory]
    [InlineData("null", null)]
    [InlineData("7", null)]
    [InlineData("{}", null)]
    [InlineData("\"receipt\"", null)]
    [InlineData("[]", PeerCaps.None)]
    [InlineData("[\"receipt\",\"teleport\",7,null,\"\\ud800\",[\"e2e\"]]", PeerCaps.Receipts)]
    [InlineData("[\"e2e\",\"e2e\",\"moved\"]", PeerCaps.Sealing | PeerCaps.Moves)]
    public void Unknown_words_are_ignored_and_what_is_no_list_says_nothing(string value, PeerCaps? caps) =>
        Assert.Equal(new PongReply { Advertised = caps is { } known ? new(known) : null }, Read(Encoding.UTF8.GetBytes($$"""{"action":"pong","caps":{{value}}}""")));

    [Fact]
    public async Task A_receipt_comes_back_as_it_was_written()
    {
        var receipt = new ReceiptRequest("fc00::1", "k", [.. Enumerable.Range(0, ReceiptRequest.MaxIds).Select(i => MessageId.Derive($"{i}", "", "x"))]);
        var read = Assert.IsType<ReceiptRequest>(await ReadAsync(PeerRequestWriter.Write(receipt)));
        Assert.Equal(receipt with { Ids = read.Ids }, read);
        Assert.Equal(receipt.Ids.AsEnumerable(), read.Ids);
    }

    [Theory]
    [InlineData("\"ids\":[\"ID\"]", "state")]
    [InlineData("\"ids\":[\"ID\"],\"state\":\"seen\"", "state")]
    [InlineData("\"ids\":[\"ID\"],\"state\":7", "state")]
    [InlineData("\"state\":\"read\"", "ids")]
    [InlineData("\"ids\":[],\"state\":\"read\"", "ids")]
    [InlineData("\"ids\":\"ID\",\"state\":\"read\"", "ids")]
    [InlineData("\"ids\":[\"ID\",7],\"state\":\"read\"", "ids")]
    [InlineData("\"ids\":[\"short\"],\"state\":\"read\"", "ids")]
    [InlineData("\"ids\":[MANY],\"state\":\"read\"", "ids")]
    public async Task A_receipt_that_is_none_is_refused_and_told_why(string fields, string named)
    {
        var body = fields.Replace("ID", Id, StringComparison.Ordinal)
            .Replace("MANY", string.Join(',', Enumerable.Repeat($"\"{Id}\"", ReceiptRequest.MaxIds + 1)), StringComparison.Ordinal);
        var result = await ResultAsync(Encoding.UTF8.GetBytes($$"""{"action":"receipt","key":"k",{{body}}}"""));
        Assert.Equal(400, result.Error!.Status);
        Assert.Contains($"\"{named}\"", result.Error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_of_address_comes_back_as_it_was_written()
    {
        var moved = new MovedRequest("fc00::1", "k", new AddressChange("[fc00::2]:8000", Counters.Max, "sig"));
        Assert.Equal(moved, await ReadAsync(PeerRequestWriter.Write(moved)));
    }

    [Theory]
    [InlineData("\"n\":1,\"sig\":\"x\"", "address")]
    [InlineData("\"address\":\"fc00::2\",\"sig\":\"x\"", "n")]
    [InlineData("\"address\":\"fc00::2\",\"n\":-1,\"sig\":\"x\"", "n")]
    [InlineData("\"address\":\"fc00::2\",\"n\":1e400,\"sig\":\"x\"", "n")]
    [InlineData("\"address\":\"fc00::2\",\"n\":1", "sig")]
    [InlineData("\"address\":\"fc00::2\",\"n\":1,\"sig\":7", "sig")]
    public async Task A_change_that_is_none_is_refused_and_told_why(string fields, string named)
    {
        var result = await ResultAsync(Encoding.UTF8.GetBytes($$"""{"action":"moved","key":"k",{{fields}}}"""));
        Assert.Equal(400, result.Error!.Status);
        Assert.Contains($"\"{named}\"", result.Error.Detail, StringComparison.Ordinal);
    }

    private static async Task<PeerRequest> ReadAsync(byte[] body)
    {
        var result = await ResultAsync(body);
        Assert.True(result.IsRequest, result.Error?.Detail);
        return result.Request;
    }

    private static Task<PeerReadResult> ResultAsync(byte[] body) =>
        new PeerRequestReader(WireLimits.Default).ReadAsync(new MemoryStream(body), "application/json", default);

    private static WireReply Read(byte[] body) => WireReplyReader.Read(body, WireLimits.Default);
}
